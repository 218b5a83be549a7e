"""The consumer's copy as a PDF: French first, then English, each from the same entries."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, XPos, YPos

from gatekeeper.clock import moment_of
from gatekeeper.consents.extract import ExtractEntry
from gatekeeper.consents.extract_words import WORDS, ExtractWords
from gatekeeper.consents.shown_texts import ShownText
from gatekeeper.text import latin1
from gatekeeper.words import Language

_INK: Final = (28, 37, 51)
_SOFT: Final = (110, 120, 134)
_ACCENT: Final = (23, 84, 130)
_LEFT: Final = 40
"""Millimetres left on a page, without which an entry begins on the next."""


def render(whose: str, entries: Sequence[ExtractEntry], texts: Mapping[str, ShownText], at: int) -> bytes:
    """The PDF's bytes.

    Args:
        whose: the consumer, as people name him.
        entries: everything that is held.
        texts: those that were shown, by name.
        at: the moment of the copy, in microseconds since the epoch.
    """
    document = _Copy()
    # Of what has no zone, such as an objection at the telephone, the consumer's.
    own = next((one.zone for one in entries if one.zone), "")
    entries = [one._replace(zone=one.zone or own) for one in entries]
    document.set_title(f"{WORDS[Language.FR].title} / {WORDS[Language.EN].title}")
    for language in (Language.FR, Language.EN):
        # The words change when the page has turned: the one before still has its own footer to draw.
        document.add_page()
        document.words = WORDS[language]
        document.head(document.words.statement.format(whose, _moment(at, own)))
        document.entries(entries)
        shown = [texts[name] for name in dict.fromkeys(one.text for one in entries) if name in texts]
        document.texts(shown)
    return bytes(document.output())


class _Copy(FPDF):
    """A4 with a footer that counts the pages."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        self.words: ExtractWords = WORDS[Language.FR]
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(auto=True, margin=20)

    def footer(self) -> None:
        """The foot of each page."""
        self.set_y(-14)
        self.set_text_color(*_SOFT)
        self.set_font("Helvetica", size=7)
        self.cell(0, 4, self.words.page.format(self.page_no(), "{nb}"), align=Align.R)

    def head(self, statement: str) -> None:
        """The title, and what this is."""
        self.set_text_color(*_INK)
        self.set_font("Helvetica", "B", 17)
        self._paragraph(self.words.title, 8)
        self.ln(2)
        self.set_font("Helvetica", size=9.5)
        self._paragraph(statement, 4.8)

    def entries(self, entries: Sequence[ExtractEntry]) -> None:
        """Each entry with everything that is known of it."""
        if not entries:
            self._heading(self.words.nothing)
        for one in entries:
            self._heading(f"{self.words.kinds[one.kind]} {one.id}")
            rows = [(self.words.fields[key], value) for key, value in _values(one, self.words).items() if value]
            self.set_font("Helvetica", size=8.5)
            self.set_draw_color(205, 212, 220)
            with self.table(
                col_widths=(38, 136),
                text_align=(Align.L, Align.L),
                line_height=4,
                padding=(0.7, 1.5),
                borders_layout=TableBordersLayout.HORIZONTAL_LINES,
                first_row_as_headings=False,
            ) as table:
                for row in rows:
                    table.row([latin1(cell) for cell in row])

    def texts(self, texts: Sequence[ShownText]) -> None:
        """The texts that were shown, whole."""
        if texts:
            self._heading(self.words.texts)
        for one in texts:
            self.set_font("Helvetica", "B", 8.5)
            self._paragraph(f"{one.name} (SHA-256 {one.sha256})", 4.5)
            self.set_font("Helvetica", size=8.5)
            self._paragraph(one.body, 4.2)
            self.ln(2)

    def _heading(self, text: str) -> None:
        if self.get_y() + _LEFT > self.h - self.b_margin:
            self.add_page()
        self.ln(5)
        self.set_font("Helvetica", "B", 11)
        self.set_text_color(*_ACCENT)
        self._paragraph(text, 7)
        self.set_text_color(*_INK)

    def _paragraph(self, text: str, height: float) -> None:
        self.multi_cell(0, height, latin1(text), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _values(one: ExtractEntry, words: ExtractWords) -> dict[str, str]:
    """What is shown of an entry, by the names of its fields."""
    at = _moment(one.at, one.zone)
    kind, _, said = one.proof.partition(":")
    proof = words.file if kind == "sha256" else words.reference
    return {
        "at": at if one.hour_known else f"{at[:10]} ({words.no_hour})",
        "number": one.number,
        "contact": one.contact,
        "principal": one.principal,
        "third_parties": ", ".join(one.third_parties),
        "goods": ", ".join(one.goods),
        "until": _moment(one.until, one.zone) if one.until else "",
        "slots": _slots(one.slots, words),
        "channel": one.channel,
        "items": "\n".join(words.items[item] for item in words.items if item in one.items),
        "text": one.text,
        "robot": words.yes * one.robot,
        "written": words.yes * one.written,
        "proof": proof.format(said) if one.proof else words.no_proof * (one.kind == "consent"),
        "written_at": _moment(one.written_at, one.zone),
        "written_by": one.written_by,
        "note": one.note,
    }


def _slots(text: str, words: ExtractWords) -> str:
    for name, own in zip(WORDS[Language.EN].days, words.days, strict=True):
        text = text.replace(name, own)
    return text


def _moment(at: int, zone: str) -> str:
    local = moment_of(at).astimezone(ZoneInfo(zone or "UTC"))
    return f"{local:%Y-%m-%d %H:%M:%S} ({zone or 'UTC'})"
