"""The consent ledger's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "consent_counter",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("next", BIG, nullable=False),
    )
    op.create_table(
        "consent_source",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", BIG, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("by", "via")),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in ("note", "file")),
        sa.Column("sha256", sa.String(64), nullable=False, server_default=""),
        *(sa.Column(name, BIG, nullable=False, server_default="0") for name in ("taken", "void", "rejected")),
    )
    source = sa.ForeignKey("consent_source.id")
    op.create_table(
        "consent_text",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("source_id", sa.Integer, source, nullable=False),
    )
    op.create_table(
        "consent_proof",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("consent_source.id"), nullable=False),
    )
    said = ("principal", "third_parties", "goods", "text", "channel", "items", "slots", "zone")
    op.create_table(
        "consent_terms",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in said),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("hour_known", "robot", "written")),
    )
    op.create_table(
        "consent_entry",
        *(sa.Column(name, BIG, primary_key=True, autoincrement=False) for name in ("subject", "id")),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("terms_id", sa.Integer, sa.ForeignKey("consent_terms.id"), nullable=False),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("consent_source.id"), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("at", "until", "number")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contact", "proof")),
        sqlite_with_rowid=False,
    )
    op.create_index("consent_entry_id", "consent_entry", ["id"])
    op.create_table(
        "consent_segment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
        sa.Column("build", sa.String(32), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("count", "made_at")),
        sa.Column("active", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Remove them."""
    for name in ("segment", "entry", "terms", "proof", "text", "source", "counter"):
        op.drop_table(f"consent_{name}")
