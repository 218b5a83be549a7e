r"""Text that comes from outside, made fit for where it goes: a log, a database, a terminal, a spreadsheet.

What was dialled, a caller ID, a channel's or a file's name is made of whatever its sender likes. Written as it is, it
could move a terminal's cursor, forge a line of a log, break a message of a protocol, or run a formula.

| function | for | what can't be seen becomes |
|---|---|---|
| `printable` | logs and databases | U+FFFD; bytes that are not UTF-8, too |
| `one_line` | a header of a protocol, a note | a blank |
| `escaped` | people, who can tell from it what it was | `\x1b`, `\u202e` |
| `csv_safe` | spreadsheets | the same, and formulas become text |
| `latin1` | a PDF's built-in fonts | `?`, as what they do not have |
"""

import re
from typing import Final

_BACKSLASH_OR_UNSEEN: Final = re.compile(
    # C0, DEL and C1 controls; soft hyphen; zero-width, directional and line-separating characters; byte order mark;
    # surrogates; tags; and the backslash, so that what was escaped can be told from what was there.
    "[\\\\\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_FORMULA: Final = re.compile(r"[\s\x00-\x1f\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20|%]")
_FORMULA_WITHIN: Final = re.compile(
    # Behind what some spreadsheet divides cells by, whatever the file is divided by: in French the semicolon.
    '([;,|][\\s"]*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20%])(?!\\+?[0-9]{1,24}(?:[\\s;,|]|$))'
)
_PLAIN_NUMBER: Final = re.compile(r"\+?[0-9]{1,24}")


_NEAREST: Final = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "€": "EUR",
        "œ": "oe",
        "Œ": "OE",
        "\u202f": " ",
    }
)


def printable(text: str) -> str:
    """Text from a peer made fit for a log or a database: no lone surrogates, no control characters."""
    if text.isascii() and text.isprintable():
        return text
    clean = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in clean)


def one_line(text: str) -> str:
    """A text without what would end its line, or can't be seen: blanks stand there instead."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def escaped(text: str) -> str:
    r"""A text with every character that would not be seen as itself escaped: `\x1b`, `\u202e`; `\` becomes `\\`."""
    return _BACKSLASH_OR_UNSEEN.sub(_escape, text)


def csv_safe(text: str) -> str:
    """A text that a spreadsheet takes as text: what could open a formula gets an apostrophe in front.

    A telephone number, a plus sign and digits, is let through: as a formula it is itself. So does what stands behind a
    semicolon, a comma or a bar: a spreadsheet that is set up for another country begins a cell there.
    """
    text = _FORMULA_WITHIN.sub(r"\1'", escaped(text))
    if _PLAIN_NUMBER.fullmatch(text) or _FORMULA.match(text) is None:
        return text
    return "'" + text


def latin1(text: str) -> str:
    """The text in the characters that a PDF's built-in fonts have: the nearest, where there is one."""
    shown = "".join(character if character.isprintable() or character == "\n" else "?" for character in text)
    return shown.translate(_NEAREST).encode("latin-1", "replace").decode("latin-1")


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    if character == "\\":
        return "\\\\"
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - what \x can hold
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - what \u can hold
