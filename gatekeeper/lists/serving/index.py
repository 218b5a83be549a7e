"""The list index: looks numbers up in the lists in force, and follows their changes."""

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Self

from sqlalchemy.exc import DBAPIError

from gatekeeper.errors import StoreError, UnknownListError, UnreadableError
from gatekeeper.lists.model import Listing, ListState
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.serving.catalog import Catalog, HandContract
from gatekeeper.lists.serving.coverage import not_covering
from gatekeeper.lists.serving.lookup import exactly, find
from gatekeeper.lists.serving.snapshot import Snapshot
from gatekeeper.lists.version.bloom import SavedFilter
from gatekeeper.lists.version.file import VersionFile
from gatekeeper.registries.contract_row import ContractRow, principal_key
from gatekeeper.registries.query.terms import KeptAnswer
from gatekeeper.storage.change_signal import LOOK_AGAIN_S, ChangeListener
from gatekeeper.storage.files import FileStamp, stamp
from gatekeeper.storage.sqlite.errors import translate
from gatekeeper.translation import phrase, retold

if TYPE_CHECKING:
    from gatekeeper.lists.serving.bulk import BulkIndex

_LOOK = LOOK_AGAIN_S
"""Seconds between looks at what SQLite does not tell: replaced files, rebuilt filters."""

_RETRY = 0.1
"""Seconds between attempts to open what could not be opened."""


class OpenList(NamedTuple):
    """What an index has open of a list, for asking many numbers at once (`gatekeeper.lists.serving.bulk`).

    Attributes:
        by_hand: number to whether it is listed by hand (or unlisted); not to be changed.
        filter: of the imported version; None where there is none to rely on.
        file: the imported version; None before the first import.
        listing: the answer for a number that is listed.
    """

    by_hand: Mapping[int, bool]
    filter: SavedFilter | None
    file: VersionFile | None
    listing: Listing


