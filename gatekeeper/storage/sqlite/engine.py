"""SQLAlchemy engines on SQLite files, set up for a program that many processes use at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from gatekeeper.ownership import make_database, misses_group, settle_database
from gatekeeper.storage.change_signal import announce

Synchronous = Literal["NORMAL", "FULL"]


def open_engine(
    path: Path | str,
    *,
    synchronous: Synchronous = "NORMAL",
    read_only: bool = False,
    create: bool = True,
    busy_timeout_ms: int = 5000,
    page_bytes: int = 4096,
    signal: Path | None = None,
) -> Engine:
    """An engine on one SQLite file in WAL mode, with foreign keys enforced.

    Nothing is opened yet. Every connection is a new one (no pool): a database that was mended or replaced is seen at
    the next connection, and no connection is carried across a fork.

    Args:
        path: the database file.
        synchronous: `FULL` where a commit must survive a power cut, `NORMAL` where it must survive a killed process.
        read_only: refuse to write, and don't make a missing file.
        create: make a missing file.
        busy_timeout_ms: how long to wait for another writer.
        page_bytes: the size of the pages of a file that is made.
        signal: written after each transaction of `begin_immediate`.
    """

    def connect() -> sqlite3.Connection:
        mode = "ro" if read_only else "rwc" if create else "rw"
        if mode == "rwc":
            make_database(Path(path))
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=busy_timeout_ms / 1000,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            if not read_only:
                connection.execute(f"PRAGMA page_size={page_bytes}")
                _ensure_wal(connection)
            connection.execute(f"PRAGMA synchronous={synchronous}")
            connection.execute("PRAGMA foreign_keys=ON")
            if not read_only:
                settle_database(Path(path))
            elif misses_group(Path(path)):
                connection.execute("PRAGMA schema_version")  # makes the files beside it, which are put right now
                settle_database(Path(path))
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine.execution_options(gatekeeper_signal=signal)


def open_immutable(path: Path) -> Engine:
    """An engine on a finished SQLite file that nobody changes any more: no locks, no journal, no write."""

    def connect() -> sqlite3.Connection:
        uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def open_aside(path: Path) -> Engine:
    """An engine to build a new SQLite file at full speed.

    No journal and no syncing: the file is worthless unless it was built to its end. Sync it before it is put to use.
    """

    def connect() -> sqlite3.Connection:
        make_database(path)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for setting in (
            "page_size=16384",
            "journal_mode=OFF",
            "synchronous=OFF",
            "locking_mode=EXCLUSIVE",
            "cache_size=-16000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {setting}")
        return connection

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def raw_connection(engine: Engine) -> sqlite3.Connection:
    """A DBAPI connection of the engine, for the few paths where every microsecond counts.

    The caller owns it and closes it. It is in autocommit mode.
    """
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    return cast("sqlite3.Connection", connection)


@contextmanager
def begin_immediate(engine: Engine) -> Iterator[Connection]:
    """A transaction that takes the write lock at once; committed at the end, rolled back by an exception.

    What is read in it can't be changed by another process before it is written. The engine's change signal
    is written after it.
    """
    with engine.connect().execution_options(gatekeeper_begin="BEGIN IMMEDIATE") as connection, connection.begin():
        yield connection
    signal = engine.get_execution_options().get("gatekeeper_signal")
    if signal is not None:
        announce(signal)


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql(str(options.get("gatekeeper_begin", "BEGIN")))


def _ensure_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL where the file is not in it yet: the switch needs the file for itself, the question does not."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode=WAL")
