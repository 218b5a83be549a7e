"""`Redirect`, `BlindTransfer`, `Atxfer`: calls that are sent to another place of the dialplan."""

from gatekeeper.ami.action import Action, printable
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import PASSED, Checked, Finding
from gatekeeper.ami.inspect.reading import plain
from gatekeeper.ami.routes import Routes
from gatekeeper.ami.targets import numbers_at


def inspect_redirect(action: Action, routes: Routes, policy: ClientPolicy) -> Finding:
    """`Redirect`: where its channel goes, and where its extra channel goes."""
    context, extension, extra_context, extra_extension = plain(action, "Context", "Exten", "ExtraContext", "ExtraExten")
    found = numbers_at(context, extension, routes) if extension else ()
    if extra_extension:
        found += numbers_at(extra_context or context, extra_extension, routes)
    return _checked(found, f"{extension}@{context}", policy)


def inspect_transfer(action: Action, routes: Routes, policy: ClientPolicy) -> Finding:
    """`BlindTransfer`, `Atxfer`: where the call goes."""
    context, extension = plain(action, "Context", "Exten")
    found = numbers_at(context, extension, routes) if extension else ()
    return _checked(found, f"{extension}@{context}", policy)


def _checked(found: tuple[str, ...], place: str, policy: ClientPolicy) -> Finding:
    if not found:
        return PASSED
    numbers = tuple(printable(number) for number in dict.fromkeys(found))
    return Checked(numbers, printable(place), policy.campaign, policy.principal)
