"""`QueueAdd`: a member that a queue will call, again and again."""

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.dial_strings import DialledNumbers, numbers_of
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspect.variables import checked_value
from gatekeeper.ami.protocol.inspection import Inspection
from gatekeeper.ami.protocol.routes import Routes


def inspect_queue_add(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`QueueAdd`: a member outside (an agent's mobile telephone) is decided on, as if it were called now.

    Its later calls are the queue's: the dialplan gate or the watchdog sees them.
    """
    (interface,) = plain(action, "Interface")
    found: DialledNumbers = numbers_of(interface, routes) if "/" in interface else ()
    return checked_value(found, interface, policy)
