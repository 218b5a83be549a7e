"""Check of the watchdog's login to Asterisk's manager: it is let in, and may do what it needs to."""

from collections.abc import Iterator

from gatekeeper.doctor.findings import CheckFinding, failed, said, skipped
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.words import Sentence


def _look(at: Installation) -> Iterator[CheckFinding]:
    settings = at.settings
    name = settings.server_name(settings.watchdog.asterisk)
    server = settings.asterisk[name]
    where = f"{server.host}:{server.port}"
    if at.running.refused:
        yield failed(
            said(
                "Asterisk's manager at {where} refuses the user {user}: wrong secret, or no such user",
                "l'interface AMI de {where} refuse l'utilisateur {user} : mauvais secret, ou utilisateur inconnu",
                where=where,
                user=server.username,
            ),
            said(
                "give GATEKEEPER_ASTERISK__{variable}__SECRET in {file} the secret that manager.conf has, run "
                "asterisk -rx "
                '"manager reload", and restart the daemon',
                "donnez à GATEKEEPER_ASTERISK__{variable}__SECRET dans {file} le secret de manager.conf, exécutez "
                "asterisk -rx "
                '"manager reload", puis redémarrez le démon',
                variable=name.upper().replace("-", "_"),
                file=at.environment,
            ),
        )
    elif at.running.trouble and (at.ask_asterisk is None or not settings.watchdog.enabled):
        yield skipped(
            said(
                "the manager was not asked, or no watchdog needs it: {why}",
                "l'interface AMI n'a pas été interrogée, ou aucune surveillance n'en a besoin : {why}",
                why=at.running.trouble,
            )
        )
    elif at.running.trouble:
        yield failed(
            said(
                "the manager at {where} could not be asked: {why}",
                "l'interface AMI de {where} n'a pas répondu : {why}",
                where=where,
                why=at.running.trouble,
            ),
            said(
                "look whether Asterisk runs, whether manager.conf has enabled = yes and this port, and give the "
                "secret in "
                "{file} (readable for root: run this as root)",
                "vérifiez qu'Asterisk tourne, que manager.conf a enabled = yes et ce port, et donnez le secret dans "
                "{file} "
                "(lisible par root : exécutez ceci en tant que root)",
                file=at.environment,
            ),
        )
    for lack in at.running.lacking:
        yield failed(
            said(
                "the user {user} may not {lack}",
                "l'utilisateur {user} n'a pas le droit : {lack}",
                user=server.username,
                lack=lack,
            ),
            Sentence(
                'give it the rights of asterisk/samples/manager.conf, and run asterisk -rx "manager reload"',
                'donnez-lui les droits de asterisk/samples/manager.conf, et exécutez asterisk -rx "manager reload"',
            ),
        )


CHECK = HealthCheck(
    "manager",
    Sentence("the login to Asterisk's manager", "la connexion à l'interface AMI"),
    (CheckNeed.SETTINGS,),
    _look,
    Sentence("let in, with all rights that the watchdog needs", "acceptée, avec les droits nécessaires"),
)
