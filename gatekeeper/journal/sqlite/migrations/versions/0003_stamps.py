"""Stamps of rows, so that they can be sealed; and corrections, as no committed row is ever changed.

Rows that are there keep an empty node, an empty salt and no sequence: they were written before there were stamps.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STAMPED = ("decision", "met")


def upgrade() -> None:
    """Add the columns, which leaves the rows as they lie in the file, and make the table of writers."""
    for table in _STAMPED:
        op.add_column(table, sa.Column("node", sa.String, nullable=False, server_default=""))
        op.add_column(table, sa.Column("sequence", sa.BigInteger))
        op.add_column(table, sa.Column("salt", sa.LargeBinary, nullable=False, server_default=sa.text("x''")))
    op.add_column("decision", sa.Column("correction", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index("decision_correction", "decision", ["supersedes"], sqlite_where=sa.text("correction = 1"))
    op.create_table(
        "writer",
        sa.Column("node", sa.String, primary_key=True),
        sa.Column("decisions", sa.BigInteger, nullable=False),
        sa.Column("mets", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("writer")
    op.drop_index("decision_correction", "decision")
    for table in _STAMPED:
        with op.batch_alter_table(table) as batch:
            for column in ("node", "sequence", "salt"):
                batch.drop_column(column)
    with op.batch_alter_table("decision") as batch:
        batch.drop_column("correction")
