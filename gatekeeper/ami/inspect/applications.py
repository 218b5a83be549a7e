"""Dialplan applications that a client runs by itself: which numbers do they call outside?

What is not known here is refused, for an application can do anything.
"""

import re
from collections.abc import Callable
from typing import Final

from gatekeeper.ami.arguments import separate
from gatekeeper.ami.client_policy import ClientPolicy
from gatekeeper.ami.finding import RefusedActionError
from gatekeeper.ami.inspect.variables import demand_no_program, demand_settable
from gatekeeper.ami.routes import Routes
from gatekeeper.ami.targets import Numbers, numbers_at, numbers_of, numbers_of_all

HARMLESS_APPLICATIONS: Final = frozenset({
    "agentlogin", "agentrequest", "amd", "answer", "background", "backgrounddetect", "bridge", "busy",
    "celgenuserevent", "chanspy", "confbridge", "congestion", "controlplayback", "dictate", "directory", "echo",
    "extenspy", "followme", "hangup", "jabbersend", "jack", "mailboxexists", "meetme", "milliwatt", "monitor",
    "morsecode", "musiconhold", "noop", "nocdr", "park", "parkedcall", "pickup",
    "pickupchan", "playback", "playtones", "progress", "read", "record", "ringing", "saycountpl",
    "saydigits", "saynumber", "sayphonetic", "sayunixtime", "senddtmf", "sendtext", "sendurl", "softhangup",
    "stasis", "stopmixmonitor", "stopmonitor", "stopmusiconhold", "stopplaytones", "talkdetect", "userevent",
    "verbose", "vmauthenticate", "vmsayname", "voicemail", "voicemailmain", "wait", "waitdigit", "waitexten",
    "waitforcond", "waitfornoise", "waitforring", "waitforsilence", "waitmusiconhold", "waituntil",
    "zapateller",
})  # fmt: skip
"""Applications that place no call outside themselves. `FollowMe` and `Stasis` do what their own configuration
says; the watchdog sees what comes of it."""

_EXPANDED: Final = re.compile(r"\$[{\[]")


def numbers_run(application: str, data: str, routes: Routes, policy: ClientPolicy) -> Numbers:
    """The numbers that an application calls outside.

    Raises:
        RefusedActionError: the application is not open to the client, or its data can't be read without doubt.
        UnreadableTargetError: the same of a dial string.
    """
    name = application.strip().lower()
    if name in policy.applications:
        return ()
    reader = _READERS.get(name)
    if reader is not None:
        if _EXPANDED.search(data):
            raise RefusedActionError(f"{name} with data that Asterisk would expand first")
        return reader(data, routes, policy)
    if name not in HARMLESS_APPLICATIONS:
        raise RefusedActionError(f"the application {name} is not open to this client")
    demand_no_program(data)
    return ()


def _first(data: str) -> str:
    """The first argument, which must be one whatever stands behind it."""
    first = data.partition(",")[0]
    if any(character in first for character in '"\\(['):
        raise RefusedActionError("dial strings with quotes or brackets")
    return first


def _dial(data: str, routes: Routes, _policy: ClientPolicy) -> Numbers:
    return numbers_of_all(_first(data), routes)


def _retry_dial(data: str, routes: Routes, policy: ClientPolicy) -> Numbers:
    """`RetryDial(announce,sleep,retries,dial strings,...)`."""
    rest = data
    for _ in range(3):
        _first(rest)
        rest = rest.partition(",")[2]
    return _dial(rest, routes, policy)


def _originate(data: str, routes: Routes, policy: ClientPolicy) -> Numbers:
    """`Originate(dial string,exten,context,extension,...)` or `Originate(dial string,app,application,data,...)`."""
    arguments = [*separate(data), "", "", "", ""]
    target, kind, first, second = (argument.strip() for argument in arguments[:4])
    found = numbers_of(target, routes)
    if kind.lower() == "exten":
        return found + numbers_at(first, second, routes)
    if kind.lower() != "app" or first.lower() == "originate":
        raise RefusedActionError("an Originate inside another that is neither exten nor app")
    return found + numbers_run(first, second, routes, policy)


def _transfer(data: str, routes: Routes, _policy: ClientPolicy) -> Numbers:
    """`Transfer([technology/]number[@host])`: the far end is told to call it."""
    target = _first(data).strip()
    number = target.rpartition("/")[2].partition("@")[0]
    return (number.rpartition(":")[2],) if routes.is_public(number.rpartition(":")[2]) or "@" in target else ()


def _goto(data: str, routes: Routes, _policy: ClientPolicy) -> Numbers:
    """`[[context,]extension,]priority`."""
    if any(character in data for character in '"\\'):
        raise RefusedActionError("a place in the dialplan with quotes")
    arguments = [argument.strip() for argument in separate(data)]
    context, extension = (["", "", *arguments[:-1]])[-2:]
    return numbers_at(context, extension, routes)


def _set(data: str, _routes: Routes, policy: ClientPolicy) -> Numbers:
    demand_no_program(data)
    for item in separate(data):
        demand_settable(item.partition("=")[0].strip(), policy)
    return ()


def _mix_monitor(data: str, _routes: Routes, _policy: ClientPolicy) -> Numbers:
    """`MixMonitor(file,options,command)`: without a command."""
    demand_no_program(data)
    if any(argument.strip() for argument in separate(data)[2:]):
        raise RefusedActionError("MixMonitor with a command")
    return ()


def _queue(data: str, _routes: Routes, _policy: ClientPolicy) -> Numbers:
    """`Queue(name,options,url,announcement,timeout,agi,macro,gosub,...)`: without an AGI script."""
    if any(argument.strip() for argument in separate(data)[5:6]):
        raise RefusedActionError("Queue with an AGI script")
    return ()


_READERS: Final[dict[str, Callable[[str, Routes, ClientPolicy], Numbers]]] = {
    "dial": _dial,
    "page": _dial,
    "retrydial": _retry_dial,
    "originate": _originate,
    "transfer": _transfer,
    "goto": _goto,
    "gosub": _goto,
    "set": _set,
    "mset": _set,
    "mixmonitor": _mix_monitor,
    "queue": _queue,
}
