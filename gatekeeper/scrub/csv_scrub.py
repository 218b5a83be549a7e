"""The scrub of a CSV file: copies what may stay byte for byte, and writes the rest beside its reason."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gatekeeper.contacts.csv_source import CsvSource
from gatekeeper.contacts.dialect import sample_rows
from gatekeeper.contacts.output import Output
from gatekeeper.contacts.records import Records
from gatekeeper.errors import ContactsError
from gatekeeper.phone.bulk import Fields
from gatekeeper.screening.bulk import Beside
from gatekeeper.scrub import certificate as certificates
from gatekeeper.scrub.added import AddedColumns
from gatekeeper.scrub.cells import Codes
from gatekeeper.scrub.certificate import FileUsed
from gatekeeper.scrub.choice import ColumnChoice, choose
from gatekeeper.scrub.kept import KeptRows, kept_bytes
from gatekeeper.scrub.options import RowProgress, ScrubOptions
from gatekeeper.scrub.removed import RemovedRows
from gatekeeper.scrub.rows import RowOutcome, count_rows, judge_rows
from gatekeeper.scrub.run import OutputPaths, Scrubber, ScrubOutcome, ScrubRun
from gatekeeper.scrub.tally import Tally
from gatekeeper.storage import stamp
from gatekeeper.translation import phrase


def scrub_csv(
    scrubber: Scrubber, path: Path, options: ScrubOptions, progress: RowProgress | None = None
) -> ScrubOutcome:
    """Scrub a CSV file.

    Writes `NAME.clean.csv`, `NAME.removed.csv` and the certificate; each appears whole or not at all.

    Raises:
        ContactsError: a file can't be read or written.
        ScrubRefused: nothing was changed.
        StoreError: the lists can't be read.
    """
    paths = OutputPaths.of(path, options)
    run = scrubber.begin(options)
    source = CsvSource(path, encoding=options.encoding, delimiter=options.delimiter, header=options.header)
    with ExitStack() as stack:
        stack.callback(source.close)
        before = stamp(path)
        dialect = source.dialect
        rows = sample_rows(source.sample, dialect)
        names, width = dialect.names, dialect.width
        choice = choose(options.wanted, names, width, rows, scrubber.normaliser, dialect.column_name)
        work = CsvScrub(source, choice, run, options)
        clean = removed = None
        if not options.dry_run:
            wide = dialect.encoding if dialect.wide else ""
            clean = stack.enter_context(Output(paths.clean, encoding=wide))
            removed = stack.enter_context(Output(paths.removed, encoding=wide))
        tally = work.run(clean, removed, progress)
        if stamp(path) != before:
            raise ContactsError(
                phrase("{path} changed while it was read: scrub it again when nobody writes it", path=path)
            )
        files = [FileUsed("input", path.name, source.size, source.sha256)]
        details = {
            "encoding": dialect.encoding,
            "delimiter": dialect.delimiter,
            "header": str(dialect.header).lower(),
            **choice.about_code(),
        }
        outputs = [("removed", removed, None), ("clean", clean, path if options.in_place else None)]
        written = [(role, output.keep(like=like)) for role, output, like in outputs if output is not None]
    files += [certificates.file_used(role, file) for role, file in sorted(written)]
    certificate = scrubber.certify(run, tally, "csv", path.name, choice.number_names, details, files)
    return scrubber.finish(certificate, tally, choice.number_names, [file for _, file in written], paths.stem, options)


class CsvScrub:
    """One scrub of one file.

    Args:
        source: the contacts.
        choice: the columns of the numbers.
        run: reads and decides.
        options: how to scrub.
    """

    def __init__(self, source: CsvSource, choice: ColumnChoice, run: ScrubRun, options: ScrubOptions) -> None:
        self._source = source
        self._choice = choice
        self._cells = run.cells
        self._bulk = run.bulk
        self._removed = RemovedRows(source.dialect, choice.numbers, run.bulk.decisions, options.language)
        self._added = AddedColumns(run, options)
        self._watch = options.watch
        self._kept = KeptRows(source.dialect)
        self.tally = Tally()

    def run(self, clean: Output | None, removed: Output | None, progress: RowProgress | None = None) -> Tally:
        """Read, decide and write all.

        Args:
            clean: takes what may be called; None writes nothing.
            removed: takes what may not.
            progress: is told how many bytes of how many are done.

        Raises:
            ContactsError: a file can't be read or written.
            StoreError: the lists can't be read.
        """
        choice, dialect = self._choice, self._source.dialect
        for output in (clean, removed):
            if output is not None:
                output.write_plain(dialect.mark)
        if clean is not None:
            clean.write_plain(dialect.above)
        header_to_come, line = dialect.header, 1 + dialect.lines_before
        for records in self._source.records((*choice.numbers, *choice.beside, *choice.strays.columns)):
            contacts = ~records.blank
            if header_to_come and contacts.any():
                header = int(np.argmax(contacts))
                contacts[header] = False
                header_to_come = False
                self._kept.header = header
                if removed is not None:
                    removed.write([self._removed.header(records, header)])
            self.tally.blank += int(records.blank.sum())
            self._chunk(records, contacts, line, clean, removed)
            line += records.data.count(self._source.dialect.newline, 0, records.used)
            if progress is not None:
                progress(self._source.size, self._source.total)
        self.tally.several = self._cells.several
        self.tally.strays = choice.settle()
        return self.tally

    def _chunk(
        self, records: Records, contacts: NDArray[np.bool_], line: int, clean: Output | None, removed: Output | None
    ) -> None:
        dialect, choice = self._source.dialect, self._choice
        encoding = "utf-8" if dialect.wide else dialect.encoding
        cells, rest = records.cells[: len(choice.numbers)], records.cells[len(choice.numbers) :]
        country = rest.pop(0) if choice.code is not None else None
        contacts_of = _texts(records, rest.pop(0), encoding) if choice.contact is not None else ()
        postcodes = _texts(records, rest.pop(0), encoding) if choice.postcode is not None else ()
        beside = Beside(contacts_of, postcodes)
        codes = self._cells.decide(records.data, cells, encoding, country, beside)
        unreadable = records.broken | self._too_wide(records)
        outcome = judge_rows(codes, self._bulk.decisions, contacts, unreadable)
        count_rows(self.tally, codes, self._bulk.decisions, contacts, unreadable, outcome)
        if self._watch is not None:
            rows = np.flatnonzero(contacts & ~outcome.removed)
            self._watch.take(rows, codes, self._cells.read, beside, self._bulk.decisions)
        if clean is not None:
            clean.write(self._clean(records, cells, outcome, contacts, codes, beside))
        kept = contacts & ~outcome.removed
        for column, where in zip(choice.strays.columns, rest, strict=True):
            choice.strays.fields(records.data, column, where, encoding, kept)
        if removed is not None:
            removed.write(self._removed.rows(records, outcome, codes, unreadable, line))

    def _clean(
        self,
        records: Records,
        cells: Sequence[Fields],
        outcome: RowOutcome,
        contacts: NDArray[np.bool_],
        codes: Sequence[Codes],
        beside: Beside,
    ) -> Iterable[bytes | memoryview]:
        """What is kept of the rows, with the columns that are added."""
        names = self._added.names
        if not names:
            return kept_bytes(records, cells, outcome)
        rows = np.flatnonzero(contacts & ~outcome.removed)
        behind = dict(zip(rows.tolist(), self._added.cells(rows, codes, self._cells.read, beside), strict=True))
        return self._kept.rows(records, cells, outcome, names, behind)

    def _too_wide(self, records: Records) -> NDArray[np.bool_]:
        """Rows with something behind the last column: their cells may stand in the wrong columns."""
        wide = records.widths > self._source.dialect.width
        for row in np.flatnonzero(wide).tolist():
            # Delimiters at the end of a row are what spreadsheets leave there.
            body = records.data[records.starts[row] : records.bodies[row]]
            extra = int(records.widths[row]) - self._source.dialect.width
            wide[row] = not body.endswith(self._source.dialect.delimiter.encode() * extra)
        return wide


def _texts(records: Records, where: Fields, encoding: str) -> list[str]:
    """What stands in the cells of a column."""
    spans = zip(where.starts.tolist(), where.ends.tolist(), strict=True)
    return [records.data[start:end].decode(encoding, "replace").replace('""', '"').strip() for start, end in spans]
