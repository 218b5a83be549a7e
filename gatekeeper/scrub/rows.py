"""From the decisions on a contact's numbers to what becomes of the contact."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.policy import Decision, Reason, Verdict
from gatekeeper.scrub.cells import EMPTY, Codes
from gatekeeper.scrub.tally import Tally
from gatekeeper.scrub.words import shown_list

Flags = NDArray[np.bool_]


class Fate(NamedTuple):
    """What becomes of rows.

    Attributes:
        removed: contacts without a number that may be called.
        reduced: contacts that keep a number and lose one.
        blocked: for each column the cells that may not be called.
    """

    removed: Flags
    reduced: Flags
    blocked: list[Flags]


def judge_rows(codes: Sequence[Codes], decisions: Sequence[Decision], contacts: Flags, unreadable: Flags) -> Fate:
    """Decide on rows by the decisions on their cells.

    Args:
        codes: for each column the places of the decisions, or `EMPTY`.
        decisions: the judge's.
        contacts: rows that are contacts at all, and not blank.
        unreadable: rows that can't be relied on, whatever was read in them.
    """
    # One place more: EMPTY, which is -1, finds the last.
    blocks = np.array([decision.verdict is Verdict.BLOCK for decision in decisions] + [False])
    blocked = [blocks[column] for column in codes]
    may_be_called = np.zeros(len(contacts), np.bool_)
    for column, is_blocked in zip(codes, blocked, strict=True):
        may_be_called |= (column != EMPTY) & ~is_blocked
    may_be_called &= ~unreadable
    lost = np.zeros(len(contacts), np.bool_)
    for is_blocked in blocked:
        lost |= is_blocked
    return Fate(contacts & ~may_be_called, contacts & may_be_called & lost, blocked)


def count_rows(
    tally: Tally,
    codes: Sequence[Codes],
    decisions: Sequence[Decision],
    contacts: Flags,
    unreadable: Flags,
    fate: Fate,
) -> None:
    """Add rows to what was counted."""
    tally.read += int(contacts.sum())
    tally.removed += int(fate.removed.sum())
    tally.kept += int((contacts & ~fate.removed).sum())
    tally.reduced += int(fate.reduced.sum())
    tally.unreadable += int((contacts & unreadable).sum())
    readable = contacts & ~unreadable
    for column in codes:
        counts = np.bincount(column[readable].astype(np.int64) + 1, minlength=len(decisions) + 1)[1:]
        tally.numbers += int(counts.sum())
        for decision, count in zip(decisions, counts.tolist(), strict=True):
            if count and decision.verdict is Verdict.BLOCK:
                tally.numbers_removed[decision.reason.value] += count
                tally.by_list[shown_list(decision)] += count if decision.hit else 0
            elif count:
                tally.grounds[decision.reason.value] += count
    tally.by_list = +tally.by_list
    removed = np.flatnonzero(fate.removed)
    firsts = first_code([column[removed] for column in codes])
    firsts[unreadable[removed]] = EMPTY
    for code, count in zip(*(part.tolist() for part in np.unique(firsts, return_counts=True)), strict=True):
        reason = Reason.NUMBER_INVALID if code == EMPTY else decisions[code].reason
        tally.reasons[reason.value] += count


def first_code(codes: Sequence[Codes]) -> Codes:
    """For each row the decision on the first of its numbers, `EMPTY` where it has none."""
    first = codes[0].copy()
    for column in codes[1:]:
        first = np.where(first == EMPTY, column, first)
    return first
