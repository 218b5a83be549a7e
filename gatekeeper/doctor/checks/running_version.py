"""Check of the running version: the daemon is of the release that is installed."""

from collections.abc import Iterator

from gatekeeper import __version__
from gatekeeper.control.client import ask
from gatekeeper.doctor.findings import CheckFinding, said, skipped, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.errors import DaemonError
from gatekeeper.words import Sentence


def _look(at: Installation) -> Iterator[CheckFinding]:
    try:
        answer = ask(at.settings.socket.path, {"op": "ping"})
    except DaemonError:
        yield skipped(Sentence("no daemon answers", "aucun démon ne répond"))
        return
    running = answer.get("version", "")
    if running != __version__:
        yield warning(
            said(
                "the daemon runs release {running}, and {installed} is installed",
                "le démon est en version {running}, et {installed} est installée",
                running=running or "?",
                installed=__version__,
            ),
            Sentence(
                "restart it: `systemctl restart gatekeeper`; calls are refused for the second that this takes",
                "redémarrez-le : `systemctl restart gatekeeper` ; les appels sont refusés pendant cette seconde",
            ),
        )


CHECK = HealthCheck(
    "running-version",
    Sentence("the running release", "la version en marche"),
    (CheckNeed.SETTINGS,),
    _look,
    Sentence("the one that is installed", "celle qui est installée"),
)
