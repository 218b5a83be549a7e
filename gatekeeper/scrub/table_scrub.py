"""The scrub of a table on which dialers and agents work meanwhile.

A pass reads all contacts that bear no mark, by ascending key and page by page, and marks those that may not be called,
each page in a transaction of its own. Rows come and numbers change meanwhile, also behind the pass; so passes are made
until one finds nothing more. What is promised: every contact that was in the table when the last pass began was decided
on, by the numbers it had when the pass came by; a contact whose number changed after it was read is not marked for the
old one, but looked at again at once. What comes or changes later is for the gate, and for the next scrub.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gatekeeper.contacts.table import ContactTable
from gatekeeper.contacts.table_rows import Change, Key, RowAction, TableRow, number_text
from gatekeeper.policy import Decision, Reason, Verdict
from gatekeeper.screening.bulk import NOTHING_BESIDE, BulkScreening
from gatekeeper.scrub.cells import EMPTY, CellReader, cells_of_column
from gatekeeper.scrub.options import RowProgress
from gatekeeper.scrub.progress_file import ProgressEntry, ProgressFile
from gatekeeper.scrub.rows import RowOutcome, classes, first_reason, is_unreadable, judge_rows
from gatekeeper.scrub.tally import Tally
from gatekeeper.scrub.watch import KeptNumbers
from gatekeeper.scrub.words import shown_list

MOST_PASSES = 10
"""After so many the scrub ends even where contacts that may not be called keep coming in; it says so."""

_MOST_LOOKS = 5
"""How often a contact that changes all the time is looked at within a pass."""


@dataclass(slots=True)
class _Untouched:
    """The contacts of a pass that stay as they are.

    Attributes:
        kept: that may be called.
        numbers: how many numbers they have, those that are not understood included.
        grounds: why numbers may be called.
        left: what is told of contacts with numbers that are not understood, or with none.
        unreadable: contacts none of whose numbers is understood.
        empty: contacts without a number.
    """

    kept: int = 0
    numbers: int = 0
    grounds: Counter[str] = field(default_factory=Counter)
    left: list[ProgressEntry] = field(default_factory=list)
    unreadable: int = 0
    empty: int = 0


class TableScrub:
    """One scrub of one table.

    Args:
        table: the contacts.
        cells: reads and decides.
        bulk: made the decisions.
        action: what is done to contacts that may not be called.
        drop_numbers: empty the numbers that may not be called where another one may; else all of the contact is taken
            out.
        batch: contacts to a page.
        watch: takes down the numbers that are kept.
    """

    def __init__(
        self,
        table: ContactTable,
        cells: CellReader,
        bulk: BulkScreening,
        action: RowAction,
        *,
        drop_numbers: bool,
        batch: int,
        watch: KeptNumbers | None = None,
    ) -> None:
        self._watch = watch
        self._table = table
        self._cells = cells
        self._bulk = bulk
        self._action = action
        self._drop_numbers = drop_numbers
        self._batch = batch
        self._untouched = _Untouched()
        self._grounds_of_reduced: Counter[str] = Counter()

    @property
    def left(self) -> list[ProgressEntry]:
        """What is told of contacts that are left as they are, though nobody can say that they may be called."""
        return self._untouched.left

    def look(self, progress: RowProgress | None = None) -> tuple[list[ProgressEntry], Tally]:
        """What would be done, in one pass that changes nothing."""
        entries: list[ProgressEntry] = []
        after: Key | None = None
        while rows := self._table.page(after, self._batch):
            entries += self._judged(rows)
            after = rows[-1].key
            if progress is not None:
                progress(self._untouched.kept + len(entries), 0)
        tally = Tally()
        for entry in entries:
            _count(tally, entry)
            if entry.change.action is RowAction.EMPTY:
                self._untouched.kept += 1
                self._untouched.numbers += _filled(entry.change.row) - len(entry.change.columns)
        self._untouched.grounds += self._grounds_of_reduced
        return entries, self._with_untouched(tally)

    def run(self, notes: ProgressFile, progress: RowProgress | None = None) -> tuple[Tally, bool]:
        """Make passes until one finds nothing more.

        Args:
            notes: of what is done; those of a scrub that did not end are gone on with.
            progress: is told how many contacts of the pass are done.

        Returns:
            What was counted, and whether the last pass found nothing more.

        Raises:
            ContactsError: the database or the notes can't be read or written. What was done until then is noted.
            StoreError: the lists can't be read.
        """
        after = notes.state.after
        if notes.state.open:
            notes.done(self._table.applied([entry.change for entry in notes.state.open]), after)
        settled = False
        for _ in range(MOST_PASSES):
            # A pass that goes on where another ended has not seen all: it is never the last one.
            found = self._pass(notes, after, progress)
            settled = found == 0 and after is None
            after = None
            if settled:
                break
        tally = Tally()
        for entry in notes.entries():
            _count(tally, entry)
        return self._with_untouched(tally), settled

    def _pass(self, notes: ProgressFile, after: Key | None, progress: RowProgress | None) -> int:
        self._untouched = _Untouched()
        found = seen = 0
        while rows := self._table.page(after, self._batch):
            seen += len(rows)
            found += self._settle(rows, notes, after)
            after = rows[-1].key
            if progress is not None:
                progress(seen, 0)
        notes.done([], None)
        return found

    def _settle(self, rows: list[TableRow], notes: ProgressFile, after: Key | None) -> int:
        """Decide on rows and change them; those that changed meanwhile again. Returns how many had to be changed."""
        found = 0
        reached = rows[-1].key
        for _ in range(_MOST_LOOKS):
            entries = self._judged(rows)
            if not entries:
                break
            found += len(entries)
            notes.intend(entries)
            took = self._table.apply([entry.change for entry in entries])
            notes.done(took, after)
            missed = [entry.change.row.key for entry, made in zip(entries, took, strict=True) if not made]
            rows = self._table.again(missed) if missed else []
            if not rows:
                break
        if found:
            notes.done([], reached)
        return found

    def _judged(self, rows: list[TableRow]) -> list[ProgressEntry]:
        """The contacts that may not be called, or not on all of their numbers; the others are counted."""
        width = len(self._table.columns)
        texts = [number_text(value) for row in rows for value in row.numbers]
        country = [number_text(row.code) for row in rows for _ in row.numbers] if self._table.code_name else None
        codes = self._cells.texts(texts, country).reshape(len(rows), width)
        columns = [codes[:, place] for place in range(width)]
        everyone, nobody = np.ones(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
        decisions = self._bulk.decisions
        outcome = judge_rows(columns, decisions, everyone, nobody)
        of_class = classes(columns, decisions, everyone, nobody, outcome)
        if self._watch is not None:
            read = [cells_of_column(self._cells.read[0], place, width) for place in range(width)]
            self._watch.take(np.flatnonzero(~outcome.removed), columns, read, NOTHING_BESIDE, decisions)
        # Nobody says of a contact that it objected whose number is only not understood.
        blocks = np.array(
            [decision.verdict is Verdict.BLOCK and not is_unreadable(decision) for decision in decisions] + [False]
        )
        chosen = np.flatnonzero(blocks[codes].any(axis=1))
        self._leave(np.delete(np.arange(len(rows)), chosen), rows, codes, outcome)
        self._untouched.unreadable += int(of_class.unreadable.sum())
        self._untouched.empty += int(of_class.empty.sum())
        return [self._entry(rows[place], codes[place].tolist(), decisions) for place in chosen.tolist()]

    def _leave(
        self, places: NDArray[np.int64], rows: list[TableRow], codes: NDArray[np.int32], outcome: RowOutcome
    ) -> None:
        """Count contacts that stay as they are, and tell those that are not all clear."""
        here, decisions = self._untouched, self._bulk.decisions
        here.kept += int((~outcome.removed[places]).sum())
        here.numbers += int((codes[places] != EMPTY).sum())
        _count_grounds(here.grounds, codes[places], decisions)
        for place in places[(outcome.removed | outcome.reduced)[places]].tolist():
            unread = [
                (self._table.columns[column], decisions[code].reason.value, "")
                for column, code in enumerate(codes[place].tolist())
                if code != EMPTY and decisions[code].verdict is Verdict.BLOCK
            ]
            here.left.append(
                ProgressEntry(Change(rows[place], RowAction.LEAVE), Reason.NUMBER_INVALID.value, "", tuple(unread))
            )

    def _entry(self, row: TableRow, codes: list[int], decisions: list[Decision]) -> ProgressEntry:
        blocked = [
            (place, decisions[code])
            for place, code in enumerate(codes)
            if code != EMPTY and decisions[code].verdict is Verdict.BLOCK
        ]
        read = sum(code != EMPTY for code in codes)
        partly = self._drop_numbers and len(blocked) < read
        change = (
            Change(row, RowAction.EMPTY, tuple(place for place, why in blocked if not is_unreadable(why)))
            if partly
            else Change(row, self._action)
        )
        if partly:
            _count_grounds(self._grounds_of_reduced, np.array(codes), decisions)
            blocked = [(place, why) for place, why in blocked if not is_unreadable(why)]
        each = tuple((self._table.columns[place], why.reason.value, shown_list(why)) for place, why in blocked)
        first = first_reason([why for _, why in blocked])
        return ProgressEntry(change, first.reason.value, shown_list(first), each, first.provision)

    def _with_untouched(self, tally: Tally) -> Tally:
        here = self._untouched
        tally.kept += here.kept
        tally.numbers += here.numbers
        tally.grounds += here.grounds
        for entry in here.left:
            tally.numbers_removed.update(reason for _, reason, _ in entry.numbers)
        tally.blocked, tally.unreadable, tally.empty = tally.removed, here.unreadable, here.empty
        tally.left = here.unreadable + here.empty
        if tally.left:
            tally.removed_by[Reason.NUMBER_INVALID.value, ""] += tally.left
        tally.several = self._cells.several
        tally.read = tally.kept + tally.removed + tally.left
        return tally


def _count(tally: Tally, entry: ProgressEntry) -> None:
    if entry.change.action is RowAction.EMPTY:
        # Emptied, it is read again by the next pass, and counted there among those kept.
        tally.reduced += 1
        tally.numbers += len(entry.numbers)
    else:
        tally.removed += 1
        tally.reasons[entry.reason] += 1
        tally.removed_by[entry.reason, entry.provision] += 1
        tally.numbers += _filled(entry.change.row)
    if entry.provision:
        tally.provisions[entry.provision] += 1
    for _, reason, of_list in entry.numbers:
        tally.numbers_removed[reason] += 1
        if of_list:
            tally.by_list[of_list] += 1


def _count_grounds(grounds: Counter[str], codes: NDArray[np.int32], decisions: list[Decision]) -> None:
    """Count why numbers may be called, of those that may."""
    for code, count in zip(*(part.tolist() for part in np.unique(codes, return_counts=True)), strict=True):
        if code != EMPTY and decisions[code].verdict is not Verdict.BLOCK:
            grounds[decisions[code].reason.value] += count


def _filled(row: TableRow) -> int:
    """How many numbers a contact has."""
    return sum(bool(number_text(value).strip()) for value in row.numbers)
