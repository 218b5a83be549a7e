"""The log's rows for people's eyes: terminals, spreadsheets, programs.

What was dialled, a caller ID or a channel's name comes from outside. Shown as it is, it could move the cursor, forge a
line or run a formula.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, TextIO

from gatekeeper.journal.reader import StoredDecision
from gatekeeper.journal.row import DecisionRow

COLUMNS: Final = (*DecisionRow._fields, "gates", "correction", "node", "sequence")
"""What a row is shown with, in order."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BACKSLASH_OR_UNSEEN: Final = re.compile(
    # C0, DEL and C1 controls; soft hyphen; zero-width, directional and line-separating characters; byte order mark;
    # surrogates; tags; and the backslash, so that what was escaped can be told from what was there.
    "[\\\\\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_FORMULA: Final = re.compile(r"[\s\x00-\x1f\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20|%]")
_PLAIN_NUMBER: Final = re.compile(r"\+?[0-9]{1,24}")


def printable(text: str) -> str:
    r"""A text with every character that would not be seen as itself escaped: `\x1b`, `\u202e`; `\` becomes `\\`."""
    return _BACKSLASH_OR_UNSEEN.sub(_escaped, text)


def csv_safe(text: str) -> str:
    """A text that a spreadsheet takes as text: what could open a formula gets an apostrophe in front.

    A telephone number, a plus sign and digits, is let through: as a formula it is itself.
    """
    text = printable(text)
    if _PLAIN_NUMBER.fullmatch(text) or _FORMULA.match(text) is None:
        return text
    return "'" + text


def moment(at: int) -> str:
    """A time in microseconds since the epoch as ISO 8601, UTC."""
    return (_EPOCH + timedelta(microseconds=at)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def record(found: DecisionRow | StoredDecision) -> dict[str, str | int | None]:
    """A row as it is shown: the time as ISO 8601, the number as `+33612345678`, all else unchanged.

    `gates` names every gate that the call met; of a row that does not come out of the log, the one that decided.
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


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    if character == "\\":
        return "\\\\"
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - what \x can hold
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - what \u can hold
