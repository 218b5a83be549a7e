"""Listening sockets of this machine, as the kernel lists them (proc(5): /proc/net/tcp, udp, and those of IPv6)."""

import ipaddress
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

SocketKind = Literal["tcp", "udp"]

_STATES: Final = {"tcp": "0A", "udp": "07"}
"""TCP_LISTEN, and of UDP a socket that is not connected."""

_PROC: Final = Path("/proc/net")


class ListeningSocket(NamedTuple):
    """A socket that takes what comes.

    Attributes:
        transport: TCP or UDP.
        address: where it listens; `0.0.0.0` and `::` are everywhere.
        port: on which port.
    """

    transport: SocketKind
    address: str
    port: int

    @property
    def is_open(self) -> bool:
        """Whether other machines can reach it, as far as no firewall keeps them off."""
        return not ipaddress.ip_address(self.address).is_loopback


def listening_sockets(folder: Path = _PROC) -> Iterator[ListeningSocket]:
    """All of them, whoever has them."""
    transports: tuple[SocketKind, ...] = ("tcp", "udp")
    for transport in transports:
        for name in (transport, f"{transport}6"):
            try:
                lines = (folder / name).read_text(encoding="ascii").splitlines()
            except OSError:
                continue  # a kernel without IPv6
            yield from read_sockets(transport, lines)


def read_sockets(transport: SocketKind, lines: Iterable[str]) -> Iterator[ListeningSocket]:
    """The listening ones of a table, whose first line is its heading."""
    for line in list(lines)[1:]:
        fields = line.split()
        local, state = fields[1], fields[3]
        if state == _STATES[transport]:
            address, _, port = local.partition(":")
            yield ListeningSocket(transport, _address(address), int(port, 16))


def _address(text: str) -> str:
    """An address out of words of the machine's own byte order, in hexadecimal."""
    words = [int(text[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(text), 8)]
    found = ipaddress.ip_address(b"".join(words))
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)
