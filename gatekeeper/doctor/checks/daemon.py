"""Checks of the daemon and its settings: they are right, and it listens where Asterisk asks."""

import socket
from collections.abc import Iterator

from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.finding import CheckFinding, failed, ok, unsure

_SECONDS = 2.0


def settings(on: Examined) -> Iterator[CheckFinding]:
    """The configuration can be read and is right."""
    if on.settings is None:
        for line in on.no_settings.splitlines():
            yield failed(line, "mend it; `gatekeeper config check` says when it is right")
        return
    for told in on.settings.notes:
        yield unsure(told, "write it as it is told there")
    yield ok(f"{on.settings.origin} is right")


def listening(on: Examined) -> Iterator[CheckFinding]:
    """The daemon takes connections. Nothing is asked."""
    if on.settings is None or not on.tree.is_machine or not on.settings.fastagi.enabled:
        return
    section = on.settings.fastagi
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(section.host, section.host)  # noqa: S104 - where it listens
    try:
        socket.create_connection((host, section.port), timeout=_SECONDS).close()
    except OSError as error:
        yield failed(
            f"no daemon answers on {host}, port {section.port} ({error.strerror or 'nothing'}): every call is refused",
            "systemctl start gatekeeper, or `gatekeeper serve`; its log says why it does not run",
        )
    else:
        yield ok(f"the daemon answers on {host}, port {section.port}")
