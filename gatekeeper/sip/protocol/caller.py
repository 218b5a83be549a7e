"""Caller ID of an INVITE: reads who is presented to the callee as calling (RFC 3261, 3323, 3325).

Several headers can say it, and each of them several things. Where two numbers are named, or one can't be read, a
carrier could present another one than the law was asked about: that is a doubt.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from gatekeeper.errors import ProtocolError, UnreadableTargetError
from gatekeeper.phone.sip_uri import plain, read_uri
from gatekeeper.sip.protocol.elsewhere import Doubt, unclear
from gatekeeper.sip.protocol.headers import NameAddr, read_address, split_values
from gatekeeper.sip.protocol.message import Message
from gatekeeper.text import printable

_ASSERTED: Final = ("p-asserted-identity", "p-preferred-identity")
_REMOTE: Final = "remote-party-id"
_HEADERS: Final = frozenset({*_ASSERTED, _REMOTE})
_HIDING: Final = frozenset({b"id", b"user", b"header"})
_WITHHELD: Final = "anonymous"
_NUMBER: Final = re.compile(r"\+?[0-9]{2,}")
_SHOWN: Final = 128
_REMEMBERED: Final = 256


def caller_of(
    message: Message, same: Callable[[str, str], bool], *, from_is_shown: bool = False
) -> tuple[str, Doubt | None]:
    """The caller ID that is presented, and why that can't be told.

    P-Asserted-Identity goes before P-Preferred-Identity, Remote-Party-ID and From; under Privacy nothing is presented.

    Args:
        message: the INVITE.
        same: whether two spellings are of one number.
        from_is_shown: whether the carrier presents the number of From, whatever the others name.
    """
    values = message.values
    try:
        shown = _user(read_address(message.first("from")))
    except (ProtocolError, UnreadableTargetError, UnicodeDecodeError):
        return "", unclear("the From can't be read plainly", harmless=True)
    if "privacy" in values:
        words = b";".join(values["privacy"]).lower().split(b";")
        if any(word.strip() in _HIDING for word in words):
            return _WITHHELD, None
    if from_is_shown or values.keys().isdisjoint(_HEADERS):
        return shown, None
    try:
        named = _identities(message)
    except (ProtocolError, UnreadableTargetError, UnicodeDecodeError):
        return shown, unclear("a header that names the caller can't be read plainly", harmless=True)
    if len(named) == 1:
        return named[0], None
    numbers = [one for one in named if _NUMBER.fullmatch(plain(one))]
    if any(not same(numbers[0], other) for other in numbers[1:]):
        return numbers[0], unclear("its headers name two numbers as the caller's", harmless=True)
    return (numbers or named or [shown])[0], None


def _identities(message: Message) -> list[str]:
    """The users that P-Asserted-Identity and the like name, the one that is presented before the others."""
    found: list[str] = []
    for name in _ASSERTED:
        for value in message.values.get(name, ()):
            found += _asserted(value)
    for value in message.values.get(_REMOTE, ()):
        for one in split_values(value):
            address = read_address(one)
            parameters = address.parameters
            if parameters.get("party", b"calling").strip(b'"').lower() != b"calling":
                continue
            if parameters.get("privacy", b"off").strip(b'"').lower() == b"off":
                found += filter(None, [_user(address)])
            elif not found:
                return [_WITHHELD]
    return found


@lru_cache(maxsize=_REMEMBERED)
def _asserted(value: bytes) -> tuple[str, ...]:
    """The users that a P-Asserted-Identity names; a site has few, and each stands in many calls."""
    return tuple(filter(None, (_user(read_address(one)) for one in split_values(value))))


def _user(address: NameAddr) -> str:
    return printable(read_uri(address.uri.decode("ascii")).user)[:_SHOWN]
