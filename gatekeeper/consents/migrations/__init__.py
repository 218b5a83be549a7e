"""Alembic migrations of `consents.sqlite3`."""

HEAD = "0003"
"""The newest revision: a database at it needs no migration, and Alembic is not even imported."""
