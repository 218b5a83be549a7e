"""Allowed peers: tells whether an address may connect. Pure."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from gatekeeper.addresses import unmapped


class AllowedPeers:
    """Which addresses may connect.

    Args:
        networks: addresses and networks, as `127.0.0.1`, `10.1.0.0/16`, `fd00::/8`.

    Raises:
        ValueError: one of them is neither.
    """

    def __init__(self, networks: tuple[str, ...]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(network, strict=False) for network in networks]
        self.allows = lru_cache(maxsize=256)(self._allows)

    def _allows(self, address: str) -> bool:
        peer = unmapped(address)
        return peer is not None and any(peer in network for network in self._networks)
