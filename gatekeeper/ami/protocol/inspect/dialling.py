"""Actions of channel drivers that make a line or a telephone dial."""

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspection import PASSED, Check, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.text import printable


def inspect_dialling(action: Action, _routes: Routes, policy: ClientPolicy) -> Inspection:
    """`DAHDIDialOffhook` and its like: the number is checked, whatever it is."""
    number, extension, line = plain(action, "Number", "Exten", "DAHDIChannel")
    numbers = tuple(printable(value) for value in (number, extension) if value)
    return Check(numbers, printable(line), policy.campaign, policy.principal, said=policy.says) if numbers else PASSED
