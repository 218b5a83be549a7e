"""The first tables of the hooks' outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "message",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("endpoint", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("endpoint", "id"),
    )
    op.create_index("message_due", "message", ["endpoint", "due_at"])
    op.create_table(
        "progress",
        sa.Column("endpoint", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
