"""A version's numbers: one immutable SQLite file each, built aside."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Table, insert, literal_column, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from gatekeeper.errors import StoreError
from gatekeeper.lists.tables import about, cleared, contracts, numbers, version_metadata
from gatekeeper.registries.contract_row import ContractRow
from gatekeeper.storage.files import fsync_file
from gatekeeper.storage.sqlite.engine import open_aside, open_immutable, raw_connection
from gatekeeper.storage.sqlite.errors import translated
from gatekeeper.translation import marked, phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROWS = 900
"""Rows a statement inserts: few enough for every build of SQLite, and threads seldom wait for each other."""

_ASKED = 500
"""Numbers a statement asks for."""

_SLICE = 50_000

_REMEDY = marked("bring back an older version, or import the list again")


class About(NamedTuple):
    """What a version's file says of itself; the row in the main database says the same.

    Attributes:
        list: name of the list.
        version: of the list.
        build: token of this build.
        count: numbers in the file.
    """

    list: str
    version: int
    build: str
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs of a record


class VersionWriter:
    """Builds a version's file.

    Args:
        path: of the file, which must not exist. It is worthless until `finish` returned.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = open_aside(path)
        with translated(path):
            version_metadata.create_all(self._engine, [numbers, about])
            self._connection = raw_connection(self._engine)
            self._connection.execute("BEGIN")
        self.count = 0
        self.canary: int | None = None
        self.last = 0

    def write(self, ascending: "NDArray[np.uint64]") -> None:
        """Append numbers, all greater than those before.

        Several rows a statement, and the statement's work done without Python's lock: other threads go on meanwhile.
        """
        with translated(self._path):
            for start in range(0, len(ascending), _SLICE):
                self._insert(ascending[start : start + _SLICE].tolist())
        self.count += len(ascending)
        if len(ascending):
            if self.canary is None:
                self.canary = int(ascending[len(ascending) // 2])
            self.last = int(ascending[-1])

    def write_cleared(self, parts: "Iterable[tuple[NDArray[np.uint64], NDArray[np.uint64]]]") -> None:
        """Write the numbers of a wash list that may be called, ascending, and until when each may."""
        with translated(self._path):
            self._make(cleared)
            statement = str(insert(cleared).values(e164=0, until=0).compile(dialect=_QMARK))
            for ascending, untils in parts:
                rows = zip(ascending.tolist(), untils.tolist(), strict=True)
                self._connection.executemany(statement, rows)

    def write_contracts(self, rows: "Iterable[ContractRow]") -> None:
        """Write the contracts of a register, each once, in the order of `ContractRow`."""
        with translated(self._path):
            self._make(contracts)
            row = {"e164": 0, "principal": "", "subject": "", "since": 0, "until": 0}
            self._connection.executemany(str(insert(contracts).values(row).compile(dialect=_QMARK)), rows)

    def _make(self, table: Table) -> None:
        self._connection.execute(str(CreateTable(table).compile(dialect=_QMARK)))

    def _insert(self, rows: list[int]) -> None:
        execute = self._connection.execute
        full = len(rows) - len(rows) % _ROWS
        for start in range(0, full, _ROWS):
            execute(_INSERT_MANY, rows[start : start + _ROWS])
        if full < len(rows):
            self._connection.executemany(_INSERT_ONE, ([row] for row in rows[full:]))

    def finish(self, name: str, version: int, build: str) -> About:
        """Complete the file and sync it to the disk."""
        made = About(name, version, build, self.count)
        with translated(self._path):
            statement = str(insert(about).values(key="k", value="v").compile(dialect=_QMARK))
            self._connection.executemany(statement, [(key, str(value)) for key, value in made._asdict().items()])
            self._connection.execute("COMMIT")
            self._connection.close()
            fsync_file(self._path)
        return made

    def close(self) -> None:
        """Give up the connection, finished or not."""
        self._connection.close()
        self._engine.dispose()


class VersionFile:
    """A finished version, opened to look numbers up.

    Args:
        path: of the file.

    Raises:
        StoreError: it is missing or unreadable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = open_immutable(path)
        with translated(path):
            self._connection = raw_connection(self._engine)
            try:
                self.about = _about(self._connection)
            except BaseException:
                self._connection.close()
                raise
        self._execute = self._connection.cursor().execute

    def holds(self, number: int) -> bool:
        """Whether the number is in it.

        Raises:
            sqlite3.Error: the file is damaged.
        """
        return self._execute(_SELECT_ONE, (number,)).fetchone() is not None

    def holding(self, wanted: Iterable[int]) -> set[int]:
        """Those of the numbers that are in it."""
        numbers = list(wanted)
        found: set[int] = set()
        with translated(self.path):
            full = len(numbers) - len(numbers) % _ASKED
            for start in range(0, full, _ASKED):
                found.update(row[0] for row in self._execute(_SELECT_MANY, numbers[start : start + _ASKED]))
            found.update(number for number in numbers[full:] if self.holds(number))
        return found

    def ascending(self) -> Iterator[int]:
        """Every number."""
        with translated(self.path):
            for (number,) in self._connection.execute(_SELECT_ALL):
                yield number

    def ranges(self) -> "Iterator[NDArray[np.uint64]]":
        """Every number, as arrays. Needs NumPy."""
        import numpy as np  # serving does without

        with translated(self.path):
            answer = self._connection.execute(_SELECT_ALL)
            while rows := answer.fetchmany(_SLICE):
                yield np.array(rows, np.uint64).reshape(-1)

    def cleared_ranges(self) -> "Iterator[tuple[NDArray[np.uint64], NDArray[np.uint64]]]":
        """Of a wash list: who may be called and until when, as arrays. Needs NumPy."""
        import numpy as np  # serving does without

        with translated(self.path):
            answer = self._connection.execute(_SELECT_CLEARED)
            while rows := answer.fetchmany(_SLICE):
                both = np.array(rows, np.uint64)
                yield both[:, 0].copy(), both[:, 1].copy()

    def cleared_until(self, number: int) -> int:
        """Of a wash list: until when the number may be called, in microseconds since the epoch; 0 where it is not said.

        Raises:
            sqlite3.Error: the file is damaged.
        """
        row = self._execute(_SELECT_UNTIL, (number,)).fetchone()
        return 0 if row is None else int(row[0])

    def cleared_among(self, wanted: "Iterable[int]", at: int) -> set[int]:
        """Of a wash list: those of the numbers that may be called at a moment."""
        asked = list(wanted)
        found: set[int] = set()
        with translated(self.path):
            full = len(asked) - len(asked) % _ASKED
            for start in range(0, full, _ASKED):
                rows = self._execute(_SELECT_CLEARED_AMONG, (*asked[start : start + _ASKED], at))
                found.update(row[0] for row in rows)
            found.update(number for number in asked[full:] if self.cleared_until(number) > at)
        return found

    def contracts_of(self, number: int) -> list[ContractRow]:
        """Of a contract register: what it has of a number.

        Raises:
            sqlite3.Error: the file is damaged.
        """
        return [ContractRow(*row) for row in self._execute(_SELECT_CONTRACTS, (number,)).fetchall()]

    def problems(self) -> list[str]:
        """Reads the whole file; says what is wrong with it."""
        try:
            found = [str(row[0]) for row in self._connection.execute("PRAGMA integrity_check(10)")]
            counted = self._connection.execute(f"SELECT count(*) FROM {numbers.name}").fetchone()[0]  # noqa: S608
        except sqlite3.Error as error:
            return [f"{self.path}: {error}"]
        problems = [f"{self.path}: {text}" for text in found if text != "ok"]
        if counted != self.about.count:
            problems.append(
                phrase(
                    "{path} does not hold what was imported: numbers in it {count}, imported {imported}",
                    path=self.path,
                    count=counted,
                    imported=self.about.count,
                )
            )
        return problems

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
        self._engine.dispose()


def open_version(path: Path, name: str, version: int, build: str) -> VersionFile:
    """Open a version's file and make sure that it is the one the main database means.

    Raises:
        StoreError: it is missing, unreadable or another.
    """
    file = VersionFile(path)
    if (file.about.list, file.about.version, file.about.build) != (name, version, build):
        file.close()
        raise StoreError(
            phrase("{path} is not version {version} of the list {name}", path=path, version=version, name=name),
            phrase(_REMEDY),
        )
    return file


def _about(connection: sqlite3.Connection) -> About:
    try:
        found = dict(connection.execute(_SELECT_ABOUT).fetchall())
        return About(found["list"], int(found["version"]), found["build"], int(found["count"]))
    except (KeyError, ValueError) as error:
        raise StoreError(phrase("a list's version file does not say what it holds"), phrase(_REMEDY)) from error


_QMARK = sqlite.dialect(paramstyle="qmark")
_SELECT_ONE = str(select(literal_column("1")).select_from(numbers).where(numbers.c.e164 == 0).compile(dialect=_QMARK))
_SELECT_MANY = str(
    select(numbers.c.e164)
    .where(numbers.c.e164.in_([0] * _ASKED))
    .compile(dialect=_QMARK, compile_kwargs={"render_postcompile": True})
)
_SELECT_ALL = str(select(numbers.c.e164).order_by(numbers.c.e164).compile(dialect=_QMARK))
_SELECT_CLEARED = str(select(cleared.c.e164, cleared.c.until).order_by(cleared.c.e164).compile(dialect=_QMARK))
_SELECT_UNTIL = str(select(cleared.c.until).where(cleared.c.e164 == 0).compile(dialect=_QMARK))
_SELECT_CLEARED_AMONG = str(
    select(cleared.c.e164)
    .where(cleared.c.e164.in_([0] * _ASKED), cleared.c.until > 0)
    .compile(dialect=_QMARK, compile_kwargs={"render_postcompile": True})
)
_SELECT_CONTRACTS = str(
    select(*(contracts.c[name] for name in ContractRow._fields)).where(contracts.c.e164 == 0).compile(dialect=_QMARK)
)
_SELECT_ABOUT = str(select(about.c.key, about.c.value).compile(dialect=_QMARK))
_INSERT_ONE = str(insert(numbers).values(e164=0).compile(dialect=_QMARK))
_INSERT_MANY = str(insert(numbers).values([{"e164": 0}] * _ROWS).compile(dialect=_QMARK))