class ListIndex:
    """The lists in a data folder, for one thread that asks.

    `refresh` before each decision makes that decision rest on everything that any process of Gatekeeper's had committed
    and told of by then (`gatekeeper.storage.change_signal`); on what others committed, a fifth of a second later.
    When something can't be read any more, `refresh` and `find` raise `StoreError` until it is mended; then they answer
    again by themselves.

    Args:
        data_dir: the data folder.
        rebuild: start a process that rebuilds a filter where none fits; else the exact store alone goes on answering.
    """

    def __init__(self, data_dir: Path, *, rebuild: bool = True) -> None:
        self._layout = Layout(Path(data_dir))
        self._snapshot = Snapshot(self._layout, rebuild=rebuild)
        self._catalog: Catalog | None = None
        self._stamp: FileStamp = (0, 0, 0)
        self._seen = -1
        self._look_at = 0.0
        self._trouble: StoreError | None = None
        self._retry_at = 0.0
        self._fresh = True
        self._signal = ChangeListener(self._layout.signal)
        self._again = True

    @classmethod
    def open(cls, data_dir: Path, *, rebuild: bool = True, patient: bool = False) -> Self:
        """Open the lists for serving; reads no list, only what is in force.

        Args:
            data_dir: the data folder.
            rebuild: start a process that rebuilds a filter where none fits.
            patient: where they can't be opened, give an index that raises `StoreError` until they are mended.

        Raises:
            StoreError: they can't be opened, and `patient` is not set.
        """
        index = cls(data_dir, rebuild=rebuild)
        try:
            index._reopen()
        except (StoreError, sqlite3.Error, DBAPIError, OSError) as error:
            if not patient:
                index.close()
                raise translate(error, index._layout.database) from error
            index._fail(error)
        index._fresh = False
        return index

    def refresh(self) -> bool:
        """Take over what other processes committed; some 2 µs where nobody signalled a change.

        Returns:
            Whether anything changed: states, fingerprint, or the recovery from trouble.

        Raises:
            StoreError: the lists can't be read. The next call tries again.
        """
        if self._trouble is not None and time.monotonic() < self._retry_at:
            # Outside of what follows: a question must not put the next attempt off.
            raise self._trouble_again(self._trouble)
        try:
            if self._trouble is not None:
                return self._recover()
            catalog = self._open_catalog()
            changed = False
            look = time.monotonic() >= self._look_at
            # Read first: what is committed while SQLite is asked is signalled again.
            if self._signal.changed() or look or self._again:
                self._again = True
                seen = catalog.data_version()
                if seen != self._seen:
                    changed = self._catch_up(catalog)
                    self._seen = seen
                # Only now: what fails half-way is to be done again.
                self._again = False
            if look:
                changed = self._look() or changed
        except (StoreError, sqlite3.Error, DBAPIError, OSError) as error:
            raise self._fail(error) from error
        return changed

    def _open_catalog(self) -> Catalog:
        if self._catalog is None:
            raise StoreError(
                phrase("{database} is closed", database=self._layout.database), phrase("open the index again")
            )
        return self._catalog

    @property
    def fingerprint(self) -> str:
        """Which version of which list answers rest on: `bloctel@12 red@0+3`. One object until `refresh` says true."""
        return self._snapshot.fingerprint

    def states(self) -> Mapping[str, ListState]:
        """Every list as it is in force, by name."""
        return MappingProxyType(self._snapshot.states)

    def false_hits(self) -> Mapping[str, int]:
        """By list, how many numbers its filters have let pass that its exact store did not hold."""
        return {name: counted[0] for name, counted in tuple(self._snapshot.misses.items())}

    def find(self, number: int, lists: Sequence[str], /) -> Listing | None:
        """The first of the lists that holds the number; None where none does.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        if self._trouble is not None:
            raise self._trouble_again(self._trouble)
        try:
            return find(self._snapshot.lookups, number, lists)
        except KeyError as error:
            raise self._unknown(str(error.args[0])) from None
        except UnreadableError as error:
            raise self._unreadable(error) from error

    def cleared(self, number: int, name: str, at: int, /) -> bool:
        """Whether a wash list says that the number may be called at a moment.

        That it is not marked, or put on the list by hand, is asked by `find`.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        file = self.opened(name).file
        return file is not None and self._exactly(name, lambda wanted: file.cleared_until(wanted) > at, number)

    def answers(self, number: int, name: str, /) -> Sequence[KeptAnswer]:
        """What a registry that is asked said of a number, newest first; which of it counts is not judged here.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        self.opened(name)
        try:
            return self._open_catalog().answers(self._snapshot.rows[name].id, number)
        except sqlite3.Error as error:
            raise self._fail(error) from error

    def uncovered(self, number: int, lists: Sequence[str], /) -> Listing | None:
        """The list that ought to cover the number and does not (see `coverage.py`); None where one does."""
        name = not_covering(number, ((name, self._snapshot.coverage.get(name)) for name in lists))
        return None if name is None else self.opened(name).listing

    def contract(
        self, number: int, lists: Sequence[str], principal: str, subjects: Sequence[str], at: int, /
    ) -> Listing | None:
        """The first of the contract registers that has a contract of the number with a company, running at a moment.

        Args:
            number: E.164.
            lists: names of registers.
            principal: the company.
            subjects: what the contract must be about, any of these; none for whatever.
            at: the moment, in microseconds since the epoch.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        key, wanted = principal_key(principal), {principal_key(subject) for subject in subjects}
        for name in lists:
            # Asked first: it is answered by the filter for most, and it knows what was removed by hand.
            listing = self.find(number, (name,))
            if listing is not None and any(
                row.principal == key and row.since <= at < row.until and (not wanted or row.subject in wanted)
                for row in self._contracts(name, number)
            ):
                return listing
        return None

    def contract_begins(self, number: int, lists: Sequence[str], principal: str, after: int, /) -> int:
        """The first later moment at which a contract of the number with a company begins; 0 where none does.

        Args:
            number: E.164.
            lists: names of registers.
            principal: the company.
            after: the moment, in microseconds since the epoch.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        key = principal_key(principal)
        return min(
            (
                row.since
                for name in lists
                if self.find(number, (name,)) is not None
                for row in self._contracts(name, number)
                if row.principal == key and row.since > after
            ),
            default=0,
        )

    def _contracts(self, name: str, number: int) -> list[ContractRow]:
        """What a register has of a number that it holds."""
        opened = self.opened(name)
        hand = self._by_hand(name, number) if opened.by_hand.get(number) else []
        rows = [one.row for one in hand]
        if opened.file is not None and not any(one.alone for one in hand):
            file = opened.file

            def read(wanted: int) -> bool:
                rows.extend(file.contracts_of(wanted))
                return True

            self._exactly(name, read, number)
        return rows

    def _by_hand(self, name: str, number: int) -> list[HandContract]:
        """The contracts of a number that were written down by hand; asked for those numbers only."""
        try:
            return self._open_catalog().contracts(self._snapshot.rows[name].id, number)
        except sqlite3.Error as error:
            raise self._fail(error) from error

    def bulk(self) -> "BulkIndex":
        """The same lists, asked many numbers at a time."""
        from gatekeeper.lists.serving.bulk import BulkIndex  # brings NumPy in, which serving does without

        return BulkIndex(self)

    def opened(self, name: str) -> OpenList:
        """What is open of a list; good until `refresh`.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        if self._trouble is not None:
            raise self._trouble_again(self._trouble)
        if name not in self._snapshot.lookups:
            raise self._unknown(name)
        lookup, version = self._snapshot.lookups[name], self._snapshot.version_of(name)
        return OpenList(
            lookup.by_hand, version.filter if version else None, version.file if version else None, lookup.listing
        )

    def _exactly(self, name: str, holds: Callable[[int], bool], number: int) -> bool:
        try:
            return exactly(name, holds, number)
        except UnreadableError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: UnreadableError) -> StoreError:
        self._snapshot.mark_suspect(error.name)
        return self._fail(error.cause)

    def _unknown(self, name: str) -> UnknownListError:
        return UnknownListError(
            phrase(
                "there is no list {name!r}: there are {names}",
                name=name[:40],
                names=", ".join(sorted(self._snapshot.lookups)),
            )
        )

    def close(self) -> None:
        """Close everything; a filter's rebuilding is stopped."""
        self._release()
        self._signal.close()
        self._snapshot.forget()

    def _release(self) -> None:
        self._snapshot.release()
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None

    # Trouble and recovery.

    def _fail(self, error: BaseException) -> StoreError:
        trouble = translate(error, self._layout.database)
        self._trouble = trouble
        self._retry_at = time.monotonic() + _RETRY
        return trouble

    def _trouble_again(self, trouble: StoreError) -> StoreError:
        """The same error anew: one object raised over and over would gather all their tracebacks."""
        again = StoreError(retold(trouble))
        again.remedy = trouble.remedy
        return again

    def _recover(self) -> bool:
        self._release()
        self._reopen()
        self._trouble = None
        return True

    # Taking over what is in force.

    def _reopen(self) -> None:
        """Open the database anew; versions that are open and still in force stay open."""
        opened = stamp(self._layout.database)
        catalog = Catalog(self._layout.database)
        try:
            seen = catalog.data_version()
            rows = {row.name: row for row in catalog.rows()}
            self._snapshot.take(catalog, rows, at_once=not self._snapshot.served and self._fresh)
        except BaseException:
            catalog.close()
            raise
        if self._catalog is not None:
            self._catalog.close()
        self._catalog, self._stamp, self._seen = catalog, opened, seen
        self._look_at = time.monotonic() + _LOOK

    def _catch_up(self, catalog: Catalog) -> bool:
        """Read what is in force now; true where it is not what it was."""
        rows = {row.name: row for row in catalog.rows()}
        if rows == self._snapshot.rows:
            return False
        self._snapshot.take(catalog, rows, at_once=False)
        return True

    def _look(self) -> bool:
        """Look at the files: was one replaced, damaged or rebuilt?"""
        self._look_at = time.monotonic() + _LOOK
        self._signal.look()
        changed = False
        if stamp(self._layout.database) != self._stamp:
            before = self._snapshot.rows
            self._reopen()
            changed = self._snapshot.rows != before
        return self._snapshot.poll() or changed
