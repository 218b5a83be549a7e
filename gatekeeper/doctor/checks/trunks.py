"""Check of the trunks' names: each that the settings and the dialplan's globals name is an endpoint of Asterisk."""

import re
from collections.abc import Iterator
from typing import Final

from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.names import trunk_names
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.site import AsteriskSite
from gatekeeper.vocabulary import DialplanGlobal
from gatekeeper.words import Sentence

_NAME: Final = re.compile(r"^[0-9A-Za-z_.-]+$")
_DIALLED: Final = re.compile(r"^(PJSIP|SIP|IAX2)/([^/]*)/?$", re.IGNORECASE)


def _look(at: Installation) -> Iterator[CheckFinding]:
    yield from trunk_names(at.settings, at.site)
    yield from _dialled(at.site)
    yield from _odd(at.site)


def _dialled(site: AsteriskSite) -> Iterator[CheckFinding]:
    """The trunk of the context that dials by itself, where anything uses it."""
    values = site.dialplan.variables
    before, after = values.get(DialplanGlobal.DIAL_BEFORE, ""), values.get(DialplanGlobal.DIAL_AFTER, "")
    found = _DIALLED.match(before)
    if found is None or not _is_used(site):
        return
    name = found[2] or after.removeprefix("@")
    there = [peer for peer in site.peers if peer.name == name and peer.technology.lower() == found[1].lower()]
    if _NAME.match(name) and not there:
        yield failed(
            said(
                "the context gatekeeper-dial dials the trunk {name}, and Asterisk has no endpoint of that name",
                "le contexte gatekeeper-dial appelle la ligne {name}, et Asterisk n'a aucun poste de ce nom",
                name=name,
            ),
            said(
                "set {before} and {after} in gatekeeper-globals.conf, and reload the dialplan",
                "réglez {before} et {after} dans gatekeeper-globals.conf, puis rechargez le plan de numérotation",
                before=DialplanGlobal.DIAL_BEFORE,
                after=DialplanGlobal.DIAL_AFTER,
            ),
        )


def _is_used(site: AsteriskSite) -> bool:
    included = {line.value.split(",")[0].strip() for lines in site.dialplan.includes.values() for line in lines}
    return any(name.startswith("gatekeeper-dial") for name in included)


def _odd(site: AsteriskSite) -> Iterator[CheckFinding]:
    for peer in site.trunks:
        if peer.follows_redirects:
            yield failed(
                said(
                    "the trunk {name} follows a carrier's redirection by itself, to a number that nobody checks",
                    "la ligne {name} suit d'elle-même la redirection d'un opérateur, vers un numéro que personne ne "
                    "vérifie",
                    name=peer.name,
                ),
                Sentence(
                    "take redirect_method = uri_pjsip out of it, and reload res_pjsip.so",
                    "retirez-en redirect_method = uri_pjsip, puis rechargez res_pjsip.so",
                ),
                peer.place,
            )
    if not site.trunks:
        yield warning(
            Sentence(
                "Asterisk's files describe no trunk", "les fichiers d'Asterisk ne décrivent aucune ligne extérieure"
            ),
            Sentence(
                "where they are kept in a database, name them in [routes] trunks, and look at them there",
                "s'ils sont dans une base de données, nommez-les dans [routes] trunks et vérifiez-les là",
            ),
        )


CHECK = HealthCheck(
    "trunks",
    Sentence("the trunks' names", "les noms des lignes"),
    (CheckNeed.SETTINGS, CheckNeed.SITE),
    _look,
    Sentence("each is an endpoint of Asterisk", "chacun est un poste d'Asterisk"),
)
