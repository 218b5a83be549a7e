"""Deposit files: the numbers of contacts that a wash list has no answer for, or none that holds for long.

Bloctel never gave its list away: numbers were deposited, and came back with an answer that holds thirty days
(`gatekeeper.lists.formats.bloctel` has the form of both files).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.contacts.columns import choose_columns
from gatekeeper.contacts.csv_source import CsvSource
from gatekeeper.contacts.dialect import sample_rows
from gatekeeper.contacts.output import Output, Written
from gatekeeper.journal.export import csv_safe
from gatekeeper.lists import ListIndex, ListKind
from gatekeeper.lists.bulk import BulkIndex
from gatekeeper.lists.formats.bloctel import deposit_lines
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.scrub.service import ScrubRefused, must_be_new
from gatekeeper.storage import stamp

COUNTRY = 33
"""Numbers of metropolitan France are deposited, in ten digits."""

_NATIONAL_DIGITS = 9
_MOST = 1000
"""Characters of a cell that are looked at."""

_LINES = 50_000


class Cell(NamedTuple):
    """A number of a contact.

    Attributes:
        line: of the contact, counted from 1.
        column: by name.
        text: as it stands there.
    """

    line: int
    column: str
    text: str


class Aside(NamedTuple):
    """What can't be deposited: the cell, and `foreign`, `no number` or `unreadable`."""

    cell: Cell
    why: str


@dataclass(slots=True)
class Gathered:
    """The numbers of contacts. `cells == len(where) + len(asides)`, always.

    Attributes:
        cells: that were not empty, and rows that can't be read.
        where: number, line and column of each that can be deposited.
        asides: the others.
    """

    cells: int = 0
    where: list[tuple[int, int, str]] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)

    def take(self, cell: Cell, normaliser: Normaliser) -> None:
        """Add a cell."""
        if not cell.text.strip():
            return
        self.cells += 1
        number = normaliser.normalise(cell.text)
        if number.kind is not NumberKind.E164:
            self.asides.append(Aside(cell, "no number"))
        elif number.e164 // 10**_NATIONAL_DIGITS != COUNTRY:
            self.asides.append(Aside(cell, "foreign"))
        else:
            self.where.append((number.e164, cell.line, cell.column))


@dataclass(frozen=True, slots=True)
class DepositOptions:
    """What to deposit.

    Attributes:
        columns: of the numbers, by name or number counted from 1; empty finds out.
        encoding: of the contacts, by Python's name; None finds out.
        delimiter: of the contacts; None finds out.
        header: whether the first row names the columns; None finds out.
        within: an answer that ends within so many days is asked for anew.
        everything: deposit numbers with an answer that holds, too.
        overwrite: replace the files of an earlier deposit.
    """

    columns: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    within: int = 7
    everything: bool = False
    overwrite: bool = False


class Deposit(NamedTuple):
    """What was made. `cells == deposited + repeated + answered + marked + aside`, always.

    Attributes:
        cells: numbers found in the contacts, and rows that can't be read.
        deposited: numbers to deposit.
        repeated: cells with a number that another cell has, too.
        answered: numbers whose answer holds long enough.
        marked: numbers that the list marks: they may not be called.
        aside: cells that can't be deposited.
        columns: of the numbers, by name.
        written: the files: the deposit, where its identifiers come from, and what was set aside.
    """

    cells: int
    deposited: int
    repeated: int
    answered: int
    marked: int
    aside: int
    columns: tuple[str, ...]
    written: tuple[Written, ...]


class DepositPaths(NamedTuple):
    """The files of a deposit."""

    deposit: Path
    origin: Path
    aside: Path

    @classmethod
    def of(cls, out: Path) -> "DepositPaths":
        """Beside the deposit file: what its identifiers stand for, and what was set aside."""
        return cls(out, out.with_name(f"{out.stem}.contacts.csv"), out.with_name(f"{out.stem}.aside.csv"))


def make_deposit(
    contacts: Path, out: Path, name: str, data_dir: Path, normaliser: Normaliser, options: DepositOptions, at: int
) -> Deposit:
    """Write the deposit file for contacts in CSV.

    Args:
        contacts: the file.
        out: the deposit file.
        name: of the wash list.
        data_dir: the data folder.
        normaliser: reads numbers.
        options: what to deposit.
        at: now, in microseconds since the epoch.

    Raises:
        ContactsError: a file can't be read or written.
        ScrubRefused: the list is no wash list, or a file is there already. Nothing was written.
        StoreError: the lists can't be read.
    """
    paths = DepositPaths.of(out)
    if not options.overwrite:
        must_be_new(paths)
    with closing(ListIndex.open(data_dir)) as index:
        state = index.states().get(name)
        if state is None or state.kind is not ListKind.WASH:
            raise ScrubRefused(
                f'{name} is no list of answers: it must be configured with kind = "wash" (and `gatekeeper init` run)'
            )
        gathered, columns = gather(contacts, normaliser, options)
        numbers = np.unique(np.array([number for number, _, _ in gathered.where], np.int64))
        marked, answered = _answers(BulkIndex(index), numbers, name, at + options.within * 86_400_000_000)
    left_out = np.zeros(len(numbers), np.bool_) if options.everything else marked | answered
    chosen = numbers[~left_out].tolist()
    written = _write(paths, gathered, chosen)
    return Deposit(
        cells=gathered.cells,
        deposited=len(chosen),
        repeated=len(gathered.where) - len(numbers),
        answered=int((left_out & ~marked).sum()),
        marked=int((left_out & marked).sum()),
        aside=len(gathered.asides),
        columns=columns,
        written=written,
    )


