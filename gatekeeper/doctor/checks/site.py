"""Check of the site: an Asterisk's configuration is there, and complete."""

from collections.abc import Iterator

from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.errors import GatekeeperError
from gatekeeper.site.elsewhere import not_read
from gatekeeper.words import Sentence

_READ = ("extensions.conf", "manager.conf", "pjsip.conf", "sip.conf")


def _look(at: Installation) -> Iterator[CheckFinding]:
    if isinstance(at.located, GatekeeperError):
        yield warning(
            said("{why}", "aucun Asterisk n'a été trouvé : {why}", why=at.located),
            Sentence(
                "run this where Asterisk is: nothing about the site was looked at",
                "exécutez cette commande là où est Asterisk : rien du site n'a été vérifié",
            ),
        )
        return
    for name in _READ:
        conf = at.site.conf(name)
        for line in conf.missing:
            yield failed(
                said(
                    "{name} includes {file}, which is not there: Asterisk refuses the whole file",
                    "{name} inclut {file}, qui n'existe pas : Asterisk refuse tout le fichier",
                    name=name,
                    file=line.value,
                ),
                said(
                    "put {file} there, or take the line out, and reload",
                    "mettez {file} en place, ou retirez la ligne, puis rechargez",
                    file=line.value,
                ),
                line.place,
            )
        for line in conf.programs:
            yield warning(
                said(
                    "what #exec {program} writes is not known here, and was not looked at",
                    "ce qu'écrit #exec {program} n'est pas connu ici et n'a pas été vérifié",
                    program=line.value,
                ),
                Sentence(
                    "look yourself whether it dials a trunk without the gate",
                    "vérifiez vous-même s'il appelle une ligne sans passer par le contrôle",
                ),
                line.place,
            )
    for other in not_read(at.site):
        yield warning(
            said(
                "what {what} brings in is not known here, and was not looked at",
                "ce qu'apporte {what} n'est pas connu ici et n'a pas été vérifié",
                what=other.what,
            ),
            Sentence(
                "look yourself whether it dials a trunk without the gate, and name its trunks in [routes] trunks",
                "vérifiez vous-même s'il appelle une ligne sans passer par le contrôle, et nommez ses lignes dans "
                "[routes] trunks",
            ),
            other.line.place,
        )


CHECK = HealthCheck(
    "site",
    Sentence("Asterisk's files", "les fichiers d'Asterisk"),
    (),
    _look,
    Sentence("found and complete", "trouvés et complets"),
)
