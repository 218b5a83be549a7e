"""Export of the journal: makes its rows fit for terminals, spreadsheets and other programs."""

import csv
import json
from collections.abc import Callable, Iterable
from typing import Final, TextIO

from gatekeeper.clock import moment_of
from gatekeeper.journal.reader import StoredDecision
from gatekeeper.journal.row import DecisionRow
from gatekeeper.text import csv_safe

COLUMNS: Final = (*DecisionRow._fields, "gates", "correction", "node", "sequence")
"""What a row is shown with, in order."""


def moment(at: int) -> str:
    """A time in microseconds since the epoch as ISO 8601, UTC."""
    return moment_of(at).isoformat(timespec="microseconds").replace("+00:00", "Z")


def record(found: DecisionRow | StoredDecision) -> dict[str, str | int | None]:
    """A row as it is shown: times as ISO 8601, the number as `+33612345678`, all else unchanged.

    `gates` names every gate that the call met; of a row that does not come out of the journal, the one that decided.
    The salt is not shown: it is of use only to whoever checks a seal.
    """
    stored = found if isinstance(found, StoredDecision) else StoredDecision(0, found, found.gate)
    row = stored.row
    shown: dict[str, str | int | None] = {
        **row._asdict(),
        "gates": stored.gates,
        "correction": int(stored.correction),
        "node": stored.stamp.node,
        "sequence": stored.stamp.sequence,
    }
    shown["at"] = moment(row.at)
    shown["retry_at"] = moment(row.retry_at) if row.retry_at else ""
    shown["number"] = None if row.number is None else f"+{row.number}"
    return shown


def write_csv(rows: Iterable[DecisionRow | StoredDecision], stream: TextIO, *, header: bool = True) -> int:
    """Write rows as CSV (RFC 4180, a comma, CRLF); gives how many."""
    writer = csv.writer(stream)
    if header:
        writer.writerow(COLUMNS)
    return _each(rows, lambda row: writer.writerow([_cell(value) for value in record(row).values()]))


def write_json(rows: Iterable[DecisionRow | StoredDecision], stream: TextIO) -> int:
    """Write rows as JSON, one object to a line, ASCII only; gives how many."""
    return _each(rows, lambda row: stream.write(json.dumps(record(row)) + "\n"))


def _each(rows: Iterable[DecisionRow | StoredDecision], write: Callable[[DecisionRow | StoredDecision], object]) -> int:
    count = 0
    for row in rows:
        write(row)
        count += 1
    return count


def _cell(value: str | int | None) -> str | int:
    if value is None:
        return ""
    return csv_safe(value) if isinstance(value, str) else value
