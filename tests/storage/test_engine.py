"""Engines, transactions and errors of SQLite as the stores use them."""

import os
import resource
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from gatekeeper.errors import JournalError, StoreError
from gatekeeper.storage import FileLock, begin_immediate, open_engine, raw_connection, translate, translated


def pragma(path: Path, name: str, **options: object) -> object:
    """The value of a setting of a new connection."""
    with open_engine(path, **options).connect() as connection:  # type: ignore[arg-type]
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_a_database_is_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    """As every store expects it."""
    path = tmp_path / "a % b?.sqlite3"
    assert pragma(path, "journal_mode") == "wal"
    assert path.exists()
    assert pragma(path, "foreign_keys") == 1
    assert pragma(path, "synchronous") == 1
    assert pragma(path, "synchronous", synchronous="FULL") == 2


def test_a_missing_file_is_made_only_where_asked(tmp_path: Path) -> None:
    """A reader does not leave an empty database behind."""
    for options in ({"read_only": True}, {"create": False}):
        with pytest.raises(StoreError, match="can't be opened"), translated(tmp_path / "x"):
            pragma(tmp_path / "x", "journal_mode", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_transaction_is_whole_or_not_at_all(tmp_path: Path) -> None:
    """An exception takes everything back, tables too."""
    engine = open_engine(tmp_path / "x")

    def half_way() -> None:
        with begin_immediate(engine) as connection:
            connection.execute(text("CREATE TABLE t (a INTEGER)"))
            connection.execute(text("SELECT * FROM nosuch"))

    with pytest.raises(OperationalError, match="no such table"):
        half_way()
    with begin_immediate(engine) as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER)"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 0


def test_a_write_transaction_keeps_others_out_from_its_start(tmp_path: Path) -> None:
    """What it reads can't be changed before it writes."""
    path = tmp_path / "x"
    engine, impatient = open_engine(path), open_engine(path, busy_timeout_ms=10)
    with begin_immediate(engine), pytest.raises(OperationalError, match="locked"), begin_immediate(impatient):
        pass


def test_read_only_refuses_to_write(tmp_path: Path) -> None:
    """And says so with a remedy."""
    path = tmp_path / "x"
    with begin_immediate(open_engine(path)) as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER)"))
    reader = open_engine(path, read_only=True)
    with pytest.raises(StoreError, match="is read-only") as caught, translated(path), reader.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    assert "the right to write" in caught.value.remedy


def test_a_raw_connection_is_the_caller_s(tmp_path: Path) -> None:
    """In autocommit mode, closed by whoever took it."""
    connection = raw_connection(open_engine(tmp_path / "x"))
    connection.execute("CREATE TABLE t (a INTEGER)")
    assert not connection.in_transaction
    connection.close()


@pytest.mark.parametrize(
    ("code", "says", "remedy"),
    [
        ("SQLITE_BUSY", "is locked by another process", "fuser"),
        ("SQLITE_BUSY_SNAPSHOT", "is locked by another process", "fuser"),
        ("SQLITE_READONLY_DBMOVED", "is read-only", "the right to write"),
        ("SQLITE_CORRUPT", "is corrupt", "restore it"),
        ("SQLITE_NOTADB", "is not a database", "restore it"),
        ("SQLITE_FULL", "the disk is full", "make room"),
        ("SQLITE_IOERR_WRITE", "can't be read or written", "system's log"),
        ("SQLITE_CANTOPEN", "can't be opened", "exist"),
        ("SQLITE_MISUSE", "does not answer", "integrity_check"),
    ],
)
def test_every_error_of_sqlite_has_a_remedy(code: str, says: str, remedy: str) -> None:
    """By its primary code, wrapped by SQLAlchemy or not."""
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = getattr(sqlite3, code)
    error.sqlite_errorname = code
    for raised in (error, OperationalError("SELECT", {}, error)):
        made = translate(raised, "/data/x", kind=JournalError)
        assert isinstance(made, JournalError)
        assert says in str(made)
        assert code in str(made) or code == "SQLITE_MISUSE"
        assert remedy in made.remedy


def test_errors_of_the_system_have_remedies_too() -> None:
    """A full disk, a missing file; a store error stays what it is."""
    for number, says in (
        (28, "the disk is full"),
        (2, "does not exist"),
        (13, "may not be opened"),
        (5, "does not answer"),
    ):
        assert says in str(translate(OSError(number, os.strerror(number)), "/data/x"))
    same = StoreError("a", "b")
    assert translate(same, "/x") is same


def test_no_database_is_blamed_for_too_many_open_files(tmp_path: Path) -> None:
    """SQLite says only that it can't open one; the remedy is about the limit, not about backups and rights."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    made = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        for use in (lambda: sqlite3.connect(tmp_path / "x").execute("SELECT * FROM t"), (tmp_path / "x").read_bytes):
            try:
                use()
            except (sqlite3.Error, OSError) as error:
                made.append(translate(error, "/data/x"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(made) == 2
    assert all("can't be opened: too many files are open" in str(one) and "LimitNOFILE" in one.remedy for one in made)


def test_a_lock_keeps_others_out_and_is_given_back(tmp_path: Path) -> None:
    """Between threads as between processes."""
    path = tmp_path / "lock"
    first, second = FileLock(path), FileLock(path)
    assert first.take(wait=False)
    assert not second.take(wait=False)
    waiting = threading.Thread(target=second.take, kwargs={"wait": True})
    waiting.start()
    first.release()
    waiting.join(10)
    assert not waiting.is_alive()
    assert not first.take(wait=False)
    second.release()
