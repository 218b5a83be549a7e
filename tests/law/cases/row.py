"""A row of a table of cases: what is asked of the law, what is known of the consumer, and what has to be answered."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from gatekeeper.clock import micros_of
from gatekeeper.policy.ledger import ALL_ITEMS, ConsentItem, EventKind

COLUMNS: Final = tuple(
    "case number zone at purpose sector goods dial_mode callee caller_id principal contact "  # noqa: SIM905 - a heading
    "consent contract wash attempts history verdict provision note".split()
)

_EVENTS: Final = {
    "withdrawn": EventKind.WITHDRAWAL,
    "objected": EventKind.OBJECTION,
    "refused": EventKind.REFUSAL,
    "requested": EventKind.CALL_BACK_REQUEST,
    "purchase": EventKind.PURCHASE,
    "inquiry": EventKind.INQUIRY,
}


class Case(NamedTuple):
    """A row.

    Attributes:
        line: its line in the file.
        cells: by column what is in it.
    """

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def name(self) -> str:
        """What it is called."""
        return self["case"]

    @property
    def zone(self) -> ZoneInfo:
        """Whose clock its times are by."""
        return ZoneInfo(self["zone"])

    @property
    def at(self) -> int:
        """The moment of the call, in microseconds since the epoch."""
        return self.moment(self["at"])

    def moment(self, text: str) -> int:
        """A moment by the clock of the row's zone; of a day alone, its beginning."""
        return micros_of(datetime.fromisoformat(text).replace(tzinfo=self.zone))


class Known(NamedTuple):
    """A list's, a contract's, a consent's or an event's part of a row, as pairs of words.

    Attributes:
        name: what it begins with.
        words: what follows.
    """

    name: str
    words: dict[str, str]


def read_cases(path: Path) -> Iterator[Case]:
    """The rows of a table.

    Raises:
        ValueError: a column is missing or unknown.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        names = list(reader.fieldnames or ())
        wrong = sorted(set(names) ^ set(COLUMNS))
        if wrong:
            raise ValueError(f"{path}: the columns must be {','.join(COLUMNS)}; wrong or missing: {', '.join(wrong)}")
        for row in reader:
            if any(row.values()):
                yield Case(reader.line_num, {name: (row[name] or "").strip() for name in COLUMNS})


def pairs(text: str) -> dict[str, str]:
    """`principal=ACME;goods=insurance` as words; a part without `=` goes on with the one before it."""
    found: dict[str, str] = {}
    last = ""
    for part in filter(None, (part.strip() for part in text.split(";"))):
        key, equal, value = part.partition("=")
        if equal and " " not in key.strip():
            last = key.strip()
            found[last] = value.strip()
        elif last:
            found[last] += f"; {part}"
        else:
            raise ValueError(f"{part!r} says nothing: write key=value")
    return found


def items_of(text: str) -> frozenset[ConsentItem]:
    """The items of a consent's request: `all`, or `all` but what is named by `no-...`.

    Raises:
        ValueError: an item is unknown.
    """
    missing = {part.removeprefix("no-") for part in text.replace(",", " ").split() if part.startswith("no-")}
    if text and text != "all" and not missing:
        return frozenset(ConsentItem(part) for part in text.replace(",", " ").split())
    return ALL_ITEMS - {ConsentItem(part) for part in missing}


def end_of_day(text: str, zone: ZoneInfo) -> int:
    """The end of a day, which is part of a period, in microseconds; of a moment, that."""
    if "T" in text:
        return micros_of(datetime.fromisoformat(text).replace(tzinfo=zone))
    return micros_of(datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), zone))


def event_of(word: str) -> EventKind:
    """The event that a word of a history is.

    Raises:
        ValueError: it is unknown.
    """
    if word not in _EVENTS:
        raise ValueError(f"{word!r} is no event; there are: {', '.join(_EVENTS)}")
    return _EVENTS[word]
