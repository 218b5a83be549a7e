"""Reads events of a call that Asterisk is dialling: which channel, which numbers, and what it carries. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from gatekeeper.ami.protocol.dial_strings import numbers_of
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import UnreadableTargetError
from gatekeeper.phone.sip_uri import plain
from gatekeeper.vocabulary import ChannelVariable

_NUMBER_OF_CHANNEL: Final = re.compile(r"-[0-9a-f]+(?:;[12])?$")
_CONTACT: Final = re.compile(r"(?P<peer>[^@/]+)/sips?:(?:(?P<user>[^@]*)@)?", re.IGNORECASE)
_LETTER: Final = re.compile(r"[A-Za-z]")
_SCHEMED: Final = re.compile(r"[^0-9A-Za-z]*(?:sips?|tel)\W", re.IGNORECASE)
_LOCAL: Final = "local"


class Dialled(NamedTuple):
    """A channel that Asterisk dials towards the outside.

    Attributes:
        channels: its name; more than one where the event can be read in more than one way.
        numbers: as dialled; "" stands for one that is not known.
        uniqueid: of the channel.
        linkedid: of the whole call.
        caller_id: the number that is presented, or "".
        decision: what the channel carries in GATEKEEPER_DECISION; None where the event does not say.
        campaign: what it carries in GATEKEEPER_CAMPAIGN, or "".
        caller: the name of the channel that dials it, or "".
        dial_strings: what is dialled, as it was given, without the technology; empty where the event does not say.
        beside: the names of other channels of the whole call, where nobody says which one dials.
    """

    channels: tuple[str, ...]
    numbers: tuple[str, ...]
    uniqueid: str
    linkedid: str
    caller_id: str
    decision: str | None
    campaign: str
    caller: str = ""
    dial_strings: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def read_dial_begin(event: Mapping[str, Any], routes: Routes) -> Dialled | None:
    """What a `DialBegin` event dials outside; None where it stays inside, or a dialplan dials behind it (`Local`)."""
    # A variable with a line break in it could forge further headers: whatever is said is looked at.
    channels = tuple(dict.fromkeys(every(event, "DestChannel")))
    dial_strings = every(event, "DialString")
    numbers: list[str] = []
    for channel in channels:
        technology = channel.partition("/")[0]
        if technology.lower() == _LOCAL:
            continue
        for dial_string in dial_strings or [""]:
            numbers += outside(technology, dial_string, channel, routes)
    if not numbers:
        return None
    carried = variables(event, "DestChanVariable")
    return Dialled(
        channels,
        tuple(dict.fromkeys(numbers)),
        header_of(event, "DestUniqueid"),
        header_of(event, "DestLinkedid"),
        caller_or_empty(header_of(event, "DestConnectedLineNum")),
        carried.get(ChannelVariable.DECISION),
        carried.get(ChannelVariable.CAMPAIGN, ""),
        _caller(event),
        tuple(dial_strings),
    )


def _caller(event: Mapping[str, Any]) -> str:
    """Who dials. Asterisk tells it before what is dialled; what comes later was forged by a variable's line break."""
    for name in event:
        if name.lower() == "destchannel":
            break
        if name.lower() == "channel":
            return header_of(event, "Channel")
    return ""


def outside(technology: str, dial_string: str, channel: str, routes: Routes) -> tuple[str, ...]:
    """The numbers that a dial string without its technology calls outside.

    It is read as the proxy reads it. But a telephone's own address is a URI, too (`PJSIP_DIAL_CONTACTS`), and may hold
    anything: it is told by a user that is an extension, a name, or none.
    """
    if not dial_string.strip():
        return numbers_named(channel, routes)
    user = _user_of_address(technology, dial_string, routes)
    try:
        numbers = numbers_of(f"{technology}/{dial_string}", routes)
    except UnreadableTargetError:
        if user or routes.is_inside_peer(peer_of(channel)):
            return ()
        return (dial_string,)
    return numbers if user is None else ()


def _user_of_address(technology: str, dial_string: str, routes: Routes) -> str | None:
    """The user of what may be a telephone's own address; None where it is none."""
    found = _CONTACT.match(dial_string) if technology.lower() == "pjsip" else None
    if found is None or routes.is_trunk(found["peer"]):
        return None
    user = plain(unquote(found["user"] or ""))
    letter = _LETTER.search(user)
    number = user if letter is None else user[: letter.start()]
    if routes.is_public(number) or _SCHEMED.match(user) or "@" in user or ":" in user:
        return None
    return user


def numbers_named(channel: str, routes: Routes) -> tuple[str, ...]:
    """The numbers that a channel's own name tells of: `DAHDI/i1/0612345678-1` has one, `PJSIP/trunk-00000001` none."""
    try:
        return numbers_of(_NUMBER_OF_CHANNEL.sub("", channel), routes)
    except UnreadableTargetError:
        return ("",) if routes.is_trunk(peer_of(channel)) else ()


def peer_of(channel: str) -> str:
    """`trunk` of `PJSIP/trunk-0000001a`."""
    return _NUMBER_OF_CHANNEL.sub("", channel).partition("/")[2]


def every(event: Mapping[str, Any], name: str) -> list[str]:
    """All values of a header."""
    value = event.get(name)
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def header_of(event: Mapping[str, Any], name: str) -> str:
    """The first value of a header, or ""."""
    return next(iter(every(event, name)), "")


def caller_or_empty(number: str) -> str:
    """A number of an event, "" where Asterisk writes that it has none."""
    return "" if number == "<unknown>" else number


def variables(event: Mapping[str, Any], header: str) -> dict[str, str]:
    """The channel variables of an event; of one that is there twice, the first."""
    found: dict[str, str] = {}
    for text in every(event, header):
        name, _, value = text.partition("=")
        found.setdefault(name, value)
    return found
