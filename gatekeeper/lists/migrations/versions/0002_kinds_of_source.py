"""Kinds of source, coverage, canaries, which versions are kept, when each was in force, and answers to queries."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kind", sa.String(16), nullable=False, server_default="full"),
        sa.Column("prefixes", sa.Text, nullable=False, server_default=""),
        sa.Column("territory", sa.String(4), nullable=False, server_default=""),
        sa.Column("cleared", BIG, nullable=False, server_default="0"),
        sa.Column("canary", BIG),
        sa.Column("absent", BIG),
        sa.Column("kept", sa.Integer, nullable=False, server_default="1"),
        sa.Column("raw", sa.Text, nullable=False, server_default=""),
    )


def upgrade() -> None:
    """Add the columns and tables."""
    for column in _columns():
        op.add_column("list_version", column)
    op.create_table(
        "list_activation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("list_id", sa.Integer, sa.ForeignKey("list.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "list_answer",
        sa.Column("list_id", sa.Integer, sa.ForeignKey("list.id"), primary_key=True),
        sa.Column("number", BIG, primary_key=True, autoincrement=False),
        sa.Column("listed", sa.Integer, nullable=False),
        sa.Column("asked_at", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("list_answer_until", "list_answer", ["list_id", "until"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("list_answer")
    op.drop_table("list_activation")
    for column in reversed(_columns()):
        op.drop_column("list_version", column.name)
