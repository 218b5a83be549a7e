"""Entries by the million: columns of NumPy, with the texts of all in one run of bytes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.consents.model import LedgerEntry
from gatekeeper.consents.page import RECORD_FIELDS

Integers = NDArray[np.int64]
Octets = NDArray[np.uint8]
OctetWords = NDArray[np.uint64]
RECORD_TYPE = np.dtype(list(RECORD_FIELDS))
_SIGNED_BITS = 63
RAW = np.dtype((np.void, RECORD_TYPE.itemsize))
"""A record as bytes: NumPy copies these at once, and the others field by field."""


class EntryRows(NamedTuple):
    """Entries.

    Attributes:
        subjects: whose each is.
        records: everything of fixed length, `page.RECORD_FIELDS`; `text` is not set. Of rows that are read, `id` is the
            place of each in the file, and `terms` one in `ReadConsents.terms`.
        texts: proof and contact of each, one after the other.
    """

    subjects: Integers
    records: NDArray[np.void]
    texts: NDArray[np.uint8]

    @property
    def lengths(self) -> Integers:
        """Bytes of each entry's texts."""
        lengths: Integers = self.records["proof"].astype(np.int64) + self.records["contact"]
        return lengths


def by_subject(subjects: Integers) -> Integers:
    """The order of subjects, those of one as they are.

    Where it fits, subject and place are sorted as one number: NumPy does that many times faster.
    """
    if not len(subjects):
        return np.empty(0, np.int64)
    lowest = int(subjects.min())
    bits = len(subjects).bit_length()
    if int(subjects.max()) - lowest >= 1 << (_SIGNED_BITS - bits):
        return np.argsort(subjects, kind="stable")
    keys = subjects - lowest
    keys <<= bits
    keys |= np.arange(len(subjects))
    keys.sort()
    keys &= (1 << bits) - 1
    return keys


def rows_of(found: Sequence[tuple[int, LedgerEntry]]) -> EntryRows:
    """Rows of entries, each with its subject."""
    records = np.zeros(len(found), RECORD_TYPE)
    texts = bytearray()
    for place, (_, entry) in enumerate(found):
        proof, contact = entry.proof.encode(), entry.contact.encode()
        records[place] = (
            entry.id, entry.at, entry.until, entry.number, entry.terms, entry.source, 0, len(proof), len(contact),
            entry.kind,
        )  # fmt: skip
        texts += proof + contact
    subjects = np.array([subject for subject, _ in found], np.int64)
    return EntryRows(subjects, records, np.frombuffer(bytes(texts), np.uint8))


def joined(parts: Sequence[EntryRows]) -> EntryRows:
    """Rows of several, one after the other."""
    if len(parts) < 2:  # noqa: PLR2004 - nothing to join
        return parts[0] if parts else rows_of([])
    subjects, records, texts = zip(*parts, strict=True)
    raw = np.concatenate([one.view(RAW) for one in records])
    return EntryRows(np.concatenate(subjects), raw.view(RECORD_TYPE), np.concatenate(texts))


def gathered(octets: Octets, starts: Integers, lengths: Integers) -> Octets:
    """Pieces of a run of bytes, one after the other."""
    behind = np.cumsum(lengths)
    found = np.empty(int(behind[-1]) if len(behind) else 0, np.uint8)
    put_pieces(found, behind - lengths, octets, starts, lengths)
    return found


def put_pieces(into: Octets, places: Integers, octets: Octets, starts: Integers, lengths: Integers) -> None:
    """Copy pieces of a run of bytes to places in another: those of one length at once, as items of that length."""
    if not len(lengths):
        return
    counts = np.bincount(lengths)
    counts[0] = 0
    for length in np.flatnonzero(counts).tolist():
        pieces, items = _items(octets, length), _items(into, length)
        if counts[length] == len(lengths):
            items[places] = pieces[starts]
        else:
            chosen = np.flatnonzero(lengths == length)
            items[places[chosen]] = pieces[starts[chosen]]


def words_of(octets: Octets) -> OctetWords:
    """The eight bytes from each on, as little-endian words."""
    return np.ndarray(shape=(len(octets) - 7,), dtype="<u8", buffer=octets.data, strides=(1,))


def _items(octets: Octets, length: int) -> NDArray[np.void]:
    """The bytes from each on, so many, as one item."""
    return np.ndarray((len(octets) - length + 1,), np.dtype((np.void, length)), buffer=octets.data, strides=(1,))
