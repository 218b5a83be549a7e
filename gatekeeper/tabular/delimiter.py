"""What separates the columns of a table: as a person says it, or the characters that may be found out."""

from typing import Final

from gatekeeper.errors import TableError

CANDIDATES: Final = ";,\t|"
"""What is tried where nobody says it; the first of equals."""

_NAMED: Final = {"tab": "\t", "\\t": "\t", "space": " ", "semicolon": ";", "comma": ",", "pipe": "|"}


def delimiter_of(given: str) -> str:
    r"""The delimiter that a person means: one character, or `tab`, `space`, `semicolon`, `comma`, `pipe`, `\t`.

    Raises:
        TableError: it can't be one.
    """
    found = _NAMED.get(given.lower(), given)
    if len(found) != 1 or not found.isascii() or found.isalnum() or found in '\r\n"\0':
        raise TableError(
            f"{given[:20]!r} can't delimit columns: give one ASCII character that is no letter, digit or quote, or the "
            "word tab, space, semicolon, comma or pipe"
        )
    return found
