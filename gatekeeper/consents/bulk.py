"""Bulk reading of the consent ledger: what its segments hold, as columns, and whom it takes a look of its own to know.

The dossiers that come of it are those of `ConsentLedger.dossier`. Imported only where contacts are scrubbed: it needs
NumPy.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.consents.ledger import ConsentLedger
from gatekeeper.consents.model import EntryKind
from gatekeeper.consents.page import RECORD_FIELDS
from gatekeeper.consents.segment import SegmentFile

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_RECORD: Final = np.dtype(list(RECORD_FIELDS))
_COUNT: Final = 8
"""Bytes of a page before its subjects."""

_LINK: Final = int(EntryKind.LINK)
_NOTHING: Final = np.empty(0, np.int64)


class Imported(NamedTuple):
    """What segments hold of consumers: an entry in each place, by consumer and id.

    Entries of a contact who has one number, and whose number is not an other contact's, stand under the number: that is
    what a dossier of either has.

    Attributes:
        subjects: whose they are, ascending.
        kinds: what they are (`EntryKind`).
        terms: the keys of their terms.
        at: when they were collected, or happened.
        until: the ends of the consumers' periods; 0 for none.
        proved: whether there is a proof.
        linked: numbers of contacts whose dossier takes more than their own entries, ascending.
        contacts: every contact that has entries, ascending.
        owners: for each contact the number that its entries stand under; 0 where they do not.
        contact_of: the numbers with a contact's entries, ascending, and in the same place of `contact` the contact.
        contact: see there.
    """

    subjects: Numbers
    kinds: NDArray[np.uint8]
    terms: NDArray[np.int32]
    at: Numbers
    until: Numbers
    proved: Flags
    linked: Numbers
    contacts: Numbers
    owners: Numbers
    contact_of: Numbers
    contact: Numbers


class BulkLedger:
    """Knows which consumers a ledger has entries of, and those of its segments. As of its last refresh.

    Args:
        ledger: open; who asks refreshes it.
    """

    def __init__(self, ledger: ConsentLedger) -> None:
        self._ledger = ledger
        self._segments: tuple[SegmentFile, ...] | None = None
        self._imported = _imported(())
        self._upto = 0
        self._by_hand = _NOTHING

    @property
    def entries(self) -> int:
        """How many entries the segments have, about."""
        return 64 * sum(len(segment.firsts) for segment in self._ledger.segments())

    def imported(self) -> Imported:
        """What the segments hold: read when it is first asked for, and when they have changed.

        Raises:
            StoreError: a segment can't be read.
        """
        segments = tuple(self._ledger.segments())
        if segments != self._segments:
            self._imported, self._segments = _imported(segments), segments
        return self._imported

    def by_hand(self) -> Numbers:
        """The consumers with an entry that is in no segment, ascending.

        Raises:
            StoreError: the ledger can't be read.
        """
        more: list[int] = []
        while some := self._ledger.subjects_after(self._upto):
            more += (subject for _, subject in some)
            self._upto = some[-1][0]
        if more:
            self._by_hand = np.union1d(self._by_hand, np.array(more, np.int64))
        return self._by_hand


def among(numbers: Numbers, ascending: Numbers) -> Flags:
    """Which numbers are among others."""
    if len(ascending) == 0:
        return np.zeros(len(numbers), np.bool_)
    found: Flags = ascending[np.minimum(np.searchsorted(ascending, numbers), len(ascending) - 1)] == numbers
    return found


def _imported(segments: Sequence[SegmentFile]) -> Imported:
    subjects, records = _read(segments)
    kinds = np.ascontiguousarray(records["kind"])
    ids = records["id"].astype(np.int64)
    contacts, owners, contact_of, contact = _owners(subjects, records["number"].astype(np.int64))
    links = kinds == _LINK
    linked = np.setdiff1d(subjects[links], contact_of)
    of_contacts = subjects < 0
    if len(contacts):
        subjects = subjects.copy()
        subjects[of_contacts] = owners[np.searchsorted(contacts, subjects[of_contacts])]
    places = np.flatnonzero((subjects > 0) & ~links)
    if (np.diff(subjects[places]) <= 0).any():
        places = places[np.lexsort((ids[places], subjects[places]))]
        # An event of a number and its contact stands under both.
        again = (np.diff(subjects[places]) == 0) & (np.diff(ids[places]) == 0)
        places = places[np.concatenate([[True], ~again])]
    return Imported(
        subjects[places],
        kinds[places],
        records["terms"][places].astype(np.int32),
        records["at"][places].astype(np.int64),
        records["until"][places].astype(np.int64),
        records["proof"][places] > 0,
        linked,
        contacts,
        owners,
        contact_of,
        contact,
    )


def _read(segments: Sequence[SegmentFile]) -> tuple[Numbers, NDArray[np.void]]:
    subjects: list[bytes] = []
    records: list[bytes] = []
    size = _RECORD.itemsize
    for segment in segments:
        for place in range(1, len(segment.firsts) + 1):
            page = segment.page(place)
            count = int.from_bytes(page[:_COUNT], "little")
            begin = _COUNT + 8 * count
            subjects.append(page[_COUNT:begin])
            records.append(page[begin : begin + size * count])
    # As bytes: joining arrays of records, NumPy looks at the type of each.
    return np.frombuffer(b"".join(subjects), np.int64), np.frombuffer(b"".join(records), _RECORD)


def _owners(subjects: Numbers, numbers: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Each contact with the number that its entries stand under, and each such number with its contact."""
    of_contacts = np.flatnonzero(subjects < 0)
    if len(of_contacts) == 0:
        return _NOTHING, _NOTHING, _NOTHING, _NOTHING
    places = of_contacts[np.argsort(subjects[of_contacts], kind="stable")]
    contacts, starts = np.unique(subjects[places], return_index=True)
    lowest = np.minimum.reduceat(numbers[places], starts)
    highest = np.maximum.reduceat(numbers[places], starts)
    # Whose number is it? Of a number that stands in entries of two contacts nobody can say.
    pairs = of_contacts[np.lexsort((subjects[of_contacts], numbers[of_contacts]))]
    again = (np.diff(numbers[pairs]) == 0) & (np.diff(subjects[pairs]) == 0)
    known, times = np.unique(numbers[pairs[np.concatenate([[True], ~again])]], return_counts=True)
    single = (lowest == highest) & (lowest > 0) & among(lowest, known[times == 1])
    owners = np.where(single, lowest, 0)
    order = np.argsort(owners[single])
    return contacts, owners, owners[single][order], contacts[single][order]
