"""A `Dial()` of a trunk with the gate before it: the two lines that stand in place of one."""

import re
from typing import Final

from gatekeeper.errors import OddDialError
from gatekeeper.site.dialplan import Dialplan, DialplanLine, split_arguments
from gatekeeper.site.outside import OutsideDial, has_option, renumbered
from gatekeeper.translation import phrase

_LINE: Final = re.compile(
    r"^(?P<head>\s*(?:exten\s*=>?\s*(?P<extension>[^,]+),|same\s*=>?\s*))"
    r"(?P<priority>\s*(?:n|1)\s*(?:\([^)]*\))?\s*),\s*(?P<rest>Dial\(.*)$",
    re.IGNORECASE,
)
_ONE_EXPRESSION: Final = re.compile(r"^\$\{.*\}$|^[+0-9*#]+$")
_NUMBERED: Final = re.compile(r"^(?:\d+|s|s\+\d+|n\+\d+|\d+\+\d+)$")
_NUMBER: Final = "${GATEKEEPER_NUMBER}"
_MOST: Final = 4
"""Dial(what, seconds, options, URL)"""


def gated_lines(text: str, dialplan: Dialplan, dial: OutsideDial) -> tuple[str, str]:
    """The two lines.

    Args:
        text: the file.
        dialplan: the whole dialplan, for who jumps where.
        dial: the `Dial()`.

    Raises:
        OddDialError: the text says why, as the end of a sentence.
    """
    at = dial.at
    raw = text.split("\n")[at.line.number - 1].rstrip("\r")
    found = _LINE.match(raw)
    call = f"Dial({at.arguments})"
    if not dial.is_plain or found is None or found["rest"][: len(call)].lower() != call.lower():
        raise OddDialError(phrase("it is written in a way that is not changed by a rule"))
    if len(dial.targets) != 1:
        raise OddDialError(phrase("it has several targets, each of which needs a pre-dial handler"))
    _demand_room(dialplan, at)
    number = dial.targets[0].number
    if not number or not _ONE_EXPRESSION.match(number) or _has_two(number):
        raise OddDialError(phrase("what of it is the public number is not plain"))
    question = f"{number},,,{dial.targets[0].trunk}".rstrip(",")
    asked = f"{found['head']}{found['priority']},Gosub(gatekeeper,s,1({question}))"
    indent = re.match(r"\s*", raw)
    same = found["head"] if found["extension"] is None else f"{indent[0] if indent else ''} same => "
    return (
        asked,
        f"{same}n,Dial({checked_arguments(at, number)}){found['rest'][len(call) :]}",
    )


def _demand_room(dialplan: Dialplan, at: DialplanLine) -> None:
    """A line more moves those that follow: nobody may count them."""
    mine = dialplan.of(at.context, at.extension)
    behind = mine[mine.index(at) + 1 :]
    if any(_NUMBERED.match(one.priority) for one in behind) or (at.priority == "1" and mine[0] is not at):
        raise OddDialError(phrase("the priorities behind it are numbered"))
    if dialplan.jumps_to_numbers(at.context):
        raise OddDialError(phrase("a jump counts its priorities"))


def _has_two(number: str) -> bool:
    """Whether there is more than one expression: which of them is the number, nobody can tell."""
    return number.startswith("$") and len(split_arguments(number.replace("}", "},"), ",")) > 2  # noqa: PLR2004 - and ""


def checked_arguments(at: DialplanLine, number: str) -> str:
    """What a `Dial()` dials, with the number that was checked, and without a redirection by the carrier.

    Raises:
        OddDialError: the number can't be found in it.
    """
    parts = split_arguments(at.arguments, ",", _MOST)
    try:
        parts[0] = renumbered(parts[0], number, _NUMBER)
    except ValueError:
        raise OddDialError(phrase("what of it is the public number is not plain")) from None
    parts += [""] * (3 - len(parts))
    if not has_option(at, "i"):
        parts[2] = f"i{parts[2]}"
    return ",".join(parts)
