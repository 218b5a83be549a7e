"""Browsers in which a user has signed in before."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "device",
        sa.Column("token", sa.LargeBinary(32), primary_key=True),
        sa.Column("id", sa.String(26), nullable=False, unique=True),
        sa.Column("user", sa.String(26), sa.ForeignKey("user.id"), nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False),
    )
    op.create_index("device_user", "device", ["user"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("device")
