"""The gates that one call met, what a decision takes the place of, and which calls went round the gates."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and make the table."""
    op.add_column("decision", sa.Column("supersedes", sa.String, nullable=False, server_default=""))
    op.add_column("decision", sa.Column("bypass", sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "met",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("decision", sa.String(26), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("gate", "channel", "uniqueid", "linkedid")),
    )
    op.create_index("met_decision", "met", ["decision"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("met")
    with op.batch_alter_table("decision") as table:
        table.drop_column("bypass")
        table.drop_column("supersedes")
