"""A message of a hook: what happened, for a program. It names people's numbers: those who get it have them anyway."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from gatekeeper.clock import moment_of


class HookEvent(StrEnum):
    """What is told; a webhook's `type`."""

    BLOCKED = "decision.blocked"
    """A call was blocked."""
    BYPASSED = "call.bypassed"
    """A call was dialled that no gate had let by before."""
    REFUSAL = "refusal.recorded"
    """Somebody withdrew a consent, objected to calls, or refused an offer, and that was written down."""
    LIST = "list.changed"
    """A number was put on a list or taken off it by hand, or another version of a list was put in force."""
    TEST = "hooks.test"
    """`gatekeeper hooks test`."""


TOLD: Final = (HookEvent.BLOCKED, HookEvent.BYPASSED, HookEvent.REFUSAL, HookEvent.LIST)
"""Those that happen."""

NAMES_A_PERSON: Final = ("number", "dialled")
"""What is left out of the data where an endpoint is not to have numbers."""


class HookMessage(NamedTuple):
    """A message.

    Attributes:
        id: by which a receiver knows it again; the same each time that it is sent.
        at: when it happened, in microseconds since the epoch.
        kind: what happened.
        data: about it.
    """

    id: str
    at: int
    kind: HookEvent
    data: Mapping[str, Any]


def iso(at: int) -> str:
    """A time in microseconds since the epoch as ISO 8601, UTC; "" for 0."""
    return moment_of(at).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else ""
