"""Channel variables: what a call says of itself is read, those of the gate and those that Asterisk obeys are refused.

A client that could set the gate's own variables could forge its answers; what it sets can be dialled by the dialplan.
"""

import re
from typing import Final, NamedTuple

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.arguments import separate
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.dial_strings import DialledNumbers
from gatekeeper.ami.protocol.inspect.classes.functions import (
    CHANNEL_ITEMS,
    CONFBRIDGE_ITEMS,
    READABLE,
    SETTABLE,
    VARIABLES,
)
from gatekeeper.ami.protocol.inspect.classes.variables import OBEYED, OBEYED_BEGINNINGS
from gatekeeper.ami.protocol.inspect.entries import demand_own_entry
from gatekeeper.ami.protocol.inspect.reading import demand_no_control, plain, shown
from gatekeeper.ami.protocol.inspect.values import numbers_in
from gatekeeper.ami.protocol.inspection import PASSED, Check, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError
from gatekeeper.screening.call import NOTHING_SAID, Said
from gatekeeper.screening.said import VARIABLES as VARIABLES_SAID
from gatekeeper.screening.said import said_of
from gatekeeper.text import printable
from gatekeeper.vocabulary import ChannelVariable

MAX_VARIABLES: Final = 64
"""The most variables that Asterisk reads of one `Variable` header."""

_CAMPAIGN: Final = ChannelVariable.CAMPAIGN.value
_PRINCIPAL: Final = ChannelVariable.PRINCIPAL.value
_SAID: Final = frozenset({_CAMPAIGN, _PRINCIPAL, *VARIABLES_SAID})
_OURS: Final = "GATEKEEPER"
_OUR_HEADERS: Final = "X-GATEKEEPER"
_TAKEN_AWAY: Final = frozenset('"\\')
_WITHOUT: Final = dict.fromkeys(map(ord, _TAKEN_AWAY))
_OF_DATABASE: Final = frozenset({"DB", "DB_DELETE"})
_DELETED: Final = re.compile(r"DB_DELETE\s*\(([^)]*)", re.IGNORECASE)
_CALL: Final = re.compile(r"([A-Za-z0-9_-]*)\s*\(")


class Named(NamedTuple):
    """What an originate's variables say of the call.

    Attributes:
        campaign: or "".
        principal: or "".
        numbers: those that are called outside where a value is dialled.
        said: what else it says of itself.
        assignments: all that is set, by name.
    """

    campaign: str
    principal: str
    numbers: DialledNumbers
    said: Said
    assignments: list[tuple[str, str]]


def read_variables(action: Action, routes: Routes, policy: ClientPolicy) -> Named:
    """What the `Variable` headers of an action say of the call.

    Raises:
        RefusedActionError: one sets a variable of the gate, or what may do more than describe the call.
        UnreadableTargetError: a value holds a dial string that can't be read without doubt.
    """
    named: dict[str, str] = {}
    numbers: DialledNumbers = ()
    assignments = [pair for header in action.all("Variable") for pair in _assignments(header)]
    for name, value in assignments:
        numbers += numbers_set(name, value, routes, policy)
        bare = name.lstrip("_")
        if bare in _SAID and named.setdefault(bare, value) != value:
            raise RefusedActionError(f"the variable {bare} is set twice")
    campaign, principal = named.pop(_CAMPAIGN, ""), named.pop(_PRINCIPAL, "")
    said = said_of((VARIABLES_SAID[name], value) for name, value in named.items()) if named else NOTHING_SAID
    return Named(campaign, principal, numbers, said, assignments)


