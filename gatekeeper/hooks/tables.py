"""Tables of the hooks' outbox, `hooks.sqlite3`."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

messages: Final = Table(
    "message",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String(26), nullable=False),
    Column("endpoint", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    # A JSON object.
    Column("data", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    UniqueConstraint("endpoint", "id"),
    Index("message_due", "endpoint", "due_at"),
)
"""What an endpoint has still to be told; a row goes when it is delivered, or given up."""

progress: Final = Table(
    "progress",
    metadata,
    Column("endpoint", String(32), primary_key=True),
    Column("source", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""How far each source was looked through for an endpoint."""
