"""The list store: administration of the lists for the command line, and the daemon's housekeeping."""

import contextlib
import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, Row, insert, select, update

from gatekeeper.clock import now_micros
from gatekeeper.closeable import Closeable
from gatekeeper.errors import ListError, StoreError
from gatekeeper.lists.ledger import answers, news, of_number
from gatekeeper.lists.ledger import overlay as by_hand
from gatekeeper.lists.ledger import status as report
from gatekeeper.lists.ledger import versions as history
from gatekeeper.lists.ledger.answers import AnswerRecord
from gatekeeper.lists.ledger.changes import ListChange, latest_changes, read_changes
from gatekeeper.lists.ledger.in_force import open_base, opened_base, version_row
from gatekeeper.lists.ledger.news import ListNews, ListsReached
from gatekeeper.lists.ledger.of_number import RegisteredContract, VersionHolding
from gatekeeper.lists.model import (
    RED_LIST,
    Activation,
    ListKind,
    ListStatus,
    Membership,
    VersionDiff,
    VersionInfo,
    check_name,
)
from gatekeeper.lists.paths import JOURNAL_BESIDE, Layout
from gatekeeper.lists.tables import lists, overlay
from gatekeeper.lists.version.file import VersionFile
from gatekeeper.ownership import make_folder
from gatekeeper.registries.contract_row import ContractRow, principal_key
from gatekeeper.registries.query.source import QueryAnswer, QuerySubject
from gatekeeper.registries.reading.options import ImportOptions, ImportReport, Progress
from gatekeeper.storage import FileLock, begin_immediate, migrate, open_engine, translated
from gatekeeper.translation import phrase

MIGRATIONS = "gatekeeper.lists.migrations"

_DEFAULTS = ImportOptions()
_LARGEST = 10**15
"""E.164 numbers have at most 15 digits."""

_Change = Callable[[Connection, Row[Any], VersionFile | None, list[int], by_hand.ChangeNote], int]


