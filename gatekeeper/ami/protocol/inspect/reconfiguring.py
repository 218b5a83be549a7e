"""Actions that change what Asterisk keeps, or show it."""

from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspect.values import numbers_in
from gatekeeper.ami.protocol.inspect.variables import checked_value
from gatekeeper.ami.protocol.inspection import PASSED, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError

_OURS: Final = "gatekeeper"

OPEN_FILES: Final = frozenset({
    "agents.conf", "codecs.conf", "features.conf", "indications.conf", "musiconhold.conf", "queuerules.conf",
    "queues.conf", "rtp.conf", "say.conf",
})  # fmt: skip
"""Configuration files that hold no password, no PIN and no dialplan."""


def inspect_database(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`DBPut`, `DBDel`, `DBDelTree`: pass, unless they touch the gate's own entries; a dial string is decided on."""
    family, key, value = plain(action, "Family", "Key", "Val")
    if _OURS in f"{family}/{key}".lower() or (action.name == "dbdeltree" and _may_match_ours(f"{family}/{key}")):
        raise RefusedActionError("the database entries of the gate belong to the gate")
    return checked_value(numbers_in(value, routes), f"{family}/{key}", policy)


def _may_match_ours(pattern: str) -> bool:
    """Whether what Asterisk gives to SQL's `LIKE` can match the gate's entries: `%` stands for all, `_` for one."""
    return "%" in pattern or all(
        wanted in {own, "_"} for wanted, own in zip(pattern.lower().lstrip("/"), _OURS, strict=False)
    )


def inspect_configuration(action: Action, _routes: Routes, _policy: ClientPolicy) -> Inspection:
    """`GetConfig`, `GetConfigJSON`, `ListCategories`: pass for files that hold no secret."""
    (name,) = plain(action, "Filename")
    if name and name not in OPEN_FILES:
        raise RefusedActionError("a configuration file that can hold passwords or the dialplan")
    return PASSED
