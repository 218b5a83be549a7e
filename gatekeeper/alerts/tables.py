"""Tables of the outbox, `alerts.sqlite3`."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

alerts: Final = Table(
    "alert",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    # A JSON object of texts.
    Column("facts", Text, nullable=False),
)
"""What was noticed, for as long as a channel has still to tell it."""

deliveries: Final = Table(
    "delivery",
    metadata,
    Column("alert", String(26), ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Index("delivery_due", "channel", "due_at"),
)
"""What each channel has still to tell; a row goes when it is delivered, or given up."""

standing: Final = Table(
    "standing",
    metadata,
    Column("key", String, primary_key=True),
    Column("since", BigInteger, nullable=False),
)
"""What lasts and was told: it is not told again before it was over."""

progress: Final = Table(
    "progress",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""How far each source of events was looked through."""
