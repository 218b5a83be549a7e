"""Alembic's entry to the migrations of the accounts."""

from gatekeeper.accounts.tables import metadata
from gatekeeper.storage.sqlite.alembic_env import run

run(metadata)
