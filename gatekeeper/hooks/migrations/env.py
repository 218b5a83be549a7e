"""Alembic's entry to the migrations of the hooks' outbox."""

from gatekeeper.hooks.tables import metadata
from gatekeeper.storage.sqlite.alembic_env import run

run(metadata)
