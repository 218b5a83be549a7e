"""Contracts that were written down by hand, beside those of a register's file."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "list_contract",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("list_id", sa.Integer, sa.ForeignKey("list.id"), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("ended", sa.Integer, nullable=False, server_default="0"),
        sa.Column("alone", sa.Integer, nullable=False, server_default="0"),
        sqlite_autoincrement=True,
    )
    op.create_index("list_contract_number", "list_contract", ["list_id", "number"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("list_contract")
