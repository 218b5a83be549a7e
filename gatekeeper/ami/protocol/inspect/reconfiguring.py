"""Actions that change what Asterisk keeps, or show it."""

from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspect.entries import demand_own_entry, demand_own_tree
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspect.values import numbers_in
from gatekeeper.ami.protocol.inspect.variables import checked_value
from gatekeeper.ami.protocol.inspection import PASSED, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError

OPEN_FILES: Final = frozenset({
    "agents.conf", "codecs.conf", "features.conf", "indications.conf", "musiconhold.conf", "queuerules.conf",
    "queues.conf", "rtp.conf", "say.conf",
})  # fmt: skip
"""Configuration files that hold no password, no PIN and no dialplan."""


def inspect_database(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`DBPut`, `DBDel`, `DBDelTree`: only the site's own entries; a value that reads as a dial string is decided on."""
    family, key, value = plain(action, "Family", "Key", "Val")
    path = f"{family}/{key}"
    if action.name == "dbdeltree":
        demand_own_tree(path)
    else:
        demand_own_entry(path)
    return checked_value(numbers_in(value, routes), path, policy)


def inspect_configuration(action: Action, _routes: Routes, _policy: ClientPolicy) -> Inspection:
    """`GetConfig`, `GetConfigJSON`, `ListCategories`: pass for files that hold no secret."""
    (name,) = plain(action, "Filename")
    if name and name not in OPEN_FILES:
        raise RefusedActionError("a configuration file that can hold passwords or the dialplan")
    return PASSED
