"""The attempts that are counted for caps."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table. Calls of before are not in it: their rows don't say what would have to be counted."""
    op.create_table(
        "attempt",
        sa.Column("consumer", sa.BigInteger, primary_key=True),
        sa.Column("at", sa.BigInteger, primary_key=True),
        sa.Column("decision", sa.LargeBinary(16), primary_key=True),
        sa.Column("mark", sa.BigInteger, primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("principal", "subject", "other", "told")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the table: nothing is counted any more."""
    op.drop_table("attempt")
