"""PDF for an inspector: what was asked for, what was found, the decisions, and the sum of the CSV with all columns."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from gatekeeper.clock import moment_of
from gatekeeper.exports.csv_file import CsvFile
from gatekeeper.exports.filter_words import words_of
from gatekeeper.exports.order import ExportOrder
from gatekeeper.exports.pdf_words import WORDS, ExportWords
from gatekeeper.journal.reader import StoredDecision
from gatekeeper.journal.row import DecisionRow
from gatekeeper.phone import display
from gatekeeper.policy import Reason, Verdict, info_of
from gatekeeper.storage.files import sum_of
from gatekeeper.text import escaped, latin1
from gatekeeper.words import Language, sentence

ROWS: Final = 20_000
"""Decisions of a PDF: what has more is no longer read on paper."""

_INK: Final = (28, 37, 51)
_SOFT: Final = (110, 120, 134)
_ACCENT: Final = (23, 84, 130)
_BAND: Final = (237, 242, 247)
_WIDTHS: Final = (30, 28, 15, 36, 32, 42, 31, 51)
"""Millimetres of the columns: the width of A4 across, without its margins."""

_LINE: Final = 3.6
_LINES_OF_A_CELL: Final = 6
_TICK: Final = 100


class PdfFile:
    """A PDF, and its CSV, being made. A PDF is written when all is known, so its rows stay in memory.

    Args:
        path: the PDF.
        order: what was asked for.
        made_at: when, in microseconds since the epoch.
        as_of: up to when the journal is in it, in words.
    """

    most = ROWS

    def __init__(self, path: Path, order: ExportOrder, made_at: int, as_of: str = "") -> None:
        self.path = path
        self._order = order
        self._made_at = made_at
        self._as_of = as_of
        self._csv = CsvFile(path.with_suffix(".csv"), order.language, order.zone)
        self._rows: list[DecisionRow] = []

    def add(self, rows: Sequence[StoredDecision], /) -> None:
        """Take rows."""
        self._csv.add(rows)
        self._rows += [one.row for one in rows]

    def finish(self, tick: Callable[[], None], /) -> list[Path]:
        """Write both."""
        self._csv.finish(tick)
        content = render(self._order, self._rows, sum_of(self._csv.path), self._made_at, tick, self._as_of)
        self.path.write_bytes(content)
        return [self.path, self._csv.path]

    def discard(self) -> None:
        """Let go of the CSV."""
        self._csv.discard()


def render(
    order: ExportOrder,
    rows: Sequence[DecisionRow],
    csv_sha256: str,
    made_at: int,
    tick: Callable[[], None],
    as_of: str = "",
) -> bytes:
    """The PDF's bytes.

    Args:
        order: what was asked for.
        rows: the decisions.
        csv_sha256: of the CSV that goes with it.
        made_at: when it is made, in microseconds since the epoch.
        tick: called now and then.
        as_of: up to when the journal is in it, in words; "" where that is not told.
    """
    sheet = _DecisionSheet(order)
    facts = _facts(order, rows, csv_sha256, made_at)
    if as_of:
        facts.insert(1, _Fact(WORDS[order.language].journal, as_of))
    sheet.head(facts)
    sheet.decisions(rows, tick)
    sheet.reasons(sorted({row.reason for row in rows}))
    return bytes(sheet.output())


class _Fact(NamedTuple):
    name: str
    said: str


def _facts(order: ExportOrder, rows: Sequence[DecisionRow], csv_sha256: str, made_at: int) -> list[_Fact]:
    words = WORDS[order.language]
    said = words_of(order.wanted, order.language, order.zone)
    verdicts = Counter(row.verdict for row in rows)
    total, allowed, blocked = (
        f"{count:,}".replace(",", words.thousands)
        for count in (len(rows), verdicts[Verdict.ALLOW], verdicts[Verdict.BLOCK])
    )
    return [
        _Fact(words.site, escaped(order.site)),
        _Fact(words.period, said.period),
        _Fact(words.filter, "; ".join(said.conditions)),
        _Fact(words.decisions, words.verdicts.format(total, allowed, blocked)),
        _Fact(words.made, f"{_moment(made_at, order)} ({order.zone.key}), {escaped(order.owner)}"),
        _Fact(words.sha256, csv_sha256),
    ]


class _DecisionSheet(FPDF):
    """A4 across; every page has the headings above and the count of pages below."""

    def __init__(self, order: ExportOrder) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._order = order
        self._words: ExportWords = WORDS[order.language]
        self._headed = False
        self.set_title(self._words.title)
        self.set_lang(order.language.value)
        self.set_margins(16, 14, 16)
        self.set_auto_page_break(auto=True, margin=16)
        self.add_page()

    def header(self) -> None:
        """The table's headings, on each page that it goes on to."""
        if self._headed:
            self._headings()

    def footer(self) -> None:
        """The foot of each page."""
        self.set_y(-12)
        self.set_text_color(*_SOFT)
        self.set_font("Helvetica", size=7)
        self.cell(0, 4, latin1(f"{self._words.title} · {escaped(self._order.site)}"))
        self.set_x(self.l_margin)
        self.cell(0, 4, self._words.page.format(self.page_no(), "{nb}"), align=Align.R)

    def head(self, facts: Sequence[_Fact]) -> None:
        """The title, what this is, and what it holds."""
        self.set_text_color(*_INK)
        self.set_font("Helvetica", "B", 18)
        self._paragraph(self._words.title, 9)
        self.ln(1)
        self.set_font("Helvetica", size=9)
        self._paragraph(self._words.statement.format(self._order.zone.key), 4.4)
        self.ln(3)
        for fact in facts:
            self.set_font("Helvetica", "B", 9)
            self.cell(42, 5, latin1(fact.name))
            self.set_font("Courier" if fact.name == self._words.sha256 else "Helvetica", size=9)
            self._paragraph(fact.said, 5)
        self.ln(4)

    def decisions(self, rows: Sequence[DecisionRow], tick: Callable[[], None]) -> None:
        """The table."""
        if not rows:
            self.set_font("Helvetica", "B", 10)
            self._paragraph(self._words.nothing, 6)
            return
        self._headings()
        self._headed = True
        self.set_font("Helvetica", size=7)
        for number, row in enumerate(rows):
            self._row(_cells(row, self._order))
            if number % _TICK == 0:
                tick()
        self._headed = False

    def reasons(self, codes: Sequence[str]) -> None:
        """What the reasons that occur mean."""
        known = [code for code in codes if code in Reason.__members__.values()]
        if not known:
            return
        self.ln(6)
        self.set_text_color(*_ACCENT)
        self.set_font("Helvetica", "B", 11)
        self._paragraph(self._words.reasons, 7)
        self.set_text_color(*_INK)
        for code in known:
            self.set_font("Helvetica", "B", 8)
            self.cell(42, 4.4, code)
            self.set_font("Helvetica", size=8)
            self._paragraph(sentence(info_of(Reason(code)), self._order.language), 4.4)

    def _headings(self) -> None:
        self.set_font("Helvetica", "B", 7.5)
        self.set_text_color(*_INK)
        self.set_fill_color(*_BAND)
        for width, title in zip(_WIDTHS, self._words.headings, strict=True):
            self.cell(width, 5.5, latin1(title), fill=True)
        self.ln(6)
        self.set_font("Helvetica", size=7)

    def _row(self, cells: Sequence[str]) -> None:
        lines = [self._lines(latin1(cell), width) for cell, width in zip(cells, _WIDTHS, strict=True)]
        height = _LINE * max(map(len, lines)) + 1
        if self.get_y() + height > self.h - self.b_margin:
            self.add_page()
        top = self.get_y()
        left = self.l_margin
        for width, of_cell in zip(_WIDTHS, lines, strict=True):
            for number, line in enumerate(of_cell):
                self.set_xy(left, top + number * _LINE)
                self.cell(width, _LINE, line)
            left += width
        self.set_draw_color(205, 212, 220)
        self.set_line_width(0.1)
        self.line(self.l_margin, top + height - 0.6, left, top + height - 0.6)
        self.set_xy(self.l_margin, top + height)

    def _lines(self, text: str, width: float) -> list[str]:
        """A cell's text in lines that fit; what is too long even for several says so by its end."""
        room = width - 2 * self.c_margin
        if self.get_string_width(text) <= room:
            return [text]
        made = self.multi_cell(width, _LINE, text, align=Align.L, dry_run=True, output="LINES")
        found = cast("list[str]", made)
        return found if len(found) <= _LINES_OF_A_CELL else [*found[: _LINES_OF_A_CELL - 1], "..."]

    def _paragraph(self, text: str, height: float) -> None:
        self.multi_cell(0, height, latin1(text), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _cells(row: DecisionRow, order: ExportOrder) -> list[str]:
    words = _VERDICTS[order.language]
    listed = f"{row.list} {row.list_version}".strip()
    return [
        _moment(row.at, order),
        display(row.number) if row.number else escaped(row.dialled),
        words.get(row.verdict, row.verdict),
        row.reason,
        escaped(listed),
        escaped(" / ".join(filter(None, (row.campaign, row.principal)))),
        row.provision,
        row.id,
    ]


def _moment(at: int, order: ExportOrder) -> str:
    return f"{moment_of(at).astimezone(order.zone):%Y-%m-%d %H:%M:%S}"


_VERDICTS: Final = {
    Language.EN: {"ALLOW": "allowed", "BLOCK": "blocked"},
    Language.FR: {"ALLOW": "permis", "BLOCK": "bloqué"},
}
