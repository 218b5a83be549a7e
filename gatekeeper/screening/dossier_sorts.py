"""Sorts of dossiers: consumers whose dossiers say the same to every rule, told by columns, without reading each. NumPy.

What rules ask of a dossier depends on each entry's terms, on whether it is proved, on the order of the entries, and on
which side of few moments they lie. Consumers who have all that in common are of one sort, and one of them speaks for
all. Who can't be judged so is left to be looked at alone.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.clock import DAY_US, SECOND_US
from gatekeeper.consents import ConsentLedger
from gatekeeper.consents.bulk import BulkLedger, Imported, among
from gatekeeper.consents.model import EVENT_ENTRIES, EntryKind, contact_subject
from gatekeeper.consents.shared_terms import TermsBook
from gatekeeper.policy import Need
from gatekeeper.policy.calendar import day_begins
from gatekeeper.policy.lasting import lasts_since
from gatekeeper.policy.ledger import ConsentTerms
from gatekeeper.policy.needs import CallBackNeed, ConsentNeed, LastEvent

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOTHING: Final = 0
"""The sort of those of whom nothing is known."""

ALONE: Final = -1
"""Stands for a sort where one has to be looked at alone."""

_CONSENT: Final = int(EntryKind.CONSENT)
_REQUEST: Final = int(EntryKind.CALL_BACK_REQUEST)
_MOST_ENTRIES: Final = 5
"""Who has more is looked at alone."""

_SOON: Final = 9 * DAY_US
"""A slot that comes every week comes within this; a consent that holds longer does not end before its next slot."""

_QUARTER: Final = 900 * SECOND_US
"""Every day of every zone begins at a quarter of an hour."""

_QUARTERS: Final = 1 << 24

_WORTH: Final = 64
"""Reading all of the segments takes as long as looking up one of so many entries."""


class ManyDossiers:
    """Sorts the dossiers of many consumers, as they are when it is asked.

    Args:
        ledger: whose dossiers they are; who asks refreshes it.
    """

    def __init__(self, ledger: ConsentLedger) -> None:
        self._ledger = ledger
        self._known = BulkLedger(ledger)
        self._asked = 0

    def sorts(
        self, numbers: Numbers, contacts: Sequence[str], needs: Sequence[Need], at: int, zones: Sequence[str]
    ) -> "Sorts":
        """The sort of each number's dossier.

        Args:
            numbers: E.164, ascending, each once.
            contacts: of each the contact, or ""; none at all where nobody says.
            needs: what rules ask of dossiers.
            at: the moment, in microseconds since the epoch.
            zones: those of all these numbers.

        Raises:
            StoreError: the ledger can't be read.
        """
        self._asked += len(numbers)
        which = np.full(len(numbers), ALONE, np.intp)
        if self._asked < self._known.entries // _WORTH:
            return Sorts(which, [])
        imported = self._known.imported()
        together = np.flatnonzero(~self._apart(numbers, contacts, imported))
        found = sorts_of(numbers[together], imported, self._ledger.book, needs, at, zones)
        which[together] = found.which
        return Sorts(which, together[found.examples].tolist() if found.examples else [])

    def _apart(self, numbers: Numbers, contacts: Sequence[str], imported: Imported) -> Flags:
        """Whose dossiers have more than the entries that segments hold under the number."""
        by_hand = self._known.by_hand()
        apart = among(numbers, imported.linked) | among(numbers, by_hand)
        if len(imported.contact_of) and len(by_hand):
            written = imported.contact_of[among(imported.contact, by_hand)]
            apart |= among(numbers, written)
        said = [place for place, contact in enumerate(contacts) if contact]
        if said:
            subjects = np.array([contact_subject(contacts[place]) for place in said], np.int64)
            owned = np.zeros(len(said), np.int64)
            stored = among(subjects, imported.contacts)
            owned[stored] = imported.owners[np.searchsorted(imported.contacts, subjects[stored])]
            apart[said] |= (stored & (owned != numbers[said])) | among(subjects, by_hand)
            # Whose number is known to be somebody else's: what that one gave is told apart.
            if len(imported.contact_of):
                places = np.minimum(np.searchsorted(imported.contact_of, numbers[said]), len(imported.contact_of) - 1)
                apart[said] |= among(numbers[said], imported.contact_of) & (imported.contact[places] != subjects)
        return apart


class Sorts(NamedTuple):
    """The sort of each of some numbers.

    Attributes:
        which: `NOTHING`, `ALONE`, or a number from 1 on.
        examples: for each sort from 1 on the place of a number of that sort.
    """

    which: NDArray[np.intp]
    examples: list[int]


class _Milestones(NamedTuple):
    """What entries are judged by.

    Attributes:
        at: the moment.
        moments: those on whose sides they may lie, ascending.
        begins: since when a consent must have been collected to hold still, for each time that consents hold.
        dated: the kinds of events of which it matters when they were.
        requests: whether somebody asks for requests to be called back.
        several_zones: whether the consumers may be in more than one zone.
    """

    at: int
    moments: Numbers
    begins: tuple[int, ...]
    dated: frozenset[int]
    requests: bool
    several_zones: bool

    @classmethod
    def of(cls, needs: Sequence[Need], at: int, zones: Sequence[str]) -> "_Milestones":
        """Those of what rules ask."""
        terms = list(_terms(needs))
        begun = {lasts_since(at, one.valid_days, zones if one.anniversary else ()) for one in terms if one.valid_days}
        begins = tuple(begun)
        days = {need.since for need in needs if isinstance(need, LastEvent)} | {one.not_before for one in terms}
        since = [moment for day in days if day is not None for moment in day_begins(day, zones)]
        kinds = [kind for need in needs if isinstance(need, LastEvent) and need.dated for kind in need.kinds]
        return cls(
            at,
            np.unique(np.array([at, *begins, *since], np.int64)),
            begins,
            frozenset(int(EVENT_ENTRIES[kind]) for kind in kinds),
            any(isinstance(need, CallBackNeed) for need in needs),
            len(zones) > 1,
        )


def _terms(needs: Sequence[Need]) -> Iterator[ConsentTerms]:
    for need in needs:
        if isinstance(need, ConsentNeed):
            yield need.terms
        elif isinstance(need, LastEvent) and need.reopened_by is not None:
            yield need.reopened_by


def sorts_of(
    numbers: Numbers, imported: Imported, book: TermsBook, needs: Sequence[Need], at: int, zones: Sequence[str]
) -> Sorts:
    """The sort of each number, by what segments hold of it.

    Args:
        numbers: E.164, ascending, each once.
        imported: what segments hold.
        book: the terms.
        needs: what rules ask of dossiers.
        at: the moment, in microseconds since the epoch.
        zones: those of all these numbers.
    """
    which = np.full(len(numbers), NOTHING, np.intp)
    starts = np.searchsorted(imported.subjects, numbers)
    counts = np.searchsorted(imported.subjects, numbers, side="right") - starts
    known = np.flatnonzero(counts)
    marks = _Milestones.of(needs, at, zones)
    examples: list[int] = []
    for count in np.unique(counts[known]).tolist():
        places = known[counts[known] == count]
        if count > _MOST_ENTRIES:
            which[places] = ALONE
            continue
        entries = starts[places][:, None] + np.arange(count)
        codes, alone = _features(entries, imported, book, marks)
        which[places[alone]] = ALONE
        places, codes = places[~alone], codes[~alone]
        _, firsts, sorts = np.unique(_joined(codes), return_index=True, return_inverse=True)
        which[places] = sorts + len(examples) + 1
        examples += places[firsts].tolist()
    return Sorts(which, examples)


def _features(
    entries: NDArray[np.intp], imported: Imported, book: TermsBook, marks: _Milestones
) -> tuple[Numbers, Flags]:
    """What rules can tell of the entries of each dossier, as numbers; and who is to be looked at alone.

    Args:
        entries: the places of the entries, a row for each dossier.
        imported: has them.
        book: the terms.
        marks: what they are judged by.
    """
    kinds, keys = imported.kinds[entries].astype(np.int64), imported.terms[entries].astype(np.int64)
    at, until = imported.at[entries], imported.until[entries]
    sides = np.searchsorted(marks.moments, at) + np.searchsorted(marks.moments, at, side="right")
    # Whose is earlier, and what is at the same moment: the order tells which event ends which consent.
    ranks = np.zeros(entries.shape, np.int64)
    for place in range(entries.shape[1]):
        ranks += at > at[:, place : place + 1]
    codes = keys
    for feature, size in (
        (kinds, 16),
        (imported.proved[entries], 2),
        (np.where(until == 0, 0, 1 + (until > marks.at)), 3),
        (sides, 2 * len(marks.moments) + 1),
        (ranks, entries.shape[1]),
    ):
        codes = codes * size + feature
    dated = np.isin(kinds, list(marks.dated))
    if dated.any():
        codes = _small(codes) * _QUARTERS + np.where(dated, at // _QUARTER, 0)
    alone = at > marks.at
    if marks.requests:
        alone |= kinds == _REQUEST
    alone |= (kinds == _CONSENT) & _slotted(keys, at, until, book, marks)
    looked_at: Flags = alone.max(axis=1)
    return codes, looked_at


def _slotted(keys: Numbers, at: Numbers, until: Numbers, book: TermsBook, marks: _Milestones) -> Flags:
    """Which consents have slots that depend on more than a sort tells."""
    names = np.unique(keys)
    slots = [book[key].slots for key in names.tolist()]
    weekly = np.array([bool(some) for some in slots], np.bool_)
    if not weekly.any():
        return np.zeros(keys.shape, np.bool_)
    by_date = np.array([any(slot.day or slot.exact for slot in some) for some in slots], np.bool_)
    if marks.several_zones:
        by_date |= weekly
    ending = (until > marks.at) & (until < marks.at + _SOON)
    for begin in marks.begins:
        ending |= (at >= begin) & (at < begin + _SOON)
    places = np.searchsorted(names, keys)
    found: Flags = by_date[places] | (weekly[places] & ending)
    return found


def _small(codes: Numbers) -> Numbers:
    """The same distinctions in small numbers."""
    return np.unique(codes, return_inverse=True)[1].reshape(codes.shape).astype(np.int64)


def _joined(codes: Numbers) -> Numbers:
    """One number for each row, the same for the same rows."""
    joined = codes[:, 0]
    for place in range(1, codes.shape[1]):
        joined = _small(joined) * len(codes) + _small(codes[:, place])
    return joined
