"""`Park`: when its time is over, the parked call rings whom the client has named."""

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.dial_strings import DialledNumbers, numbers_of
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspect.variables import checked_value
from gatekeeper.ami.protocol.inspection import Inspection
from gatekeeper.ami.protocol.routes import Routes


def inspect_park(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`Park`: who is rung is named as a channel, of which Asterisk takes what stands before the last dash."""
    named = plain(action, "TimeoutChannel", "Channel2", "AnnounceChannel")
    found: DialledNumbers = ()
    for channel in named:
        if "/" in channel:
            found += numbers_of(channel, routes)
            found += numbers_of(channel.rpartition("-")[0] or channel, routes)
    return checked_value(found, " ".join(filter(None, named)), policy)
