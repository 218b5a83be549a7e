"""`PlayDTMF`: digits to the far end pass; digits as if the caller had dialled them don't, for they can transfer."""

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspection import PASSED, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError


def inspect_digits(action: Action, _routes: Routes, _policy: ClientPolicy) -> Inspection:
    """`PlayDTMF`: refused with `Receive`."""
    plain(action, "Receive")
    if action.is_true("Receive"):
        raise RefusedActionError("digits as if the other party had dialled them, which can transfer or place a call")
    return PASSED
