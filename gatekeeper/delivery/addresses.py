"""Addresses that a post may go to: none of a private network, where a mistyped address would reach services."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_NAT64: Final = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last four bytes are the IPv4 address that is meant."""


_NOT_ROUTED: Final = tuple(
    map(
        ip_network,
        ("192.88.99.0/24", "64:ff9b:1::/48", "2001:10::/28", "2001:20::/28", "3fff::/20", "5f00::/16", "fec0::/10"),
    )
)
"""What Python's tables lack, in 3.11.2 at least: former 6to4 relays (RFC 7526), local NAT64 (RFC 8215), ORCHID
(RFC 4843, 7343), documentation (RFC 9637), segment routing (RFC 9602), site-local addresses (RFC 3879).
"""


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet; what is not understood is not."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return _is_public(inner)
    return _is_public(address)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for, if any."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    if address.teredo is not None:
        return address.teredo[1]
    return address.sixtofour


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if any(address in network for network in _NOT_ROUTED):
        return False
    return address.is_global and not (
        address.is_private
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_loopback
        or address.is_link_local
    )
