"""Alembic migrations of `lists.sqlite3`."""

HEAD = "0004"
"""The newest revision: a database at it needs no migration, and Alembic is not even imported."""
