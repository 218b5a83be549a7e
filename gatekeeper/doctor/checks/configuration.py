"""Check of the configuration: it can be read, and has no mistake."""

from collections.abc import Iterator

from gatekeeper.config import DEFAULT_PATH
from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import Installation
from gatekeeper.doctor.named_files import named_files
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.errors import GatekeeperError
from gatekeeper.site import SiteTree
from gatekeeper.words import Sentence


def _look(at: Installation) -> Iterator[CheckFinding]:
    if isinstance(at.configured, GatekeeperError):
        for line in str(at.configured).splitlines():
            yield failed(
                said("{line}", "{line}", line=line),
                Sentence(
                    "mend it; `gatekeeper config check` says when it is right, then restart the daemon",
                    "corrigez-la ; `gatekeeper config check` dit quand elle est correcte, puis redémarrez le démon",
                ),
            )
        return
    if at.settings.file is None:
        yield warning(
            said(
                "there is no {file}: built-in defaults hold",
                "{file} n'existe pas : valeurs par défaut",
                file=DEFAULT_PATH,
            ),
            Sentence(
                "`gatekeeper install` writes one, or name yours with --config",
                "`gatekeeper install` en écrit une, ou indiquez la vôtre avec --config",
            ),
        )
    yield from named_files(at.settings, SiteTree())
    for note in at.settings.notes:
        yield warning(
            said("{note}", "{note}", note=note),
            Sentence("write it as it says", "écrivez-le comme indiqué"),
        )


CHECK = HealthCheck(
    "configuration",
    Sentence("the configuration", "la configuration"),
    (),
    _look,
    Sentence("right", "correcte"),
)
