"""SIP and tel URIs in dial strings and in SIP messages: finds the user that one names.

Only the plain form is read, `scheme:user[;parameters][:password]@host[:port][;parameters]` (RFC 3261, 19.1; RFC 3966).
Whatever a SIP stack or a carrier could take otherwise is unreadable.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

from gatekeeper.errors import UnreadableTargetError

_URI: Final = re.compile(r"(sips?|tel):([^<>?\s]*)", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?(?:;[^@]*)?", re.IGNORECASE)
_PLACE: Final = re.compile(r"([a-z0-9._-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?")
_DIGITS: Final = re.compile(r"[0-9.:-]+")
_USER: Final = re.compile(r"(?:(?:sips?|tel):)?[^\x00-\x1f\x7f@:;,?&<>\"%\\]*", re.IGNORECASE)
_SCHEMES: Final = frozenset({"sip", "sips", "tel"})
_SPELLED: Final = re.compile(r"(?:(?:sips?|tel):)?([+0-9(). /-]+)", re.IGNORECASE)
_SEPARATORS: Final = str.maketrans("", "", "(). /-")

_HARMLESS: Final = frozenset({
    "cpc", "ext", "isub", "lr", "phone-context", "postd", "tgrp", "transport", "trunk-context", "user", "verstat",
})  # fmt: skip
"""Parameters of a user that say nothing about who is called (RFC 3966, 4904); a global `phone-context` does."""

_PLAINLY_CALLED: Final = re.compile(r"sips?:([0-9+*]{1,64})@[A-Za-z0-9.-]{1,255}(?::[0-9]{1,5})?", re.IGNORECASE)
_CALLED_USER: Final = re.compile(r"(?:[^\x00-\x20\x7f-\U0010ffff@:;,?&<>\"%\\]|%23){1,128}")
_OF_USER: Final = frozenset({
    "cpc", "ext", "isub", "npdi", "oli", "phone-context", "tgrp", "trunk-context", "user", "verstat",
})  # fmt: skip
"""Parameters of a user in a Request-URI that say nothing about who is rung: neither a number, nor digits to be sent.

