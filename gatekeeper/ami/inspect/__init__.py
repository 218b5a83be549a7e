"""Looks into actions: one module per kind, and the table that says which looks into which.

An action that is not in the table can neither place a call nor open a way round the gate, and passes unread.
"""

from collections.abc import Callable
from typing import Final

from gatekeeper.ami.action import Action
from gatekeeper.ami.client_policy import ClientPolicy, Handling
from gatekeeper.ami.finding import PASSED, Finding, Refused, RefusedActionError
from gatekeeper.ami.inspect.agi import inspect_agi
from gatekeeper.ami.inspect.command import inspect_command
from gatekeeper.ami.inspect.dialling import inspect_dialling
from gatekeeper.ami.inspect.originate import inspect_originate
from gatekeeper.ami.inspect.queue import inspect_queue_add
from gatekeeper.ami.inspect.reconfiguring import inspect_database, inspect_monitor
from gatekeeper.ami.inspect.transfer import inspect_redirect, inspect_transfer
from gatekeeper.ami.inspect.variables import inspect_getvar, inspect_setvar
from gatekeeper.ami.routes import Routes
from gatekeeper.ami.targets import UnreadableTargetError

Inspector = Callable[[Action, Routes, ClientPolicy], Finding]

INSPECTORS: Final[dict[str, Inspector]] = {
    "originate": inspect_originate,
    "redirect": inspect_redirect,
    "blindtransfer": inspect_transfer,
    "atxfer": inspect_transfer,
    "command": inspect_command,
    "agi": inspect_agi,
    "queueadd": inspect_queue_add,
    "setvar": inspect_setvar,
    "getvar": inspect_getvar,
    "status": inspect_getvar,
    "dbput": inspect_database,
    "dbdel": inspect_database,
    "dbdeltree": inspect_database,
    "mixmonitor": inspect_monitor,
    "dahdidialoffhook": inspect_dialling,
    "zapdialoffhook": inspect_dialling,
    "sccpstartcall": inspect_dialling,
}
"""The actions that are looked into unless a policy says otherwise."""

REFUSED_ACTIONS: Final = frozenset({
    "createconfig", "dialplanextensionadd", "dialplanextensionremove", "moduleload", "updateconfig",
})  # fmt: skip
"""The actions that are refused unless a policy says otherwise: they change what Asterisk does with every later call."""


def inspect(action: Action, routes: Routes, policy: ClientPolicy) -> Finding:
    """What is to happen to an action. Never raises."""
    name = action.name
    known = name.strip()
    handling = policy.handling.get(known) or _default_handling(known)
    if handling is Handling.PASS:
        return PASSED
    if handling is Handling.REFUSE:
        return Refused(f"the action {known} is not open to this client")
    if name != known or _named_twice(action):
        return Refused("an action whose name can be read in more than one way", "Invalid/unknown command")
    inspector = INSPECTORS.get(known)
    if inspector is None:
        return Refused(f"the action {known} can't be checked, only passed or refused")
    try:
        return inspector(action, routes, policy)
    except (RefusedActionError, UnreadableTargetError) as error:
        return Refused(str(error))


def _default_handling(name: str) -> Handling:
    if name in INSPECTORS:
        return Handling.CHECK
    return Handling.REFUSE if name in REFUSED_ACTIONS else Handling.PASS


def _named_twice(action: Action) -> bool:
    names = action.every("Action")
    return len(names) > 1 and len({name.strip().lower() for name in names if name}) > 1
