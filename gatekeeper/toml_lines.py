"""Lines of TOML keys: finds on which line a key stands, as tomllib does not tell."""

import re

_TABLE = re.compile(r"^\s*\[\[?\s*(?P<name>[^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*(?P<key>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, key: tuple[str, ...]) -> int | None:
    """The line, from 1, of a key or of the nearest table around it.

    Args:
        text: the whole file.
        key: the path of the key, such as ("fastagi", "port").
    """
    for length in range(len(key), 0, -1):
        wanted = key[:length]
        for path, number in _places(text):
            if path[:length] == wanted:
                return number
    return None


def _places(text: str) -> list[tuple[tuple[str, ...], int]]:
    """The path and line of every table head and key, in the order of the file."""
    places = []
    table: tuple[str, ...] = ()
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if inside:  # a text of several lines holds no keys
            inside = "" if inside in line else inside
            continue
        head = _TABLE.match(line)
        pair = _KEY.match(line)
        if head:
            table = _parts(head["name"])
            places.append((table, number))
        elif pair:
            places.append(((*table, *_parts(pair["key"])), number))
            rest = line[pair.end() :]
            inside = next((mark for mark in ('"""', "'''") if rest.count(mark) == 1), "")
    return places


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
