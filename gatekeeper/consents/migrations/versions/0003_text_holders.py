"""Whose the texts are that consumers were shown."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAMED = """
INSERT OR IGNORE INTO consent_text_holder (name, principal, source_id)
SELECT text.name, gatekeeper_name_key(terms.principal), text.source_id
FROM consent_terms AS terms
JOIN consent_text AS text ON text.name = terms.text
WHERE gatekeeper_name_key(terms.principal) <> ''
"""
"""Of whose consents it was written down, whoever did: they were shown it before, and what it says never changes."""


def upgrade() -> None:
    """Make the table, and say what is known of before."""
    from gatekeeper.policy.ledger import name_key

    op.create_table(
        "consent_text_holder",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("principal", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("consent_source.id"), nullable=False),
    )
    raw = op.get_bind().connection.driver_connection
    assert raw is not None  # noqa: S101 - it is the one that migrates
    raw.create_function("gatekeeper_name_key", 1, name_key, deterministic=True)
    op.execute(_NAMED)


def downgrade() -> None:
    """Forget it."""
    op.drop_table("consent_text_holder")
