"""Alembic's entry to the migrations of the consent ledger."""

from gatekeeper.consents.tables import metadata
from gatekeeper.storage.sqlite.alembic_env import run

run(metadata)
