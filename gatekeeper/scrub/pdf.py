"""The certificate as a PDF: French first, then English, each from the same values."""

from collections.abc import Sequence

from fpdf import FPDF, FontFace
from fpdf.enums import Align, TableBordersLayout, XPos, YPos

from gatekeeper.policy import Reason, info_of
from gatekeeper.scrub.certificate import Certificate
from gatekeeper.scrub.pdf_words import WORDS, Words
from gatekeeper.text import latin1 as safe
from gatekeeper.words import Language, sentence

_INK = (28, 37, 51)
_SOFT = (110, 120, 134)
_ACCENT = (23, 84, 130)
_BAND = (237, 242, 247)
_ALWAYS = frozenset({"contacts_read", "contacts_kept", "contacts_removed", "numbers_checked"})
"""Counts that are shown even where they are 0."""

_REST = 12
"""Millimetres that must be left under a heading."""


def render(certificate: Certificate, json_sha256: str) -> bytes:
    """The PDF's bytes.

    Args:
        certificate: what is certified.
        json_sha256: of the certificate's JSON form, which the PDF names.
    """
    document = _Document(json_sha256)
    document.set_title(f"{WORDS[Language.FR].title} / {WORDS[Language.EN].title} {certificate.id}")
    document.set_creator(certificate.program)
    for language in (Language.FR, Language.EN):
        _Sheet(document, certificate, language).draw()
    return bytes(document.output())


