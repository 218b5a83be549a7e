"""Carriers' URIs, as a configuration names them: which host, which port, over which transport. Pure.

Read is `sip:host[:port][;transport=udp|tcp|tls]` and `sips:host[:port]`, with the defaults of RFC 3261, section 19.1.2
(UDP; port 5060, over TLS 5061). A name without a port may have service records, which say both (RFC 3263, 4.1 and 4.2):
those of the transport that the URI names; where it names none, those of UDP, and of TCP where UDP has none.

NAPTR records, by which RFC 3263 lets a domain choose the transport, are not followed: the configuration chooses it, and
Asterisk needs a transport of the same kind for what goes straight. A domain that has them has these service records as
well, for they are what NAPTR leads to.
"""

import re
from ipaddress import ip_address
from typing import Final, NamedTuple

from gatekeeper.translation import phrase

PORT: Final = 5060
TLS_PORT: Final = 5061

_URI: Final = re.compile(
    r"(?P<scheme>sips?):(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?:;transport=(?P<transport>[a-z]+))?",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"(?!-)[a-z0-9-]+(\.(?!-)[a-z0-9-]+)*\.?")
_TRANSPORTS: Final = ("udp", "tcp", "tls")
_SERVICES: Final = {
    "": ("_sip._udp", "_sip._tcp"),
    "udp": ("_sip._udp",),
    "tcp": ("_sip._tcp",),
    "tls": ("_sips._tcp",),
}
"""The services of RFC 3263, section 4.1, by the transport that a URI names."""


class CarrierUri(NamedTuple):
    """Where a carrier is.

    Attributes:
        text: the URI as it is configured.
        transport: `udp`, `tcp` or `tls`.
        host: an address, or a name; without brackets.
        port: the port; where service records may say another, the transport's own.
        services: the services whose records say where it is, in the order in which they are looked up; none where the
            URI has a port, or an address.
    """

    text: str
    transport: str
    host: str
    port: int
    services: tuple[str, ...] = ()

    @property
    def is_address(self) -> bool:
        """Whether the host needs no look-up."""
        return is_address(self.host)


def is_address(host: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def read_carrier(text: str) -> CarrierUri:
    """A carrier's URI.

    Raises:
        ValueError: it can't be one; the text says why.
    """
    found = _URI.fullmatch(text.strip())
    if found is None:
        raise ValueError(phrase('it is no carrier; write "sip:HOST", "sip:HOST:PORT" or "sip:HOST:PORT;transport=tcp"'))
    host = found["host"].lower().strip("[]")
    transport = (found["transport"] or "").lower()
    if transport and transport not in _TRANSPORTS:
        raise ValueError(
            phrase("its transport {transport} is none of {names}", transport=transport, names=", ".join(_TRANSPORTS))
        )
    if found["scheme"].lower() == "sips":
        if transport not in ("", "tls"):
            raise ValueError(phrase("sips: is over TLS alone; write sip: for the others"))
        transport = "tls"
    services = _SERVICES[transport]
    transport = transport or "udp"
    numeric = found["host"].startswith("[") or host.replace(".", "").isdigit()
    if not (is_address(host) if numeric else _NAME.fullmatch(host)):
        raise ValueError(phrase("its host is no address and no name"))
    port = int(found["port"] or (TLS_PORT if transport == "tls" else PORT))
    if not 0 < port < 65536:  # noqa: PLR2004 - what a port has room for
        raise ValueError(phrase("its port is not from 1 to 65535"))
    return CarrierUri(text.strip(), transport, host, port, () if numeric or found["port"] else services)
