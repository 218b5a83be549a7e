"""The tables of `lists.sqlite3`, and those of a version's own file. Times are microseconds since the epoch (UTC)."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

BIG = BigInteger().with_variant(Integer, "sqlite")
"""64 bits everywhere; SQLite only takes a column of type INTEGER as a table's own key."""

metadata = MetaData()

lists = Table(
    "list",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("created_at", BIG, nullable=False),
    # The version in force; 0 before the first import. Changing it is what makes an import count, in one step.
    Column("version", Integer, nullable=False, server_default="0"),
    Column("count", BIG, nullable=False, server_default="0"),
    Column("changes", Integer, nullable=False, server_default="0"),
)

versions = Table(
    "list_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list_id", ForeignKey("list.id"), nullable=False),
    Column("version", Integer, nullable=False),
    # Ties the row, the version's file and its filter together: each holds it.
    Column("build", String(32), nullable=False),
    Column("count", BIG, nullable=False),
    Column("read", BIG, nullable=False),
    Column("duplicates", BIG, nullable=False),
    Column("rejected", BIG, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_date", BIG),
    Column("valid_until", BIG),
    Column("sha256", String(64), nullable=False),
    Column("country", String(2), nullable=False),
    # The rules of numbering the file was read by: newer ones may accept what these rejected.
    Column("numbering", Text, nullable=False),
    Column("imported_at", BIG, nullable=False),
    Column("imported_by", Text, nullable=False),
    # What kind of source made it: `full`, `delta`, `wash` or `contract`.
    Column("kind", String(16), nullable=False, server_default="full"),
    # The beginnings of the numbers that it covers, divided by blanks; "" for all. Within the country code `territory`.
    Column("prefixes", Text, nullable=False, server_default=""),
    Column("territory", String(4), nullable=False, server_default=""),
    # Of a wash list: how many numbers may be called.
    Column("cleared", BIG, nullable=False, server_default="0"),
    # A number that it holds and one that it does not: asked for before it serves.
    Column("canary", BIG),
    Column("absent", BIG),
    # 0 when its files were removed for age; the row stays, as evidence.
    Column("kept", Integer, nullable=False, server_default="1"),
    # The file as delivered, within the list's folder; "" where it is not kept.
    Column("raw", Text, nullable=False, server_default=""),
    UniqueConstraint("list_id", "version"),
)

activations = Table(
    "list_activation",
    metadata,
    # Which version was put in force when: by an import, or by bringing an older one back.
    Column("id", Integer, primary_key=True),
    Column("list_id", ForeignKey("list.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", BIG, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
)

answers = Table(
    "query_answer",
    metadata,
    # What a registry that is asked number by number was asked and said. Appended only: it is evidence.
    Column("id", Integer, primary_key=True),
    Column("list_id", ForeignKey("list.id"), nullable=False),
    Column("number", BIG, nullable=False),
    # The date of consent (YYYY-MM-DD) and the state that it was asked with; "" for none.
    Column("consent", String(10), nullable=False, server_default=""),
    Column("region", String(8), nullable=False, server_default=""),
    # `clear`, `listed` or `no_data`.
    Column("outcome", String(8), nullable=False),
    Column("asked_at", BIG, nullable=False),
    Column("until", BIG, nullable=False),
    # Of the response as it came, and its beginning; "" for answers from before these were kept.
    Column("sha256", String(64), nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    Index("query_answer_number", "list_id", "number"),
    sqlite_autoincrement=True,
)

changes = Table(
    "list_change",
    metadata,
    # Appended only, in the order of commits: readers catch up from the last one they saw.
    Column("id", Integer, primary_key=True),
    Column("list_id", ForeignKey("list.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("number", BIG, nullable=False),
    Column("op", String(8), nullable=False),
    Column("at", BIG, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    UniqueConstraint("list_id", "seq"),
    Index("list_change_number", "number"),
    sqlite_autoincrement=True,
)

overlay = Table(
    "list_overlay",
    metadata,
    Column("list_id", ForeignKey("list.id"), primary_key=True),
    Column("number", BIG, primary_key=True, autoincrement=False),
    Column("op", String(8), nullable=False),
    sqlite_with_rowid=False,
)

hand_contracts = Table(
    "list_contract",
    metadata,
    # Contracts of a register that were written down by hand. Names are as they are compared.
    Column("id", Integer, primary_key=True),
    Column("list_id", ForeignKey("list.id"), nullable=False),
    Column("number", BIG, nullable=False),
    Column("principal", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("since", BIG, nullable=False),
    Column("until", BIG, nullable=False),
    # The list's change by which it was written down, and that by which the number was taken off; 0 while it was not.
    Column("seq", Integer, nullable=False),
    Column("ended", Integer, nullable=False, server_default="0"),
    # 1 where those of the file had been ended before.
    Column("alone", Integer, nullable=False, server_default="0"),
    Index("list_contract_number", "list_id", "number"),
    sqlite_autoincrement=True,
)

version_metadata = MetaData()

numbers = Table("number", version_metadata, Column("e164", BIG, primary_key=True, autoincrement=False))

cleared = Table(
    "cleared",
    version_metadata,
    # Of a wash list: who may be called, and until when.
    Column("e164", BIG, primary_key=True, autoincrement=False),
    Column("until", BIG, nullable=False),
)

contracts = Table(
    "contract",
    version_metadata,
    # Of a contract register: from the first moment to the last, the last not included.
    Column("e164", BIG, primary_key=True, autoincrement=False),
    Column("principal", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("since", BIG, primary_key=True),
    Column("until", BIG, nullable=False),
    sqlite_with_rowid=False,
)

about = Table(
    "about",
    version_metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
