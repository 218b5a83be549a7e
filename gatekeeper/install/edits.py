"""Edits of Asterisk's configuration files: the fewest lines, everything else byte for byte as it was.

Each leaves a text alone that has already what it would put in, so that an edit made twice is made once.
"""

import re
from typing import Final

from gatekeeper.site.conf import BYTE_ORDER_MARK, code_lines, comment_depth

_HEAD: Final = re.compile(r"^\s*\[([^\]]*)\]")
MARK: Final = "; Gatekeeper"
"""What our lines in files of others end or begin with."""


def has_line(text: str, line: str) -> bool:
    """Whether a line stands there, whatever blanks and comments are around it."""
    wanted = _plain(line)
    return any(_plain(code) == wanted for _, code in code_lines(text) if code)


def append_line(text: str, line: str, section: str | None = None) -> str:
    """The text with a line at its end, in whatever section that is; or at the end of a section.

    Args:
        text: the file.
        line: the line.
        section: the section, which is made where there is none.
    """
    if has_line(text, line):
        return text
    ended = text if not text or text.endswith("\n") else text + "\n"
    depth = comment_depth(ended)
    if depth:
        ended += f"{(';-- ' if depth < 0 else '--; ') * abs(depth)}{MARK}: this comment had no end\n"
    if section is None:
        return f"{ended}{line}\n"
    lines = ended.split("\n")
    place = _section(lines, section)
    if place is None:
        return f"{ended}\n[{section}]\n{line}\n"
    last = max((at for at in range(place[0], place[1]) if lines[at].strip()), default=place[0])
    return "\n".join([*lines[: last + 1], line, *lines[last + 1 :]])


def insert_under(text: str, section: str, line: str) -> str:
    """The text with a line right below a section's head; the section is made, at the beginning, where there is none."""
    if has_line(text, line):
        return text
    lines = text.split("\n")
    place = _section(lines, section)
    if place is None:
        mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
        return f"{mark}[{section}]\n{line}\n\n{text.removeprefix(BYTE_ORDER_MARK)}"
    return "\n".join([*lines[: place[0] + 1], line, *lines[place[0] + 1 :]])


def set_value(text: str, section: str, key: str, value: str) -> str:
    """The text with `key = value` in a section: in place of the line that counts now, else right below the head."""
    lines = text.split("\n")
    place = _section(lines, section)
    codes = dict(code_lines(text))
    wanted = f"{key} = {value}"
    if place is not None:
        for at in range(place[1] - 1, place[0], -1):
            name, equals, old = codes.get(at + 1, "").partition("=")
            if equals and name.strip().lower() == key:
                if old.removeprefix(">").strip() == value:
                    return text
                lines[at] = f"{wanted} {MARK}; it was: {name.strip()} = {old.removeprefix('>').strip()}"
                return "\n".join(lines)
    return insert_under(text, section, f"{wanted} {MARK}")


def replace_line(text: str, number: int, *lines: str) -> str:
    """The text with a line, counted from 1, in whose place others stand."""
    there = text.split("\n")
    end = "\r" if there[number - 1].endswith("\r") else ""
    return "\n".join([*there[: number - 1], *(line + end for line in lines), *there[number:]])


def _section(lines: list[str], name: str) -> tuple[int, int] | None:
    """The first line of a section and the one behind its last; None where there is none."""
    codes = dict(code_lines("\n".join(lines)))
    heads = [(at, found[1].strip()) for at in range(len(lines)) if (found := _HEAD.match(codes.get(at + 1, "")))]
    for place, (at, named) in enumerate(heads):
        if named == name and not re.search(r"\(.*!.*\)", codes[at + 1]):
            return at, heads[place + 1][0] if place + 1 < len(heads) else len(lines)
    return None


def _plain(line: str) -> str:
    code = next((code for _, code in code_lines(line) if code), line.strip())
    return re.sub(r"\s*=>?\s*", "=", " ".join(code.split()))
