"""The scrub of a sheet of an XLSX workbook."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatekeeper.contacts.address import must_be_file
from gatekeeper.contacts.output import Output
from gatekeeper.contacts.xlsx import Sheet, SheetWriter, cell_text
from gatekeeper.errors import ContactsError
from gatekeeper.policy import Reason, Verdict, info_of
from gatekeeper.screening.bulk import Beside
from gatekeeper.scrub import certificate as certificates
from gatekeeper.scrub.added import AddedColumns
from gatekeeper.scrub.cells import EMPTY, Codes, ReadCells, cells_of_column
from gatekeeper.scrub.certificate import FileUsed
from gatekeeper.scrub.choice import choose
from gatekeeper.scrub.options import RowProgress, ScrubOptions
from gatekeeper.scrub.rows import count_rows, first_reason, judge_rows
from gatekeeper.scrub.run import OutputPaths, Scrubber, ScrubOutcome, ScrubRun
from gatekeeper.scrub.tally import Tally
from gatekeeper.scrub.words import COLUMNS, CONTACT, NO_NUMBER, NUMBER, UNREADABLE, shown_list
from gatekeeper.storage import stamp
from gatekeeper.translation import phrase, trouble_of
from gatekeeper.words import sentence

_ROWS = 5000
"""Rows decided on at a time."""

SheetRow = Sequence[Any]


def scrub_xlsx(
    scrubber: Scrubber, path: Path, options: ScrubOptions, progress: RowProgress | None = None
) -> ScrubOutcome:
    """Scrub a sheet: writes `NAME.clean.xlsx`, `NAME.removed.xlsx` and the certificate.

    Values and number formats are kept, formulas as what they came to. Other sheets are not carried over: nobody looked
    at the numbers in them.

    Raises:
        ContactsError: a file can't be read or written.
        ScrubRefused: nothing was changed.
        StoreError: the lists can't be read.
    """
    paths = OutputPaths.of(path, options)
    run = scrubber.begin(options)
    with ExitStack() as stack:
        size, digest, before = _hashed(path)
        sheet = Sheet(path, options.sheet)
        stack.callback(sheet.close)
        if options.in_place and sheet.other_sheets:
            raise ContactsError(
                phrase("{path} has other sheets, which would be lost: scrub it without --in-place", path=path)
            )
        work = _XlsxScrub(sheet, scrubber, run, options)
        stack.callback(work.discard)
        tally = work.run(progress)
        if stamp(path) != before:
            raise ContactsError(
                phrase("{path} changed while it was read: scrub it again when nobody writes it", path=path)
            )
        files = [FileUsed("input", path.name, size, digest)]
        details = {"sheet": sheet.name, "other_sheets": ", ".join(sheet.other_sheets), **work.choice.about_code()}
        written = []
        if not options.dry_run:
            for role, target, writer in (
                ("removed", paths.removed, work.removed),
                ("clean", paths.clean, work.clean),
            ):
                output = stack.enter_context(Output(target))
                _save(writer, output)
                like = path if options.in_place and role == "clean" else None
                written.append((role, output.keep(like=like)))
    files += [certificates.file_used(role, file) for role, file in sorted(written)]
    certificate = scrubber.certify(run, tally, "xlsx", path.name, work.names, details, files)
    return scrubber.finish(certificate, tally, work.names, [file for _, file in written], paths.stem, options)


class _XlsxScrub:
    def __init__(self, sheet: Sheet, scrubber: Scrubber, run: ScrubRun, options: ScrubOptions) -> None:
        self._sheet = sheet
        self._run = run
        self._options = options
        self.clean = SheetWriter(sheet.name)
        self.removed = SheetWriter(sheet.name)
        head = sheet.head(options.header)
        self._has_header = bool(head.names)
        self._above = head.above
        self._width = head.width
        self.choice = choose(options.wanted, head.names, head.width, head.rows, scrubber.normaliser, head.column_name)
        self._columns = self.choice.numbers
        self._added = AddedColumns(run, options)
        self.names = self.choice.number_names
        self.tally = Tally()

    def discard(self) -> None:
        """Let go of what is not saved."""
        self.clean.discard()
        self.removed.discard()

    def run(self, progress: RowProgress | None) -> Tally:
        rows = self._sheet.rows()
        line = 1 + self._above
        for title in islice(rows, self._above):
            self.clean.row(title)
        if self._has_header:
            header = next(rows)
            self.clean.row(header, width=self._width, behind=self._added.names)
            self.removed.row(header, width=self._width, behind=COLUMNS)
            line += 1
        while chunk := list(islice(rows, _ROWS)):
            self._chunk(chunk, line)
            line += len(chunk)
            if progress is not None:
                progress(line - 1, 0)
        self.tally.several = self._run.cells.several
        self.tally.strays = self.choice.settle()
        return self.tally

    def _chunk(self, rows: Sequence[SheetRow], line: int) -> None:
        texts = [_text(row, column) for row in rows for column in self._columns]
        code = self.choice.code
        country = None if code is None else [_text(row, code) for row in rows for _ in self._columns]
        beside = self._beside(rows)
        wide = len(self._columns)
        found = self._run.cells.texts(texts, country, beside.of([at // wide for at in range(len(texts))]))
        codes = found.reshape(len(rows), wide)
        columns = [codes[:, place] for place in range(len(self._columns))]
        contacts = np.array([any(cell.value is not None for cell in row) for row in rows], np.bool_)
        # Something behind the last column: its cells may stand in the wrong ones.
        unreadable = np.array([any(cell.value is not None for cell in row[self._width :]) for row in rows], np.bool_)
        decisions = self._run.bulk.decisions
        outcome = judge_rows(columns, decisions, contacts, unreadable)
        count_rows(self.tally, columns, decisions, contacts, unreadable, outcome)
        self.tally.blank += int((~contacts).sum())
        if self._options.watch is not None:
            kept = np.flatnonzero(contacts & ~outcome.removed)
            self._options.watch.take(kept, columns, self._read(wide), beside, decisions)
        behind = self._behind_kept(np.flatnonzero(contacts & ~outcome.removed), columns, beside)
        for place, row in enumerate(rows):
            lost = [column for at, column in enumerate(self._columns) if outcome.blocked[at][place]]
            if outcome.removed[place] or outcome.reduced[place]:
                decided = None if unreadable[place] else codes[place].tolist()
                told = self._behind(decided, line + place, whole=bool(outcome.removed[place]))
                self.removed.row(row, width=self._width, behind=told)
            if not outcome.removed[place]:
                self.clean.row(row, empty=lost, width=self._width, behind=behind.get(place, ()))
                for column in self.choice.strays.columns:
                    self.choice.strays.text(_text(row, column), column)

    def _beside(self, rows: Sequence[SheetRow]) -> Beside:
        contact, postcode = self.choice.contact, self.choice.postcode
        return Beside(
            [] if contact is None else [_text(row, contact).strip() for row in rows],
            [] if postcode is None else [_text(row, postcode).strip() for row in rows],
        )

    def _behind_kept(self, rows: NDArray[np.intp], codes: Sequence[Codes], beside: Beside) -> dict[int, Sequence[str]]:
        """What is added to the contacts that are kept."""
        if not self._added.names:
            return {}
        read = self._read(len(codes))
        return dict(zip(rows.tolist(), self._added.cells(rows, codes, read, beside), strict=True))

    def _read(self, width: int) -> list[ReadCells]:
        return [cells_of_column(self._run.cells.read[0], column, width) for column in range(width)]

    def _behind(self, codes: list[int] | None, line: int, *, whole: bool) -> list[str]:
        decisions, language = self._run.bulk.decisions, self._options.language
        if codes is None:
            return [CONTACT, Reason.NUMBER_INVALID.value, "", sentence(UNREADABLE, language), "", "", str(line)]
        blocked = [
            (column, decisions[code])
            for column, code in zip(self._columns, codes, strict=True)
            if code != EMPTY and decisions[code].verdict is Verdict.BLOCK
        ]
        what = CONTACT if whole else NUMBER
        if not blocked:
            return [what, Reason.NUMBER_INVALID.value, "", sentence(NO_NUMBER, language), "", "", str(line)]
        first = first_reason([why for _, why in blocked])
        each = " / ".join(
            f"column {column + 1} {why.reason.value} {shown_list(why)}".strip() for column, why in blocked
        )
        why = sentence(info_of(first.reason), language)
        return [what, first.reason.value, shown_list(first), why, each, first.provision, str(line)]


def _text(row: SheetRow, column: int) -> str:
    return cell_text(row[column]) if column < len(row) else ""


def _hashed(path: Path) -> tuple[int, str, tuple[int, int, int]]:
    must_be_file(path)
    try:
        before = stamp(path)
        with path.open("rb") as file:
            return before[1], hashlib.file_digest(file, "sha256").hexdigest(), before
    except OSError as error:
        raise ContactsError(
            phrase("{path} can't be read: {strerror}", path=path, strerror=trouble_of(error))
        ) from error


def _save(writer: SheetWriter, output: Output) -> None:
    with tempfile.TemporaryFile() as file:
        writer.save(file)
        file.seek(0)
        for block in _blocks(file):
            output.write_plain(block)


def _blocks(file: Any) -> Iterator[bytes]:
    while block := file.read(1 << 20):
        yield block
