"""A column for who asked: the manager user whose originate a decision was about.

Rows that are there keep an empty text. No index holds the column: it would cost every call some microseconds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, which leaves the rows as they lie in the file."""
    op.add_column("decision", sa.Column("asked_by", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it again."""
    with op.batch_alter_table("decision") as batch:
        batch.drop_column("asked_by")
