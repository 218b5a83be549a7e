"""Whose proofs are: which principal's program brought a file, and who wrote an entry for one principal alone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BY_HAND = """
UPDATE consent_source SET bound = 0 WHERE via <> 'api' AND "by" NOT LIKE 'api:%'
"""
"""A key may have been bound to one principal, and nobody knows any more which. People who write are bound to none."""

_OWN = """
INSERT OR IGNORE INTO consent_proof_holder (sha256, principal, source_id)
SELECT proof.sha256, gatekeeper_name_key(terms.principal), proof.source_id
FROM consent_entry AS entry
JOIN consent_proof AS proof ON proof.sha256 = substr(entry.proof, 8)
JOIN consent_source AS kept ON kept.id = proof.source_id
JOIN consent_source AS wrote ON wrote.id = entry.source_id AND wrote."by" = kept."by"
JOIN consent_terms AS terms ON terms.id = entry.terms_id
WHERE entry.proof LIKE 'sha256:%' AND terms.principal <> ''
"""
"""Who kept a file and then named it in an entry brought it for that entry's principal."""


def upgrade() -> None:
    """Make the table, and say what is known of before."""
    from gatekeeper.policy.ledger import name_key

    op.create_table(
        "consent_proof_holder",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("principal", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("consent_source.id"), nullable=False),
    )
    op.add_column("consent_source", sa.Column("bound", sa.Integer, nullable=False, server_default="1"))
    op.execute(_BY_HAND)
    raw = op.get_bind().connection.driver_connection
    assert raw is not None  # noqa: S101 - it is the one that migrates
    raw.create_function("gatekeeper_name_key", 1, name_key, deterministic=True)
    op.execute(_OWN)


def downgrade() -> None:
    """Forget it."""
    op.drop_table("consent_proof_holder")
    op.drop_column("consent_source", "bound")
