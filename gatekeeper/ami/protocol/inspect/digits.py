"""Digits (DTMF): to the far end of a call they pass; as if a caller had dialled them they don't, for they can transfer.

What is sent on one half of a `Local` channel comes out of the other half as dialled, and there a feature code places a
call (`#1` and a number, on a leg with option `T`).
"""

import re
from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.arguments import separate
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspection import PASSED, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError

_ARGUMENT: Final = re.compile(r"\([^()]*\)")
_DIALLING: Final = {"dial": (0, 2), "retrydial": (3, 5)}
"""Where their dial strings and their options stand."""


def inspect_digits(action: Action, _routes: Routes, _policy: ClientPolicy) -> Inspection:
    """`PlayDTMF`: refused with `Receive`, and on what may be half of a `Local` channel."""
    channel, _ = plain(action, "Channel", "Receive")
    if action.is_true("Receive") or (channel and not has_far_end(channel)):
        _refuse()
    return PASSED


def demand_far_end(application: str, data: str, channel: str) -> None:
    """Refuse an application that sends digits to half of a `Local` channel.

    Args:
        application: its name in lower case.
        data: its arguments, of which the options have been found to be plain.
        channel: on which it runs, as a name or a dial string.

    Raises:
        RefusedActionError: it does.
    """
    if application == "senddtmf":
        other = [*separate(data), "", "", ""][3].strip()
        if not has_far_end(other or channel):
            _refuse()
    elif application in _DIALLING:
        arguments = [*separate(data), *[""] * 6]
        targets, options = (arguments[index] for index in _DIALLING[application])
        if "D" in _ARGUMENT.sub("", options) and not all(map(has_far_end, [channel, *targets.split("&")])):
            _refuse()


def has_far_end(channel: str) -> bool:
    """Whether a channel's name, or a dial string, is surely no `Local` one; a bare id could be anybody's."""
    technology, slash, _ = channel.partition("/")
    return bool(slash) and technology.strip().lower() != "local"


def _refuse() -> None:
    raise RefusedActionError("digits as if the other party had dialled them, which can transfer or place a call; they "
                             "pass on a channel that is named in full and is no Local channel")  # fmt: skip
