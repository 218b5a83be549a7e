"""Check of what the running Asterisk has loaded: the shipped dialplan with its globals, as its files say."""

from collections.abc import Iterator

from gatekeeper.doctor.findings import CheckFinding, failed, said
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.doctor.running import CONTEXTS
from gatekeeper.vocabulary import DialplanGlobal
from gatekeeper.words import Sentence

_RELOAD = Sentence(
    'run asterisk -rx "dialplan reload", and look into its log where that changes nothing',
    'exécutez asterisk -rx "dialplan reload", et consultez son journal si cela ne change rien',
)


def _look(at: Installation) -> Iterator[CheckFinding]:
    missing = [name for name in CONTEXTS if name not in at.running.contexts]
    if missing:
        yield failed(
            said(
                "the running Asterisk has no context {names}",
                "l'Asterisk en marche n'a pas le contexte {names}",
                names=", ".join(missing),
            ),
            _RELOAD,
        )
    if not at.has(CheckNeed.SITE):
        return
    loaded, written = (
        at.running.values.get(DialplanGlobal.AGI, ""),
        at.site.dialplan.variables.get(DialplanGlobal.AGI, ""),
    )
    if written and loaded != written:
        yield failed(
            said(
                "the running Asterisk asks {loaded}, and its files say {written}",
                "l'Asterisk en marche interroge {loaded}, et ses fichiers disent {written}",
                loaded=loaded or '""',
                written=written,
            ),
            _RELOAD,
        )


CHECK = HealthCheck(
    "loaded",
    Sentence("what Asterisk has loaded", "ce qu'Asterisk a chargé"),
    (CheckNeed.SETTINGS, CheckNeed.RUNNING),
    _look,
    Sentence("the shipped dialplan is in force", "le plan de numérotation fourni est en vigueur"),
)
