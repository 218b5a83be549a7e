"""A page of an imported segment: some dozens of entries, packed, in the order of subject and id.

`N` as 64 bits; N subjects of 64 bits; N records of `RECORD`; then the texts of all, each where its record says. All
little-endian. A subject's entries are in one page.
"""

from bisect import bisect_left
from struct import Struct
from typing import Final

from gatekeeper.consents.model import LedgerEntry

RECORD: Final = Struct("<qqqqiiIHHB")
"""id, at, until, number, terms, source, where its texts begin, bytes of the proof, bytes of the contact, kind."""

RECORD_FIELDS: Final = (
    ("id", "<i8"), ("at", "<i8"), ("until", "<i8"), ("number", "<i8"), ("terms", "<i4"), ("source", "<i4"),
    ("text", "<u4"), ("proof", "<u2"), ("contact", "<u2"), ("kind", "u1"),
)  # fmt: skip
"""The same for NumPy."""

ENTRIES: Final = 64
"""Entries in a page, about."""

MOST_TEXT: Final = 65_535
"""Bytes that a proof's or a contact's text may have."""

_COUNT: Final = 8


def entries_of(data: bytes, subject: int) -> list[LedgerEntry]:
    """The entries of a subject in a page."""
    count = int.from_bytes(data[:_COUNT], "little")
    subjects = memoryview(data)[_COUNT : _COUNT + 8 * count].cast("q")
    place = bisect_left(subjects, subject)
    found = []
    records = _COUNT + 8 * count
    texts = records + RECORD.size * count
    while place < count and subjects[place] == subject:
        ident, at, until, number, terms, source, text, proof, contact, kind = RECORD.unpack_from(
            data, records + RECORD.size * place
        )
        begin = texts + text
        middle = begin + proof
        found.append(
            LedgerEntry(
                ident, kind, terms, source, at, until, number,
                data[middle : middle + contact].decode() if contact else "",
                data[begin:middle].decode() if proof else "",
            )
        )  # fmt: skip
        place += 1
    return found
