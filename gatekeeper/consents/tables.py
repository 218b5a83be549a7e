"""The tables of `consents.sqlite3`, and those of an imported segment. Times are microseconds since the epoch (UTC).

Rows of sources, texts, proofs, terms and entries are only ever added.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

BIG = BigInteger().with_variant(Integer, "sqlite")
"""64 bits everywhere; SQLite only takes a column of type INTEGER as a table's own key."""

metadata = MetaData()

counters = Table(
    "consent_counter",
    metadata,
    # The next free number of an entry.
    Column("name", String(16), primary_key=True),
    Column("next", BIG, nullable=False),
)

sources = Table(
    "consent_source",
    metadata,
    # Who wrote entries down, when, how: a command, a call, a file.
    Column("id", Integer, primary_key=True),
    Column("at", BIG, nullable=False),
    Column("by", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    # Of a file: its name, its SHA-256, how many consents it gave, how many of them never count, how many lines it lost.
    Column("file", Text, nullable=False, server_default=""),
    Column("sha256", String(64), nullable=False, server_default=""),
    Column("taken", BIG, nullable=False, server_default="0"),
    Column("void", BIG, nullable=False, server_default="0"),
    Column("rejected", BIG, nullable=False, server_default="0"),
    # 1 of whoever writes for some principals alone: a proof that such an entry names is not given to them for that.
    Column("bound", Integer, nullable=False, server_default="1"),
)

texts = Table(
    "consent_text",
    metadata,
    # What consumers were shown when they were asked.
    Column("name", String(80), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("source_id", ForeignKey("consent_source.id"), nullable=False),
)

text_holders = Table(
    "consent_text_holder",
    metadata,
    # The principals (`name_key`) whose a text is.
    Column("name", String(80), primary_key=True),
    Column("principal", Text, primary_key=True),
    Column("source_id", ForeignKey("consent_source.id"), nullable=False),
)

proofs = Table(
    "consent_proof",
    metadata,
    # Proofs that are kept as files.
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", BIG, nullable=False),
    Column("source_id", ForeignKey("consent_source.id"), nullable=False),
)

proof_holders = Table(
    "consent_proof_holder",
    metadata,
    # The principals (`name_key`) for whom whoever writes for them alone has brought a file.
    Column("sha256", String(64), primary_key=True),
    Column("principal", Text, primary_key=True),
    Column("source_id", ForeignKey("consent_source.id"), nullable=False),
)

terms = Table(
    "consent_terms",
    metadata,
    # What many consents and events have in common; lists are divided by line feeds.
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("principal", Text, nullable=False),
    Column("third_parties", Text, nullable=False),
    Column("goods", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("items", Text, nullable=False),
    Column("slots", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("hour_known", Integer, nullable=False),
    Column("robot", Integer, nullable=False),
    Column("written", Integer, nullable=False),
)

entries = Table(
    "consent_entry",
    metadata,
    # By consumer: the number, or for a contact a number below 0 that is made of it (`subjects.contact_subject`).
    Column("subject", BIG, primary_key=True, autoincrement=False),
    Column("id", BIG, primary_key=True, autoincrement=False),
    # `model.Kind`.
    Column("kind", Integer, nullable=False),
    Column("terms_id", ForeignKey("consent_terms.id"), nullable=False),
    Column("source_id", ForeignKey("consent_source.id"), nullable=False),
    # When it was collected or happened, and until when the consumer gave it; 0 where nothing was said.
    Column("at", BIG, nullable=False),
    Column("until", BIG, nullable=False),
    # Of an entry of a contact: the number that it came with, 0 for none.
    Column("number", BIG, nullable=False),
    Column("contact", Text, nullable=False),
    # `sha256:...` of a file, `ref:...` for what is kept elsewhere, "" where there is none.
    Column("proof", Text, nullable=False),
    Index("consent_entry_id", "id"),
    sqlite_with_rowid=False,
)

segments = Table(
    "consent_segment",
    metadata,
    # Imported entries are in files of their own, which never change; those with `active` 1 count.
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("build", String(32), nullable=False),
    Column("count", BIG, nullable=False),
    Column("made_at", BIG, nullable=False),
    Column("active", Integer, nullable=False),
)

segment_metadata = MetaData()

pages = Table(
    "page",
    segment_metadata,
    # Entries in the order of subject and id, some dozens to a page (`page`).
    Column("id", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

about = Table(
    "about",
    segment_metadata,
    # `build`, `count`, and `firsts`: the first subject of each page.
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
