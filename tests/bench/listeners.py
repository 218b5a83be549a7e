"""Manager clients that do nothing but count events. Arguments: port, how many clients, how many events each is to get.

Prints `listening` once all are logged in, then the seconds from the first event to the last.
"""

import selectors
import socket
import sys
import time

MARK = b"UserEvent: Bench\r\n"
LOGIN = b"Action: Login\r\nUsername: dialer\r\nSecret: dialer-secret\r\nEvents: on\r\n\r\n"
SECONDS = 120


class Listener:
    """One client; counts the marks, also those that lie across two chunks."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.sendall(LOGIN)
        greeting = b""
        while b"FullyBooted" not in greeting or not greeting.endswith(b"\r\n\r\n"):
            greeting += self.socket.recv(65536)
        self.socket.setblocking(False)
        self.count = 0
        self._tail = b""

    def read(self) -> None:
        """Take what has come."""
        chunk = self.socket.recv(1 << 18)
        if not chunk:
            raise ConnectionError("hung up on")
        self.count += (self._tail + chunk[: len(MARK) - 1]).count(MARK) + chunk.count(MARK)
        self._tail = (self._tail + chunk)[-(len(MARK) - 1) :]


def main(port: int, clients: int, events: int) -> int:
    """Listen, count, print."""
    listeners = [Listener(port) for _ in range(clients)]
    selector = selectors.DefaultSelector()
    for listener in listeners:
        selector.register(listener.socket, selectors.EVENT_READ, listener)
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    started = None
    waiting = set(range(clients))
    while waiting:
        ready = selector.select(SECONDS)
        if not ready:
            return 1
        started = started or time.perf_counter()
        for key, _ in ready:
            key.data.read()
        waiting = {number for number in waiting if listeners[number].count < events}
    sys.stdout.write(f"{time.perf_counter() - (started or 0)}\n")
    return 0 if all(listener.count == events for listener in listeners) else 1


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
