"""Alerts by syslog: the machine's own by its socket (RFC 3164, as syslog(3) writes), or one by UDP (RFC 5424)."""

import os
import socket
from collections.abc import Sequence
from typing import Final

from gatekeeper.alerts.alert import Alert, Severity
from gatekeeper.alerts.wording import worded
from gatekeeper.clock import moment_of
from gatekeeper.errors import AlertError
from gatekeeper.text import escaped
from gatekeeper.translation import phrase, trouble_of
from gatekeeper.words import Language

_DAEMON: Final = 3 << 3
"""The facility of system daemons."""

_LEVELS: Final = {Severity.CRITICAL: 2, Severity.WARNING: 4, Severity.INFO: 6}
_PROGRAM: Final = "gatekeeper"


class SyslogChannel:
    """Writes each alert as one line.

    Args:
        goal: the path of a socket, or `HOST:PORT` for UDP.
        server: how this machine is called, where that is told.
        language: of its words.
    """

    name = "syslog"
    most = 50
    pause_s = 0.0

    def __init__(self, goal: str, server: str, language: Language) -> None:
        self.goal = goal
        self._server = server
        self._language = language

    def send(self, alerts: Sequence[Alert], /) -> None:
        """Write them.

        Raises:
            AlertError: the socket does not take them.
        """
        try:
            if self.goal.startswith("/"):
                self._to_socket([self._local(alert) for alert in alerts])
            else:
                self._by_udp([self._remote(alert) for alert in alerts])
        except UnicodeError:
            host = self.goal.rpartition(":")[0]
            raise AlertError(phrase("{host} can't be the name of a host", host=host)) from None
        except OSError as error:
            raise AlertError(
                phrase("syslog at {goal} does not take it: {strerror}", goal=self.goal, strerror=trouble_of(error))
            ) from None

    def _to_socket(self, lines: Sequence[bytes]) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
            sending.settimeout(5)
            sending.connect(self.goal)
            for line in lines:
                sending.send(line)

    def _by_udp(self, lines: Sequence[bytes]) -> None:
        host, _, port = self.goal.rpartition(":")
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as sending:
            for line in lines:
                sending.sendto(line, address)

    def _said(self, alert: Alert) -> tuple[int, str]:
        told = worded(alert, self._language)
        return _DAEMON | _LEVELS[told.severity], escaped(f"{told.headline}. {told.advice}")

    def _local(self, alert: Alert) -> bytes:
        level, text = self._said(alert)
        return f"<{level}>{_PROGRAM}[{os.getpid()}]: {text}".encode()

    def _remote(self, alert: Alert) -> bytes:
        level, text = self._said(alert)
        at = moment_of(alert.at).isoformat().replace("+00:00", "Z")
        host = "".join(letter for letter in self._server if "!" <= letter <= "~")[:255] or "-"
        return f"<{level}>1 {at} {host} {_PROGRAM} {os.getpid()} {alert.kind} - \ufeff{text}".encode()
