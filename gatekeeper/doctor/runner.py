"""The runner: makes checks one after the other. One that breaks is itself a failure, and keeps no other back."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from gatekeeper.doctor.findings import CheckFinding, CheckStatus, failed, fine, said, skipped, worst
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.errors import GatekeeperError
from gatekeeper.words import Sentence

_MISSING: Final = {
    CheckNeed.SETTINGS: Sentence(
        "not looked at: there are no settings to go by", "non vérifié : il n'y a pas de configuration lisible"
    ),
    CheckNeed.SITE: Sentence(
        "not looked at: no Asterisk's configuration was found here",
        "non vérifié : aucune configuration d'Asterisk n'a été trouvée ici",
    ),
    CheckNeed.STORES: Sentence(
        "not looked at: the lists can't be read", "non vérifié : les listes ne peuvent pas être lues"
    ),
    CheckNeed.RUNNING: Sentence(
        "not looked at: the running Asterisk could not be asked",
        "non vérifié : l'Asterisk en marche n'a pas pu être interrogé",
    ),
}


class HealthCheck(NamedTuple):
    """A check.

    Attributes:
        name: its name, for `--only`.
        title: what it looks at.
        needs: what it can't do without.
        look: gives what it has to say; nothing where all is well.
        well: what is said then.
    """

    name: str
    title: Sentence
    needs: tuple[CheckNeed, ...]
    look: Callable[[Installation], Iterator[CheckFinding]]
    well: Sentence


class CheckReport(NamedTuple):
    """What a check had to say.

    Attributes:
        name: the check's.
        findings: what it said; at least one.
    """

    name: str
    findings: tuple[CheckFinding, ...]

    @property
    def status(self) -> CheckStatus:
        """The worst of it."""
        return worst([one.status for one in self.findings])


def examine(installation: Installation, checks: Iterable[HealthCheck]) -> Iterator[CheckReport]:
    """Make checks, each as it is asked for."""
    for check in checks:
        yield CheckReport(check.name, tuple(_findings(installation, check)))


def _findings(installation: Installation, check: HealthCheck) -> list[CheckFinding]:
    missing = next((need for need in check.needs if not installation.has(need)), None)
    if missing is not None:
        return [skipped(_MISSING[missing])]
    found: list[CheckFinding] = []
    try:
        found.extend(check.look(installation))
    except (GatekeeperError, OSError) as error:
        found.append(_broken(error))
    return found or [fine(check.well)]


def _broken(error: Exception) -> CheckFinding:
    root = said("run this as root", "exécutez cette commande en tant que root")
    return failed(said("this could not be looked at: {why}", "vérification impossible : {why}", why=error), root)
