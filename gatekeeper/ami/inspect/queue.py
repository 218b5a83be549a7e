"""`QueueAdd`: a member that a queue will call, again and again."""

from gatekeeper.ami.action import Action
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import Finding
from gatekeeper.ami.inspect.reading import plain
from gatekeeper.ami.inspect.variables import checked_value
from gatekeeper.ami.routes import Routes
from gatekeeper.ami.targets import Numbers, numbers_of


def inspect_queue_add(action: Action, routes: Routes, policy: ClientPolicy) -> Finding:
    """`QueueAdd`: a member outside (an agent's mobile telephone) is decided on, as if it were called now.

    Its later calls are the queue's: the dialplan gate or the watchdog sees them.
    """
    (interface,) = plain(action, "Interface")
    found: Numbers = numbers_of(interface, routes) if "/" in interface else ()
    return checked_value(found, interface, policy)
