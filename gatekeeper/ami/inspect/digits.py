"""`PlayDTMF`: digits to the far end pass; digits as if the caller had dialled them don't, for they can transfer."""

from gatekeeper.ami.action import Action
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import PASSED, Finding, RefusedActionError
from gatekeeper.ami.inspect.reading import plain
from gatekeeper.ami.routes import Routes


def inspect_digits(action: Action, _routes: Routes, _policy: ClientPolicy) -> Finding:
    """`PlayDTMF`: refused with `Receive`."""
    plain(action, "Receive")
    if action.is_true("Receive"):
        raise RefusedActionError("digits as if the other party had dialled them, which can transfer or place a call")
    return PASSED
