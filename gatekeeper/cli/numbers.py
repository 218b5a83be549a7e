"""Telephone numbers given to commands: as arguments, or a line each on standard input."""

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.given import public_number, why_not
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.config import Settings

_LONGEST_LINE = 1000


class GivenNumbers(NamedTuple):
    """What was read of the numbers given to a command.

    Attributes:
        numbers: those that are complete public numbers, in the order given.
        refused: for each of the others where it stood and why it is none; without the number itself.
    """

    numbers: list[int]
    refused: list[str]


def read_numbers(given: Sequence[str], settings: "Settings") -> GivenNumbers:
    """The numbers of the arguments; `-` stands for the lines of standard input."""
    from gatekeeper.registries.reading.cell import (
        ListCellReader,  # brings SQLAlchemy in, which some commands do without
    )

    normaliser = Normaliser(settings.phone.as_written_plan())
    cells = ListCellReader(normaliser, settings.phone.home)
    reading = GivenNumbers([], [])
    for where, text in _texts(given):
        # What a spreadsheet has made of a number comes this way, too.
        cell = cells.read(_without_prefix(text, settings.phone.prefixes))
        if cell.numbers:
            reading.numbers.extend(cell.numbers)
        else:
            number = normaliser.normalise(text)
            why = cell.reason if number.kind is NumberKind.E164 else why_not(number)
            reading.refused.append(phrase("{where}: {why}", where=where, why=why))
    return reading


def _without_prefix(text: str, prefixes: Sequence[str]) -> str:
    """A number as a dialer writes it, without a code that hides the caller ID; an access code may be a part of it."""
    return next((text[len(one) :] for one in prefixes if not one.isdecimal() and text.startswith(one)), text)


def read_number(text: str, settings: "Settings") -> int:
    """One number, as an integer.

    Raises:
        BadNumberError: it is not a complete public number.
    """
    return public_number(text, Normaliser(settings.phone.as_dial_plan()))


def _texts(given: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every text with where it stood. Empty lines and lines that begin with `;` say nothing."""
    for place, argument in enumerate(given, start=1):
        if argument != "-":
            yield phrase("number {place}", place=place), argument
            continue
        for line, raw in enumerate(sys.stdin.buffer, start=1):
            text = raw[:_LONGEST_LINE].decode("utf-8", "replace").strip()
            if text and not text.startswith(";"):
                yield phrase("line {line} of standard input", line=line), text
