"""The SIP gate's address: tells whether an endpoint's `outbound_proxy` is the gate. Pure.

What Asterisk sends goes to where the topmost Route says (RFC 3261, 16.12 and 19.1.1), which is that proxy: measured on
Asterisk 16.28 and 22.10, nothing else that is dialled on such an endpoint changes it, neither a URI of one's own with
`maddr`, `transport` or a `Route` in it, nor `PJSIP_HEADER`. An `outbound_proxy` of the AOR is not used for calls.
"""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

_PROXY: Final = re.compile(
    r"sip:(?:[^\s@:;?<>,\"]*@)?(?P<host>[0-9.]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<parameters>(?:;[a-z]+(?:=[a-z]+)?)*)",
    re.IGNORECASE,
)
_LOOSE: Final = frozenset({"lr", "lr=on", "lr=yes", "lr=true"})
_TRANSPORTS: Final = frozenset({"transport=udp", "transport=tcp", "transport=tls"})
_PORT: Final = 5060
_PORT_OF_TLS: Final = 5061

_Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class GateAddress:
    """Where the SIP gate listens.

    Attributes:
        host: its address; one that means every address of the machine (`0.0.0.0`, `::`) is known by the loopback only.
        ports: its ports.
        beside_asterisk: whether the Asterisk that is watched runs on the same machine. Elsewhere, an address of the
            loopback is another machine's.
    """

    host: str
    ports: frozenset[int] = field(default_factory=frozenset)
    beside_asterisk: bool = True

    def why_not(self, proxy: str) -> str:
        """Why an `outbound_proxy` is not the gate, for people; "" where it is.

        What can't be read for sure, names among it, is not the gate.
        """
        if not proxy.strip():
            return "no outbound_proxy"
        match = _PROXY.fullmatch(proxy.strip())
        address = _address_of(match["host"].strip("[]")) if match else None
        if match is None or address is None:
            return "an outbound_proxy that is not plainly an address"
        parameters = match["parameters"].lower().split(";")[1:]
        if len(set(parameters) & _TRANSPORTS) > 1 or set(parameters) - _TRANSPORTS - _LOOSE:
            return "an outbound_proxy with parameters that are not known here"
        default = _PORT_OF_TLS if "transport=tls" in parameters else _PORT
        if not self._is_host(address) or int(match["port"] or default) not in self.ports:
            return "another outbound_proxy"
        return "" if _LOOSE & set(parameters) else "an outbound_proxy without `\\;lr`"

    def _is_host(self, address: _Address) -> bool:
        ours = _address_of(self.host)
        if ours is None or (address.is_loopback and not self.beside_asterisk):
            return False
        return address == ours or (ours.is_unspecified and address.is_loopback)


def _address_of(text: str) -> _Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether a host of a configuration is this machine, as far as its spelling tells."""
    address = _address_of(host)
    return host.lower() == "localhost" if address is None else address.is_loopback
