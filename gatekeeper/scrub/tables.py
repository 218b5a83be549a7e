"""The scrub of a table: what a dry run, a report and a scrub in place do and write."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from gatekeeper.contacts.output import Output, Written
from gatekeeper.contacts.table import ContactTable
from gatekeeper.contacts.table_rows import RowAction, TableSpec, number_text
from gatekeeper.errors import ScrubRefused
from gatekeeper.policy import Reason, info_of
from gatekeeper.scrub import certificate as certificates
from gatekeeper.scrub.choice import stray_numbers
from gatekeeper.scrub.options import RowProgress, ScrubOptions, TableOptions
from gatekeeper.scrub.progress_file import ProgressEntry, ProgressFile
from gatekeeper.scrub.run import Scrubber, ScrubOutcome, ScrubRun, certificate_files, must_be_new
from gatekeeper.scrub.table_scrub import MOST_PASSES, TableScrub
from gatekeeper.scrub.table_strays import survey
from gatekeeper.scrub.tally import Tally
from gatekeeper.scrub.words import COLUMNS, CONTACT, LEFT, NO_NUMBER, NUMBER
from gatekeeper.text import csv_safe
from gatekeeper.translation import phrase
from gatekeeper.words import Language, sentence

_ROWS = 1000


def scrub_table(
    scrubber: Scrubber,
    spec: TableSpec,
    options: ScrubOptions,
    progress: RowProgress | None = None,
) -> ScrubOutcome:
    """Scrub a table.

    A dry run changes and writes nothing. Without `in_place` the table stays as it is, and `TABLE.removed.csv` and the
    certificate tell what may not be called. In place contacts are marked; one that was killed goes on when repeated.

    Raises:
        ContactsError: the database or a file can't be read or written.
        ScrubRefused: nothing was changed.
        StoreError: the lists can't be read.
    """
    if options.contact_column or options.postcode_column or options.callable_from or options.ground:
        raise ScrubRefused(
            phrase(
                "columns of contacts and postcodes are read of files only, and added to files only. Nothing was changed"
            )
        )
    treatment = options.table
    folder = options.folder if options.folder is not None else Path.cwd()
    stem = folder / spec.table
    action = RowAction.DELETE if treatment.delete else RowAction.MARK
    if options.in_place and action is RowAction.MARK and spec.mark is None:
        raise ScrubRefused(
            phrase("say how a contact that may not be called is marked: --mark COLUMN=VALUE. Nothing was changed")
        )
    removed_path = stem.with_name(f"{stem.name}.removed.csv")
    if not options.dry_run and not options.overwrite:
        must_be_new([removed_path, *certificate_files(stem)])
    run = scrubber.begin(options)
    with ExitStack() as stack:
        table = ContactTable(spec, scrubber.normaliser)
        stack.callback(table.close)
        work = TableScrub(
            table,
            run.cells,
            run.bulk,
            action,
            drop_numbers=treatment.drop_numbers,
            batch=treatment.batch,
            watch=options.watch,
        )
        details = {"key": table.key_name, "condition": spec.where, "mark": "=".join(spec.mark) if spec.mark else ""}
        if table.code_name:
            details["country_code_column"] = table.code_name
        strays = survey(table, scrubber.normaliser)
        if strays and not (spec.columns or options.leave_other_numbers):
            raise stray_numbers(strays)
        if options.dry_run or not options.in_place:
            entries, tally = work.look(progress)
            tally.strays = strays
            details["done"] = "nothing was changed"
            entries += work.left
            written = [] if options.dry_run else [_write(removed_path, table, entries, options.language)]
            return _finish(scrubber, run, tally, table, details, written, stem, options)
        notes = ProgressFile(stem.with_name(f".{stem.name}.scrub-progress"), _identity(run, table, action, treatment))
        stack.callback(notes.close)
        tally, settled = work.run(notes, progress)
        tally.strays = strays
        details["done"] = "deleted" if treatment.delete else "marked"
        details["settled"] = "yes" if settled else f"no: after {MOST_PASSES} passes such contacts still came in"
        written = [_write(removed_path, table, chain(notes.entries(), work.left), options.language)]
        outcome = _finish(scrubber, run, tally, table, details, written, stem, options)
        notes.remove()
        return outcome


def _identity(run: ScrubRun, table: ContactTable, action: RowAction, treatment: TableOptions) -> dict[str, object]:
    return {
        "database": table.address,
        "table": table.spec.table,
        "key": table.key_name,
        "columns": list(table.columns),
        **({"country_code_column": table.code_name} if table.code_name else {}),
        "where": table.spec.where,
        "mark": list(table.spec.mark or ()),
        "action": action.value,
        "drop_numbers": treatment.drop_numbers,
        "campaign": run.bulk.applied.campaign.name,
    }


def _finish(
    scrubber: Scrubber,
    run: ScrubRun,
    tally: Tally,
    table: ContactTable,
    details: dict[str, str],
    written: list[Written],
    stem: Path,
    options: ScrubOptions,
) -> ScrubOutcome:
    files = [certificates.file_used("removed", file) for file in written]
    source = f"{table.address}, table {table.spec.table}"
    certificate = scrubber.certify(run, tally, "database", source, table.columns, details, files)
    return scrubber.finish(certificate, tally, table.columns, written, stem, options)


def _write(path: Path, table: ContactTable, entries: Iterable[ProgressEntry], language: Language) -> Written:
    """`TABLE.removed.csv`: key, former mark and numbers of each contact, and behind them what was taken out and why."""
    mark = [table.spec.mark[0]] if table.spec.mark else []
    with Output(path) as output:
        header = [csv_safe(name) for name in (table.key_name, *mark, *table.columns)]
        output.write_plain(_csv([[*header, *COLUMNS[:-1]]]))
        rows: list[list[str]] = []
        for row in _cells(entries, with_mark=bool(mark), language=language):
            rows.append(row)
            if len(rows) >= _ROWS:
                output.write_plain(_csv(rows))
                rows = []
        output.write_plain(_csv(rows))
        return output.keep()


def _cells(entries: Iterable[ProgressEntry], *, with_mark: bool, language: Language) -> Iterator[list[str]]:
    for change, reason, of_list, each, provision in entries:
        theirs = [change.row.key, *([change.row.mark] if with_mark else []), *change.row.numbers]
        why = sentence(info_of(Reason(reason)) if each else NO_NUMBER, language)
        yield [
            *(csv_safe(number_text(value)) for value in theirs),
            {RowAction.EMPTY: NUMBER, RowAction.LEAVE: LEFT}.get(change.action, CONTACT),
            reason,
            of_list,
            why,
            " / ".join(f"{csv_safe(column)} {code} {name}".strip() for column, code, name in each),
            provision,
        ]


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
