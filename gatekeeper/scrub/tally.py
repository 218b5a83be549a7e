"""What a scrub counted."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts of one scrub. `read == kept + removed` always.

    Attributes:
        read: contacts; blank lines are none.
        kept: contacts that may be called on at least one of their numbers.
        removed: contacts that may not.
        reduced: contacts among those kept that lost a number.
        blank: blank lines; they stay where they are.
        numbers: numbers that were checked.
        reasons: contacts removed, by the reason of their first number; those without one by `NUMBER_INVALID`.
        numbers_removed: numbers that may not be called, by reason.
        grounds: numbers that may be called, of contacts that are kept, by the reason why they may.
        by_list: numbers that may not be called, by the list and version that says so.
        unreadable: rows among those removed whose quoting is broken or that have too many cells.
    """

    read: int = 0
    kept: int = 0
    removed: int = 0
    reduced: int = 0
    blank: int = 0
    numbers: int = 0
    unreadable: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    numbers_removed: Counter[str] = field(default_factory=Counter)
    grounds: Counter[str] = field(default_factory=Counter)
    by_list: Counter[str] = field(default_factory=Counter)
