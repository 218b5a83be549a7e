"""Wording of the alerts, in English and French: a headline, what it means, and what to do."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from gatekeeper.alerts.alert import Alert, AlertKind, Severity
from gatekeeper.words import Language, Sentence, sentence


class AlertWording(NamedTuple):
    """How a kind of alert is told; names in braces are its facts.

    Attributes:
        severity: how bad it is.
        headline: what happened.
        advice: what it means, and what to do.
    """

    severity: Severity
    headline: Sentence
    advice: Sentence


WORDINGS: Final[Mapping[AlertKind, AlertWording]] = {
    AlertKind.LIST_DUE: AlertWording(
        Severity.WARNING,
        Sentence(
            "The list {list} grows stale at {until} (days left: {days})",
            "La liste {list} sera périmée le {until} (jours restants : {days})",
        ),
        Sentence(
            "From then on the calls of its campaigns are blocked. Import a new file before: gatekeeper list import "
            "{list} FILE.",
            "Les appels de ses campagnes seront alors bloqués. Importez un nouveau fichier avant : gatekeeper list "
            "import {list} FICHIER.",
        ),
    ),
    AlertKind.LIST_STALE: AlertWording(
        Severity.CRITICAL,
        Sentence(
            "The list {list} is stale, or was never imported: calls are blocked",
            "La liste {list} est périmée, ou n'a jamais été importée : des appels sont bloqués",
        ),
        Sentence(
            "The calls of its campaigns are blocked with LIST_STALE until a new file is imported: gatekeeper list "
            "import {list} FILE.",
            "Les appels de ses campagnes sont bloqués (LIST_STALE) jusqu'à l'import d'un nouveau fichier : gatekeeper "
            "list import {list} FICHIER.",
        ),
    ),
    AlertKind.BYPASS: AlertWording(
        Severity.CRITICAL,
        Sentence(
            "A call went round the gates at {time}: {verdict} {reason}",
            "Un appel a contourné les contrôles à {time} : {verdict} {reason}",
        ),
        Sentence(
            "The watchdog saw a call towards a trunk that no gate had let by; one that is BLOCK was not to be made. "
            "Its row in the journal is {decision}. docs/bypass.md says how such ways are closed.",
            "Le surveillant a vu un appel vers un opérateur qu'aucun contrôle n'avait laissé passer ; BLOCK : il ne "
            "devait pas être fait. Sa ligne du journal est {decision}. docs/fr/contournements.md dit comment fermer "
            "ces chemins.",
        ),
    ),
    AlertKind.GATE_ERRORS: AlertWording(
        Severity.CRITICAL,
        Sentence("Calls are refused with GATE_ERROR", "Des appels sont refusés avec GATE_ERROR"),
        Sentence(
            "Nothing can be decided or written, and no call is made without that: {why}. See the daemon's log.",
            "Rien ne peut être décidé ou inscrit, et aucun appel ne part sans cela : {why}. Voyez le journal du "
            "service.",
        ),
    ),
    AlertKind.DISK: AlertWording(
        Severity.WARNING,
        Sentence(
            "The disk of the data folder has {percent} % free",
            "Le disque des données n'a plus que {percent} % de libre",
        ),
        Sentence(
            "Without room for its row a call is refused with GATE_ERROR. Make room on the disk of {folder}.",
            "Sans place pour sa ligne, un appel est refusé (GATE_ERROR). Faites de la place sur le disque de {folder}.",
        ),
    ),
    AlertKind.WATCHDOG: AlertWording(
        Severity.CRITICAL,
        Sentence("The watchdog does not see what Asterisk dials", "Le surveillant ne voit pas ce qu'Asterisk compose"),
        Sentence(
            "Calls that go round the gates are not hung up now: {why}. Is Asterisk up, and may the user log in to its "
            "manager?",
            "Les appels qui contournent les contrôles ne sont plus coupés : {why}. Asterisk tourne-t-il, et "
            "l'utilisateur peut-il se connecter à son interface ?",
        ),
    ),
    AlertKind.PART: AlertWording(
        Severity.WARNING,
        Sentence("A part of Gatekeeper does not work: {part}", "Une partie de Gatekeeper ne fonctionne pas : {part}"),
        Sentence("{why}. See the daemon's log.", "{why}. Voyez le journal du service."),
    ),
    AlertKind.INBOX: AlertWording(
        Severity.WARNING,
        Sentence(
            "A file of the inbox was not imported: {file}",
            "Un fichier du dossier d'arrivée n'a pas été importé : {file}",
        ),
        Sentence(
            "Its list is what it was before. It lies in {folder}, and its .report.txt says why.",
            "Sa liste est restée ce qu'elle était. Il est dans {folder}, et son .report.txt dit pourquoi.",
        ),
    ),
    AlertKind.SCRUB: AlertWording(
        Severity.WARNING,
        Sentence("The scheduled scrub {scrub} is overdue", "L'épuration programmée {scrub} est en retard"),
        Sentence(
            "It was last certified {last}; days that a certificate may be old: {days}. gatekeeper scrub --scheduled "
            "says what keeps it.",
            "Son dernier certificat : {last} ; âge permis, en jours : {days}. gatekeeper scrub --scheduled dit ce qui "
            "la retient.",
        ),
    ),
    AlertKind.TEST: AlertWording(
        Severity.INFO,
        Sentence("This is a test of the alerts", "Ceci est un essai des alertes"),
        Sentence(
            "Somebody ran gatekeeper alerts test. There is nothing to do.",
            "Quelqu'un a lancé gatekeeper alerts test. Il n'y a rien à faire.",
        ),
    ),
}

NEVER: Final = Sentence("never", "jamais")


class Worded(NamedTuple):
    """An alert as it is told.

    Attributes:
        severity: how bad it is.
        headline: what happened.
        advice: what it means, and what to do.
    """

    severity: Severity
    headline: str
    advice: str


def worded(alert: Alert, language: Language) -> Worded:
    """An alert in words."""
    wording = WORDINGS[alert.kind]
    severity = wording.severity
    if alert.kind is AlertKind.LIST_DUE and alert.facts.get("days") == "1":
        severity = Severity.CRITICAL
    headline, advice = (sentence(said, language).format_map(alert.facts) for said in (wording.headline, wording.advice))
    return Worded(severity, headline, advice)
