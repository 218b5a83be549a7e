"""The CRM's database: opens it, and turns its errors into ours."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from gatekeeper.errors import ContactsError
from gatekeeper.translation import phrase

_Result = TypeVar("_Result")

# By the name in front of `://`: the driver that is taken where none is named, its module, and the extra that brings it.
_DRIVERS = {
    "mysql": ("mysql+pymysql", "pymysql", "mysql"),
    "mariadb": ("mariadb+pymysql", "pymysql", "mysql"),
    "postgresql": ("postgresql+psycopg", "psycopg", "postgresql"),
    "postgres": ("postgresql+psycopg", "psycopg", "postgresql"),
}
_AGAIN_MYSQL = frozenset({1205, 1213})
"""Lock wait timeout, deadlock: the transaction was undone and may be tried again."""
_AGAIN_SQLSTATE = frozenset({"40001", "40P01", "55P03"})
_ATTEMPTS = 6
_PAUSE = 0.2


def shown_url(given: str) -> str:
    """An address without its password.

    Raises:
        ContactsError: it is none.
    """
    return _url(given).render_as_string(hide_password=True)


def open_database(given: str) -> Engine:
    """An engine on a database; nothing is opened yet.

    Every transaction sees what others committed before each of its statements, and no more than that is locked.

    Raises:
        ContactsError: it is not an address, the driver is not installed, or the SQLite file is not there.
    """
    url = _url(given)
    if url.get_backend_name() == "sqlite":
        if not url.database or not Path(url.database).is_file():
            raise ContactsError(phrase("there is no SQLite file {database!r}", database=url.database))
        # The write lock is taken at the beginning: a transaction that reads and then writes can't be refused half-way.
        return create_engine(url, hide_parameters=True, connect_args={"timeout": 30, "isolation_level": "IMMEDIATE"})
    return create_engine(url, hide_parameters=True, isolation_level="READ COMMITTED", pool_pre_ping=True)


def _url(given: str) -> URL:
    try:
        url = make_url(given)
        backend = url.drivername.partition("+")[0]
        if "+" not in url.drivername and backend in _DRIVERS:
            url = url.set(drivername=_DRIVERS[backend][0])
        url.get_dialect()
    except NoSuchModuleError:
        raise ContactsError(
            phrase("there is no support for databases of the kind {drivername!r}", drivername=url.drivername)
        ) from None
    except ArgumentError:
        raise ContactsError(
            phrase("that is no address of a database; they look like mysql://user:password@host/database")
        ) from None
    _, module, extra = _DRIVERS.get(backend, ("", "", ""))
    if module and url.drivername == _DRIVERS[backend][0] and find_spec(module) is None:
        raise ContactsError(
            phrase(
                "{module} is not installed, which this database needs: pip install 'asterisk-gatekeeper[{extra}]'",
                module=module,
                extra=extra,
            )
        )
    return url


@contextmanager
def told(where: str) -> Iterator[None]:
    """Let a database's errors out as `ContactsError`s that say where."""
    try:
        yield
    except DBAPIError as error:
        raise ContactsError(phrase("{where}: {message}", where=where, message=_message(error))) from error
    except SQLAlchemyError as error:
        raise ContactsError(phrase("{where}: {error}", where=where, error=error)) from error


def _message(error: DBAPIError) -> str:
    """What the database says; its first line, which names no values that we did not send."""
    arguments = getattr(error.orig, "args", ())
    text = str(arguments[-1]) if arguments else type(error.orig).__name__
    return text.strip().splitlines()[0][:300] if text.strip() else type(error.orig).__name__


def retried(work: Callable[[], _Result]) -> _Result:
    """Do a transaction, again where the database undid it for the sake of another one."""
    for attempt in range(_ATTEMPTS):
        try:
            return work()
        except DBAPIError as error:
            if attempt == _ATTEMPTS - 1 or not _may_be_repeated(error):
                raise
            time.sleep(_PAUSE * (attempt + 1))
    raise AssertionError("not reached")


def _may_be_repeated(error: DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    code = cause.args[0] if cause is not None and cause.args else None
    return code in _AGAIN_MYSQL or getattr(cause, "sqlstate", None) in _AGAIN_SQLSTATE
