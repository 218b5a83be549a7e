"""Answers to queries are evidence: each is kept, with what was asked, what came back, and a third outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table, and take over the answers that there are."""
    op.create_table(
        "query_answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("list_id", sa.Integer, sa.ForeignKey("list.id"), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("consent", sa.String(10), nullable=False, server_default=""),
        sa.Column("region", sa.String(8), nullable=False, server_default=""),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("asked_at", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, server_default=""),
        sa.Column("text", sa.Text, nullable=False, server_default=""),
        sqlite_autoincrement=True,
    )
    op.create_index("query_answer_number", "query_answer", ["list_id", "number"])
    op.execute(
        'INSERT INTO query_answer (list_id, number, outcome, asked_at, "until") '
        "SELECT list_id, number, CASE listed WHEN 0 THEN 'clear' ELSE 'listed' END, asked_at, \"until\" "
        "FROM list_answer ORDER BY asked_at"
    )
    op.drop_table("list_answer")


def downgrade() -> None:
    """Go back to the newest answer about each number; what was asked with a date or a state is forgotten."""
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
    op.execute(
        'INSERT OR REPLACE INTO list_answer (list_id, number, listed, asked_at, "until") '
        "SELECT list_id, number, outcome <> 'clear', asked_at, \"until\" FROM query_answer "
        "WHERE consent = '' AND region = '' ORDER BY id"
    )
    op.drop_table("query_answer")
