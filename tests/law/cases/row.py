"""A row of a table of cases: what is asked of the law, what is known of the consumer, and what has to be answered."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gatekeeper.clock import micros_of
from gatekeeper.phone.numbering import Numbering
from gatekeeper.policy import CalleeKind, DialMode, Purpose, Verdict

COLUMNS: Final = tuple(
    "case number zone at purpose sector goods dial_mode callee caller_id principal contact "  # noqa: SIM905 - a heading
    "consent contract wash attempts history verdict provision note".split()
)
"""What a table has to have."""

MORE_COLUMNS: Final = ("postcode", "subcontractor", "switches")
"""What it may have beside that."""

_OTHER_PURPOSES: Final = {
    "poll": Purpose.SURVEY,
    "opinion-poll": Purpose.SURVEY,
    "call-back": Purpose.CALL_BACK,
    "newspaper": Purpose.PRESS,
    "public": Purpose.PUBLIC_SERVICE,
    "nonprofit": Purpose.NON_PROFIT,
    "political": Purpose.NON_PROFIT,
    "party": Purpose.NON_PROFIT,
    "promotion": Purpose.PROSPECTING,
    "sales": Purpose.PROSPECTING,
    "marketing": Purpose.PROSPECTING,
    "reminder": Purpose.SERVICE,
    "fundraising": Purpose.CHARITY,
    "donation": Purpose.CHARITY,
}
"""Other words that counsel have for purposes."""

_COLUMN: Final = "column "

_NUMBER: Final = re.compile(r"(?:\+|00)([1-9]\d{4,14})")
_FRENCH: Final = re.compile(r"0[1-9]\d{8}")
_FRANCE: Final = Numbering("FR")

Word = TypeVar("Word", bound=StrEnum)


@contextmanager
def reading(column: str) -> Iterator[None]:
    """Name the column of a cell that can't be read, the innermost where one asks for another.

    Raises:
        ValueError: with the column, what is wrong, and what would be right.
    """
    try:
        yield
    except ValueError as error:
        if str(error).startswith(_COLUMN):
            raise
        raise ValueError(f"{_COLUMN}{column}: {error}") from error


class Case(NamedTuple):
    """A row.

    Attributes:
        line: its line in the file.
        cells: by column what is in it.
        trouble: why it is not a row of the table, or "".
    """

    line: int
    cells: Mapping[str, str]
    trouble: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def name(self) -> str:
        """What it is called."""
        return self["case"]

    @property
    def zone(self) -> ZoneInfo:
        """Whose clock its times are by.

        Raises:
            ValueError: there is no such zone.
        """
        with reading("zone"):
            try:
                return ZoneInfo(self["zone"])
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"{self['zone']!r} is no time zone; write one such as Europe/Paris") from None

    @property
    def number(self) -> int:
        """Who is called (E.164).

        Raises:
            ValueError: it is not a number.
        """
        with reading("number"):
            return number_of(self["number"])

    @property
    def at(self) -> int:
        """The moment of the call, in microseconds since the epoch.

        Raises:
            ValueError: it is none.
        """
        with reading("at"):
            if ":" not in self["at"]:
                raise ValueError(f"{self['at']!r} is no minute; write 2026-11-25T11:00 or 2026-11-25T11:00:00")
            return self.moment(self["at"])

    @property
    def expected(self) -> tuple[str, str]:
        """Verdict and provision that the row wants.

        Raises:
            ValueError: it names no verdict.
        """
        with reading("verdict"):
            return word_of(self["verdict"], Verdict, "verdict").value, self["provision"].upper()

    def moment(self, text: str) -> int:
        """A moment by the clock of the row's zone, unless it says its own offset; of a day alone, its beginning.

        Raises:
            ValueError: it is none.
        """
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text!r} is no moment; write 2026-11-25T11:00, or 2026-11-25 for a day") from None
        return micros_of(found if found.tzinfo is not None else found.replace(tzinfo=self.zone))

    def end_of(self, text: str) -> int:
        """The end of a day, which is part of a period, in microseconds; of a moment, that.

        Raises:
            ValueError: it is neither.
        """
        if ":" in text:
            return self.moment(text)
        try:
            next_day = date.fromisoformat(text) + timedelta(days=1)
        except ValueError:
            raise ValueError(f"{text!r} is no day; write 2026-11-25") from None
        return micros_of(datetime.combine(next_day, time(), self.zone))

    def campaign(self) -> dict[str, str]:
        """What the call is said to be, in the words of a campaign.

        Raises:
            ValueError: a word is unknown.
        """
        said: dict[str, str] = {}
        for column, kind in (("purpose", Purpose), ("dial_mode", DialMode), ("callee", CalleeKind)):
            if self[column]:
                with reading(column):
                    words = [word_of(part, kind, column) for part in re.split(r"[+,]", self[column])]
                    # A promotion added to a service call makes it prospecting; of other columns there is one word.
                    if len(words) > 1 and not (kind is Purpose and Purpose.PROSPECTING in words):
                        raise ValueError(f"{self[column]!r} are several; write one, or service+promotion")
                    said[column] = str(Purpose.PROSPECTING) if len(words) > 1 else words[0].value
        return said


def word_of(text: str, kind: type[Word], what: str) -> Word:
    """A word in small or capital letters, with `-` or `_`.

    Raises:
        ValueError: it is unknown.
    """
    plain = text.strip().casefold().replace("_", "-").replace(" ", "-")
    known = {word.value.casefold(): word for word in kind}
    if kind is Purpose:
        known |= _OTHER_PURPOSES  # type: ignore[arg-type]  # these are purposes
    if plain not in known:
        raise ValueError(
            f"{text!r} is no {what.replace('_', ' ')}; there are: {', '.join(word.value for word in kind)}"
        )
    return known[plain]


def is_number(number: int) -> bool:
    """Whether somebody can have a number."""
    return bool(_FRANCE.read(f"+{number}").e164)


def number_of(text: str) -> int:
    """A number as people write it: with its country, or as in France.

    Raises:
        ValueError: it is none.
    """
    plain = re.sub(r"[\s().-]", "", text)
    if (found := _NUMBER.fullmatch(plain)) is not None:
        # Who is called may well be nobody; that is for the gate to say.
        return _FRANCE.read(f"+{found[1]}").e164 or int(found[1])
    if _FRENCH.fullmatch(plain) is not None and _FRANCE.read(plain).e164:
        return _FRANCE.read(plain).e164
    raise ValueError(f"{text!r} is no number; write it with its country: +33140000001")
