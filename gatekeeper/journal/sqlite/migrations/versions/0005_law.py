"""Columns of the law: a decision's provision, the set of rules, and what was said of the call.

Rows that are there keep empty texts and zeros: they were decided when no law was asked. No index holds the columns: it
would cost every call some microseconds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TEXTS = ("provision", "basis", "law", "rules")
_NUMBERS = ("retry_at", "proof", "attempt_no")
_SHADOW = ("would_block", "would_provision")
_SAID = ("purpose", "sector", "goods", "dial_mode", "callee", "subcontractor", "contact", "postcode")


def upgrade() -> None:
    """Add the columns, which leaves the rows as they lie in the file."""
    for name in (*_TEXTS, *_SHADOW, *_SAID):
        op.add_column("decision", sa.Column(name, sa.String, nullable=False, server_default=""))
    for name in _NUMBERS:
        op.add_column("decision", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop them again."""
    with op.batch_alter_table("decision") as batch:
        for name in (*_TEXTS, *_NUMBERS, *_SHADOW, *_SAID):
            batch.drop_column(name)
