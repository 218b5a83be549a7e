"""systemd's `sd_notify` protocol: tells the service manager how the daemon is.

Source: sd_notify(3). One datagram of `KEY=VALUE` lines to the Unix socket that `$NOTIFY_SOCKET` names.
"""

import os
import socket

from gatekeeper.clock import SECOND_US
from gatekeeper.text import one_line


class ServiceManager:
    """The service manager that started the daemon, if one did."""

    def __init__(self, address: str = "", watchdog_usec: str = "") -> None:
        # A leading @ stands for an abstract socket.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_seconds = int(watchdog_usec) / SECOND_US if watchdog_usec.isdecimal() else 0.0
        """How often the manager wants word from the daemon, in seconds, or 0.0."""

    @classmethod
    def from_environment(cls) -> "ServiceManager":
        """The manager that the environment names."""
        return cls(os.environ.get("NOTIFY_SOCKET", ""), os.environ.get("WATCHDOG_USEC", ""))

    def tell(self, message: str) -> None:
        """Send a state, of one line; a manager that does not listen is passed over."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            try:
                sender.connect(self._address)
                # A second line would be another state, and what has no bytes in UTF-8 would be a fault each second.
                sender.send(one_line(message).encode())
            except OSError:
                return
