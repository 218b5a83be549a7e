"""Check of the manager's users: a dialer may originate calls, and nothing by which it could go round the gates."""

from collections.abc import Iterator
from typing import Final

from gatekeeper.config import Settings
from gatekeeper.doctor.findings import CheckFinding, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.site import AsteriskSite
from gatekeeper.words import Sentence

DANGEROUS: Final = {
    "all": Sentence("everything", "tout"),
    "command": Sentence("run every command of Asterisk's console", "exécuter toute commande de la console"),
    "config": Sentence("change Asterisk's configuration", "changer la configuration d'Asterisk"),
    "system": Sentence("stop and reload Asterisk, and change its database", "arrêter et recharger Asterisk"),
}
"""Classes of manager.conf that a dialer does without, and what they let it do."""

_ANYWHERE: Final = ("0.0.0.0", "::", "*", "")  # noqa: S104 - what is looked for


def _look(at: Installation) -> Iterator[CheckFinding]:
    ours = {server.username for server in at.settings.asterisk.values()}
    for user in at.site.manager.dialers:
        if user.name in ours:
            continue
        more = [name for name in DANGEROUS if name in user.write]
        if more:
            yield warning(
                said(
                    "the manager user {user} may originate calls, and also: {more} ({words})",
                    "l'utilisateur AMI {user} peut appeler, et aussi : {more} ({french})",
                    user=user.name,
                    more=", ".join(more),
                    words="; ".join(DANGEROUS[name].english for name in more),
                    french=" ; ".join(DANGEROUS[name].french for name in more),
                ),
                said(
                    'give it write = {less}, and run asterisk -rx "manager reload"',
                    'donnez-lui write = {less}, et exécutez asterisk -rx "manager reload"',
                    less=_less(user.write),
                ),
                user.place,
            )
    yield from _way_round(at.settings, at.site)


def _less(write: frozenset[str]) -> str:
    """The classes that a dialer needs, of those that it has."""
    needed = ("originate", "call", "agent", "reporting", "user")
    return ",".join(name for name in needed if name in write or "all" in write)


def _way_round(settings: Settings, site: AsteriskSite) -> Iterator[CheckFinding]:
    """Dialers on other machines reach the manager itself, past the proxy."""
    there = site.manager
    if settings.ami_proxy.enabled and there.enabled and there.address in _ANYWHERE:
        yield warning(
            said(
                "the manager listens on every address, port {port}: a dialer that finds it goes round the AMI proxy",
                "l'interface AMI écoute sur toutes les adresses, port {port} : qui la trouve contourne le proxy AMI",
                port=there.port,
            ),
            Sentence(
                'set bindaddr = 127.0.0.1 in manager.conf and run asterisk -rx "manager reload", or let a firewall '
                "keep "
                "dialers out",
                'réglez bindaddr = 127.0.0.1 dans manager.conf et exécutez asterisk -rx "manager reload", ou fermez '
                "le port "
                "aux automates par un pare-feu",
            ),
            str(site.etc / "manager.conf"),
        )


CHECK = HealthCheck(
    "manager-users",
    Sentence("the manager users' rights", "les droits des utilisateurs AMI"),
    (CheckNeed.SETTINGS, CheckNeed.SITE),
    _look,
    Sentence("no dialer has more than it needs", "aucun automate n'a plus que le nécessaire"),
)
