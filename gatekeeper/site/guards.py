"""Guards of a `Dial()`: whether the gate is before it, as a subroutine, a pre-dial handler, or in FreePBX's hook."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from gatekeeper.site.conf import ConfLine
from gatekeeper.site.dialplan import Dialplan, DialplanLine, split_arguments
from gatekeeper.site.outside import ADDS_MEMBER, OutsideDial
from gatekeeper.vocabulary import ChannelVariable

HOOK: Final = "macro-dialout-trunk-predial-hook"
"""The context that FreePBX and Issabel call before every trunk that they dial themselves."""

_OURS: Final = re.compile(r"^gatekeeper(?:-|$)")
_SUBROUTINE: Final = re.compile(r"(?<![\w-])gatekeeper(?:-script)?\s*,\s*s\s*,\s*1\b")
_CHECK: Final = re.compile(r"(?<![\w-])gatekeeper-check(?:-script)?\s*,\s*s\s*,\s*1\b")
_QUESTION: Final = re.compile(r"(?<![\w-])gatekeeper(?:-check)?(?:-script)?\s*,\s*s\s*,\s*1\s*\((.*)\)")
_CONTEXT: Final = re.compile(r"(?<![\w-])gatekeeper-context\s*,\s*s\s*,\s*1\b")
_PREDIAL: Final = re.compile(r"b\(gatekeeper-predial(?:-script)?\^s\^1\b")
_JUMPS: Final = re.compile(r"\b(Goto|GotoIf|GotoIfTime|ChannelRedirect)\(", re.IGNORECASE)
_LITERAL: Final = re.compile(r"^[+*#0-9]+$")
_CALLS_HOOK: Final = re.compile(r"\b(?:macro-)?dialout-trunk-predial-hook\b")
_CALLING: Final = ("gosub", "macro")
"""A gate that is asked under a condition only holds under it only."""


class GateDoubt(NamedTuple):
    """Why a gate may not be asked about a call.

    Attributes:
        line: the gate, or what jumps past it.
        asked: the number that the gate is asked about, where another one is dialled; "" where it is jumped past.
    """

    line: ConfLine
    asked: str


def is_ours(context: str) -> bool:
    """Whether it is a context that comes with Gatekeeper."""
    return bool(_OURS.match(context))


def is_guarded(dialplan: Dialplan, dial: OutsideDial) -> bool:
    """Whether a call comes to a `Dial()` past the gate only.

    What runs before it is looked for in its own extension: a gate that another context has run already can't be told
    from one that was gone round.
    """
    at = dial.at
    if dial.by == ADDS_MEMBER:
        return False
    if is_ours(at.context) or _PREDIAL.search(at.arguments):
        return True
    before = _before(dialplan, at)
    if any(_SUBROUTINE.search(one.arguments) or _CONTEXT.search(one.arguments) for one in before):
        return True
    if any(_CHECK.search(one.arguments) for one in before):
        return any(ChannelVariable.VERDICT in one.arguments for one in before)
    return any(_CALLS_HOOK.search(one.arguments) for one in before) and hook_asks(dialplan)


def doubt(dialplan: Dialplan, dial: OutsideDial) -> GateDoubt | None:
    """Why a gate that stands before a `Dial()` may not be asked about its call; None where nothing tells so."""
    at = dial.at
    gates = [one for one in _before(dialplan, at) if _QUESTION.search(one.arguments)]
    if not gates or is_ours(at.context) or _PREDIAL.search(at.arguments):
        return None
    gate = gates[-1]
    found = _QUESTION.search(gate.arguments)
    asked = split_arguments(found[1] if found else "", ",")[0].strip()
    dialled = dial.targets[0].number
    if _LITERAL.match(asked) and dialled and dialled != asked and ChannelVariable.NUMBER not in dialled:
        return GateDoubt(gate.line, asked)
    jump = _jump_between(dialplan, gate, at)
    return GateDoubt(jump.line, "") if jump else None


def _jump_between(dialplan: Dialplan, gate: DialplanLine, at: DialplanLine) -> DialplanLine | None:
    """What jumps behind a gate and before or to a `Dial()`, and has not passed the gate itself."""
    run = dialplan.numbered(at.context, at.extension)
    places = {id(one): place for place, (_, one) in enumerate(run)}
    between = run[places[id(gate)] + 1 : places[id(at)] + 1]
    aims = {name for number, one in between for name in (str(number), one.label) if name}
    for one in dialplan.lines:
        if places.get(id(one), -1) > places[id(gate)]:
            continue  # it has passed the gate
        for context, extension, label in _aims(one):
            if label in aims and _is_of(at, context, extension):
                return one
    return None


def _aims(one: DialplanLine) -> Iterator[tuple[str, str, str]]:
    """Where a priority may jump to: context, extension and priority or label."""
    code = f"{one.application}({one.arguments})"
    found = _JUMPS.search(code)
    if found is None:
        return
    arguments = code[found.end() :].rpartition(")")[0]
    if found[1].lower() == "channelredirect":
        arguments = arguments.partition(",")[2]
    for aim in split_arguments(split_arguments(arguments, "?")[-1], ":"):
        parts = [part.strip(" ()") for part in split_arguments(aim, ",")]
        context, extension, label = ["", "", *parts][-3:]
        yield (
            context or one.context,
            extension or (one.extension if len(parts) == 1 else ""),
            label,
        )


def _is_of(at: DialplanLine, context: str, extension: str) -> bool:
    if context != at.context and "${" not in context:
        return False
    return extension == at.extension or "${" in extension or at.extension.startswith("_")


def hook_asks(dialplan: Dialplan) -> bool:
    """Whether FreePBX's hook asks the gate."""
    return any(one.context == HOOK and _CHECK.search(one.arguments) for one in dialplan.lines)


def _before(dialplan: Dialplan, at: DialplanLine) -> list[DialplanLine]:
    """The priorities of its extension that call something, up to it."""
    found = []
    for _, one in dialplan.numbered(at.context, at.extension):
        if one is at:
            break
        if one.application.lower() in _CALLING or ChannelVariable.VERDICT in one.arguments:
            found.append(one)
    return found
