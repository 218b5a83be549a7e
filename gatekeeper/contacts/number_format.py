"""A number in a spreadsheet as it is shown: with the zeros and the literal text of its number format.

Excel's French format for telephones, `0#" "##" "##" "##" "##`, shows 612345678 as 06 12 34 56 78 (ECMA-376-1, 18.8.30).
"""

import re
from functools import lru_cache

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)(?:-[^\]]*)?\]|([0#?])|([ +()./-])')
_GENERAL = frozenset({"", "General", "@"})


def shown(digits: str, number_format: str) -> str:
    """A whole number, not negative, as its format shows it; as it is where the format is none of telephones.

    Args:
        digits: of the number.
        number_format: of its cell.
    """
    parts = _parts(number_format)
    if parts is None:
        return digits
    places = sum(part is None or part == "0" for part, _ in parts)
    left = list(digits)
    made: list[str] = []
    for kind, text in reversed(parts):
        if kind is not None and kind != "0":
            made.append(text)
            continue
        places -= 1
        if left:
            # The first place takes all digits for which there is no other.
            made.append("".join(left) if places == 0 else left.pop())
        elif kind == "0":
            made.append("0")
    return "".join(reversed(made)).strip()


@lru_cache(256)
def _parts(number_format: str) -> list[tuple[str | None, str]] | None:
    """Places that are always shown (`0`), places (None) and literal texts (`text`); None for any other format."""
    if number_format in _GENERAL:
        return None
    section = number_format.split(";", 1)[0]
    parts: list[tuple[str | None, str]] = []
    at = points = 0
    while at < len(section):
        token = _TOKEN.match(section, at)
        if token is None:
            return None
        at = token.end()
        quoted, escaped, currency, place, bare = token.groups()
        if place:
            parts.append(("0" if place == "0" else None, ""))
        else:
            literal = quoted or escaped or currency or bare or ""
            points += bare == "."
            parts.append(("text", literal))
    # One point is that of a decimal number; several stand between digits, as spaces do.
    return parts if points != 1 and any(kind != "text" for kind, _ in parts) else None
