"""The one door for a file that is to become a list: the list's rules and what was asked of this file, put together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from gatekeeper.intake.rules import ListRules, ensure_list
from gatekeeper.lists import ImportOptions, ImportReport, ListStore, Progress


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What was asked of one import. What is left out, the list's rules say, or it is found out.

    Attributes:
        by: who imports, for the record.
        format: a format's name, in place of the list's own.
        delimiter: one character, or its name (see `gatekeeper.tabular.delimiter`).
        column: which column holds the numbers: its name, or its number from 1; or several.
        header: whether the first line names the columns.
        encoding: of the text, by Python's name.
        member: which file of a zip.
        country: whose national numbers are in the file (ISO 3166, two letters).
        source: where the file comes from, for the record.
        source_date: of when it is, with a time zone.
        valid_until: until when it holds, with a time zone.
        max_reject_share: the import is refused when more than this share of the lines is rejected (0 to 1).
        sha256: that the file must have, in hexadecimal.
        force: take the good lines however many are rejected.
        dry_run: read, count and compare, change nothing.
        accept: import in spite of what makes doubt of it (see `gatekeeper.lists.ImportOptions`).
        note: why, for the record.
    """

    by: str
    format: str = ""
    delimiter: str | None = None
    column: str | int | tuple[str | int, ...] | None = None
    header: bool | None = None
    encoding: str | None = None
    member: str | None = None
    country: str = ""
    source: str = ""
    source_date: datetime | None = None
    valid_until: datetime | None = None
    max_reject_share: float = 0.10
    sha256: str = ""
    force: bool = False
    dry_run: bool = False
    accept: bool = False
    note: str = ""


def import_into(
    store: ListStore,
    rules: ListRules,
    file: Path | BinaryIO,
    asked: ImportRequest,
    progress: Callable[[Progress], None] | None = None,
) -> ImportReport:
    """Replace a list's imported numbers by those of a file: all of it or nothing. The list is made where it is missing.

    Args:
        store: the lists.
        rules: what is laid down of the list.
        file: its path, or a binary stream.
        asked: what was asked of this import.
        progress: is told how far it is, some times a second; an exception from it stops the import.

    Raises:
        ImportRefused: nothing was changed; the text says why and what to do.
        ListError: there is no such list or format, or the store has the list as another kind.
        StoreError: a database or the disk failed; nothing was changed.
    """
    options = options_of(rules, asked)
    ensure_list(store, rules)
    return store.import_file(file, rules.name, options=options, progress=progress)


def options_of(rules: ListRules, asked: ImportRequest) -> ImportOptions:
    """How a file is read and compared with the list: what was asked, and the list's rules for the rest.

    Raises:
        ListError: there is no such format.
    """
    return ImportOptions(
        format=rules.format_for(asked.format),
        delimiter=asked.delimiter,
        column=asked.column,
        header=asked.header,
        encoding=asked.encoding,
        country=(asked.country or rules.country).upper(),
        source=asked.source,
        source_date=asked.source_date,
        valid_until=asked.valid_until,
        member=asked.member,
        max_reject_share=asked.max_reject_share,
        force=asked.force,
        sha256=asked.sha256,
        by=asked.by,
        note=asked.note,
        dry_run=asked.dry_run,
        hold_days=rules.hold_days,
        max_shrink=rules.max_shrink,
        max_growth=rules.max_growth,
        accept=asked.accept,
        keep_versions=rules.keep_versions,
        keep_raw=rules.keep_raw,
    )
