"""Tables of `accounts.sqlite3`. Secrets stand in it as hashes only, but for the keys of one-time codes."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

users: Final = Table(
    "user",
    metadata,
    Column("id", String(26), primary_key=True),
    # Lower case: nobody is to have a namesake who differs by a capital.
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    # A JSON list of the principals that the user is bound to; NULL for one who sees all.
    Column("principals", Text),
    Column("password", Text, nullable=False),
    # Base 32, as an authenticator reads it; NULL without one.
    Column("totp", String(64)),
    # The step of the last code that was taken: none is taken twice.
    Column("totp_step", BigInteger, nullable=False, server_default="0"),
    Column("language", String(2), nullable=False, server_default=""),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    # NULL while the user may sign in.
    Column("ended_at", BigInteger),
)
"""Who may sign in. A user who has left is ended, never deleted: what he did still names him."""

sessions: Final = Table(
    "session",
    metadata,
    Column("token", LargeBinary(32), primary_key=True),
    Column("id", String(26), nullable=False, unique=True),
    Column("user", String(26), ForeignKey("user.id"), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("address", String(64), nullable=False),
    Column("browser", Text, nullable=False),
    Index("session_user", "user"),
)
"""Who is signed in, by the SHA-256 of what his browser holds."""

devices: Final = Table(
    "device",
    metadata,
    Column("token", LargeBinary(32), primary_key=True),
    Column("id", String(26), nullable=False, unique=True),
    Column("user", String(26), ForeignKey("user.id"), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=False),
    Index("device_user", "user"),
)
"""Browsers in which a user has signed in, by the SHA-256 of what each holds."""

keys: Final = Table(
    "api_key",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    # The beginning of the key, by which people know it again.
    Column("shown", String(16), nullable=False),
    # NULL for a key of all principals.
    Column("principal", Text),
    # A JSON list.
    Column("scopes", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("used_at", BigInteger),
    Column("ended_at", BigInteger),
)
"""Keys of programs, by the SHA-256 of each: it is drawn at random, so that there is nothing to guess."""

failures: Final = Table(
    "failure",
    metadata,
    # `account NAME`, `address ADDRESS`, both, or `device NAME ID`.
    Column("key", String(160), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
)
"""Sign-ins that failed of late."""

actions: Final = Table(
    "action",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("address", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index("action_by", "by"),
    sqlite_autoincrement=True,
)
"""What people did in the desk, in order; nothing is taken out."""
