"""The lists that an index has open: versions, filters and what was changed by hand, all of one moment.

Theory of operation
===================
The main database says which version of each list is in force (`gatekeeper.lists.ledger` tells a version's life there).
`take` opens what is not open yet, tries it, and puts all rows in force together, or none. What a version answers:

| state    | answers                                  | left for, when                                                 |
|----------|------------------------------------------|----------------------------------------------------------------|
| opening  | the version before it, as until now      | serving, when the number that it must hold is found and the one|
|          |                                          | that it must not hold is not; refused otherwise                |
| refused  | the version before it; where there is    | opening, at the next commit to the main database, or when that |
|          | none, every question is a `StoreError`   | is opened anew                                                 |
| serving  | itself, by its exact store alone or with | replaced, when another version is in force; suspect, when its  |
|          | its filter (see `open_version`)          | file was changed, is gone or can't be read                     |
| suspect  | every question is a `StoreError`         | opening, when its file was read whole in a thread and is found |
|          |                                          | intact (`Integrity`); tried ten times a second                 |
| replaced | nothing: it is closed                    | opening, when it is brought back                               |

A suspect version stops all lists, not its own alone: `ListIndex` closes everything, and opens it together again.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping

from gatekeeper.errors import StoreError, UnreadableError
from gatekeeper.lists.model import ListKind, ListState
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.serving.catalog import Catalog, ListRow
from gatekeeper.lists.serving.coverage import Coverage, coverage_of
from gatekeeper.lists.serving.integrity import Integrity
from gatekeeper.lists.serving.lookup import NumberLookup, find, make_lookup
from gatekeeper.lists.serving.open_version import ServedVersion
from gatekeeper.lists.version_key import VersionKey
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)


class Snapshot:
    """What is open, and how it is replaced by what came in force: all at once, or not at all.

    Args:
        layout: where the lists lie.
        rebuild: whether to start a process that rebuilds a filter where none fits.

    Attributes:
        rows: every list as it is in force, by name.
        served: the versions that are open.
        lookups: what is asked, by the list's name.
        states: what is known of each list.
        coverage: which prefixes each list covers; None for all.
        fingerprint: which version of which list answers rest on. One object until something else is put in force.
        misses: by list, in a list of one, how many numbers its filters let pass and its exact store did not hold.
        integrity: versions whose files are not relied on until they were read whole.
    """

    def __init__(self, layout: Layout, *, rebuild: bool) -> None:
        self._layout = layout
        self._rebuild = rebuild
        self._refused: dict[str, VersionKey] = {}
        self.rows: dict[str, ListRow] = {}
        self.served: dict[VersionKey, ServedVersion] = {}
        self.lookups: dict[str, NumberLookup] = {}
        self.states: dict[str, ListState] = {}
        self.coverage: dict[str, Coverage | None] = {}
        self.fingerprint = ""
        self.misses: defaultdict[str, list[int]] = defaultdict(lambda: [0])
        self.integrity = Integrity()

    def take(self, catalog: Catalog, rows: dict[str, ListRow], *, at_once: bool) -> None:
        """Put rows in force: all of them, or none if one can't be.

        Args:
            catalog: where the changes by hand are read from.
            rows: every list, by name.
            at_once: whether to check filters of moderate size before returning.

        Raises:
            StoreError: a version can't be opened, or does not answer rightly and there is none to answer instead.
        """
        taken = dict(rows)
        served: dict[VersionKey, ServedVersion] = {}
        opened: list[ServedVersion] = []
        try:
            for row in rows.values():
                if not row.version:
                    continue
                version = self.served.get(VersionKey(row.name, *row.base))
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
        replaced = [version for base, version in self.served.items() if base not in served]
        self.served, self.rows = served, taken
        self.arrange(hands)
        for version in replaced:
            version.close()

    def _open_version(self, row: ListRow, *, at_once: bool) -> ServedVersion | None:
        """A version that does not serve yet; None where it does not answer as it should."""
        base = VersionKey(row.name, *row.base)
        self.integrity.clear(base, self._layout.exact(base.name, base.version))
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
        lookups = {row.name: make_lookup(row, version, {})}
        try:
            if row.canary is not None and find(lookups, row.canary, (row.name,)) is None:
                return False
            return row.absent is None or find(lookups, row.absent, (row.name,)) is None
        except UnreadableError:
            return False

    def _instead(self, row: ListRow) -> tuple[ListRow, ServedVersion]:
        """The version that has answered so far goes on, with what is changed by hand meanwhile.

        Raises:
            StoreError: there is none.
        """
        old = self.rows.get(row.name)
        version = self.served.get(VersionKey(old.name, *old.base)) if old is not None else None
        if old is None or version is None:
            raise StoreError(
                phrase(
                    "version {version} of the list {name} does not answer as it should",
                    version=row.version,
                    name=row.name,
                ),
                phrase("bring back an older version (gatekeeper list rollback), or import the list again"),
            )
        return old._replace(changes=row.changes), version

    def _by_hand(self, catalog: Catalog, row: ListRow) -> dict[int, bool]:
        """The overlay of a list: only what is new is read, unless a version came between."""
        before, lookup = self.rows.get(row.name), self.lookups.get(row.name)
        if before is None or lookup is None or before.base != row.base or before.changes > row.changes:
            return catalog.by_hand(row.id)
        if before.changes == row.changes:
            return lookup.by_hand
        by_hand = lookup.by_hand
        # In place: the numbers are put in force one by one, which is the order in which they were committed.
        for number, listed in catalog.changed_since(row.id, before.changes):
            if listed is None:
                by_hand.pop(number, None)
            else:
                by_hand[number] = listed
        return by_hand

    def arrange(self, hands: Mapping[str, dict[int, bool]]) -> None:
        """Make lookups and states of what is in force."""
        lookups: dict[str, NumberLookup] = {}
        states: dict[str, ListState] = {}
        shown: list[str] = []
        for name, row in sorted(self.rows.items()):
            version = self.served.get(VersionKey(row.name, *row.base))
            lookups[name] = make_lookup(row, version, hands[name], self.misses[name])
            label = lookups[name].listing.version
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
                filter_bytes=version.filter.size if version is not None and version.filter is not None else 0,
            )
        self.coverage = {name: coverage_of(row.prefixes, row.territory) for name, row in self.rows.items()}
        self.lookups, self.states = lookups, states
        self.fingerprint = " ".join(shown)

    def _problem(self, row: ListRow) -> str:
        refused = self._refused.get(row.name)
        if refused is None:
            return ""
        return phrase(
            "version {version} does not answer as it should: version {older} goes on answering",
            version=refused.version,
            older=row.version,
        )

    def poll(self) -> bool:
        """Look at the files of the versions: was one replaced, damaged or rebuilt? True where a filter changed.

        Raises:
            StoreError: a file was replaced or is gone: it is suspect from now on.
        """
        changed = False
        for base, version in self.served.items():
            try:
                intact = not version.changed()
            except StoreError:
                self.integrity.add(base)
                raise
            if not intact:
                self.integrity.add(base)
                raise StoreError(
                    phrase("{path} was changed, it is to be checked", path=version.file.path),
                    phrase("wait for the check to end"),
                )
            changed = version.poll() or changed
        if changed:
            self.arrange({name: lookup.by_hand for name, lookup in self.lookups.items()})
        return changed

    def mark_suspect(self, name: str) -> None:
        """The file of a list's version could not be read."""
        self.integrity.add(VersionKey(name, *self.rows[name].base))

    def version_of(self, name: str) -> ServedVersion | None:
        """The imported version of a list; None before the first import."""
        row = self.rows[name]
        return self.served.get(VersionKey(row.name, *row.base))

    def release(self) -> None:
        """Close every version; nothing can be asked until `take`."""
        served, self.served = self.served, {}
        self.lookups = {}
        for version in served.values():
            version.close()

    def forget(self) -> None:
        """Close everything for good."""
        self.release()
        self.integrity.forget()
        self.states, self.rows = {}, {}
