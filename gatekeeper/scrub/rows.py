"""Outcomes of rows: makes of the decisions on a contact's numbers what becomes of the contact."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.policy import Decision, Reason, Verdict
from gatekeeper.scrub.cells import EMPTY, Codes
from gatekeeper.scrub.tally import Tally
from gatekeeper.scrub.words import shown_list

Flags = NDArray[np.bool_]


class RowOutcome(NamedTuple):
    """What becomes of rows.

    Attributes:
        removed: contacts without a number that may be called.
        reduced: contacts that keep a number and lose one.
        blocked: for each column the cells that may not be called.
    """

    removed: Flags
    reduced: Flags
    blocked: list[Flags]


def judge_rows(codes: Sequence[Codes], decisions: Sequence[Decision], contacts: Flags, unreadable: Flags) -> RowOutcome:
    """Decide on rows by the decisions on their cells.

    Args:
        codes: for each column the places of the decisions, or `EMPTY`.
        decisions: those of the bulk screening.
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
    return RowOutcome(contacts & ~may_be_called, contacts & may_be_called & lost, blocked)


class Classes(NamedTuple):
    """The contacts that may not be called, each in one class."""

    blocked: Flags
    """A number of theirs was understood, and may not be called."""
    unreadable: Flags
    """None of theirs was understood, or the row itself was not."""
    empty: Flags
    """They have no number."""


def classes(
    codes: Sequence[Codes], decisions: Sequence[Decision], contacts: Flags, unreadable: Flags, outcome: RowOutcome
) -> Classes:
    """Why contacts are taken out, each for one of three reasons. The arguments are those of `judge_rows`."""
    speaks = np.array([d.verdict is Verdict.BLOCK and not is_unreadable(d) for d in decisions] + [False])
    is_blocked, has_number = np.zeros(len(contacts), np.bool_), np.zeros(len(contacts), np.bool_)
    for column in codes:
        is_blocked |= speaks[column]
        has_number |= column != EMPTY
    blocked = outcome.removed & is_blocked & ~unreadable
    lost = outcome.removed & ~blocked & (has_number | unreadable)
    return Classes(blocked, lost, outcome.removed & ~blocked & ~lost)


def count_rows(
    tally: Tally,
    codes: Sequence[Codes],
    decisions: Sequence[Decision],
    contacts: Flags,
    unreadable: Flags,
    outcome: RowOutcome,
) -> None:
    """Add rows to what was counted."""
    tally.read += int(contacts.sum())
    tally.removed += int(outcome.removed.sum())
    tally.kept += int((contacts & ~outcome.removed).sum())
    tally.reduced += int(outcome.reduced.sum())
    of_class = classes(codes, decisions, contacts, unreadable, outcome)
    tally.blocked += int(of_class.blocked.sum())
    tally.unreadable += int(of_class.unreadable.sum())
    tally.empty += int(of_class.empty.sum())
    tally.broken += int((contacts & unreadable).sum())
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
            if count and decision.provision:
                tally.provisions[decision.provision] += count
    tally.by_list = +tally.by_list
    removed = np.flatnonzero(outcome.removed)
    firsts = first_code([column[removed] for column in codes], decisions)
    firsts[unreadable[removed]] = EMPTY
    for code, count in zip(*(part.tolist() for part in np.unique(firsts, return_counts=True)), strict=True):
        reason = Reason.NUMBER_INVALID if code == EMPTY else decisions[code].reason
        tally.reasons[reason.value] += count
        tally.removed_by[reason.value, "" if code == EMPTY else decisions[code].provision] += count


def first_code(codes: Sequence[Codes], decisions: Sequence[Decision]) -> Codes:
    """For each row the decision on the first of its numbers that was understood, else of its first; or `EMPTY`."""
    # One place more: EMPTY, which is -1, finds the last.
    is_weaker = np.array([*map(is_unreadable, decisions), True])
    first = codes[0].copy()
    for column in codes[1:]:
        better = (first == EMPTY) | (is_weaker[first] & ~is_weaker[column])
        first = np.where(better, column, first)
    return first


def is_unreadable(decision: Decision) -> bool:
    """Whether a decision says no more than that the number is not understood."""
    return decision.reason is Reason.NUMBER_INVALID


def first_reason(blocked: Sequence[Decision]) -> Decision:
    """Of decisions on numbers that may not be called the one to name: the first that says more than unreadable."""
    return next((decision for decision in blocked if not is_unreadable(decision)), blocked[0])
