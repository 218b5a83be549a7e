"""The scrub of a CSV file: copies what may stay byte for byte, and writes the rest beside its reason."""

from collections.abc import Iterator, Sequence
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
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.scrub import certificate as certificates
from gatekeeper.scrub.cells import CellReader
from gatekeeper.scrub.certificate import FileUsed
from gatekeeper.scrub.choice import ColumnChoice, choose
from gatekeeper.scrub.options import RowProgress, ScrubOptions
from gatekeeper.scrub.removed import RemovedRows
from gatekeeper.scrub.rows import RowOutcome, count_rows, judge_rows
from gatekeeper.scrub.run import OutputPaths, Scrubber, ScrubOutcome
from gatekeeper.scrub.tally import Tally
from gatekeeper.storage import stamp
from gatekeeper.words import Language


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
    run = scrubber.begin(options.campaign, options.principal)
    source = CsvSource(path, encoding=options.encoding, delimiter=options.delimiter, header=options.header)
    with ExitStack() as stack:
        stack.callback(source.close)
        before = stamp(path)
        dialect = source.dialect
        rows = sample_rows(source.sample, dialect)
        names, width = dialect.names, dialect.width
        choice = choose(options.wanted, names, width, rows, scrubber.normaliser, dialect.column_name)
        work = CsvScrub(source, choice, run.cells, run.bulk, options.language)
        clean = removed = None
        if not options.dry_run:
            wide = dialect.encoding if dialect.wide else ""
            clean = stack.enter_context(Output(paths.clean, encoding=wide))
            removed = stack.enter_context(Output(paths.removed, encoding=wide))
        tally = work.run(clean, removed, progress)
        if stamp(path) != before:
            raise ContactsError(f"{path} changed while it was read: scrub it again when nobody writes it")
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
        cells: reads and decides.
        bulk: made the decisions.
        language: of the sentences beside what was taken out.
    """

    def __init__(
        self, source: CsvSource, choice: ColumnChoice, cells: CellReader, bulk: BulkScreening, language: Language
    ) -> None:
        self._source = source
        self._choice = choice
        self._cells = cells
        self._bulk = bulk
        self._removed = RemovedRows(source.dialect, choice.numbers, bulk.decisions, language)
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
        code = () if choice.code is None else (choice.code,)
        for output in (clean, removed):
            if output is not None:
                output.write_plain(dialect.mark)
        if clean is not None:
            clean.write_plain(dialect.above)
        header_to_come, line = dialect.header, 1 + dialect.lines_before
        for records in self._source.records((*choice.numbers, *code, *choice.strays.columns)):
            contacts = ~records.blank
            if header_to_come and contacts.any():
                header = int(np.argmax(contacts))
                contacts[header] = False
                header_to_come = False
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
        codes = self._cells.decide(records.data, cells, encoding, country)
        unreadable = records.broken | self._too_wide(records)
        outcome = judge_rows(codes, self._bulk.decisions, contacts, unreadable)
        count_rows(self.tally, codes, self._bulk.decisions, contacts, unreadable, outcome)
        if clean is not None:
            clean.write(_kept(records, cells, outcome))
        kept = contacts & ~outcome.removed
        for column, where in zip(choice.strays.columns, rest, strict=True):
            choice.strays.fields(records.data, column, where, encoding, kept)
        if removed is not None:
            removed.write(self._removed.rows(records, outcome, codes, unreadable, line))

    def _too_wide(self, records: Records) -> NDArray[np.bool_]:
        """Rows with something behind the last column: their cells may stand in the wrong columns."""
        wide = records.widths > self._source.dialect.width
        for row in np.flatnonzero(wide).tolist():
            # Delimiters at the end of a row are what spreadsheets leave there.
            body = records.data[records.starts[row] : records.bodies[row]]
            extra = int(records.widths[row]) - self._source.dialect.width
            wide[row] = not body.endswith(self._source.dialect.delimiter.encode() * extra)
        return wide


def _kept(records: Records, cells: Sequence[Fields], outcome: RowOutcome) -> Iterator[memoryview]:
    """The buffer without the rows removed and without the numbers lost."""
    starts, ends = [records.starts[outcome.removed]], [records.ends[outcome.removed]]
    if outcome.reduced.any():
        for where, blocked in zip(cells, outcome.blocked, strict=True):
            lost = blocked & outcome.reduced
            starts.append(where.starts[lost])
            ends.append(where.ends[lost])
    gaps = np.concatenate(starts)
    order = np.argsort(gaps, kind="stable")
    begins = np.append(0, np.concatenate(ends)[order]).tolist()
    stops = np.append(gaps[order], records.used).tolist()
    view = memoryview(records.data)
    return (view[begin:stop] for begin, stop in zip(begins, stops, strict=True) if begin < stop)
