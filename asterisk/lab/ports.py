"""Ports on the loopback, each drawn once: no other lab on this machine gets it while this process lives.

They are drawn below the range from which Linux takes the ports of outgoing connections, so that no client socket can
take one between the moment it is found free and the moment its server binds it. That two labs draw the same one (two
workers of a test run, two checkouts, a demo beside them) is prevented by leases: a process leases a block of ports by
binding a Unix socket with the block's name in the abstract namespace (unix(7)). Like ports that namespace belongs to
the network namespace and to all users of it, and the kernel takes the name back when the process ends, however it ends.
"""

import os
import random
import socket
import threading
from collections.abc import Container, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from lab.errors import LabError

Kind = Literal["tcp", "udp"]

FIRST_PORT: Final = 20_000
LAST_PORT: Final = 31_999
BLOCK: Final = 40
"""How many ports one lease holds: a long test run draws hundreds, and each lease costs an open file."""

_KINDS: Final = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
_LISTENING: Final = b"0A"
"""TCP_LISTEN of the kernel's tcp_states.h, as its table has it."""


class Ports:
    """What one process has leased, and has still to hand out. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leases: list[socket.socket] = []
        self._left: list[int] = []

    def draw(self) -> int:
        """Return a port that was never returned before, and on which nothing listens, by TCP or UDP.

        Raises:
            LabError: there is none.
        """
        with self._lock:
            while True:
                while self._left:
                    port = self._left.pop()
                    if _is_free(port):
                        return port
                self._lease()

    def forget(self) -> None:
        """Begin anew: for a forked child, whose parent goes on with what it has leased."""
        self._lock = threading.Lock()
        for lease in self._leases:
            lease.close()
        self._leases, self._left = [], []

    def _lease(self) -> None:
        blocks = list(range(FIRST_PORT, LAST_PORT + 1, BLOCK))
        random.SystemRandom().shuffle(blocks)
        for first in blocks:
            lease = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                lease.bind(f"\0asterisk-lab-ports-{first}")
            except OSError:
                lease.close()
                continue
            self._leases.append(lease)
            self._left = list(range(first, first + BLOCK))
            return
        message = f"all ports between {FIRST_PORT} and {LAST_PORT} are leased: are hundreds of labs running?"
        raise LabError(message)


def _is_free(port: int) -> bool:
    """Whether both kinds of socket can have it."""
    for kind in _KINDS:
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


_ports = Ports()
os.register_at_fork(after_in_child=_ports.forget)


def free_port(_kind: Kind = "tcp") -> int:
    """Return a port of 127.0.0.1 that is this process's own until it ends.

    Which kind it is for is said for the reader: it is free for both, since a port's number is taken for one server.

    Raises:
        LabError: there is none.
    """
    return _ports.draw()


class Bound(NamedTuple):
    """A socket that a process has bound to 127.0.0.1."""

    kind: Kind
    port: int


def bound_by(pid: int, *kinds: Kind) -> dict[Bound, int]:
    """Return the sockets that process ``pid`` has bound to 127.0.0.1, each with how many bytes wait in it.

    Read from the kernel's tables (``proc(5)``): to ask by binding could take the port away from its server, and to ask
    by connecting could be answered by another. Ask for no more ``kinds`` than you need: the table of TCP has all
    connections of the last minute, thousands beside other tests, and a look takes twenty milliseconds.
    """
    own = _sockets_of(pid)
    found = {}
    for kind in kinds or ("tcp", "udp"):
        for columns in _table(kind):
            port = _own_port(columns, own)
            if port is not None:
                found[Bound(kind, port)] = int(columns[4].split(b":")[1], 16)
    return found


def listens(pid: int, port: int) -> bool:
    """Whether process ``pid`` listens on a TCP port of 127.0.0.1."""
    own = _sockets_of(pid)
    for columns in _table("tcp"):
        if columns[3] != _LISTENING:
            return False  # the kernel shows the listening ones first (tcp_seq_start in its tcp_ipv4.c)
        if _own_port(columns, own) == port:
            return True
    return False


def _sockets_of(pid: int) -> set[bytes]:
    """The inodes of a process's sockets."""
    own = set()
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        with suppress(OSError):  # closed meanwhile
            own.add(os.fsencode(link.readlink()).removeprefix(b"socket:[").removesuffix(b"]"))
    return own


def _table(kind: Kind) -> Iterator[list[bytes]]:
    """The columns of the kernel's table of sockets, read as far as they are asked for."""
    with Path(f"/proc/net/{kind}").open("rb") as table:
        next(table)
        for line in table:
            yield line.split()


def _own_port(columns: list[bytes], own: Container[bytes]) -> int | None:
    """The port on 127.0.0.1 of one of these sockets."""
    address, port = columns[1].split(b":")
    return int(port, 16) if address == b"0100007F" and columns[9] in own else None
