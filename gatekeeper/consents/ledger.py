"""The serving view of the consent ledger: everything that is known of a consumer, in microseconds."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy.exc import DBAPIError

from gatekeeper.consents.model import EntryKind, LedgerEntry, contact_subject
from gatekeeper.consents.paths import ConsentLayout
from gatekeeper.consents.presence import PresenceBits
from gatekeeper.consents.reading import SLICE, LedgerReader, SegmentRow
from gatekeeper.consents.segment import SegmentFile
from gatekeeper.consents.shared_terms import TermsBook
from gatekeeper.errors import StoreError
from gatekeeper.policy.ledger import EMPTY_DOSSIER, Consent, Dossier, GivenBy
from gatekeeper.storage.change_signal import LOOK_AGAIN_S, ChangeListener
from gatekeeper.storage.sqlite.errors import translate
from gatekeeper.translation import retold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RETRY = 0.1
"""Seconds between attempts to open what could not be opened."""

_CONSENT, _LINK = int(EntryKind.CONSENT), int(EntryKind.LINK)
_TROUBLES = (StoreError, sqlite3.Error, DBAPIError, OSError)


class ConsentLedger:
    """The consent ledger in a data folder, for one thread that asks.

    `refresh` before each question makes the answer rest on everything that any process had committed by then, as of the
    lists. When something can't be read any more, both raise `StoreError` until it is mended; then they answer again by
    themselves.

    Args:
        data_dir: the data folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self._layout = ConsentLayout(Path(data_dir))
        self._signal = ChangeListener(self._layout.signal)
        self._reader: LedgerReader | None = None
        self._segments: dict[SegmentRow, SegmentFile] = {}
        self._presence = PresenceBits()
        self._seen = -1
        self._inode = 0
        self._look_at = 0.0
        self._again = True
        self._trouble: StoreError | None = None
        self._retry_at = 0.0
        self.book = TermsBook(lambda key: self._opened().terms(key))

    @classmethod
    def open(cls, data_dir: Path, *, patient: bool = False) -> Self:
        """Open the ledger for serving.

        Args:
            data_dir: the data folder.
            patient: where it can't be opened, give one that raises `StoreError` until it is mended.

        Raises:
            StoreError: it can't be opened, and `patient` is not set.
        """
        ledger = cls(data_dir)
        try:
            ledger.refresh()
        except StoreError:
            if not patient:
                ledger.close()
                raise
        return ledger

    def refresh(self) -> bool:
        """Take over what other processes committed; some 2 µs where nobody rang.

        Returns:
            Whether anything changed.

        Raises:
            StoreError: the ledger can't be read. The next call tries again.
        """
        now = time.monotonic()
        if self._trouble is not None and now < self._retry_at:
            raise StoreError(retold(self._trouble))
        try:
            look = now >= self._look_at
            if not (self._signal.changed() or look or self._again):
                return False
            self._again = True
            if look:
                self._signal.look()
                self._look_at = now + LOOK_AGAIN_S
                if self._reader is not None and self._inode_now() != self._inode:
                    self._let_go()  # it was put back out of a backup: what is open is the old one
            changed = self._catch_up()
            self._again = not self._presence.complete
            self._trouble = None
        except _TROUBLES as error:
            raise self._failed(error) from error
        return changed

    def dossier(self, number: int, contact: str = "", *, claimed: bool = False) -> Dossier:
        """Everything that is known of a consumer: by the number, the contact, and the contacts that the number is of.

        Of a contact's other numbers what was said there counts, too, if it ends a consent or asks for a call.

        Args:
            number: E.164 without plus; 0 for none.
            contact: who the consumer is, "" where that is not known.
            claimed: whether only the call says that the number is of this contact. Then what the contact consented to
                counts for the number only if the ledger knows the two together; all that ends a consent counts.

        Returns:
            All consents and events; `EMPTY_DOSSIER` itself where nothing is known.

        Raises:
            StoreError: the ledger can't be read.
        """
        try:
            found = self._stored(number) if number else []
            if not found and not contact:
                return EMPTY_DOSSIER
            if contact or any(entry.kind == _LINK for entry in found):
                found = self._with_contacts(number, contact, found, claimed=claimed)
            return self._put_together(found, number, contact)
        except _TROUBLES as error:
            raise self._failed(error) from error

    def entries(self, number: int, contact: str = "") -> list[LedgerEntry]:
        """The rows that `dossier` is made of, in the order in which they were written down.

        Raises:
            StoreError: the ledger can't be read.
        """
        try:
            found = self._with_contacts(number, contact, self._stored(number) if number else [])
            return sorted({entry.id: entry for entry in found}.values())
        except _TROUBLES as error:
            raise self._failed(error) from error

    def segments(self) -> Iterator[SegmentFile]:
        """The imported segments that count, for reading many consumers at once."""
        return iter(self._segments.values())

    def may_hold_many(self, numbers: "NDArray[np.int64]") -> "NDArray[np.bool_]":
        """Of which numbers the database itself may have entries."""
        return self._presence.may_hold_many(numbers)

    def in_database(self, subject: int) -> list[LedgerEntry]:
        """The entries of a subject that are not in a segment."""
        return self._opened().entries(subject) if self._presence.may_hold(subject) else []

    def close(self) -> None:
        """Close the ledger."""
        self._let_go()
        self._signal.close()

    def subjects_after(self, ident: int) -> list[tuple[int, int]]:
        """Id and subject of the next some entries that are in no segment, by id; none where there are no more.

        Raises:
            StoreError: the ledger can't be read.
        """
        try:
            return self._opened().subjects_after(ident)
        except _TROUBLES as error:
            raise self._failed(error) from error

    def _stored(self, subject: int) -> list[LedgerEntry]:
        found = self.in_database(subject)
        for segment in self._segments.values():
            found += segment.entries(subject)
        return found

    def _with_contacts(
        self, number: int, contact: str, found: list[LedgerEntry], *, claimed: bool = False
    ) -> list[LedgerEntry]:
        known = {entry.contact for entry in found if entry.kind == _LINK}
        others: set[int] = set()
        for one in known | ({contact} if contact else set()):
            own = [entry for entry in self._stored(contact_subject(one)) if entry.contact == one]
            if claimed and one not in known:
                own = [entry for entry in own if entry.kind != _CONSENT]
            others.update(entry.number for entry in own)
            found = found + own
        for other in others - {0, number}:
            found = found + [entry for entry in self._stored(other) if entry.kind not in {_CONSENT, _LINK}]
        return found

    def _put_together(self, found: list[LedgerEntry], number: int, contact: str) -> Dossier:
        if len(found) == 1 and found[0].kind == _CONSENT:
            return Dossier((self._consent(found[0], number, contact),), ())  # as most are
        if len(found) > 1:
            # An event of a number and its contact stands under both.
            found = sorted({entry.id: entry for entry in found}.values())
        consents = tuple(self._consent(entry, number, contact) for entry in found if entry.kind == _CONSENT)
        events = tuple(self.book.event(entry) for entry in found if entry.kind not in {_CONSENT, _LINK})
        return Dossier(consents, events) if consents or events else EMPTY_DOSSIER

    def _consent(self, entry: LedgerEntry, number: int, contact: str) -> Consent:
        """A consent, and who gave it, seen from a call to a number, or to a contact."""
        consent = self.book.consent(entry)
        if contact and entry.contact and entry.contact != contact:
            return consent._replace(given_by=GivenBy.OTHER_PERSON)
        if entry.number and number and entry.number != number:
            return consent._replace(given_by=GivenBy.ON_OTHER_NUMBER)
        return consent

    def _opened(self) -> LedgerReader:
        if self._reader is None:
            if self._trouble is not None:
                raise self._trouble
            # Asked first: what comes into its place meanwhile is noticed by the next look.
            self._inode = self._inode_now()
            self._reader = LedgerReader(self._layout.database)
        return self._reader

    def _inode_now(self) -> int:
        """Which file the database is now; 0 where it is gone."""
        try:
            return self._layout.database.stat().st_ino
        except OSError:
            return 0

    def _catch_up(self) -> bool:
        self._trouble = None
        reader = self._opened()
        seen = reader.data_version()
        changed = seen != self._seen
        if changed:
            self._open_segments(reader.segments())
            self._presence.complete = False
        if not self._presence.complete:
            self._note_presence(reader)
        self._seen = seen
        return changed

    def _note_presence(self, reader: LedgerReader) -> None:
        """Note some more entries: a slice at each question after the start; until all are noted, each is asked for."""
        some = reader.subjects_after(self._presence.upto)
        for ident, subject in some:
            self._presence.add(subject)
            self._presence.upto = ident
        self._presence.complete = len(some) < SLICE

    def _open_segments(self, wanted: list[SegmentRow]) -> None:
        opened = {
            row: self._segments.get(row) or SegmentFile(self._layout.segment(row.name), row.build) for row in wanted
        }
        gone = [segment for row, segment in self._segments.items() if row not in opened]
        self._segments = opened
        for segment in gone:
            segment.close()

    def _failed(self, error: BaseException) -> StoreError:
        self._let_go()
        self._trouble = translate(error, self._layout.database)
        self._retry_at = time.monotonic() + _RETRY
        self._again = True
        return self._trouble

    def _let_go(self) -> None:
        for segment in self._segments.values():
            segment.close()
        self._segments = {}
        if self._reader is not None:
            self._reader.close()
        self._reader = None
        self._seen = -1
        self._presence = PresenceBits()
