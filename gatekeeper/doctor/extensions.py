"""Extensions that match a number, as Asterisk's dialplan matches them (main/pbx.c)."""

import re
from collections.abc import Iterator
from typing import Final

from gatekeeper.site.dialplan import Dialplan

_CLASSES: Final = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}


def matches(extension: str, dialled: str) -> bool:
    """Whether what is dialled comes to an extension, which may be a pattern."""
    if not extension.startswith("_"):
        return extension == dialled
    return re.fullmatch("".join(_parts(extension[1:])), dialled) is not None


def _parts(pattern: str) -> Iterator[str]:
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        end = pattern.find("]", at)
        if letter == "[" and end > at:
            yield f"[{re.escape(pattern[at + 1 : end]).replace(chr(92) + '-', '-')}]"
            at = end
        elif letter == ".":
            yield ".+"
        elif letter == "!":
            yield ".*"
        elif letter != "-":  # it only makes a pattern easier to read
            yield _CLASSES.get(letter.upper(), re.escape(letter))
        at += 1


def reachable(dialplan: Dialplan, context: str, spellings: tuple[str, ...]) -> str:
    """The first spelling of a number that comes to a context's own extensions; "" where none does."""
    there = {one.extension for one in dialplan.lines if one.context == context}
    return next((spelling for spelling in spellings if any(matches(one, spelling) for one in there)), "")
