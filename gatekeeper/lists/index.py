"""The serving view of the lists: asked a million times, told of changes by SQLite itself."""

import logging
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, Self

from sqlalchemy.exc import DBAPIError

from gatekeeper.errors import StoreError, UnknownListError
from gatekeeper.lists.base import Base
from gatekeeper.lists.bloom import MASK32, MASK64, MULTIPLIER_1, MULTIPLIER_2, SavedFilter
from gatekeeper.lists.catalog import Catalog, ListRow
from gatekeeper.lists.coverage import Coverage, coverage_of, not_covering
from gatekeeper.lists.model import Listing, ListKind, ListState, principal_key, shown_version
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.serving import ServedVersion
from gatekeeper.lists.suspects import Suspects
from gatekeeper.lists.version_file import VersionFile
from gatekeeper.storage.bell import UNHEARD_S, Listener
from gatekeeper.storage.files import Stamp, stamp
from gatekeeper.storage.trouble import translate

log = logging.getLogger(__name__)

_LOOK = UNHEARD_S
"""Seconds between looks at what SQLite does not tell: replaced files, rebuilt filters."""

_RETRY = 0.1
"""Seconds between attempts to open what could not be opened."""


class _Probe(NamedTuple):
    """What `find` needs of a list, and nothing else.

    Attributes:
        by_hand: number to whether it is listed by hand (or unlisted).
        bits: of the filter; None where there is no filter to rely on.
        width: bits in a slice of the filter.
        slices: positions of a number in the filter, but for the first.
        holds: asks the exact store; None where no version was imported.
        listing: the answer for a number that is listed.
    """

    by_hand: dict[int, bool]
    bits: "Sequence[int] | None"
    width: int
    slices: range
    holds: Callable[[int], bool] | None
    listing: Listing


