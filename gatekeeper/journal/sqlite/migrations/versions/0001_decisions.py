"""The table of decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXTS = ("verdict", "reason", "rule", "list", "list_version", "facts", "campaign", "principal", "caller_id")
_MORE_TEXTS = ("channel", "uniqueid", "linkedid", "gate")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "decision",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("id", sa.String(26), nullable=False, unique=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("dialled", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger),
        *(sa.Column(name, sa.String, nullable=False) for name in (*_TEXTS, *_MORE_TEXTS)),
        sa.Column("micros", sa.BigInteger, nullable=False),
    )
    op.create_index("decision_number", "decision", ["number"])
    op.create_index("decision_call", "decision", ["linkedid"], sqlite_where=sa.text("number IS NULL"))


def downgrade() -> None:
    """Drop the table, and the journal with it."""
    op.drop_table("decision")
