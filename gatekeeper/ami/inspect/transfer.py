"""`Redirect`, `BlindTransfer`, `Atxfer`: calls that are sent to another place of the dialplan."""

from gatekeeper.ami.action import Action
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import Finding
from gatekeeper.ami.inspect.places import numbers_entered
from gatekeeper.ami.inspect.reading import plain
from gatekeeper.ami.inspect.variables import checked_value
from gatekeeper.ami.routes import Routes
from gatekeeper.ami.targets import Numbers, numbers_at


def inspect_redirect(action: Action, routes: Routes, policy: ClientPolicy) -> Finding:
    """`Redirect`: where its channel goes, and where its extra channel goes."""
    context, extension, priority = plain(action, "Context", "Exten", "Priority")
    extra_context, extra_extension, extra_priority = plain(action, "ExtraContext", "ExtraExten", "ExtraPriority")
    found: Numbers = ()
    if extension:
        found = numbers_entered(context, extension, priority, routes)
    if extra_extension:
        found += numbers_entered(extra_context or context, extra_extension, extra_priority, routes)
    return checked_value(found, f"{extension}@{context}", policy)


def inspect_transfer(action: Action, routes: Routes, policy: ClientPolicy) -> Finding:
    """`BlindTransfer`, `Atxfer`: where the call goes; Asterisk enters there at priority 1."""
    context, extension = plain(action, "Context", "Exten")
    found = numbers_at(context, extension, routes) if extension else ()
    return checked_value(found, f"{extension}@{context}", policy)
