"""Values of the lists for the other layers: kinds, states, versions. Neither a database nor NumPy is behind them."""

import re
from enum import StrEnum
from typing import NamedTuple

from gatekeeper.errors import ListError
from gatekeeper.policy.facts import Hit
from gatekeeper.translation import phrase

Listing = Hit
"""Which list holds a number, and in which version: `12`, or `12+57` where 57 changes were made by hand to the list."""

RED_LIST = "red"
"""The company's own list, there from the start."""


_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class ListKind(StrEnum):
    """What a list means for a call."""

    OPPOSITION = "opposition"
    """A registry of people who object: blocks the campaigns that apply it."""
    RED = "red"
    """The company's own: blocks always."""
    WASH = "wash"
    """A registry that answers for the numbers sent to it: blocks those it marks, and those without a fresh answer."""
    QUERY = "query"
    """A registry that is asked number by number, about numbers that no other list covers. Its answers are kept."""
    CONTRACT = "contract"
    """The company's register of running contracts: lifts opposition lists and wash lists for their principal."""


class ListState(NamedTuple):
    """A list as it is in force.

    Attributes:
        name: of the list.
        kind: of the list.
        version: number of the imported version in force; 0 before the first import.
        count: numbers listed, changes by hand included.
        imported_at: when that version was imported, in microseconds since the epoch; None before the first.
        valid_until: until when its source says that it holds, in the same unit; None where it does not say.
        filter_ready: false while answers come from the exact store alone.
        title: the list's name for people.
        source_date: of when the source is, in the same unit; None where that was not said.
        limited: whether it covers certain prefixes only.
        problem: why an older version than the newest import answers, or "".
        filter_bytes: the size of its filter; 0 where there is none to rely on.
    """

    name: str
    kind: ListKind
    version: int
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs of a record
    imported_at: int | None
    valid_until: int | None
    filter_ready: bool
    title: str = ""
    source_date: int | None = None
    limited: bool = False
    problem: str = ""
    filter_bytes: int = 0


class OverlayChange(NamedTuple):
    """One change by hand of one number, as it is kept for ever.

    Attributes:
        seq: counts the changes of a list from 1.
        at: when, in microseconds since the epoch.
        op: `add`, `remove`, or `lapse` (an import ended a removal: the registry delivered the number again).
        by: who.
        note: why.
    """

    seq: int
    at: int
    op: str
    by: str
    note: str


class Membership(NamedTuple):
    """What one list has on one number.

    Attributes:
        list: the list's name.
        kind: of the list.
        listed: whether the number is listed now.
        version: as in `Listing`.
        source: `import` where the version in force holds it, `hand` where it was added by hand, "" where not listed.
        since: when it was added, or when the version that holds it was imported; microseconds since the epoch.
        by: who added it or removed it last; for an import who imported.
        note: why; for an import where the file came from.
        changes: every change by hand, oldest first.
        cleared_until: of a wash list: until when the number may be called as far as this list goes; None where it is
            not said, or past.
    """

    list: str
    kind: ListKind
    listed: bool
    version: str
    source: str
    since: int | None
    by: str
    note: str
    changes: tuple[OverlayChange, ...]
    cleared_until: int | None = None


class ListStatus(NamedTuple):
    """One line of `list status`. Times are in microseconds since the epoch.

    Attributes:
        name: of the list.
        kind: of the list.
        title: its name for people.
        version: number of the version in force, 0 before the first import.
        count: numbers listed, changes by hand included.
        added_by_hand: how many of the additions by hand are in force.
        removed_by_hand: how many of the removals by hand are in force.
        source: where the version came from.
        source_date: the date of the source.
        imported_at: when it was imported.
        imported_by: by whom.
        valid_until: until when it holds.
        sha256: of the file as delivered.
        filter_ready: whether the filter matches the version.
        problem: what is wrong with the list's files, or "".
        cleared: of a wash list: how many numbers could be called when it was imported; the last of them
            ends at `valid_until`.
        prefixes: the beginnings of the numbers that it covers; none for all.
    """

    name: str
    kind: ListKind
    title: str
    version: int
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs of a record
    added_by_hand: int
    removed_by_hand: int
    source: str
    source_date: int | None
    imported_at: int | None
    imported_by: str
    valid_until: int | None
    sha256: str
    filter_ready: bool
    problem: str
    cleared: int = 0
    prefixes: tuple[str, ...] = ()


class VersionInfo(NamedTuple):
    """One line of `list versions`. Times are in microseconds since the epoch.

    Attributes:
        version: its number.
        in_force: whether it is the one that answers.
        kept: whether its files are there, so that it can be compared and brought back.
        kind: what kind of source made it: `full`, `delta`, `wash` or `contract`.
        count: numbers listed.
        cleared: of a wash list: numbers that may be called.
        read: records in the source.
        duplicates: of them without a number of their own.
        rejected: of them without a usable number.
        source: where it came from.
        source_date: of when.
        valid_until: until when it holds.
        sha256: of the file as delivered.
        imported_at: when it was imported.
        imported_by: by whom.
        prefixes: what it covers; none for all.
        raw: where the file as delivered is kept, or "".
    """

    version: int
    in_force: bool
    kept: bool
    kind: str
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs of a record
    cleared: int
    read: int
    duplicates: int
    rejected: int
    source: str
    source_date: int | None
    valid_until: int | None
    sha256: str
    imported_at: int
    imported_by: str
    prefixes: tuple[str, ...]
    raw: str


class Activation(NamedTuple):
    """A version was put in force.

    Attributes:
        version: its number.
        at: when, in microseconds since the epoch.
        by: who.
        note: why.
    """

    version: int
    at: int
    by: str
    note: str


class VersionDiff(NamedTuple):
    """How two versions of a list differ; changes by hand are not in them.

    Attributes:
        added: numbers only in the second.
        dropped: numbers only in the first.
        unchanged: numbers in both.
    """

    added: int
    dropped: int
    unchanged: int


def check_name(name: str) -> str:
    """The name, if a list can have it: it becomes a folder, a key of the configuration and a column of the journal.

    Raises:
        ListError: it can't.
    """
    if not _NAME.fullmatch(name):
        raise ListError(
            phrase(
                "{name!r} can't name a list: use 1 to 32 of a-z, 0-9, - and _, beginning with a letter or digit",
                name=name[:40],
            )
        )
    return name


def shown_version(version: int, changes: int) -> str:
    """The version as `Listing` shows it.

    Args:
        version: number of the imported version, 0 for none.
        changes: how many changes by hand the list had so far.
    """
    return f"{version}+{changes}" if changes else str(version)
