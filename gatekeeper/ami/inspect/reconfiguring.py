"""Actions that change what Asterisk keeps, or run a program beside it."""

from gatekeeper.ami.action import Action
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import PASSED, Finding, RefusedActionError
from gatekeeper.ami.inspect.reading import plain
from gatekeeper.ami.routes import Routes


def inspect_database(action: Action, _routes: Routes, _policy: ClientPolicy) -> Finding:
    """`DBPut`, `DBDel`, `DBDelTree`: pass, unless they touch the gate's own entries."""
    family, key = plain(action, "Family", "Key")
    if "gatekeeper" in f"{family}/{key}".lower():
        raise RefusedActionError("the database entries of the gate belong to the gate")
    return PASSED


def inspect_monitor(action: Action, _routes: Routes, _policy: ClientPolicy) -> Finding:
    """`MixMonitor`: passes without a command."""
    if plain(action, "Command") != [""]:
        raise RefusedActionError("MixMonitor with a command")
    return PASSED
