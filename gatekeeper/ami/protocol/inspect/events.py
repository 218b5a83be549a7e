"""`UserEvent`: the gate's own events are told by the gate alone, but for a refusal, which a client may tell."""

from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspection import PASSED, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError
from gatekeeper.vocabulary import UserEventName

_OURS: Final = "gatekeeper"
_REFUSAL: Final = UserEventName.REFUSE.lower()


def inspect_user_event(action: Action, _routes: Routes, _policy: ClientPolicy) -> Inspection:
    """`UserEvent`: every other header goes to whoever listens, so none may end a line early."""
    plain(action, "UserEvent")
    if action.has_control():
        raise RefusedActionError("a UserEvent with a control character")
    for name in action.all("UserEvent"):
        demand_own_event(name)
    return PASSED


def demand_own_event(name: str) -> None:
    """Refuse an event that only the gate may tell.

    Raises:
        RefusedActionError: it is one.
    """
    bare = name.strip().lower()
    if _OURS in bare and bare != _REFUSAL:
        raise RefusedActionError(
            f"the events Gatekeeper... belong to the gate; a client may send only {UserEventName.REFUSE}"
        )
