"""Alembic's entry to the migrations of the outbox."""

from gatekeeper.alerts.tables import metadata
from gatekeeper.storage.sqlite.alembic_env import run

run(metadata)