`npdi` alone says that somebody has asked already whether the number was ported (RFC 4694); the number by which it is
routed would be `rn`."""

_OF_URI: Final = frozenset({"cpc", "isup-oli", "lr", "ob", "oli", "otg", "tgrp", "transport", "trunk-context", "user"})
"""Parameters of a SIP URI that say nothing about who is rung, nor where the request goes."""

_USER_KINDS: Final = frozenset({"", "phone"})

_REMEMBERED: Final = 256
"""So many URIs are remembered in parts: calls come with the same Route, and from the same few callers."""


class SipUri(NamedTuple):
    """A URI in parts.

    Attributes:
        scheme: `sip`, `sips` or `tel`.
        user: the user without its parameters, decoded; of a tel URI, the number; "" without one.
        host: in lower case, without brackets; "" of a tel URI.
        port: 0 where none is named.
        parameters: those of the URI, by their names in lower case.
    """

    scheme: str
    user: str
    host: str
    port: int
    parameters: Mapping[str, str]


_NO_PARAMETERS: Final[Mapping[str, str]] = {}


def is_uri(text: str) -> bool:
    """Whether a part of a dial string is, or could be taken for, a URI."""
    return not {":", "@", "<", ">", "%"}.isdisjoint(text)


def users_of(uri: str) -> tuple[str, ...]:
    """The user that a URI names, "" where it has none; and its password, which a careless reader could take for it.

    Raises:
        UnreadableTargetError: it could be read in more than one way.
    """
    match = _URI.fullmatch(uri)
    if match is None:
        raise UnreadableTargetError("a URI that is not plainly sip:user@host or tel:number")
    scheme, rest = match.groups()
    if scheme.lower() == "tel":
        return (_user(rest),)
    named, at, host = rest.rpartition("@")
    if "@" in named or not _HOST.fullmatch(host):
        raise UnreadableTargetError("a SIP URI whose host is not plainly a name or an address")
    if not at:
        _demand_no_number(host.partition(";")[0])
        return ("",)
    named, colon, password = named.partition(":")
    if named.lower() in _SCHEMES:
        raise UnreadableTargetError("a SIP URI with another URI in it")
    return (_user(named), unquote(password)) if colon else (_user(named),)


@lru_cache(maxsize=_REMEMBERED)
def read_uri(uri: str) -> SipUri:
    """A URI of a SIP message in parts; its parameters may say whatever they like.

    Raises:
        UnreadableTargetError: it is not plainly sip:user@host, sip:host or tel:number.
    """
    match = _URI.fullmatch(uri)
    if match is None:
        raise UnreadableTargetError("a URI that is not plainly sip:user@host or tel:number")
    scheme, rest = match[1].lower(), match[2]
    if scheme == "tel":
        number, _, parameters = rest.partition(";")
        return SipUri(scheme, number, "", 0, _parameters(parameters) if parameters else _NO_PARAMETERS)
    named, at, behind = rest.rpartition("@")
    if "@" in named or (at and not named):
        raise UnreadableTargetError("a SIP URI whose host is not plainly a name or an address")
    place, semicolon, parameters = behind.partition(";")
    found = _PLACE.fullmatch(place)
    if found is None:
        raise UnreadableTargetError("a SIP URI whose host is not plainly a name or an address")
    host, port = found[1].lower().strip("[]"), int(found[2] or 0)
    user = unquote(named.partition(";")[0]) if named else ""
    return SipUri(scheme, user, host, port, _parameters(parameters) if semicolon else _NO_PARAMETERS)


def called_of(uri: str) -> str:
    """The user whom a Request-URI calls, as a carrier is sure to read it; "" where it names none.

    Stricter than `users_of`, which reads what Asterisk will make a Request-URI of: this one leaves as it is. A
    password, an escaped digit, a parameter that isn't known to be harmless: a carrier could ring somebody else by it.

    Raises:
        UnreadableTargetError: a carrier could read it otherwise.
    """
    match = _PLAINLY_CALLED.fullmatch(uri)
    if match is not None:
        return match[1]
    whole = read_uri(uri)
    _demand_harmless(whole)
    rest = uri.partition(":")[2]
    named = rest if whole.scheme == "tel" else rest.rpartition("@")[0]
    if not named:
        _demand_no_number(whole.host)
        return ""
    user, *parameters = named.split(";")
    if user.lower() in _SCHEMES or not _CALLED_USER.fullmatch(user):
        raise UnreadableTargetError("a SIP URI whose user is not plainly spelled")
    for parameter in parameters:
        name, _, value = parameter.lower().partition("=")
        if name not in _OF_USER or (name == "phone-context" and value[:1] in "+%" and not user.startswith("+")):
            raise UnreadableTargetError("a SIP URI with a parameter that may change the number")
    return unquote(user)


def _demand_harmless(uri: SipUri) -> None:
    """No parameter of the URI may name another number, another host or another method."""
    if uri.scheme == "tel":
        return
    for name, value in uri.parameters.items():
        if name not in _OF_URI or (name == "user" and value.lower() not in _USER_KINDS):
            raise UnreadableTargetError("a SIP URI with a parameter that may lead elsewhere")


def _parameters(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for parameter in text.split(";"):
        name, _, value = parameter.partition("=")
        if found.setdefault(name.lower(), value) != value:
            raise UnreadableTargetError("a SIP URI with a parameter that says two things")
    return found


def plain(number: str) -> str:
    """A number without what only spells it: separators, and a scheme before it. Anything else stays as it is."""
    if number.isascii() and number.isdecimal():
        return number
    match = _SPELLED.fullmatch(number)
    return match[1].translate(_SEPARATORS) if match else number


def _user(text: str) -> str:
    user, *parameters = text.split(";")
    decoded = unquote(user)
    if not _USER.fullmatch(decoded):
        raise UnreadableTargetError("a SIP URI whose user is not plainly spelled")
    for parameter in parameters:
        name, _, value = parameter.lower().partition("=")
        if name not in _HARMLESS or (name == "phone-context" and value[:1] in "+%" and not decoded.startswith("+")):
            raise UnreadableTargetError("a SIP URI with a parameter that may change the number")
    return decoded


def _demand_no_number(host: str) -> None:
    # `sip:0612345678` has a host and no user; a carrier behind a proxy would read a number all the same.
    if _DIGITS.fullmatch(host) and not _ADDRESS.fullmatch(host):
        raise UnreadableTargetError("a SIP URI whose host could be a number")
