"""Alembic migrations of `hooks.sqlite3`."""

HEAD = "0001"
"""The newest revision: a database at it needs no migration, and Alembic is not even imported."""
