"""`Redirect`, `BlindTransfer`, `Atxfer`: calls that are sent to another place of the dialplan."""

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.dial_strings import DialledNumbers, numbers_at
from gatekeeper.ami.protocol.inspect.places import numbers_entered
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspect.variables import checked_value
from gatekeeper.ami.protocol.inspection import Inspection
from gatekeeper.ami.protocol.routes import Routes


def inspect_redirect(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`Redirect`: where its channel goes, and where its extra channel goes."""
    context, extension, priority = plain(action, "Context", "Exten", "Priority")
    extra_context, extra_extension, extra_priority = plain(action, "ExtraContext", "ExtraExten", "ExtraPriority")
    found: DialledNumbers = ()
    if extension:
        found = numbers_entered(context, extension, priority, routes)
    if extra_extension:
        found += numbers_entered(extra_context or context, extra_extension, extra_priority, routes)
    return checked_value(found, f"{extension}@{context}", policy)


def inspect_transfer(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`BlindTransfer`, `Atxfer`: where the call goes; Asterisk enters there at priority 1."""
    context, extension = plain(action, "Context", "Exten")
    found = numbers_at(context, extension, routes) if extension else ()
    return checked_value(found, f"{extension}@{context}", policy)
