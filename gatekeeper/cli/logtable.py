"""Table of the journal: shows rows as lines of fixed columns, those that are there and those still to come."""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper.cli.times import shown, shown_zone
from gatekeeper.cli.words import WORDS
from gatekeeper.phone import display
from gatekeeper.policy import Reason, Verdict, info_of
from gatekeeper.text import escaped
from gatekeeper.words import Language, Sentence, printed

if TYPE_CHECKING:
    from gatekeeper.journal import DecisionRow, StoredDecision


class LogColumn(NamedTuple):
    """One column.

    Attributes:
        name: its name, as `Words.headings` has it.
        width: its characters.
        text: what it shows of a row.
    """

    name: str
    width: int
    text: "Callable[[StoredDecision], str]"


_ALWAYS = (
    LogColumn("at", 19, lambda one: shown(one.row.at)),
    LogColumn("number", 13, lambda one: display(one.row.number) if one.row.number else one.row.dialled),
    LogColumn("verdict", 7, lambda one: one.row.verdict),
    LogColumn("reason", 18, lambda one: one.row.reason),
    LogColumn("list", 8, lambda one: one.row.list),
    LogColumn("campaign", 10, lambda one: one.row.campaign),
)
_UNDER_A_LAW = (
    LogColumn("provision", 14, lambda one: one.row.provision),
    LogColumn("retry_at", 19, lambda one: shown(one.row.retry_at or None)),
    LogColumn("would_block", 18, lambda one: one.row.would_block),
)
_ASKED_BY = LogColumn("asked_by", 24, lambda one: one.row.asked_by)
_WHERE_SAID = (*_UNDER_A_LAW, _ASKED_BY)
"""Shown where a row has something in them."""
_WHERE_THERE_IS_ROOM = (
    LogColumn("gates", 16, lambda one: one.gates),
    *_UNDER_A_LAW,
    _ASKED_BY,
    LogColumn("caller_id", 13, lambda one: one.row.caller_id),
    LogColumn("id", 26, lambda one: one.row.id),
    LogColumn("principal", 20, lambda one: one.row.principal),
)
_GAP = " "


class LogTable:
    """Lays rows out for a width.

    Args:
        width: how many columns of characters there are.
        lang: the language of headings and verdicts.
        rows: what will be shown, so that columns are as wide as they must be; without, they have their usual widths.
        cut: cut what is longer than its column's usual width, as a terminal needs it.
    """

    def __init__(self, width: int, lang: Language, rows: "Sequence[StoredDecision]" = (), *, cut: bool) -> None:
        self._words = WORDS[lang]
        self._columns: list[tuple[LogColumn, int]] = []
        used = -len(_GAP)
        for column in (*_ALWAYS, *_WHERE_THERE_IS_ROOM):
            if rows and column in _WHERE_SAID and not any(column.text(row) for row in rows):
                continue
            wide = self._width(column, rows, cut=cut)
            used += len(_GAP) + wide
            if used > width and column not in _ALWAYS:
                break
            self._columns.append((column, wide))
        self._cut = cut

    def heading(self) -> str:
        """The line above the rows."""
        return self._join([self._heading(column) for column, _ in self._columns])

    def line(self, row: "StoredDecision") -> str:
        """One row."""
        return self._join([self._cell(column, row) for column, _ in self._columns])

    def _width(self, column: LogColumn, rows: "Sequence[StoredDecision]", *, cut: bool) -> int:
        heading = len(self._heading(column))
        if not rows:
            return max(heading, column.width)
        longest = max(heading, *(len(self._cell(column, row)) for row in rows))
        return min(longest, max(heading, column.width)) if cut else longest

    def _heading(self, column: LogColumn) -> str:
        return self._words.headings[column.name]

    def _cell(self, column: LogColumn, row: "StoredDecision") -> str:
        """What a column shows of a row. What came from outside has its control characters escaped."""
        text = column.text(row)
        return self._words.verdict(text) if column.name == "verdict" else escaped(text)

    def _join(self, cells: Sequence[str]) -> str:
        fitted = (self._fit(cell, wide) for cell, (_, wide) in zip(cells, self._columns, strict=True))
        return _GAP.join(fitted).rstrip()

    def _fit(self, text: str, wide: int) -> str:
        if self._cut and len(text) > wide:
            return text[: wide - 1] + "…"
        return text.ljust(wide)


def style(row: "DecisionRow") -> str:
    """The style of a row on a terminal."""
    return "red" if row.verdict == Verdict.BLOCK else ""


def legend(reasons: Iterable[str], lang: Language, width: int) -> list[str]:
    """What the reason codes mean, in lines of at most `width`."""
    known = {reason.value: reason for reason in Reason}
    wanted = sorted(known[reason] for reason in set(reasons) if reason in known)
    indent = max((len(reason) for reason in wanted), default=0) + 2
    lines: list[str] = []
    for reason in wanted:
        text = reason.value.ljust(indent) + printed(info_of(reason), lang)
        lines += textwrap.wrap(text, max(width, indent + 20), subsequent_indent=" " * indent)
    return lines


def zone_line(lang: Language) -> str:
    """In which zone times are shown."""
    zone = shown_zone()
    return printed(Sentence(f"Times are local ({zone}).", f"Heure locale ({zone})."), lang)
