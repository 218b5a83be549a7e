"""A peer that vanishes without a word: its machine is gone, or the network between."""

import socket
import threading
from contextlib import suppress
from typing import Final

_IP_MINTTL: Final = 21
"""Linux's own number (`linux/in.h`); Python does not name it."""


def vanish(peer: socket.socket) -> None:
    """Let the kernel drop whatever comes for this socket, so that it acknowledges nothing, and says nothing either.

    That is what the other side sees of a network that was cut: no FIN, no RST, no answer to a probe. The socket must
    stay open, and nothing may be sent on it.

    It demands the highest time to live there is of what it is sent (RFC 5082), while the other side sends with the
    usual 64: Linux drops that without a word. Every user may demand it, where a socket filter needs a privilege on some
    kernels.
    """
    peer.setsockopt(socket.IPPROTO_IP, _IP_MINTTL, 255)


class Wire:
    """What lies between the proxy and Asterisk: passes bytes on until it is cut.

    Attributes:
        port: where the proxy connects to.
        target: the port that it leads to.
    """

    def __init__(self) -> None:
        self.target = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._near: list[socket.socket] = []
        self._all: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Lose every connection there is without a word; those that come later are passed on as before."""
        near, self._near = self._near, []
        for one in near:
            vanish(one)

    def close(self) -> None:
        """Close everything."""
        for one in (self._listener, *self._all):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
                self._near.append(near)
                self._all += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, sink, near), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(65_536):
                if near not in self._near:
                    return
                sink.sendall(chunk)
            if near in self._near:
                sink.shutdown(socket.SHUT_WR)
