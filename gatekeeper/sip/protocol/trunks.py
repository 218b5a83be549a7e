"""Trunks of the SIP gate: finds the one that a request is for, and the Route of it that is ours.

| what names the trunk | for |
|---|---|
| the listener's port | a trunk with a port of its own |
| the user of our Route: `sip:NAME@127.0.0.1:5080;lr` | trunks that share a port |
| the Request-URI's host | trunks that share a port, each with carriers of its own name |
| nothing | one trunk that has none of these |

Asterisk puts one Route into what it sends to an `outbound_proxy`: ours. A second one would make the carrier send the
call on to where it points.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from gatekeeper.errors import ProtocolError, UnreadableTargetError
from gatekeeper.phone.sip_uri import SipUri, read_uri
from gatekeeper.sip.protocol.headers import read_address, split_values
from gatekeeper.sip.protocol.message import Message
from gatekeeper.sip.protocol.ports import Trunk

_PORT: Final = 5060
_TLS_PORT: Final = 5061
_ROUTES_REMEMBERED: Final = 64
"""An Asterisk sends the same Route with every call of a trunk."""


class ChosenTrunk(NamedTuple):
    """The trunk of a request.

    Attributes:
        trunk: the trunk, or None.
        routes: how many Routes are ours, and are taken off.
        strange: what is wrong with the way that it came, or "".
    """

    trunk: Trunk | None
    routes: int
    strange: str


class TrunkBook:
    """Finds the trunk that a request is for.

    Args:
        trunks: the trunks.
    """

    def __init__(self, trunks: Sequence[Trunk]) -> None:
        self._by_port = {trunk.port: trunk for trunk in trunks if trunk.port}
        self._by_user = {user: trunk for trunk in trunks for user in trunk.users}
        self._by_host = {host: trunk for trunk in trunks for host in trunk.hosts}
        plain = [trunk for trunk in trunks if not (trunk.port or trunk.users or trunk.hosts)]
        self._other = plain[0] if len(plain) == 1 else None
        self._read_routes = lru_cache(maxsize=_ROUTES_REMEMBERED)(self._routes)

    def find(self, message: Message, listener: int) -> ChosenTrunk:
        """The trunk of a request that came to a listener's port."""
        by_port = self._by_port.get(listener)
        routes = message.values.get("route")
        user, taken, strange = "", 0, ""
        if routes is not None:
            user, taken, strange = self._read_routes(tuple(routes), listener)
        by_user = self._by_user.get(user) if user else None
        if by_port is not None and by_user is not None and by_port is not by_user:
            strange = strange or "its Route names another trunk than the port that it came to"
        trunk = by_port or by_user
        if trunk is None and not (user and self._by_user):
            trunk = (self._by_host.get(_host_of(message.uri)) if self._by_host else None) or self._other
        return ChosenTrunk(trunk, taken, strange)

    def _routes(self, values: tuple[bytes, ...], listener: int) -> tuple[str, int, str]:
        """The user of our Route, how many are ours, and what is wrong with them."""
        try:
            split = [one for value in values for one in split_values(value)]
            address = read_address(split[0])
            uri = read_uri(address.uri.decode("ascii"))
        except (ProtocolError, UnreadableTargetError, UnicodeDecodeError):
            return "", 0, "its Route can't be read"
        if len(split) > 1:
            return uri.user, 0, "it has more Routes than the one that leads here"
        if not self._is_ours(uri, listener):
            return "", 0, "its Route does not lead here"
        if "lr" not in uri.parameters:
            return uri.user, 1, "its Route has no ;lr (outbound_proxy = sip:...\\;lr)"
        return uri.user, 1, ""

    def _is_ours(self, uri: SipUri, listener: int) -> bool:
        """Whether a Route leads to the listener; where ports are mapped, a trunk's name shows it."""
        return _port_of(uri) == listener or uri.user in self._by_user


def _port_of(uri: SipUri) -> int:
    """The port that a URI leads to; 0 of one that leads to no port (RFC 3261, 19.1.2)."""
    if uri.port:
        return uri.port
    by_tls = uri.scheme == "sips" or uri.parameters.get("transport", "").lower() == "tls"
    return 0 if uri.scheme == "tel" else (_TLS_PORT if by_tls else _PORT)


def _host_of(octets: bytes) -> str:
    try:
        return read_uri(octets.decode("ascii")).host
    except (UnreadableTargetError, UnicodeDecodeError):
        return ""


def is_for_us(message: Message, listener: int) -> bool:
    """Whether a request without a Route is for the gate itself: it names no user, and the listener's port."""
    if "route" in message.values:
        return False
    try:
        uri = read_uri(message.uri.decode("ascii"))
    except (UnreadableTargetError, UnicodeDecodeError):
        return False
    return not uri.user and _port_of(uri) == listener
