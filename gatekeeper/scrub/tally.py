"""Counts of a scrub: contacts read, kept and removed, and why."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts of one scrub. `read == kept + blocked + unreadable + empty == kept + removed + left`, always.

    Attributes:
        read: contacts; blank lines are none.
        kept: contacts that may be called on at least one of their numbers.
        removed: contacts that may not, and are taken out.
        left: contacts of a table without a number that is understood, which are left as they are.
        reduced: contacts among those kept that lost a number.
        blank: blank lines; they stay where they are.
        numbers: numbers that were checked.
        reasons: contacts removed, by the reason of their first number; those without one by `NUMBER_INVALID`.
        numbers_removed: numbers that may not be called, by reason.
        provisions: numbers that may not be called, by the provision of the law that says so, and numbers that may, by
            the provision that is their ground.
        grounds: numbers that may be called, of contacts that are kept, by the reason why they may.
        removed_by: contacts removed, by reason and provision of their first number.
        by_list: numbers that may not be called, by the list and version that says so.
        blocked: contacts that may not be called with a number that was understood and may not be called.
        unreadable: contacts that may not be called none of whose numbers was understood, or whose row was not.
        empty: contacts that may not be called that have no number.
        broken: rows among the unreadable whose quoting is broken or that have too many cells.
        several: cells that had more than one number; each was checked, and the cell is counted once.
        strays: numbers in columns that were not checked, of contacts that are kept, by column.
    """

    read: int = 0
    kept: int = 0
    removed: int = 0
    reduced: int = 0
    blank: int = 0
    numbers: int = 0
    blocked: int = 0
    unreadable: int = 0
    empty: int = 0
    broken: int = 0
    left: int = 0
    several: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    numbers_removed: Counter[str] = field(default_factory=Counter)
    grounds: Counter[str] = field(default_factory=Counter)
    provisions: Counter[str] = field(default_factory=Counter)
    removed_by: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_list: Counter[str] = field(default_factory=Counter)
    strays: dict[str, int] = field(default_factory=dict)
