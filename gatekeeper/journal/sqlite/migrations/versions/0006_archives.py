"""Archives: which rows lie in files of their own, by month.

Nothing is archived yet, so the new tables are empty; `writer.archived` is 0: no number of a writer has left the file.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the column, which leaves the rows as they lie in the file."""
    op.create_table(
        "archive",
        sa.Column("name", sa.String, primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("first", "last", "decisions", "mets")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("begins", "ends", "bytes")),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
    )
    op.create_table(
        "elsewhere",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("correction", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.add_column("writer", sa.Column("archived", sa.BigInteger, nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop them again. Rows that were archived are then in the archives alone, and their numbers would come again."""
    if op.get_bind().execute(sa.text("SELECT count(*) FROM archive")).scalar():
        raise RuntimeError("rows lie in archives: this journal can't go back to a version that does not know them")
    with op.batch_alter_table("writer") as batch:
        batch.drop_column("archived")
    op.drop_table("elsewhere")
    op.drop_table("archive")
