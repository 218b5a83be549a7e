"""Deposit files: the numbers of contacts that a wash list has no answer for, or none that holds for long.

Bloctel never gave its list away: numbers were deposited, and came back with an answer that holds thirty days
(`gatekeeper.registries.formats.bloctel` has the form of both files).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.clock import DAY_US
from gatekeeper.contacts.address import Contacts
from gatekeeper.contacts.output import Output, Written
from gatekeeper.errors import ScrubRefused
from gatekeeper.lists import ListIndex, ListKind
from gatekeeper.lists.serving.bulk import BulkIndex
from gatekeeper.phone import Normaliser
from gatekeeper.registries.formats.bloctel import deposit_lines
from gatekeeper.scrub.contact_numbers import Gathered, Reading, gather
from gatekeeper.scrub.run import must_be_new
from gatekeeper.text import csv_safe
from gatekeeper.translation import phrase

_LINES = 50_000


@dataclass(frozen=True, slots=True)
class DepositOptions:
    """What to deposit.

    Attributes:
        reading: how a file of contacts is read.
        within: an answer that ends within so many days is asked for anew.
        everything: deposit numbers with an answer that holds, too.
        overwrite: replace the files of an earlier deposit.
    """

    reading: Reading = field(default_factory=Reading)
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
    contacts: Contacts,
    out: Path,
    name: str,
    data_dir: Path,
    normaliser: Normaliser,
    options: DepositOptions,
    at: int,
) -> Deposit:
    """Write the deposit file for contacts.

    Args:
        contacts: a file, CSV or XLSX, or a table.
        out: the deposit file.
        name: of the wash list.
        data_dir: the data folder.
        normaliser: reads numbers.
        options: what to deposit.
        at: now, in microseconds since the epoch.

    Raises:
        ContactsError: a file can't be read or written, or a table can't be read.
        ScrubRefused: the list is not a wash list, or a file is there already. Nothing was written.
        StoreError: the lists can't be read.
    """
    paths = DepositPaths.of(out)
    if not options.overwrite:
        must_be_new(paths)
    with closing(ListIndex.open(data_dir)) as index:
        state = index.states().get(name)
        if state is None or state.kind is not ListKind.WASH:
            raise ScrubRefused(
                phrase(
                    '{name} is no list of answers: it must be configured with kind = "wash" '
                    "(and `gatekeeper init` run)",
                    name=name,
                )
            )
        gathered = gather(contacts, normaliser, options.reading)
        numbers = np.unique(np.array([number for number, _, _ in gathered.where], np.int64))
        marked, answered = _answers(BulkIndex(index), numbers, name, at + options.within * DAY_US)
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
        columns=gathered.columns,
        written=written,
    )


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
        [identifiers[number], csv_safe(str(place)), csv_safe(column)]
        for number, place, column in gathered.where
        if number in identifiers
    )
    asides = (
        [csv_safe(str(cell.place)), csv_safe(cell.column), why, csv_safe(cell.text)] for cell, why in gathered.asides
    )
    with ExitStack() as stack:
        deposit, contacts, aside = (stack.enter_context(Output(path)) for path in paths)
        lines = deposit_lines(identifiers.items())
        while some := "".join(islice(lines, _LINES)):
            deposit.write_plain(some.encode("utf-8"))
        _table(contacts, ("Identifiant", gathered.place, "column"), origin)
        _table(aside, (gathered.place, "column", "reason", "text"), asides)
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
