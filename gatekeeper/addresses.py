"""Addresses of peers: as they are compared, and which of them count as one, for nobody else can have them. Pure.

A customer of IPv6 has a /64 at least, of which each machine takes as many addresses as it likes (RFC 7934), and often a
/48 (RFC 6177): who counts single addresses counts nothing. A socket for both families names a peer of IPv4 as
`::ffff:192.0.2.1` (RFC 4291, 2.5.5.2).
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

LINK: Final = 64
"""The prefix of IPv6 that is one customer's."""

SITE: Final = 48
"""The prefix of IPv6 that may be."""

UNKNOWN: Final = "unknown"
"""What everything else counts as."""


def unmapped(address: str) -> IPv4Address | IPv6Address | None:
    """An address, without a zone, and of IPv4 where it is one; None of a text that is none."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def plain(address: str) -> str:
    """The same as a text; everything else stays as it is."""
    found = unmapped(address)
    return address if found is None else str(found)


def is_loopback(address: str) -> bool:
    """Whether an address is of this machine itself."""
    found = unmapped(address)
    return found is not None and found.is_loopback


def network_of(address: str, prefix: int = LINK) -> str:
    """What an address counts as: of IPv4 itself, of IPv6 its network.

    Args:
        address: as a socket or a proxy names it.
        prefix: how long that of the network is.
    """
    found = unmapped(address)
    if found is None:
        return UNKNOWN
    return str(found) if found.version == 4 else str(ip_network((int(found), prefix), strict=False))  # noqa: PLR2004