class _Document(FPDF):
    """A4 with a footer that names the language's page and the JSON form."""

    def __init__(self, json_sha256: str) -> None:
        super().__init__(format="A4")
        self._json_sha256 = json_sha256
        self.words: Words = WORDS[Language.FR]
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(auto=True, margin=22)

    def footer(self) -> None:
        """The foot of each page."""
        self.set_y(-17)
        self.set_draw_color(*_SOFT)
        self.set_line_width(0.1)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.set_text_color(*_SOFT)
        self.set_font("Helvetica", size=7)
        self.cell(0, 5, safe(f"{self.words.seal}:"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font("Courier", size=7)
        self.cell(0, 3, self._json_sha256)
        self.set_font("Helvetica", size=7)
        self.cell(0, 3, self.words.page.format(self.page_no(), "{nb}"), align=Align.R)


class _Sheet:
    """The certificate in one language."""

    def __init__(self, document: _Document, certificate: Certificate, language: Language) -> None:
        self._pdf = document
        self._of = certificate
        self._words = WORDS[language]
        self._language = language

    def draw(self) -> None:
        """All of it, from a new page on."""
        # The words change when the page has turned: the one before still has its own footer to draw.
        self._pdf.add_page()
        self._pdf.words = self._words
        self._title()
        self._identity()
        self._result()
        self._reasons()
        self._laws()
        self._lists()
        self._files()

    def _title(self) -> None:
        pdf = self._pdf
        pdf.set_fill_color(*_ACCENT)
        pdf.rect(pdf.l_margin, pdf.get_y(), 2, 17, style="F")
        pdf.set_x(pdf.l_margin + 6)
        pdf.set_text_color(*_INK)
        pdf.set_font("Helvetica", "B", 20)
        pdf.cell(0, 10, safe(self._words.title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.set_x(pdf.l_margin + 6)
        pdf.set_font("Courier", size=10)
        pdf.set_text_color(*_SOFT)
        pdf.cell(0, 6, self._of.id, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(5)
        pdf.set_font("Helvetica", size=9.5)
        pdf.set_text_color(*_INK)
        pdf.multi_cell(0, 4.8, safe(self._words.statement), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _heading(self, text: str) -> None:
        pdf = self._pdf
        if pdf.get_y() + _REST + 14 > pdf.h - pdf.b_margin:
            pdf.add_page()
        pdf.ln(4)
        pdf.set_font("Helvetica", "B", 11)
        pdf.set_text_color(*_ACCENT)
        pdf.cell(0, 7, safe(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.set_text_color(*_INK)

    def _table(self, rows: Sequence[Sequence[str]], widths: tuple[int, ...], align: str, *, headed: bool) -> None:
        pdf = self._pdf
        pdf.set_font("Helvetica", size=8)
        pdf.set_draw_color(205, 212, 220)
        pdf.set_fill_color(255, 255, 255)
        with pdf.table(
            col_widths=widths,
            text_align=tuple(Align.coerce(letter) for letter in align),
            line_height=3.7,
            padding=(0.7, 1.5),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            first_row_as_headings=headed,
            headings_style=FontFace(emphasis="BOLD", fill_color=_BAND, color=_INK),
        ) as table:
            for row in rows:
                table.row([safe(cell) for cell in row])

    def _identity(self) -> None:
        self._heading(self._words.identity)
        of = self._of
        values = {
            "by": of.by,
            "host": of.host,
            "started_at": _moment(of.started_at),
            "finished_at": _moment(of.finished_at),
            "campaign": of.campaign,
            "principal": of.principal,
            "source": of.source,
            "columns": ", ".join(of.columns),
            "rules": ", ".join(of.rules),
            "program": f"{of.program} ({of.numbering})",
        }
        rows = [(self._words.fields[key], value) for key, value in values.items() if value]
        self._table(rows, (30, 100), "LL", headed=False)

    def _result(self) -> None:
        self._heading(self._words.result)
        counts = {key: value for key, value in self._of.counts.items() if value or key in _ALWAYS}
        rows = [(self._words.counts[key], self._number(value)) for key, value in counts.items()]
        grounds = sorted(self._of.numbers_kept_by_ground.items())
        rows += [(self._words.ground.format(code), self._number(value)) for code, value in grounds]
        self._table(rows, (100, 30), "LR", headed=False)
        left = self._of.numbers_not_checked_by_column
        if left:
            each = ", ".join(f"{name} ({self._number(count)})" for name, count in left.items())
            self._pdf.ln(2)
            self._pdf.set_font("Helvetica", "B", 9.5)
            text = safe(self._words.not_checked.format(each))
            self._pdf.multi_cell(0, 4.8, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _reasons(self) -> None:
        self._heading(self._words.reasons)
        removed = self._of.removed_by_reason
        if not removed:
            self._line(self._words.none_removed)
            return
        rows = [
            (code, sentence(info_of(Reason(code)), self._language), self._number(count))
            for code, count in sorted(removed.items())
        ]
        self._table([self._words.reason_headings, *rows], (32, 78, 20), "LLR", headed=True)

    def _laws(self) -> None:
        """The laws, with what the site reads otherwise than by default, and the counts by provision."""
        for law in self._of.laws:
            title = law.title_fr if self._language is Language.FR else law.title
            self._heading(f"{self._words.laws[0]}: {title}")
            rows = [
                (self._words.laws[1], law.fingerprint),
                (self._words.laws[2], law.sources_of),
                *((f"{self._words.laws[3]} {one.name}", f"{one.chosen}: {one.because}") for one in law.switches),
                *((f"{self._words.laws[4]} {name}", because) for name, because in law.overridden.items()),
                (self._words.laws[5], ", ".join(law.shadow)),
            ]
            self._table([row for row in rows if row[1]], (50, 80), "LL", headed=False)
        if self._of.numbers_by_provision:
            self._heading(self._words.laws[6])
            counts = sorted(self._of.numbers_by_provision.items())
            self._table([(name, self._number(count)) for name, count in counts], (100, 30), "LR", headed=False)

    def _lists(self) -> None:
        self._heading(self._words.lists)
        if not self._of.lists:
            self._line(self._words.no_lists)
            return
        rows = []
        for one in self._of.lists:
            about = [f"{one.name} ({self._words.kinds.get(one.kind, one.kind)})", one.title]
            if one.imported_at:
                about.append(f"{one.source}, {self._words.imported} {_moment(one.imported_at)} UTC")
            about.append(one.sha256)
            counts = (one.version, self._number(one.numbers), self._number(one.numbers_removed))
            rows.append(("\n".join(filter(None, about)), *counts))
        self._table([self._words.list_headings, *rows], (112, 16, 23, 23), "LLRR", headed=True)

    def _files(self) -> None:
        if not self._of.files:
            return
        self._heading(self._words.files)
        rows = [
            (f"{one.name}\n{one.sha256}", self._words.roles.get(one.role, one.role), self._number(one.size))
            for one in self._of.files
        ]
        self._table([self._words.file_headings, *rows], (112, 32, 30), "LLR", headed=True)

    def _line(self, text: str) -> None:
        self._pdf.cell(0, 6, safe(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _number(self, value: int) -> str:
        return f"{value:,}".replace(",", self._words.thousands)


def _moment(iso: str) -> str:
    return iso.replace("T", " ").removesuffix("Z")
