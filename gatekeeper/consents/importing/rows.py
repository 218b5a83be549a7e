"""Entries by the million: columns of NumPy, with the texts of all in one run of bytes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.consents.model import LedgerEntry
from gatekeeper.consents.page import RECORD_FIELDS

Integers = NDArray[np.int64]
RECORD_TYPE = np.dtype(list(RECORD_FIELDS))
RAW = np.dtype((np.void, RECORD_TYPE.itemsize))
"""A record as bytes: NumPy copies these at once, and the others field by field."""


class EntryRows(NamedTuple):
    """Entries.

    Attributes:
        subjects: whose each is.
        records: everything of fixed length, `page.RECORD_FIELDS`; `text` is not set.
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


def gathered(octets: NDArray[np.uint8], starts: Integers, lengths: Integers) -> NDArray[np.uint8]:
    """Pieces of a run of bytes, one after the other."""
    behind = np.cumsum(lengths)
    total = int(behind[-1]) if len(behind) else 0
    places = np.arange(total, dtype=np.int64) + np.repeat(starts - (behind - lengths), lengths)
    found: NDArray[np.uint8] = octets[places]
    return found
