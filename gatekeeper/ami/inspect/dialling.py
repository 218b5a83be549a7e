"""Actions of channel drivers that make a line or a telephone dial."""

from gatekeeper.ami.action import Action, printable
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import PASSED, Checked, Finding
from gatekeeper.ami.inspect.reading import plain
from gatekeeper.ami.routes import Routes


def inspect_dialling(action: Action, _routes: Routes, policy: ClientPolicy) -> Finding:
    """`DAHDIDialOffhook` and its like: the number is checked, whatever it is."""
    number, extension, line = plain(action, "Number", "Exten", "DAHDIChannel")
    numbers = tuple(printable(value) for value in (number, extension) if value)
    return Checked(numbers, printable(line), policy.campaign, policy.principal) if numbers else PASSED
