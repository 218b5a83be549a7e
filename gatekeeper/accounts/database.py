"""Database of the accounts: opened once, used in short transactions from any thread."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from gatekeeper.storage import begin_immediate, migrate, open_engine, translated

_MIGRATIONS: Final = "gatekeeper.accounts.migrations"


class AccountDatabase:
    """The file of the accounts.

    Args:
        path: made where it is missing.

    Raises:
        StoreError: it can't be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = open_engine(path, synchronous="FULL")
        with translated(path):
            migrate(self._engine, _MIGRATIONS)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes. Raises `StoreError`."""
        with translated(self._path), begin_immediate(self._engine) as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look. Raises `StoreError`."""
        with translated(self._path), self._engine.connect() as connection:
            yield connection
