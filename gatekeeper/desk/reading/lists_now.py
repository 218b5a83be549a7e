"""Lists as they stand now: each with its freshness and the days that are left."""

from typing import NamedTuple

from gatekeeper.clock import DAY_US
from gatekeeper.config import Settings
from gatekeeper.lists import LISTS_FILE, ListKind, ListStatus
from gatekeeper.lists.freshness import freshness
from gatekeeper.lists.ledger.status import read_status


class ListNow(NamedTuple):
    """A list.

    Attributes:
        name: its name.
        kind: its kind (`ListKind`).
        state: as `Freshness` has it.
        numbers: how many numbers are listed.
        version: the number of the version in force; 0 before the first import.
        imported_at: when that was imported, in microseconds since the epoch, or None.
        until: until when it may be relied on, or None where it has no end.
        days: the whole days that are left, below 0 since when it is past; None where it has no end.
        problem: what is wrong with its files, or "".
        title: what people call it; its name where it has no title.
        status: what else the store has of it; None where it has nothing yet.
    """

    name: str
    kind: str
    state: str
    numbers: int
    version: int
    imported_at: int | None
    until: int | None
    days: int | None
    problem: str
    title: str = ""
    status: ListStatus | None = None

    @property
    def blocks(self) -> bool:
        """Whether calls of its campaigns are blocked because of it."""
        return self.state in {"stale", "missing"} or bool(self.problem)


def lists_now(settings: Settings, now: int, *, contracts: bool) -> list[ListNow]:
    """All lists: what needs somebody first, then by name.

    Args:
        settings: the configuration; a list that it names and that was never imported is among them.
        now: in microseconds since the epoch.
        contracts: whether registers of contracts are among them, whose counts are of all principals together.

    Raises:
        StoreError: they can't be read.
    """
    found = []
    there = read_status(settings.daemon.data_dir) if (settings.daemon.data_dir / LISTS_FILE).exists() else []
    for one in there:
        fresh = freshness(one, settings.max_ages, now)
        days = None if fresh.left is None else fresh.left // DAY_US
        found.append(
            ListNow(
                one.name,
                one.kind.value,
                fresh.state,
                one.count,
                one.version,
                one.imported_at,
                fresh.until,
                days,
                one.problem,
                one.title or _title(settings, one.name),
                one,
            )
        )
    missing = settings.lists.keys() - {one.name for one in there}
    nothing = ("missing", 0, 0, None, None, None, "")
    found += [ListNow(name, settings.lists[name].kind, *nothing, title=_title(settings, name)) for name in missing]
    found = [one for one in found if contracts or one.kind != ListKind.CONTRACT]
    return sorted(found, key=lambda one: (not one.blocks, one.days is None, one.days or 0, one.name))


def _title(settings: Settings, name: str) -> str:
    section = settings.lists.get(name)
    return (section.title if section else "") or name
