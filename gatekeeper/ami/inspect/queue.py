"""`QueueAdd`: a member that a queue would call again and again."""

from gatekeeper.ami.action import Action
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import PASSED, Finding, RefusedActionError
from gatekeeper.ami.inspect.reading import plain
from gatekeeper.ami.routes import Routes
from gatekeeper.ami.targets import numbers_of


def inspect_queue_add(action: Action, routes: Routes, _policy: ClientPolicy) -> Finding:
    """`QueueAdd`: a member outside is refused, for a check today would not hold for the calls of tomorrow."""
    (interface,) = plain(action, "Interface")
    if "/" in interface and numbers_of(interface, routes):
        raise RefusedActionError("a queue member outside, which no check of today would cover tomorrow")
    return PASSED