def gather(path: Path, normaliser: Normaliser, options: DepositOptions) -> tuple[Gathered, tuple[str, ...]]:
    """The numbers of a file of contacts, and the names of their columns.

    Raises:
        ContactsError: it can't be read, or no column holds numbers.
    """
    gathered = Gathered()
    with ExitStack() as stack:
        source = CsvSource(path, encoding=options.encoding, delimiter=options.delimiter, header=options.header)
        stack.callback(source.close)
        before, dialect = stamp(path), source.dialect
        rows = sample_rows(source.sample, dialect)
        columns = choose_columns(options.columns, dialect.names, dialect.width, rows, normaliser)
        names = tuple(dialect.column_name(column) for column in columns)
        for cell, readable in _cells(source, columns, names):
            if readable:
                gathered.take(cell, normaliser)
            else:
                gathered.cells += 1
                gathered.asides.append(Aside(cell, "unreadable"))
        if stamp(path) != before:
            raise ScrubRefused(f"{path} changed while it was read: repeat this when nobody writes it")
    return gathered, names


def _cells(source: CsvSource, columns: tuple[int, ...], names: tuple[str, ...]) -> Iterator[tuple[Cell, bool]]:
    """The cells of numbers, and of a row that can't be read its text, marked so."""
    encoding = "utf-8" if source.dialect.wide else source.dialect.encoding
    header_to_come, line, newline = source.dialect.header, 1, source.dialect.newline
    for records in source.records(columns):
        place = 0
        for row in range(len(records.starts)):
            start, body = int(records.starts[row]), int(records.bodies[row])
            line += records.data.count(newline, place, start)
            place = start
            if start == body:
                continue
            if header_to_come:
                header_to_come = False
                continue
            if records.broken[row]:
                text = records.data[start : min(body, start + _MOST)].decode(encoding, "replace")
                yield Cell(line, "", text), False
                continue
            for where, name in zip(records.cells, names, strict=True):
                begin, end = int(where.starts[row]), int(where.ends[row])
                text = records.data[begin : min(end, begin + _MOST)].decode(encoding, "replace")
                yield Cell(line, name, text.replace('""', '"')), True
        line += records.data.count(newline, place, records.used)


def _answers(
    index: BulkIndex, numbers: NDArray[np.int64], name: str, until: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which numbers the list marks, and which may be called until a moment."""
    if len(numbers) == 0:
        return np.zeros(0, np.bool_), np.zeros(0, np.bool_)
    return index.find_many(numbers, (name,)).which >= 0, np.asarray(index.cleared_many(numbers, name, until))


def _write(paths: DepositPaths, gathered: Gathered, chosen: Sequence[int]) -> tuple[Written, ...]:
    identifiers = {number: str(place) for place, number in enumerate(chosen, start=1)}
    origin = (
        [identifiers[number], str(line), csv_safe(column)]
        for number, line, column in gathered.where
        if number in identifiers
    )
    asides = ([str(cell.line), csv_safe(cell.column), why, csv_safe(cell.text)] for cell, why in gathered.asides)
    with ExitStack() as stack:
        deposit, contacts, aside = (stack.enter_context(Output(path)) for path in paths)
        lines = deposit_lines(identifiers.items())
        while some := "".join(islice(lines, _LINES)):
            deposit.write_plain(some.encode("utf-8"))
        _table(contacts, ("Identifiant", "line", "column"), origin)
        _table(aside, ("line", "column", "reason", "text"), asides)
        # The deposit last: where it is, the others are.
        kept = [output.keep() for output in (aside, contacts, deposit)]
    return tuple(reversed(kept))


def _table(output: Output, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    rest = iter(rows)
    some: list[Sequence[str]] = [header]
    while some:
        text = io.StringIO()
        csv.writer(text, delimiter=";", lineterminator="\n").writerows(some)
        output.write_plain(text.getvalue().encode("utf-8", "replace"))
        some = list(islice(rest, _LINES))
