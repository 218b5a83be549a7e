"""Options of an import, and the report that it gives."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from gatekeeper.registries.formats.model import Format

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read a list file. Everything has a default that finds out.

    Attributes:
        format: what kind of file (see `gatekeeper.registries.formats`); None takes it for a full list in text, CSV or
            XLSX. What is said below goes before what the format says; but the format's country, if it has one, is
            that of its numbers.
        delimiter: one character, or its name (see `gatekeeper.tabular.delimiter`); None finds out.
        column: which column holds the numbers: its name in the header (case does not matter), or its number counted
            from 1; or several of them. Numbers in others are then nobody's concern. None finds out, and refuses a file
            that has numbers elsewhere.
        header: whether the first line names the columns; None finds out.
        encoding: of the text, by Python's name; None takes the byte order mark, finds UTF-16 out, and reads anything
            else as it is: digits are the same in every encoding based on ASCII.
        country: whose national numbers are in the file (ISO 3166, two letters).
        source: where the file comes from, for the record; "" takes its name.
        source_date: the date of what it says, with a time zone.
        valid_until: until when it holds, with a time zone.
        member: which file of a zip to read; None reads every .txt and .csv in it.
        max_reject_share: the import is refused when more than this share of the lines is rejected (0 to 1).
        force: take the good lines however many are rejected.
        max_bytes: refuse what unpacks to more than this many bytes.
        max_ratio: refuse what unpacks to more than this many times its own size (from 64 MiB on).
        sha256: that the file must have, in hexadecimal; "" for none. One in a file beside it (`FILE.sha256`) or within
            a zip is always compared with it.
        by: who imports, for the record.
        note: why, for the record.
        dry_run: read, count and compare, change nothing.
        hold_days: of a wash return: for how many days what it clears may be called, counted from `source_date`, else
            from when the file was written. Its format's own number counts where that is smaller.
        max_shrink: the import is refused when the list becomes smaller by more than this share (0 to 1); None: never.
            Lists of less than a thousand numbers are not measured.
        max_growth: the same where it becomes larger.
        accept: import in spite of these two, of a source that is older than the one in force, or of numbers in columns
            that are not read.
        keep_versions: how many versions stay on disk, the new one included; at least 2.
        keep_raw: keep the file as delivered.
    """

    format: Format | None = None
    delimiter: str | None = None
    column: str | int | tuple[str | int, ...] | None = None
    header: bool | None = None
    encoding: str | None = None
    country: str = "FR"
    source: str = ""
    source_date: datetime | None = None
    valid_until: datetime | None = None
    member: str | None = None
    max_reject_share: float = 0.10
    force: bool = False
    max_bytes: int = 64 * GIB
    max_ratio: int = 200
    sha256: str = ""
    by: str = ""
    note: str = ""
    dry_run: bool = False
    hold_days: int = 30
    max_shrink: float | None = None
    max_growth: float | None = None
    accept: bool = False
    keep_versions: int = 5
    keep_raw: bool = False


class Progress(NamedTuple):
    """How far an import is.

    Attributes:
        phase: `reading` (counts bytes of the file), `storing` (counts numbers) or `activating`.
        done: how much of it is done.
        total: of how much; 0 where that is not known (a pipe).
    """

    phase: str
    done: int
    total: int


class Sample(NamedTuple):
    """A rejected line, for the preview.

    Attributes:
        part: the member of a zip, else "".
        line: counted from 1.
        reason: why it was rejected.
        text: what stood there, which may be a person's number.
    """

    part: str
    line: int
    reason: str
    text: str


class ImportReport(NamedTuple):
    """What an import did. `read == imported + duplicates + rejected`, always.

    Attributes:
        list: name of the list.
        version: the new version, now in force; 0 for a dry run.
        read: records in the file: its lines, but for headers and blank ones.
        imported: numbers taken over.
        duplicates: records whose number another record has, too.
        rejected: records without a usable number; each is in `rejects_file`.
        blank: blank lines.
        headers: header lines.
        delimiter: the one used, "" for one column; of the first file in a zip.
        column: the column used, counted from 1.
        encoding: how the text was read; "ascii-compatible" where that did not matter.
        sha256: of the file as delivered, in hexadecimal.
        seconds: how long it took.
        rejects_file: where the rejected lines are; None where there are none.
        lapsed: removals by hand that the new version ended (see `gatekeeper.lists.importing.importer`).
        kind: what kind of source it is: `full`, `delta`, `wash` or `contract`.
        removed: of `imported`, how many the source takes off the list; of a change list.
        cleared: of `imported`, how many the source says may be called; of a wash return.
        before: numbers in the version before, changes by hand left aside; 0 where there was none.
        count: numbers in the new version; of a wash list the marked ones.
        added: how many of them are new; None where the two were not compared (they are by a dry run).
        dropped: how many numbers of the version before are not in the new one; None where the two were not compared.
        unchanged: how many are in both; None where the two were not compared.
        added_sample: some of the new ones.
        dropped_sample: some of those that go.
        samples: some of the rejected lines.
        warnings: what a person should look at before it counts.
        source_date: of when the source is: as told, or the latest date in it; microseconds since the epoch.
        notes: what a person should know of how it was read.
        passed_over: what is in the file and was not read: a README, a hidden sheet.
    """

    list: str
    version: int
    read: int
    imported: int
    duplicates: int
    rejected: int
    blank: int
    headers: int
    delimiter: str
    column: int
    encoding: str
    sha256: str
    seconds: float
    rejects_file: Path | None
    lapsed: int
    kind: str = "full"
    removed: int = 0
    cleared: int = 0
    before: int = 0
    count: int = 0  # type: ignore[assignment] # hides tuple.count, which nobody needs of a record
    added: int | None = None
    dropped: int | None = None
    unchanged: int | None = None
    added_sample: tuple[int, ...] = ()
    dropped_sample: tuple[int, ...] = ()
    samples: tuple[Sample, ...] = ()
    warnings: tuple[str, ...] = ()
    source_date: int | None = None
    notes: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
