"""Alembic's entry to the migrations of the journal."""

from gatekeeper.journal.sqlite.tables import metadata
from gatekeeper.storage.sqlite.alembic_env import run

run(metadata)
