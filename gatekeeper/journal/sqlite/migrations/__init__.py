"""Alembic migrations of `journal.sqlite3`."""

HEAD = "0007"
"""The newest revision: a database at it needs no migration, and Alembic is not even imported."""