class ListStore(Closeable):
    """The lists in a data folder. Any number of processes may use one at the same time.

    Makes the folder, the database and the red list where they are missing.

    Args:
        data_dir: the data folder.
        busy_timeout_ms: how long to wait for another process that is writing.
        anew: whether a person has said that the database may begin empty beside a journal that is there.

    Raises:
        StoreError: the folder or the database can't be used.
    """

    def __init__(self, data_dir: Path, *, busy_timeout_ms: int = 5000, anew: bool = False) -> None:
        self._layout = Layout(Path(data_dir))
        path = self._layout.database
        with translated(self._layout.data_dir):
            make_folder(self._layout.data_dir)
            self._refuse_to_forget(anew=anew)
        # FULL: an addition that returned survives a power cut.
        self._engine: Engine = open_engine(
            path, synchronous="FULL", busy_timeout_ms=busy_timeout_ms, signal=self._layout.signal
        )
        with translated(path):
            migrate(self._engine, MIGRATIONS)
        self.ensure(RED_LIST, ListKind.RED)

    def _refuse_to_forget(self, *, anew: bool) -> None:
        """Refuse an empty database where there was one before: it would allow calls to everybody on the red list.

        Versions of lists tell it, and a journal, which is made after the lists.
        """
        path = self._layout.database
        if path.exists() and path.stat().st_size > 0:
            return
        if any(self._layout.folder("").glob("*/*.sqlite3")):
            what = phrase("empty") if path.exists() else phrase("missing")
            raise StoreError(
                phrase(
                    "{path} is {what}, but {folder} has versions of lists",
                    path=path,
                    what=what,
                    folder=self._layout.folder(""),
                ),
                phrase("restore it from a backup; to begin anew, move that folder away"),
            )
        journal = self._layout.data_dir / JOURNAL_BESIDE
        if not anew and journal.exists() and journal.stat().st_size > 0:
            raise StoreError(
                phrase(
                    "{path} is {what}, but there is a journal beside it, so that the red list was lost",
                    path=path,
                    what=phrase("empty") if path.exists() else phrase("missing"),
                ),
                phrase("restore it from a backup; to begin with an empty red list, run `gatekeeper init --keep`"),
            )

    def ensure(self, name: str, kind: ListKind, title: str | None = None) -> None:
        """Make a list, or set the title of one that is there.

        Raises:
            ListError: the name can't be one, or the list is there with another kind.
            StoreError: the database can't be used.
        """
        check_name(name)
        with translated(self._layout.database):
            with self._engine.connect() as connection:
                row = connection.execute(select(lists).where(lists.c.name == name)).one_or_none()
            if row is None or (title is not None and row.title != title):
                with begin_immediate(self._engine) as connection:
                    row = self._ensure(connection, name, kind, title)
        if row.kind != kind:
            raise ListError(
                phrase(
                    "the list {name} is there as {kind}, it can't become {wanted}: choose another name",
                    name=name,
                    kind=row.kind,
                    wanted=kind,
                )
            )

    def _ensure(self, connection: Connection, name: str, kind: ListKind, title: str | None) -> Row[Any]:
        query = select(lists).where(lists.c.name == name)
        row = connection.execute(query).one_or_none()
        if row is None:
            connection.execute(
                insert(lists).values(name=name, kind=kind.value, title=title or "", created_at=now_micros())
            )
        elif title is not None and row.kind == kind:
            connection.execute(update(lists).where(lists.c.id == row.id).values(title=title))
        return connection.execute(query).one()

    def import_file(
        self,
        given: Path | BinaryIO,
        name: str,
        *,
        options: ImportOptions = _DEFAULTS,
        progress: Callable[[Progress], None] | None = None,
    ) -> ImportReport:
        """Replace a list's imported numbers by those of a file: all of it or nothing.

        What becomes of changes made by hand is told in `gatekeeper.lists.importing.importer`.

        Args:
            given: the file's path, or a binary stream.
            name: of the list.
            options: how to read the file.
            progress: is told how far it is, some times a second; an exception from it stops the import.

        Raises:
            ImportRefused: nothing was changed; the text says why and what to do.
            UnknownListError: there is no such list.
            StoreError: a database or the disk failed; nothing was changed.
        """
        # Imported here: it needs NumPy, which serving and the other commands do without.
        from gatekeeper.lists.importing.importer import Importer

        self._row(name)
        return Importer(self._engine, self._layout, name, options, progress).run(given)

    def add(self, name: str, numbers: Iterable[int], *, by: str, note: str = "") -> int:
        """List numbers by hand. When this returns they are in force for the next call, and on the disk.

        Args:
            name: of the list.
            numbers: E.164 without plus.
            by: who lists them, for the record.
            note: why, for the record.

        Returns:
            How many are newly listed.

        Raises:
            ListError: there is no such list, or a number is none. Then nothing was changed.
            StoreError: the database can't be written. Then nothing was changed.
        """
        return self._change(by_hand.add, name, numbers, by, note)

    def add_contract(self, name: str, contract: ContractRow, *, by: str, note: str = "") -> None:
        """Write a contract down in a register by hand. When this returns it is in force, and on the disk.

        Args:
            name: of the register.
            contract: its number, with whom, what about, from when until when.
            by: who writes it down, for the record.
            note: why, for the record.

        Raises:
            ListError: there is no such register, or the contract is over before it begins. Then nothing was changed.
            StoreError: the database can't be written. Then nothing was changed.
        """
        if contract.until <= contract.since or not 0 < contract.e164 < _LARGEST:
            raise ListError(phrase("a contract is of a number, and ends after it begins; nothing was changed"))
        kept = contract._replace(principal=principal_key(contract.principal), subject=principal_key(contract.subject))
        with translated(self._layout.database), begin_immediate(self._engine) as connection:
            row = by_hand.list_row(connection, name)
            if row.kind != ListKind.CONTRACT:
                raise ListError(
                    phrase(
                        "the list {name} is of the kind {kind}: a contract stands in a register of them",
                        name=name,
                        kind=row.kind,
                    )
                )
            with opened_base(connection, self._layout, row) as base:
                by_hand.add_contract(connection, row, base, kept, by_hand.ChangeNote(now_micros(), by, note))

    def remove(self, name: str, numbers: Iterable[int], *, by: str, note: str = "") -> int:
        """Unlist numbers by hand, those of the imported version, too. Parameters and errors as of `add`.

        Returns:
            How many were listed and no longer are.
        """
        return self._change(by_hand.remove, name, numbers, by, note)

    def take_back(self, name: str, numbers: Iterable[int], *, by: str, note: str = "") -> int:
        """Unlist numbers by hand, but for those that a registry's imported version holds. Otherwise as `remove`."""
        return self._change(by_hand.take_back, name, numbers, by, note)

    def _change(self, change: _Change, name: str, numbers: Iterable[int], by: str, note: str) -> int:
        wanted = sorted(set(numbers))
        if any(not 0 < number < _LARGEST for number in wanted):
            raise ListError(
                phrase("a number to list must be a whole number of 1 to 15 digits (E.164 without the plus)")
            )
        with translated(self._layout.database), begin_immediate(self._engine) as connection:
            row = by_hand.list_row(connection, name)
            if row.kind == ListKind.CONTRACT and change is by_hand.add:
                raise ListError(
                    phrase(
                        "the list {name} is a register of contracts: write the number's contract down (on the desk, "
                        "or by `/v1`), or import one that has it",
                        name=name,
                    )
                )
            with opened_base(connection, self._layout, row) as base:
                return change(connection, row, base, wanted, by_hand.ChangeNote(now_micros(), by, note))

    def keep_answers(self, name: str, given: Sequence[tuple[QuerySubject, QueryAnswer]], asked_at: int) -> None:
        """Keep what a registry that was asked said of numbers, beside what it said before: all of it or nothing.

        Raises:
            ListError: there is no such list, or it is of another kind.
            StoreError: the database can't be written.
        """
        with translated(self._layout.database), begin_immediate(self._engine) as connection:
            answers.keep(connection, name, given, asked_at)

    def answers(self, number: int) -> list[AnswerRecord]:
        """Everything that registries were asked about a number, and answered, oldest first."""
        with translated(self._layout.database), self._engine.begin() as connection:
            return answers.of_number(connection, number)

    def show(self, number: int) -> list[Membership]:
        """What the lists have on a number: every list that has it now, or had it."""
        with translated(self._layout.database), self._engine.begin() as connection:
            rows = connection.execute(select(lists).order_by(lists.c.name)).all()
            found = [report.membership(connection, self._layout, row, number, now_micros()) for row in rows]
        return [one for one in found if one.listed or one.changes or one.cleared_until is not None]

    def holdings(self, number: int) -> list[VersionHolding]:
        """Which versions that are still there hold a number; see `ledger/of_number.py`."""
        with translated(self._layout.database), self._engine.begin() as connection:
            return of_number.holdings(connection, self._layout, number)

    def contracts(self, number: int) -> list[RegisteredContract]:
        """The contracts of a number in the registers as they are in force, ended by hand or not."""
        with translated(self._layout.database), self._engine.begin() as connection:
            return of_number.contracts(connection, self._layout, number)

    def changes(self, name: str = "", since: int = 0, until: int | None = None) -> Iterator[ListChange]:
        """The changes by hand to a list, or to all, in their order.

        Args:
            name: of the list; "" for all.
            since: the earliest time, itself included, in microseconds since the epoch.
            until: the latest time, itself excluded.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the database can't be read.
        """
        with translated(self._layout.database):
            if name:
                self._row(name)
            yield from read_changes(self._engine, name, since, until)

    def changes_after(self, ident: int, most: int) -> Sequence[ListNews]:
        """The changes by hand to all lists behind a number, at most so many."""
        with translated(self._layout.database), self._engine.connect() as connection:
            return news.changes_after(connection, ident, most)

    def activations_after(self, ident: int, most: int) -> Sequence[ListNews]:
        """The versions that were put in force behind a number, at most so many."""
        with translated(self._layout.database), self._engine.connect() as connection:
            return news.activations_after(connection, ident, most)

    def reached(self) -> ListsReached:
        """The numbers of the newest of both."""
        with translated(self._layout.database), self._engine.connect() as connection:
            return news.reached(connection)

    def latest_changes(self, name: str, *, before: int | None = None, limit: int = 50) -> list[ListChange]:
        """The newest changes by hand to a list, the newest first.

        Args:
            name: of the list.
            before: only those with a smaller number; None for the newest there are.
            limit: how many at most.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the database can't be read.
        """
        with translated(self._layout.database), self._engine.begin() as connection:
            return latest_changes(connection, by_hand.list_row(connection, name), before, limit)

    def status(self) -> list[ListStatus]:
        """Every list, by name."""
        with translated(self._layout.database), self._engine.begin() as connection:
            rows = connection.execute(select(lists).order_by(lists.c.name)).all()
            return [report.status(connection, self._layout, row) for row in rows]

    def versions(self, name: str) -> list[VersionInfo]:
        """Every version of a list that ever was, newest first.

        Raises:
            UnknownListError: there is no such list.
        """
        with translated(self._layout.database), self._engine.begin() as connection:
            return history.infos(connection, self._layout, name)

    def activations(self, name: str) -> list[Activation]:
        """Which version was put in force when, by whom and why, newest first.

        Raises:
            UnknownListError: there is no such list.
        """
        with translated(self._layout.database), self._engine.begin() as connection:
            return history.activations_of(connection, name)

    def diff(self, name: str, old: int, new: int, out: Path | None = None) -> VersionDiff:
        """Compare two versions; see `gatekeeper.lists.ledger.versions.diff`."""
        with translated(self._layout.database):
            return history.diff(self._engine, self._layout, name, old, new, out)

    def rollback(self, name: str, version: int | None = None, *, by: str, note: str = "") -> int:
        """Put an older version in force again, for the very next call; see `ledger/versions.py`."""
        with translated(self._layout.database):
            self._row(name)
            with self._not_importing(name):
                return history.rollback(self._engine, self._layout, name, version, (by, note))

    @contextlib.contextmanager
    def _not_importing(self, name: str) -> Iterator[None]:
        folder = self._layout.folder(name)
        make_folder(folder)
        lock = FileLock(self._layout.lock(name))
        if not lock.take(wait=False):
            raise ListError(phrase("an import into the list {name} is running: wait for it to end", name=name))
        try:
            yield
        finally:
            lock.release()

    def numbers(self, name: str) -> Iterator[int]:
        """Every number that is listed, in ascending order."""
        with translated(self._layout.database), self._engine.begin() as connection:
            row = by_hand.list_row(connection, name)
            query = select(overlay.c.number, overlay.c.op).where(overlay.c.list_id == row.id)
            hand = {number: op for number, op in connection.execute(query)}  # noqa: C416 - rows, not pairs
            base = open_base(connection, self._layout, row)
        added = sorted(number for number, op in hand.items() if op == by_hand.ADD)
        with contextlib.ExitStack() as stack:
            imported: Iterator[int] = iter(())
            if base is not None:
                stack.callback(base.close)
                imported = (number for number in base.ascending() if number not in hand)
            yield from _merged(imported, iter(added))

    def verify(self, name: str) -> list[str]:
        """Read a list's files whole and say what is wrong with them; takes about a second for 10 million numbers."""
        with translated(self._layout.database), self._engine.begin() as connection:
            row = by_hand.list_row(connection, name)
            if not row.version:
                return []
            build = version_row(connection, row).build
            try:
                with opened_base(connection, self._layout, row) as base:
                    problems = base.problems() if base else []
            except StoreError as error:
                problems = [str(error)]
        problem = report.filter_problem(self._layout, row, build, deeply=True)
        return [*problems, problem] if problem else problems

    def rebuild_filter(self, name: str) -> bool:
        """Make a list's filter anew from its exact store, if the list has an imported version."""
        # Imported here: it needs NumPy.
        from gatekeeper.lists.version.rebuild import rebuild_filter

        row = self._row(name)
        if row.version:
            rebuild_filter(self._layout, name, row.version)
        return bool(row.version)

    def sweep(self) -> list[Path]:
        """Remove what killed imports left behind; lists with an import running are passed over."""
        from gatekeeper.lists.ledger.orphans import sweep

        removed: list[Path] = []
        with translated(self._layout.data_dir):
            folders = sorted(path for path in self._layout.folder("").glob("*") if path.is_dir())
            for folder in folders:
                lock = FileLock(self._layout.lock(folder.name))
                if lock.take(wait=False):
                    try:
                        removed.extend(sweep(self._engine, self._layout, folder.name))
                    finally:
                        lock.release()
        return removed

    def close(self) -> None:
        """Close the store."""
        self._engine.dispose()

    def _row(self, name: str) -> Row[Any]:
        with translated(self._layout.database), self._engine.begin() as connection:
            return by_hand.list_row(connection, name)


def _merged(one: Iterator[int], other: Iterator[int]) -> Iterator[int]:
    """Two ascending sequences without a number in common, as one."""
    return heapq.merge(one, other)
