"""Check of Asterisk's own records of calls: a blocked call has one, and it can be joined with the journal."""

from collections.abc import Iterator
from typing import Final

from gatekeeper.doctor.findings import CheckFinding, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.words import Sentence

_YES: Final = ("yes", "true", "on", "1", "y", "t")
_DATABASES: Final = ("cdr_adaptive_odbc.conf", "cdr_odbc.conf", "cdr_pgsql.conf", "cdr_mysql.conf")
"""Backends whose columns stand in the database: they can't be looked at here."""


def _look(at: Installation) -> Iterator[CheckFinding]:
    conf = at.site.conf("cdr.conf")
    place = str(at.site.etc / "cdr.conf")
    if (conf.value("general", "enable") or "yes").lower() not in _YES:
        yield warning(
            Sentence("Asterisk keeps no records of calls", "Asterisk ne tient aucun relevé d'appels"),
            Sentence(
                'set enable = yes in cdr.conf, and run asterisk -rx "module reload cdr"',
                'réglez enable = yes dans cdr.conf, et exécutez asterisk -rx "module reload cdr"',
            ),
            place,
        )
        return
    said_so = (conf.value("general", "unanswered") or "no").lower()
    if said_so not in _YES:
        yield warning(
            said(
                "unanswered = {said}: a call that the gate refuses has no record in Asterisk",
                "unanswered = {said} : un appel refusé n'a pas de relevé dans Asterisk",
                said=said_so,
            ),
            Sentence(
                'set unanswered = yes in cdr.conf, and run asterisk -rx "module reload cdr"',
                'réglez unanswered = yes dans cdr.conf, et exécutez asterisk -rx "module reload cdr"',
            ),
            place,
        )
    columns = "\n".join(line.value for one in at.site.conf("cdr_custom.conf").sections for line in one.lines)
    elsewhere = any(at.site.conf(name).sections for name in _DATABASES)
    if "linkedid" not in columns.lower() and not elsewhere:
        yield warning(
            Sentence(
                "no record of a call has the linkedid by which it is found in the journal",
                "aucun relevé d'appel n'a le linkedid par lequel on le retrouve dans le journal",
            ),
            Sentence(
                "add ${CSV_QUOTE(${CDR(linkedid)})} to a line of [mappings] in cdr_custom.conf, and run "
                'asterisk -rx "module reload cdr_custom.so"; `gatekeeper install` does that',
                "ajoutez ${CSV_QUOTE(${CDR(linkedid)})} à une ligne de [mappings] dans cdr_custom.conf, et exécutez "
                'asterisk -rx "module reload cdr_custom.so" ; `gatekeeper install` le fait',
            ),
            str(at.site.etc / "cdr_custom.conf"),
        )


CHECK = HealthCheck(
    "records",
    Sentence("Asterisk's records of calls", "les relevés d'appels d'Asterisk"),
    (CheckNeed.SITE,),
    _look,
    Sentence("a blocked call has one, with its linkedid", "un appel bloqué en a un, avec son linkedid"),
)
