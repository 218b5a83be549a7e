"""Looks into actions: one module per kind, and the table that says which looks into which.

What is in neither this table nor among the harmless ones (`classes/actions.py`) is refused.
"""

from collections.abc import Callable
from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy, Handling
from gatekeeper.ami.protocol.inspect.agi import inspect_agi
from gatekeeper.ami.protocol.inspect.classes.actions import HARMLESS_ACTIONS, REFUSED_ACTIONS
from gatekeeper.ami.protocol.inspect.command import inspect_command
from gatekeeper.ami.protocol.inspect.dialling import inspect_dialling
from gatekeeper.ami.protocol.inspect.digits import inspect_digits
from gatekeeper.ami.protocol.inspect.events import inspect_user_event
from gatekeeper.ami.protocol.inspect.originate import inspect_originate
from gatekeeper.ami.protocol.inspect.parking import inspect_park
from gatekeeper.ami.protocol.inspect.queue import inspect_queue_add
from gatekeeper.ami.protocol.inspect.reading import shown
from gatekeeper.ami.protocol.inspect.reconfiguring import inspect_configuration, inspect_database
from gatekeeper.ami.protocol.inspect.recording import inspect_conference_record, inspect_mix_monitor, inspect_monitor
from gatekeeper.ami.protocol.inspect.transfer import inspect_redirect, inspect_transfer
from gatekeeper.ami.protocol.inspect.variables import inspect_getvar, inspect_setvar
from gatekeeper.ami.protocol.inspection import PASSED, Deny, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError, UnreadableTargetError

Inspector = Callable[[Action, Routes, ClientPolicy], Inspection]

INSPECTORS: Final[dict[str, Inspector]] = {
    "agi": inspect_agi,
    "atxfer": inspect_transfer,
    "blindtransfer": inspect_transfer,
    "changemonitor": inspect_monitor,
    "command": inspect_command,
    "confbridgestartrecord": inspect_conference_record,
    "dahdidialoffhook": inspect_dialling,
    "dbdel": inspect_database,
    "dbdeltree": inspect_database,
    "dbput": inspect_database,
    "getconfig": inspect_configuration,
    "getconfigjson": inspect_configuration,
    "getvar": inspect_getvar,
    "listcategories": inspect_configuration,
    "mixmonitor": inspect_mix_monitor,
    "monitor": inspect_monitor,
    "originate": inspect_originate,
    "park": inspect_park,
    "playdtmf": inspect_digits,
    "queueadd": inspect_queue_add,
    "redirect": inspect_redirect,
    "sccpstartcall": inspect_dialling,
    "setvar": inspect_setvar,
    "status": inspect_getvar,
    "userevent": inspect_user_event,
    "zapdialoffhook": inspect_dialling,
}
"""The actions that are looked into unless a policy says otherwise."""


def inspect(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """What is to happen to an action. Never raises."""
    name = action.name
    known = name.strip()
    handling = policy.handling.get(known) or _default_handling(known)
    if handling is Handling.PASS:
        return PASSED
    if handling is Handling.REFUSE:
        return Deny(_why(known))
    if name != known or _named_twice(action):
        return Deny("an action whose name can be read in more than one way", "Invalid/unknown command")
    inspector = INSPECTORS.get(known)
    if inspector is None:
        return Deny(f"the action {shown(known)} can't be checked, only passed or refused")
    try:
        return inspector(action, routes, policy)
    except (RefusedActionError, UnreadableTargetError) as error:
        return Deny(str(error))


def _default_handling(name: str) -> Handling:
    if name in INSPECTORS:
        return Handling.CHECK
    # Without a name, Asterisk answers that one is missing.
    return Handling.PASS if name in HARMLESS_ACTIONS or not name else Handling.REFUSE


def _why(name: str) -> str:
    if name in REFUSED_ACTIONS:
        return f"the action {shown(name)} is not open to this client: it {REFUSED_ACTIONS[name]}"
    if name in INSPECTORS or name in HARMLESS_ACTIONS:
        return f"the action {shown(name)} is not open to this client"
    return (
        f"the action {shown(name)} is not known to the gate, and what is not known is refused; if it calls nobody and "
        "opens no way round the gate, name it in ami_users.NAME.pass_actions"
    )


def _named_twice(action: Action) -> bool:
    names = action.all("Action")
    return len(names) > 1 and len({name.strip().lower() for name in names if name}) > 1
