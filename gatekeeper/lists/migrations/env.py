"""Alembic's entry to the migrations of the lists."""

from gatekeeper.lists.tables import metadata
from gatekeeper.storage.sqlite.alembic_env import run

run(metadata)
