"""Check of the daemon: it answers on its control socket, and on the port that the dialplan asks."""

import socket
from collections.abc import Iterator
from typing import Final

from gatekeeper.control.client import ask
from gatekeeper.doctor.findings import CheckFinding, failed, said
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.errors import DaemonError
from gatekeeper.words import Sentence

_SECONDS: Final = 2.0
_START: Final = Sentence(
    "start it: `systemctl start gatekeeper` (or `gatekeeper serve`); `journalctl -u gatekeeper` says why it stopped",
    "démarrez-le : `systemctl start gatekeeper` (ou `gatekeeper serve`) ; `journalctl -u gatekeeper` dit pourquoi il "
    "s'est "
    "arrêté",
)


def _look(at: Installation) -> Iterator[CheckFinding]:
    try:
        ask(at.settings.socket.path, {"op": "ping"}, _SECONDS)
    except DaemonError as error:
        yield failed(
            said(
                "the daemon does not answer ({why}): every call is refused with GATE_DOWN",
                "le démon ne répond pas ({why}) : tout appel est refusé avec GATE_DOWN",
                why=error,
            ),
            _START,
            str(at.settings.socket.path),
        )
        return
    fastagi = at.settings.fastagi
    if fastagi.enabled:
        try:
            socket.create_connection((fastagi.host, fastagi.port), _SECONDS).close()
        except OSError as error:
            yield failed(
                said(
                    "the daemon does not listen on {host}:{port} ({why}), where the dialplan asks it",
                    "le démon n'écoute pas sur {host}:{port} ({why}), où le plan de numérotation l'interroge",
                    host=fastagi.host,
                    port=fastagi.port,
                    why=error.strerror or error,
                ),
                Sentence(
                    "restart it, so that it has the settings of today: `systemctl restart gatekeeper`",
                    "redémarrez-le pour qu'il prenne les réglages actuels : `systemctl restart gatekeeper`",
                ),
            )


CHECK = HealthCheck(
    "daemon",
    Sentence("the daemon", "le démon"),
    (CheckNeed.SETTINGS,),
    _look,
    Sentence("it answers", "il répond"),
)
