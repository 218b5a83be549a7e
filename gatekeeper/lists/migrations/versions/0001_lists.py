"""Lists, their versions, and the changes made to them by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "list",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(32), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("count", BIG, nullable=False, server_default="0"),
        sa.Column("changes", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "list_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("list_id", sa.Integer, sa.ForeignKey("list.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("build", sa.String(32), nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("read", BIG, nullable=False),
        sa.Column("duplicates", BIG, nullable=False),
        sa.Column("rejected", BIG, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_date", BIG),
        sa.Column("valid_until", BIG),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("numbering", sa.Text, nullable=False),
        sa.Column("imported_at", BIG, nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.UniqueConstraint("list_id", "version"),
    )
    op.create_table(
        "list_change",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("list_id", sa.Integer, sa.ForeignKey("list.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("op", sa.String(8), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("list_id", "seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("list_change_number", "list_change", ["number"])
    op.create_table(
        "list_overlay",
        sa.Column("list_id", sa.Integer, sa.ForeignKey("list.id"), primary_key=True),
        sa.Column("number", BIG, primary_key=True, autoincrement=False),
        sa.Column("op", sa.String(8), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Remove the tables."""
    for table in ("list_overlay", "list_change", "list_version", "list"):
        op.drop_table(table)
