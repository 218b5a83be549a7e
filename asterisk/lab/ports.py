"""Free ports on the loopback.

They are drawn at random below the range from which Linux takes the ports of outgoing connections, so that no client
socket can take one between the moment it is found free and the moment its server binds it.
"""

import random
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from lab.errors import LabError

Kind = Literal["tcp", "udp"]

FIRST_PORT: Final = 20_000
LAST_PORT: Final = 31_999
_KINDS: Final = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
_random = random.SystemRandom()


def free_port(kind: Kind = "tcp") -> int:
    """Return a port of 127.0.0.1 on which nothing listens now."""
    for _ in range(200):
        port = _random.randint(FIRST_PORT, LAST_PORT)
        with socket.socket(socket.AF_INET, _KINDS[kind]) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = f"no free {kind} port found between {FIRST_PORT} and {LAST_PORT}: are hundreds of servers running?"
    raise LabError(message)


class Bound(NamedTuple):
    """A socket that a process has bound to 127.0.0.1."""

    kind: Kind
    port: int


def bound_by(pid: int) -> dict[Bound, int]:
    """Return the sockets that process ``pid`` has bound to 127.0.0.1, each with how many bytes wait in it.

    Read from the kernel's tables (``proc(5)``): to ask by binding could take the port away from its server, and to ask
    by connecting could be answered by another.
    """
    own = set()
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        with suppress(OSError):  # closed meanwhile
            own.add(link.readlink().as_posix())
    kinds: tuple[Kind, ...] = ("tcp", "udp")
    found = {}
    for kind in kinds:
        for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]:
            columns = line.split()
            address, port = columns[1].split(":")
            if address == "0100007F" and f"socket:[{columns[9]}]" in own:
                waiting = int(columns[4].split(":")[1], 16)
                found[Bound(kind, int(port, 16))] = waiting
    return found
