"""How the consents of many consumers stand, for the scrub: as `standing` of each, which is asked once for all alike.

Imported only where contacts are scrubbed.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.clock import DAY_US
from gatekeeper.consents.importing.build import page_rows
from gatekeeper.consents.importing.rows import RECORD_TYPE
from gatekeeper.consents.ledger import ConsentLedger
from gatekeeper.consents.model import EntryKind
from gatekeeper.consents.segment import SegmentFile
from gatekeeper.policy.ledger import EMPTY_DOSSIER, ConsentStanding, ConsentTerms, standing

Numbers = NDArray[np.int64]
_NEVER = 1 << 62


class ManyStandings(NamedTuple):
    """How the consents of many numbers stand.

    Attributes:
        which: for each number the place of its standing in `values`; `ident` of those is 0.
        values: every standing that there is.
        idents: for each number the consent that its standing speaks of; 0 for none.
    """

    which: NDArray[np.intp]
    values: list[ConsentStanding]
    idents: Numbers


def standings(
    ledger: ConsentLedger,
    numbers: Numbers,
    principal: str,
    goods: str,
    at: int,
    zones: Sequence[str],
    terms: ConsentTerms,
) -> ManyStandings:
    """How the consents of many numbers stand: each as `standing` of its dossier.

    Args:
        ledger: open; what is found is what its `dossier` gives until it is refreshed.
        numbers: E.164, ascending, each once.
        principal: the company that is called for.
        goods: what it calls about.
        at: the moment, in microseconds since the epoch.
        zones: those of all these numbers.
        terms: what the law asks.

    Raises:
        StoreError: the ledger can't be read.
    """
    wanted = tuple(zones)
    values: dict[ConsentStanding, int] = {standing(EMPTY_DOSSIER, principal, goods, at, wanted, terms): 0}
    which = np.zeros(len(numbers), np.intp)
    idents = np.zeros(len(numbers), np.int64)
    held = _held(ledger, numbers)

    def judge(place: int) -> ConsentStanding:
        return standing(ledger.dossier(int(numbers[place])), principal, goods, at, wanted, terms)

    for places in _alike(ledger, held, at, terms):
        found = judge(places[0])
        which[places] = values.setdefault(found._replace(ident=0), len(values))
        idents[places] = np.where(found.ident, held.records["id"][places], 0)
    for place in np.flatnonzero(held.alone == 0).tolist():
        found = judge(place)
        which[place] = values.setdefault(found._replace(ident=0), len(values))
        idents[place] = found.ident
    return ManyStandings(which, list(values), idents)


class _Held(NamedTuple):
    """What segments and database have of numbers.

    Attributes:
        alone: 1 where one imported consent is everything, 0 where it is something else, -1 where there is nothing.
        records: that consent's.
    """

    alone: NDArray[np.int8]
    records: NDArray[np.void]


def _alike(ledger: ConsentLedger, held: _Held, at: int, terms: ConsentTerms) -> Iterator[Numbers]:
    """The places of consents that must stand alike: of the same terms, proved or not, and as far from their ends.

    Those with slots, and those that have not begun, are each by themselves: moments of their own stand in the answer.
    """
    places = np.flatnonzero(held.alone == 1)
    records = held.records[places]
    begins, until = records["at"], records["until"]
    ends = np.where(until, until, _NEVER)
    if terms.valid_days:
        ends = np.minimum(ends, begins + terms.valid_days * DAY_US)
    keys = (
        records["terms"].astype(np.int64) * 16
        + (records["proof"] > 0) * 8
        + (begins < terms.not_before) * 4
        + (begins > at) * 2
        + (ends <= at)
    )
    each, groups = np.unique(keys, return_inverse=True)
    order = np.argsort(groups, kind="stable")
    cuts = np.searchsorted(groups[order], np.arange(len(each) + 1))
    for place, key in enumerate(each.tolist()):
        members = places[order[cuts[place] : cuts[place + 1]]]
        if key & 2 or ledger.book[key >> 4].slots:
            yield from members[:, None]
        else:
            yield members


def _held(ledger: ConsentLedger, numbers: Numbers) -> _Held:
    entries = np.zeros(len(numbers), np.int64)
    records = np.zeros(len(numbers), RECORD_TYPE)
    for segment in ledger.segments():
        _look_up(segment, numbers, entries, records)
    plain = (entries == 1) & (records["kind"] == int(EntryKind.CONSENT)) & (records["contact"] == 0)
    alone = np.where(plain, 1, np.where(entries > 0, 0, -1)).astype(np.int8)
    alone[ledger.may_hold_many(numbers)] = 0
    return _Held(alone, records)


def _look_up(segment: SegmentFile, numbers: Numbers, entries: Numbers, records: NDArray[np.void]) -> None:
    """Count the entries that a segment has of numbers, and note the first of each."""
    firsts = np.frombuffer(segment.firsts, np.int64)
    pages = np.searchsorted(firsts, numbers, side="right")
    wanted, begins = np.unique(pages, return_index=True)
    for page, begin, end in zip(wanted.tolist(), begins.tolist(), [*begins[1:].tolist(), len(numbers)], strict=True):
        if page == 0:
            continue
        rows = page_rows(segment.page(page))
        own = numbers[begin:end]
        left = np.searchsorted(rows.subjects, own)
        count = np.searchsorted(rows.subjects, own, side="right") - left
        entries[begin:end] += count
        there = np.flatnonzero(count)
        records[begin + there] = rows.records[left[there]]
