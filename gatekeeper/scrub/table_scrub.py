"""Scrubbing a table while dialers and agents work on it.

A pass reads all contacts that bear no mark, by ascending key and page by page, and marks those that may not be called,
each page in a transaction of its own. Rows come and numbers change meanwhile, also behind the pass; so passes are made
until one finds nothing more. What is promised: every contact that was in the table when the last pass began was decided
on, by the numbers it had when the pass came by; a contact whose number changed after it was read is not marked for the
old one, but looked at again at once. What comes or changes later is for the gate, and for the next scrub.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from gatekeeper.contacts.table import Action, Change, ContactTable, Key, TableRow, number_text
from gatekeeper.policy import Decision, Reason, Verdict
from gatekeeper.screening.bulk import Judge
from gatekeeper.scrub.cells import EMPTY, CellReader
from gatekeeper.scrub.csv_scrub import Progress
from gatekeeper.scrub.progress_file import Entry, ProgressFile
from gatekeeper.scrub.rows import judge_rows
from gatekeeper.scrub.tally import Tally
from gatekeeper.scrub.words import shown_list

MOST_PASSES = 10
"""After so many the scrub ends even where contacts that may not be called keep coming in; it says so."""

_MOST_LOOKS = 5
"""How often a contact that changes all the time is looked at within a pass."""


class TableScrub:
    """One scrub of one table.

    Args:
        table: the contacts.
        cells: reads and decides.
        judge: made the decisions.
        action: what is done to contacts that may not be called.
        drop_numbers: empty the numbers that may not be called where another one may; else all of the contact is taken
            out.
        batch: contacts to a page.
    """

    def __init__(
        self, table: ContactTable, cells: CellReader, judge: Judge, action: Action, *, drop_numbers: bool, batch: int
    ) -> None:
        self._table = table
        self._cells = cells
        self._judge = judge
        self._action = action
        self._drop_numbers = drop_numbers
        self._batch = batch
        self._kept = 0
        self._kept_numbers = 0
        self._grounds: Counter[str] = Counter()
        self._grounds_of_reduced: Counter[str] = Counter()

    def look(self, progress: Progress | None = None) -> tuple[list[Entry], Tally]:
        """What would be done, in one pass that changes nothing."""
        entries: list[Entry] = []
        after: Key | None = None
        while rows := self._table.page(after, self._batch):
            entries += self._judged(rows)
            after = rows[-1].key
            if progress is not None:
                progress(self._kept + len(entries), 0)
        tally = Tally()
        for entry in entries:
            _count(tally, entry)
            if entry.change.action is Action.EMPTY:
                self._kept += 1
                self._kept_numbers += _filled(entry.change.row) - len(entry.change.columns)
        self._grounds += self._grounds_of_reduced
        return entries, self._with_kept(tally)

    def run(self, notes: ProgressFile, progress: Progress | None = None) -> tuple[Tally, bool]:
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
        return self._with_kept(tally), settled

    def _pass(self, notes: ProgressFile, after: Key | None, progress: Progress | None) -> int:
        self._kept = self._kept_numbers = 0
        self._grounds.clear()
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

    def _judged(self, rows: list[TableRow]) -> list[Entry]:
        """The contacts that may not be called, or not on all of their numbers."""
        width = len(self._table.columns)
        texts = [number_text(value) for row in rows for value in row.numbers]
        codes = self._cells.texts(texts).reshape(len(rows), width)
        columns = [codes[:, place] for place in range(width)]
        contacts = np.ones(len(rows), np.bool_)
        decisions = self._judge.decisions
        fate = judge_rows(columns, decisions, contacts, np.zeros(len(rows), np.bool_))
        chosen = np.flatnonzero(fate.removed | fate.reduced)
        self._kept += len(rows) - len(chosen)
        clear = np.delete(codes, chosen, axis=0)
        self._kept_numbers += int((clear != EMPTY).sum())
        _count_grounds(self._grounds, clear, decisions)
        return [self._entry(rows[place], codes[place].tolist(), decisions) for place in chosen.tolist()]

    def _entry(self, row: TableRow, codes: list[int], decisions: list[Decision]) -> Entry:
        blocked = [
            (place, decisions[code])
            for place, code in enumerate(codes)
            if code != EMPTY and decisions[code].verdict is Verdict.BLOCK
        ]
        read = sum(code != EMPTY for code in codes)
        partly = self._drop_numbers and len(blocked) < read
        change = (
            Change(row, Action.EMPTY, tuple(place for place, _ in blocked)) if partly else Change(row, self._action)
        )
        if partly:
            _count_grounds(self._grounds_of_reduced, np.array(codes), decisions)
        each = tuple((self._table.columns[place], why.reason.value, shown_list(why)) for place, why in blocked)
        if not blocked:
            return Entry(change, Reason.NUMBER_INVALID.value, "", ())
        return Entry(change, blocked[0][1].reason.value, shown_list(blocked[0][1]), each)

    def _with_kept(self, tally: Tally) -> Tally:
        tally.kept += self._kept
        tally.numbers += self._kept_numbers
        tally.grounds += self._grounds
        tally.read = tally.kept + tally.removed
        return tally


def _count(tally: Tally, entry: Entry) -> None:
    if entry.change.action is Action.EMPTY:
        # Emptied, it is read again by the next pass, and counted there among those kept.
        tally.reduced += 1
        tally.numbers += len(entry.numbers)
    else:
        tally.removed += 1
        tally.reasons[entry.reason] += 1
        tally.numbers += _filled(entry.change.row)
    for _, reason, of_list in entry.numbers:
        tally.numbers_removed[reason] += 1
        if of_list:
            tally.by_list[of_list] += 1


def _count_grounds(grounds: Counter[str], codes: NDArray[np.int16], decisions: list[Decision]) -> None:
    """Count why numbers may be called, of those that may."""
    for code, count in zip(*(part.tolist() for part in np.unique(codes, return_counts=True)), strict=True):
        if code != EMPTY and decisions[code].verdict is not Verdict.BLOCK:
            grounds[decisions[code].reason.value] += count


def _filled(row: TableRow) -> int:
    """How many numbers a contact has."""
    return sum(bool(number_text(value).strip()) for value in row.numbers)