def numbers_set(name: str, value: str, routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    """The numbers that are called outside where the dialplan dials what a variable is set to.

    Raises:
        RefusedActionError: no client may set it.
        UnreadableTargetError: the value holds a dial string that can't be read without doubt.
    """
    demand_settable(name, policy)
    demand_no_own_header(value)
    return numbers_in(value, routes)


def demand_no_own_header(text: str) -> None:
    """Refuse a header of SIP that tells the SIP gate what only another gate may tell it (`SIPADDHEADER…` holds one).

    Raises:
        RefusedActionError: it is one.
    """
    if _OUR_HEADERS in text.translate(_WITHOUT).upper():
        raise RefusedActionError("the headers X-Gatekeeper-... of SIP belong to the gate")


def demand_settable(name: str, policy: ClientPolicy) -> None:
    """Refuse a variable or function that no client may set.

    Raises:
        RefusedActionError: it may not be set.
    """
    if not _TAKEN_AWAY.isdisjoint(name):
        # A function divides what stands in its parentheses anew, and so does the function within: ARRAY(GLOBAL(A\B)).
        raise RefusedActionError("the name of a variable or function with a quote or a backslash, which Asterisk takes "
                                 "away where it reads the name once more")  # fmt: skip
    upper = name.upper()
    if _OURS in upper and name.removeprefix("_").removeprefix("_") not in _SAID:
        raise RefusedActionError(
            "the variables GATEKEEPER_... belong to the gate; a client may set only those in which a call says what it "
            f"is, each by itself: {', '.join(sorted(_SAID))}"
        )
    if "(" in name:
        function, _, inside = name.partition("(")
        _demand_settable_function(function.strip().upper(), inside, policy)
        return
    bare = upper.strip().lstrip("_")
    if bare in OBEYED or bare.startswith(OBEYED_BEGINNINGS) or (bare[:3] == "ARG" and bare[3:].isdigit()):
        raise RefusedActionError(f"the variable {shown(bare)}, which Asterisk or the gate obeys")


def _demand_settable_function(function: str, inside: str, policy: ClientPolicy) -> None:
    if function in policy.functions:
        if function in _OF_DATABASE:
            demand_own_entry(inside.rstrip().removesuffix(")"))
        return
    demand_evaluable(inside, policy)
    inside = inside.rstrip().removesuffix(")")
    item = inside.partition(",")[0].strip().lower()
    if function in VARIABLES:
        for variable in re.split(r"[,|]", inside):
            demand_settable(variable, policy)
        return
    if function in SETTABLE or (function == "CHANNEL" and item in CHANNEL_ITEMS):
        return
    if function == "CONFBRIDGE" and item in CONFBRIDGE_ITEMS:
        return
    raise RefusedActionError(f"the dialplan function {shown(function)} can't be set by this client; if that "
                             "calls nobody and runs nothing, name it in ami_users.NAME.functions")  # fmt: skip


def demand_evaluable(text: str, policy: ClientPolicy) -> None:
    """Refuse a text in which a dialplan function is named that may do more than be read.

    Raises:
        RefusedActionError: there is one.
    """
    if "(" not in text or ("${" not in text and "$[" not in text):
        return
    demand_readable_functions(text, policy)


def demand_readable_functions(text: str, policy: ClientPolicy) -> None:
    """Refuse a text that Asterisk evaluates whole, if it names a dialplan function that may do more than be read.

    Raises:
        RefusedActionError: there is one.
    """
    # Some divide what they are given once more, and take quotes and backslashes away: IMPORT(a,SH"ELL"(x)).
    for function in _CALL.findall(text) + _CALL.findall(text.translate(_WITHOUT)):
        name = function.upper()
        if name and name not in READABLE and name not in policy.functions:
            raise RefusedActionError(f"the dialplan function {shown(name)} is not open to this client; if "
                                     "it runs nothing, name it in ami_users.NAME.functions")  # fmt: skip
    if "DB_DELETE" in policy.functions:
        for entry in _DELETED.findall(text.translate(_WITHOUT)):
            demand_own_entry(entry)


def inspect_setvar(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`Setvar`: passes unless it sets what no client may; a value that reads as a dial string is decided on."""
    name, value = plain(action, "Variable", "Value")
    numbers = numbers_set(name, value, routes, policy)
    return checked_value(numbers, f"{name}={value}", policy)


def checked_value(numbers: DialledNumbers, text: str, policy: ClientPolicy) -> Inspection:
    """What comes of a value: it passes, or its numbers are to be checked."""
    if not numbers:
        return PASSED
    clean = tuple(printable(number) for number in dict.fromkeys(numbers))
    return Check(clean, printable(text), policy.campaign, policy.principal, said=policy.says)


def inspect_getvar(action: Action, _routes: Routes, policy: ClientPolicy) -> Inspection:
    """`Getvar` and `Status`: pass unless they evaluate a function that may do more than be read."""
    for header in ("Variable", "Variables"):
        for text in action.all(header):
            if "(" in text:
                demand_readable_functions(text, policy)
    return PASSED


def _assignments(header: str) -> list[tuple[str, str]]:
    demand_no_control(header, "Variable")
    items = separate(header)
    if len(items) > MAX_VARIABLES:
        raise RefusedActionError(f"more than {MAX_VARIABLES} variables in one header")
    pairs = (item.partition("=") for item in items)
    return [(name, value) for name, equals, value in pairs if equals]
