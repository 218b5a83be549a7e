"""Check of the emergency numbers: the dialplan lets by those that the settings name, without asking."""

from collections.abc import Iterator
from typing import Final

from gatekeeper.doctor.findings import CheckFinding, failed, said
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.phone import Normaliser
from gatekeeper.phone.emergency_dialplan import FILE
from gatekeeper.vocabulary import DialplanGlobal
from gatekeeper.words import Sentence

_CONTEXT: Final = "gatekeeper-emergency"


def _look(at: Installation) -> Iterator[CheckFinding]:
    dialplan = at.site.dialplan
    if not dialplan.has_context(_CONTEXT):
        return  # the check of the includes tells that
    site = dialplan.variables.get(DialplanGlobal.EMERGENCY_SITE, "")
    there = {line.extension for line in dialplan.lines if line.context == _CONTEXT + site}
    wanted = set(Normaliser(at.settings.phone.as_dial_plan()).emergency.numbers)
    missing = sorted(wanted - there)
    if missing:
        yield failed(
            said(
                "the dialplan does not know the emergency numbers {numbers}: without the daemon they are refused",
                "le plan de numérotation ne connaît pas les numéros d'urgence {numbers} : sans le démon ils sont "
                "refusés",
                numbers=", ".join(missing),
            ),
            said(
                "run `gatekeeper config emergency > {file}`, and reload the dialplan",
                "exécutez `gatekeeper config emergency > {file}`, puis rechargez le plan de numérotation",
                file=at.site.etc / FILE,
            ),
            str(at.site.etc / FILE),
        )


CHECK = HealthCheck(
    "emergency",
    Sentence("the emergency numbers", "les numéros d'urgence"),
    (CheckNeed.SETTINGS, CheckNeed.SITE),
    _look,
    Sentence("the dialplan knows each", "le plan de numérotation les connaît tous"),
)