class Open(NamedTuple):
    """What an index has open of a list, for asking many numbers at once (`gatekeeper.lists.bulk`).

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
    and told of by then (`gatekeeper.storage.bell`); on what others committed, a fifth of a second later.
    When something can't be read any more, `refresh` and `find` raise `StoreError` until it is mended; then they answer
    again by themselves.

    Args:
        data_dir: the data folder.
        rebuild: start a process that rebuilds a filter where none fits; else the exact store alone goes on answering.
    """

    def __init__(self, data_dir: Path, *, rebuild: bool = True) -> None:
        self._layout = Layout(Path(data_dir))
        self._rebuild = rebuild
        self._probes: dict[str, _Probe] = {}
        self._states: dict[str, ListState] = {}
        self._served: dict[Base, ServedVersion] = {}
        self._suspects = Suspects()
        self._rows: dict[str, ListRow] = {}
        self._coverage: dict[str, Coverage | None] = {}
        self._refused: dict[str, Base] = {}
        self._catalog: Catalog | None = None
        self._stamp: Stamp = (0, 0, 0)
        self._seen = -1
        self._look_at = 0.0
        self._trouble: StoreError | None = None
        self._retry_at = 0.0
        self._fresh = True
        self._bell = Listener(self._layout.bell)
        self._again = True
        self.fingerprint = ""
        """Which version of which list answers rest on: `bloctel@12 red@0+3`. The same until `refresh` says true."""

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
        """Take over what other processes committed; some 2 µs where nobody rang.

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
            # Heard first: what is committed while SQLite is asked rings again.
            if self._bell.heard() or look or self._again:
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
            raise StoreError(f"{self._layout.database} is closed", "open the index again")
        return self._catalog

    def states(self) -> Mapping[str, ListState]:
        """Every list as it is in force, by name."""
        return MappingProxyType(self._states)

    def find(  # noqa: C901, PLR0912 - one function on purpose: calls would cost more than what they do
        self, number: int, lists: Sequence[str], /
    ) -> Listing | None:
        """The first of the lists that holds the number; None where none does.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        if self._trouble is not None:
            raise self._trouble_again(self._trouble)
        first = -1
        step = 0
        for name in lists:
            try:
                by_hand, bits, width, slices, holds, listing = self._probes[name]
            except KeyError:
                raise self._unknown(name) from None
            if number in by_hand:
                if by_hand[number]:
                    return listing
                continue
            if holds is None:
                continue
            if bits is not None:
                # `number in filter` written out (see `bloom.mix` and `bloom.make_hashes_of`, a test compares): a call
                # and a generator cost more than the whole question.
                if first < 0:
                    x = number * MULTIPLIER_1 & MASK64
                    x ^= x >> 32
                    x = x * MULTIPLIER_2 & MASK64
                    x ^= x >> 29
                    step = x & MASK32
                    first = x >> 32
                if not bits[first * width >> 32]:
                    continue
                x = first
                for start in slices:
                    x = x + step & MASK32
                    if not bits[start + (x * width >> 32)]:
                        break
                else:
                    if self._exactly(name, holds, number):
                        return listing
            elif self._exactly(name, holds, number):
                return listing
        return None

    def cleared(self, number: int, name: str, at: int, /) -> bool:
        """Whether a wash list says that the number may be called at a moment.

        That it is not marked, or put on the list by hand, is asked by `find`.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        file = self.opened(name).file
        return file is not None and self._exactly(name, lambda wanted: file.cleared_until(wanted) > at, number)

    def answered(self, number: int, name: str, at: int, /) -> bool | None:
        """What a registry that is asked said of a number, as far as it holds at a moment.

        Returns:
            Whether the number is listed; None where it was not asked, or the answer is over.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        self.opened(name)
        try:
            return self._open_catalog().answer(self._rows[name].id, number, at)
        except sqlite3.Error as error:
            raise self._fail(error) from error

    def uncovered(self, number: int, lists: Sequence[str], /) -> Listing | None:
        """The list that ought to cover the number and does not (`gatekeeper.lists.coverage`); None where one does."""
        name = not_covering(number, ((name, self._coverage.get(name)) for name in lists))
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
            file = self.opened(name).file
            if listing is None or file is None:
                continue

            def runs(number: int, file: VersionFile = file) -> bool:
                return any(
                    row.principal == key and row.since <= at < row.until and (not wanted or row.subject in wanted)
                    for row in file.contracts_of(number)
                )

            if self._exactly(name, runs, number):
                return listing
        return None

    def opened(self, name: str) -> Open:
        """What is open of a list; good until `refresh`.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the lists can't be read.
        """
        if self._trouble is not None:
            raise self._trouble_again(self._trouble)
        if name not in self._probes:
            raise self._unknown(name)
        probe, row = self._probes[name], self._rows[name]
        version = self._served.get(Base(row.name, *row.base))
        return Open(
            probe.by_hand, version.filter if version else None, version.file if version else None, probe.listing
        )

    def _exactly(self, name: str, holds: Callable[[int], bool], number: int) -> bool:
        try:
            return holds(number)
        except sqlite3.Error as error:
            self._suspects.add(Base(name, *self._rows[name].base))
            raise self._fail(error) from error

    def _unknown(self, name: str) -> UnknownListError:
        return UnknownListError(f"there is no list {name[:40]!r}: there are {', '.join(sorted(self._probes))}")

    def close(self) -> None:
        """Close everything; a filter's rebuilding is stopped."""
        self._release()
        self._bell.close()
        self._suspects.forget()
        self._probes, self._states, self._rows = {}, {}, {}

    def _release(self) -> None:
        served, self._served = self._served, {}
        self._probes = {}
        for version in served.values():
            version.close()
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
        again = StoreError(str(trouble))
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
            self._take(catalog, rows, at_once=not self._served and self._fresh)
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
        if rows == self._rows:
            return False
        self._take(catalog, rows, at_once=False)
        return True

    def _take(self, catalog: Catalog, rows: dict[str, ListRow], *, at_once: bool) -> None:
        """Put rows in force: all of them, or none if one can't be."""
        taken = dict(rows)
        served: dict[Base, ServedVersion] = {}
        opened: list[ServedVersion] = []
        try:
            for row in rows.values():
                if not row.version:
                    continue
                version = self._served.get(Base(row.name, *row.base))
                if version is None:
                    version = self._open_version(row, at_once=at_once)
                    if version is None:
                        taken[row.name], version = self._instead(row)
                    else:
                        opened.append(version)
                served[version.base] = version
            hands = {name: self._by_hand(catalog, row) for name, row in taken.items()}
        except BaseException:
            for version in opened:
                version.close()
            raise
        replaced = [version for base, version in self._served.items() if base not in served]
        self._served, self._rows = served, taken
        self._arrange(hands)
        for version in replaced:
            version.close()

    def _open_version(self, row: ListRow, *, at_once: bool) -> ServedVersion | None:
        """A version that does not serve yet; None where it does not answer as it should."""
        base = Base(row.name, *row.base)
        self._suspects.clear(base, self._layout.exact(base.name, base.version))
        version = ServedVersion(self._layout, base, rebuild=self._rebuild, at_once=at_once, canary=row.canary)
        if self._answers_rightly(row, version):
            self._refused.pop(row.name, None)
            return version
        version.close()
        if self._refused.get(row.name) != base:
            self._refused[row.name] = base
            log.error(
                "version %d of the list %s does not answer as it should: it is not put to use", base.version, base.name
            )
        return None

    def _answers_rightly(self, row: ListRow, version: ServedVersion) -> bool:
        """Look up a number that a version holds and one that it does not, just as calls are looked up.

        Both were chosen when the version was built, and lie in the main database: so this tells a version's file that
        is whole, and another list's.
        """

        def holds(number: int) -> bool:
            try:
                return version.file.holds(number)
            except sqlite3.Error as error:
                raise StoreError(f"{version.file.path}: {error}") from error

        before = self._probes, self._trouble
        self._probes = {row.name: self._probe(row, version, {})._replace(holds=holds)}
        self._trouble = None
        try:
            if row.canary is not None and self.find(row.canary, (row.name,)) is None:
                return False
            return row.absent is None or self.find(row.absent, (row.name,)) is None
        except StoreError:
            return False
        finally:
            self._probes, self._trouble = before

    def _instead(self, row: ListRow) -> tuple[ListRow, ServedVersion]:
        """The version that has answered so far goes on, with what is changed by hand meanwhile.

        Raises:
            StoreError: there is none.
        """
        old = self._rows.get(row.name)
        version = self._served.get(Base(old.name, *old.base)) if old is not None else None
        if old is None or version is None:
            raise StoreError(
                f"version {row.version} of the list {row.name} does not answer as it should",
                "bring back an older version (gatekeeper list rollback), or import the list again",
            )
        return old._replace(changes=row.changes), version

    def _by_hand(self, catalog: Catalog, row: ListRow) -> dict[int, bool]:
        """The overlay of a list: only what is new is read, unless a version came between."""
        before, probe = self._rows.get(row.name), self._probes.get(row.name)
        if before is None or probe is None or before.base != row.base or before.changes > row.changes:
            return catalog.by_hand(row.id)
        if before.changes == row.changes:
            return probe.by_hand
        by_hand = probe.by_hand
        # In place: the numbers are put in force one by one, which is the order in which they were committed.
        for number, listed in catalog.changed_since(row.id, before.changes):
            if listed is None:
                by_hand.pop(number, None)
            else:
                by_hand[number] = listed
        return by_hand

    def _arrange(self, hands: Mapping[str, dict[int, bool]]) -> None:
        """Make probes and states of what is in force."""
        probes: dict[str, _Probe] = {}
        states: dict[str, ListState] = {}
        shown: list[str] = []
        for name, row in sorted(self._rows.items()):
            version = self._served.get(Base(row.name, *row.base))
            probes[name] = self._probe(row, version, hands[name])
            label = probes[name].listing.version
            shown.append(f"{name}@{label}")
            states[name] = ListState(
                name=name,
                kind=ListKind(row.kind),
                version=row.version,
                count=row.count,
                imported_at=row.imported_at,
                valid_until=row.valid_until,
                filter_ready=version is None or version.filter is not None,
                title=row.title,
                source_date=row.source_date,
                limited=bool(row.prefixes),
                problem=self._problem(row),
            )
        self._coverage = {name: coverage_of(row.prefixes, row.territory) for name, row in self._rows.items()}
        self._probes, self._states = probes, states
        self.fingerprint = " ".join(shown)

    def _probe(self, row: ListRow, version: ServedVersion | None, by_hand: dict[int, bool]) -> _Probe:
        """What `find` needs of a list."""
        saved = version.filter if version else None
        width = saved.meta.bits_per_slice if saved else 0
        return _Probe(
            by_hand=by_hand,
            bits=saved.filter.bitarray if saved else None,
            width=width,
            slices=range(width, width * saved.meta.slices, width) if saved else range(0),
            holds=version.file.holds if version else None,
            listing=Listing(row.name, shown_version(row.version, row.changes)),
        )

    def _problem(self, row: ListRow) -> str:
        refused = self._refused.get(row.name)
        if refused is None:
            return ""
        return f"version {refused.version} does not answer as it should: version {row.version} goes on answering"

    def _look(self) -> bool:
        """Look at the files: was one replaced, damaged or rebuilt?"""
        self._look_at = time.monotonic() + _LOOK
        self._bell.look()
        changed = False
        if stamp(self._layout.database) != self._stamp:
            before = self._rows
            self._reopen()
            changed = self._rows != before
        for base, version in self._served.items():
            try:
                intact = not version.changed()
            except StoreError:
                self._suspects.add(base)
                raise
            if not intact:
                self._suspects.add(base)
                raise StoreError(f"{version.file.path} was changed, it is to be checked", "wait for the check to end")
            changed = version.poll() or changed
        if changed:
            self._arrange({name: probe.by_hand for name, probe in self._probes.items()})
        return changed
