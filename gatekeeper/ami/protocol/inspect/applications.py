"""Dialplan applications that a client runs by itself: finds the numbers that they call outside.

What is not known here is refused, for an application can do anything. Asterisk does not expand `${...}` in the data of
an application that a manager or an AGI command runs; where a dial string is read, it is refused all the same.
"""

import re
from collections.abc import Callable
from typing import Final

from gatekeeper.ami.protocol.arguments import separate
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.dial_strings import DialledNumbers, numbers_at, numbers_of
from gatekeeper.ami.protocol.inspect.classes.applications import HARMLESS, REFUSED
from gatekeeper.ami.protocol.inspect.classes.technologies import TECHNOLOGIES
from gatekeeper.ami.protocol.inspect.digits import demand_far_end
from gatekeeper.ami.protocol.inspect.events import demand_own_event
from gatekeeper.ami.protocol.inspect.forms import ALL_FORMS, numbers_of_form
from gatekeeper.ami.protocol.inspect.places import numbers_entered, numbers_of_gosub, numbers_of_goto
from gatekeeper.ami.protocol.inspect.reading import shown
from gatekeeper.ami.protocol.inspect.values import numbers_in
from gatekeeper.ami.protocol.inspect.variables import demand_evaluable, demand_no_own_header, numbers_set
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import RefusedActionError
from gatekeeper.phone.sip_uri import users_of

_SCRIPT: Final = re.compile(r"\w[\w.+-]*|agi:async", re.ASCII)
_BARE: Final = re.compile(r"[-+*#.0-9]+")
_SCHEME: Final = re.compile(r"(?:sips?|tel):", re.IGNORECASE)
_ORIGINATE_OPTIONS: Final = frozenset("aCcn")


def numbers_run(application: str, data: str, channel: str, routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    """The numbers that an application calls outside.

    Args:
        application: its name, in any case.
        data: its arguments.
        channel: on which it runs, as a name or a dial string; "" where that is not known.
        routes: what leads outside.
        policy: what the client may do.

    Raises:
        RefusedActionError: the application is not open to the client, or its data can't be read without doubt.
        UnreadableTargetError: the same of a dial string.
    """
    name = application.strip().lower()
    if name in policy.applications:
        return ()
    demand_evaluable(data, policy)
    if name in HARMLESS:
        return ()
    form = ALL_FORMS.get(name)
    if form is not None:
        found = numbers_of_form(form, data, routes, policy)
        demand_far_end(name, data, channel)
        return found
    reader = READERS.get(name)
    if reader is not None:
        if "${" in data or "$[" in data:
            raise RefusedActionError(f"{name} with data that Asterisk would expand first")
        return reader(data, routes, policy)
    raise RefusedActionError(_why(name))


def _why(name: str) -> str:
    if name in REFUSED:
        return f"the application {name} is not open to this client: it {REFUSED[name]}"
    return (
        f"the application {shown(name)} is not known to the gate, and what is not known is refused; if it "
        "calls nobody and runs nothing, name it in ami_users.NAME.applications"
    )


def _originate(data: str, routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    """`Originate(dial string,exten,context,extension,priority,...)` or `(dial string,app,application,data,,...)`."""
    if '"' in data or "\\" in data:
        raise RefusedActionError("an Originate with quotes or backslashes in its arguments")
    target, kind, first, second, third, _, options, *more = [*(part.strip() for part in separate(data)), *[""] * 7]
    if any(more) or not _ORIGINATE_OPTIONS.issuperset(options):
        raise RefusedActionError("an Originate with options that run something")
    found = numbers_of(target, routes)
    if kind.lower() == "exten":
        return found + numbers_entered(first, second, third, routes)
    if kind.lower() != "app" or first.lower() == "originate":
        raise RefusedActionError("an Originate inside another that is neither exten nor app")
    return found + numbers_run(first, second, target, routes, policy)


def _transfer(data: str, routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    """`Transfer([technology/]number)`, or a URI there: the far end is told to call it.

    Asterisk divides at the first slash: what follows a later one belongs to a URI, and says nothing of the number.
    """
    technology, slash, rest = data.strip().partition("/")
    if slash and technology.lower() not in TECHNOLOGIES:
        raise RefusedActionError("a Transfer to what is neither a number nor technology/number")
    target = rest if slash else technology
    if _BARE.fullmatch(target):
        return (target,) if routes.is_public(target) else ()
    if ":" not in target and "@" not in target:
        raise RefusedActionError("a Transfer to what is no number")
    user, *password = users_of(target if _SCHEME.match(target) else f"sip:{target}")
    if not user:
        raise RefusedActionError("a Transfer to a URI that names no user")
    return (user, *filter(routes.is_public, password))


def _goto(data: str, routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    return numbers_of_goto(data, routes)


def _gosub(data: str, routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    return numbers_of_gosub(data, routes)


def _channel_redirect(data: str, routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    """`ChannelRedirect(channel,[[context,]extension,]priority)`."""
    channel, _, place = data.partition(",")
    if any(character in channel for character in '"\\(['):
        raise RefusedActionError("a channel with quotes or brackets")
    return numbers_of_goto(place, routes)


def _send_on(data: str, routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    """`BlindTransfer(extension[,context])`, `AttendedTransfer(extension)`."""
    if any(character in data for character in '"\\(['):
        raise RefusedActionError("a transfer with quotes or brackets")
    extension, context, *_ = [*(part.strip() for part in data.split(",")), ""]
    return numbers_at(context, extension, routes)


def _set(data: str, routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    """`Set(name=value)`: the value is the rest, or else (`app_set = 1.4` in asterisk.conf) what `MSet` takes."""
    name, _, value = data.partition("=")
    found = numbers_set(name.strip(), value, routes, policy)
    return found + _set_many(data, routes, policy) if "," in value else found


def _set_many(data: str, routes: Routes, policy: ClientPolicy) -> DialledNumbers:
    """`MSet(name=value,...)`."""
    found: DialledNumbers = ()
    for item in separate(data):
        name, _, value = item.partition("=")
        found += numbers_set(name.strip(), value, routes, policy)
    return found


def _user_event(data: str, _routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    demand_own_event(separate(data)[0])
    return ()


def _add_header(data: str, _routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    """`SIPAddHeader(header: value)`."""
    demand_no_own_header(data)
    return ()


def _script(data: str, routes: Routes, _policy: ClientPolicy) -> DialledNumbers:
    """`AGI(script,...)`: a script of the site's own folder. What it does is the site's, what it is given is read."""
    script, *arguments = separate(data)
    if not _SCRIPT.fullmatch(script.strip()):
        raise RefusedActionError("an AGI that is no script of the site's own folder (agi-bin)")
    return numbers_in(",".join(arguments), routes)


READERS: Final[dict[str, Callable[[str, Routes, ClientPolicy], DialledNumbers]]] = {
    "agi": _script,
    "attendedtransfer": _send_on,
    "blindtransfer": _send_on,
    "channelredirect": _channel_redirect,
    "deadagi": _script,
    "eagi": _script,
    "gosub": _gosub,
    "goto": _goto,
    "mset": _set_many,
    "originate": _originate,
    "set": _set,
    "sipaddheader": _add_header,
    "transfer": _transfer,
    "userevent": _user_event,
}
"""By the application's name in lower case."""
