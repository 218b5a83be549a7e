"""SIP and tel URIs in dial strings: finds the user that one names.

Only the plain form is read, `scheme:user[;parameters][:password]@host[:port][;parameters]` (RFC 3261, 19.1; RFC 3966).
Whatever a SIP stack or a carrier could take otherwise is unreadable.
"""

import re
from typing import Final
from urllib.parse import unquote

from gatekeeper.errors import UnreadableTargetError

_URI: Final = re.compile(r"(sips?|tel):([^<>?\s]*)", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?(?:;[^@]*)?", re.IGNORECASE)
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
