"""Delimiters: what separates the columns of a table, as a person writes it or as it may be found out."""

import re
from typing import Final

from gatekeeper.errors import TableError
from gatekeeper.translation import phrase

CANDIDATES: Final = ";,\t|"
"""What is tried where nobody says it; the first of equals."""

_NAMED: Final = {"tab": "\t", "\\t": "\t", "space": " ", "semicolon": ";", "comma": ",", "pipe": "|"}

_EXCEL: Final = re.compile(r"sep=([!#-/:-@\[-`{-~\t])(?:\r\n|\r|\n)", re.IGNORECASE)
"""Any ASCII character but letters, digits and quotes."""


def delimiter_of(given: str) -> str:
    r"""The delimiter that a person means: one character, or `tab`, `space`, `semicolon`, `comma`, `pipe`, `\t`.

    Raises:
        TableError: it can't be one.
    """
    found = _NAMED.get(given.lower(), given)
    if len(found) != 1 or not found.isascii() or found.isalnum() or found in '\r\n"\0':
        raise TableError(
            phrase(
                "{given!r} can't delimit columns: give one ASCII character that is no letter, digit or quote, or the "
                "word tab, space, semicolon, comma or pipe",
                given=given[:20],
            )
        )
    return found


def excel_line(head: str) -> tuple[str, str]:
    """What a first line `sep=;` says, as Excel writes and reads it: the delimiter, and the line with its end.

    Both are "" where the text does not begin with such a line.
    """
    found = _EXCEL.match(head)
    return (found[1], found[0]) if found else ("", "")
