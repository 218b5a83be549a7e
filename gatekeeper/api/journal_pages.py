"""Pages of the journal for programs: one short look after the other, through archived months where they ask for it."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from gatekeeper.api.host import ApiHost
from gatekeeper.api.problem import UNPACKING
from gatekeeper.journal import DecisionFilter, StoredDecision

_PAGE: Final = 500
_LOOK_S: Final = 0.1
WAIT_S: Final = 120.0
"""So long a program waits for an archive; what is unpacked by then is kept for a while, and goes on meanwhile."""


class JournalPlace(NamedTuple):
    """Where in the journal a program is.

    Attributes:
        wanted: which decisions it sees.
        archives: whether archives are unpacked where it comes to them.
        forwards: whether it goes towards the present.
        at: the id behind which it goes on; "" for the newest.
    """

    wanted: DecisionFilter
    archives: bool = False
    forwards: bool = False
    at: str = ""


class FoundPage(NamedTuple):
    """The next decisions.

    Attributes:
        rows: they, in the order in which they are told.
        on: from where one goes on; "" at the end.
    """

    rows: Sequence[StoredDecision]
    on: str = ""


async def next_page(host: ApiHost, place: JournalPlace, most: int) -> FoundPage:
    """The next decisions, at most so many.

    Raises:
        ProblemError: an archive is being unpacked yet.
        StoreError: the journal, or an archive, can't be read.
    """
    end = time.monotonic() + WAIT_S
    while True:
        page, waits = await host.in_thread(_look, host, place, most)
        if not waits:
            return page
        await _wait(end)


async def one_decision(host: ApiHost, ident: str, principals: frozenset[str] | None) -> StoredDecision | None:
    """The decision in force under an id, of the journal or of an archive; None where there is none of those principals.

    Raises:
        ProblemError: an archive is being unpacked yet.
        StoreError: the journal, or an archive, can't be read.
    """
    end = time.monotonic() + WAIT_S
    while True:
        sought = await host.in_thread(lambda: host.pager().attempt(ident))
        if sought.share >= 1.0:
            break
        await _wait(end)
    if sought.found is None:
        return None
    row, met = sought.found
    if principals is not None and row.principal not in principals:
        return None
    return StoredDecision(0, row, " ".join(dict.fromkeys([row.gate, *(one.gate for one in met)])))


def archived_until(host: ApiHost, wanted: DecisionFilter) -> int | None:
    """Up to which moment what is wanted may be archived, in microseconds since the epoch; None where nothing is."""
    with host.journal() as journal:
        return max((info.until for info in journal.archived(wanted)), default=None)


def _look(host: ApiHost, place: JournalPlace, most: int) -> tuple[FoundPage, bool]:
    """A page, and whether there is none yet, for an archive is being unpacked."""
    before, after = ("", place.at) if place.forwards else (place.at, "")
    size = min(_PAGE, most)
    if place.archives:
        page = host.pager().page(place.wanted, before=before, after=after, size=size, unpack=True)
    else:
        with host.journal() as journal:
            page = journal.page(place.wanted, before=before, after=after, size=size)
    if place.forwards:
        # Where nothing is younger, a page is the newest.
        rows = [one for one in reversed(page.rows) if one.row.id > place.at]
        on = page.newer
    else:
        rows, on = list(page.rows), page.older
    return FoundPage(rows, on), page.archive is not None and not rows and on in ("", place.at)


async def _wait(end: float) -> None:
    if time.monotonic() > end:
        raise UNPACKING.told("Ask again: it goes on meanwhile.", headers={"retry-after": "30"})
    await asyncio.sleep(_LOOK_S)
