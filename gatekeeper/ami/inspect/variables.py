"""Channel variables: those that name the campaign are read, those of the gate are refused.

A client that could set the gate's own variables could forge its answers.
"""

import re
from typing import Final, NamedTuple

from gatekeeper.ami.action import Action
from gatekeeper.ami.arguments import separate
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import PASSED, Finding, RefusedActionError
from gatekeeper.ami.inspect.reading import demand_no_control, plain
from gatekeeper.ami.routes import Routes

MAX_VARIABLES: Final = 64
"""The most variables that Asterisk reads of one `Variable` header."""

_CAMPAIGN: Final = "GATEKEEPER_CAMPAIGN"
_PRINCIPAL: Final = "GATEKEEPER_PRINCIPAL"
_OURS: Final = "GATEKEEPER"
_SHELL: Final = re.compile(r"^_*MONITOR_EXEC")

HARMLESS_FUNCTIONS: Final = frozenset({
    "AGC", "CALLERID", "CDR", "CHANNEL", "CONNECTEDLINE", "DENOISE", "FAXOPT", "GROUP", "HASH", "JITTERBUFFER",
    "PJSIP_HEADER", "PJSIP_HEADER_PARAM", "PJSIP_MEDIA_OFFER", "PJSIP_MOH_PASSTHROUGH", "REDIRECTING", "SIPADDHEADER",
    "TIMEOUT", "VOLUME",
})  # fmt: skip
"""Dialplan functions that `Variable` may set: they describe a call and place none."""

_HANDLERS: Final = re.compile(r"CHANNEL\(\s*(?:hangup_handler|after_bridge_goto|transfer)", re.IGNORECASE)

_DANGEROUS: Final = re.compile(r"(SHELL|EVAL|CURL|FILE|ODBC|REALTIME)\w*\s*\(", re.IGNORECASE)
"""Dialplan functions that run programs, or evaluate text that is not seen here."""


class Named(NamedTuple):
    """What an originate's variables say of the call.

    Attributes:
        campaign: or "".
        principal: or "".
    """

    campaign: str
    principal: str


def read_variables(action: Action, policy: ClientPolicy) -> Named:
    """What the `Variable` headers of an action say of the call.

    Raises:
        RefusedActionError: one sets a variable of the gate, or a function that may do more than describe the call.
    """
    named: dict[str, str] = {}
    for header in action.every("Variable"):
        for name, value in _assignments(header):
            demand_settable(name, policy)
            bare = name.lstrip("_")
            if bare in {_CAMPAIGN, _PRINCIPAL} and named.setdefault(bare, value) != value:
                raise RefusedActionError(f"the variable {bare} is set twice")
    return Named(named.get(_CAMPAIGN, ""), named.get(_PRINCIPAL, ""))


def demand_settable(name: str, policy: ClientPolicy) -> None:
    """Refuse a variable or function that no client may set.

    Raises:
        RefusedActionError: it may not be set.
    """
    if _OURS in name.upper() and name.removeprefix("_").removeprefix("_") not in {_CAMPAIGN, _PRINCIPAL}:
        raise RefusedActionError("the variables GATEKEEPER_... belong to the gate; a client may set only "
                                 f"{_CAMPAIGN} and {_PRINCIPAL}")  # fmt: skip
    if _SHELL.match(name.upper()):
        raise RefusedActionError("the variables MONITOR_EXEC... run programs")
    function, parenthesis, _ = name.partition("(")
    if not parenthesis:
        return
    function = function.strip().upper()
    if function in policy.functions:
        return
    if function not in HARMLESS_FUNCTIONS or _HANDLERS.match(name.strip()):
        raise RefusedActionError(f"the dialplan function {function} is not open to this client")


def demand_no_program(text: str) -> None:
    """Refuse a text in which Asterisk would evaluate a function that runs programs.

    Raises:
        RefusedActionError: there is one.
    """
    if found := _DANGEROUS.search(text):
        raise RefusedActionError(f"the dialplan function {found[1].upper()} is not open to this client")


def inspect_setvar(action: Action, _routes: Routes, policy: ClientPolicy) -> Finding:
    """`Setvar`: passes unless it sets what no client may."""
    (name,) = plain(action, "Variable")
    demand_settable(name.replace('"', "").replace("\\", ""), policy)
    return PASSED


def inspect_getvar(action: Action, _routes: Routes, policy: ClientPolicy) -> Finding:
    """`Getvar` and `Status`: pass unless they evaluate a function that runs programs."""
    for header in ("Variable", "Variables"):
        for text in action.every(header):
            function = text.partition("(")[0].strip().upper()
            if "(" in text and function not in policy.functions:
                demand_no_program(text)
    return PASSED


def _assignments(header: str) -> list[tuple[str, str]]:
    demand_no_control(header, "Variable")
    items = separate(header)
    if len(items) > MAX_VARIABLES:
        raise RefusedActionError(f"more than {MAX_VARIABLES} variables in one header")
    pairs = (item.partition("=") for item in items)
    return [(name, value) for name, equals, value in pairs if equals]
