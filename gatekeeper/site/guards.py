"""Guards of a `Dial()`: whether the gate is before it, as a subroutine, a pre-dial handler, or in FreePBX's hook."""

import re
from typing import Final

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
_CALLS_HOOK: Final = re.compile(r"\b(?:macro-)?dialout-trunk-predial-hook\b")
_CALLING: Final = ("gosub", "macro")
"""A gate that is asked under a condition only holds under it only."""


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


def asked_number(dialplan: Dialplan, dial: OutsideDial) -> str | None:
    """What the gate is asked about before a `Dial()`, as it is written; None where its extension does not tell it."""
    for one in reversed(_before(dialplan, dial.at)):
        found = _QUESTION.search(one.arguments)
        if found:
            return split_arguments(found[1], ",")[0].strip() or "${EXTEN}"
    return None


def hook_asks(dialplan: Dialplan) -> bool:
    """Whether FreePBX's hook asks the gate."""
    return any(one.context == HOOK and _CHECK.search(one.arguments) for one in dialplan.lines)


def _before(dialplan: Dialplan, at: DialplanLine) -> list[DialplanLine]:
    """The priorities of its extension that call something, up to it."""
    found = []
    for one in dialplan.of(at.context, at.extension):
        if one is at:
            break
        if one.application.lower() in _CALLING or ChannelVariable.VERDICT in one.arguments:
            found.append(one)
    return found
