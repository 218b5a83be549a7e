"""Words for what the stores and the daemon name by codes: gates, parts, states and kinds of lists, verdicts."""

from collections.abc import Mapping
from typing import Final

from gatekeeper.policy import Gate, Reason, info_of
from gatekeeper.words import Bilingual, Sentence

GATES: Final[Mapping[str, Sentence]] = {
    Gate.GOSUB: Sentence("dialplan subroutine", "sous-programme du dialplan"),
    Gate.PREDIAL: Sentence("pre-dial handler", "gestionnaire avant appel"),
    Gate.CONTEXT: Sentence("dialplan context", "contexte du dialplan"),
    Gate.FASTAGI: Sentence("FastAGI", "FastAGI"),
    Gate.AGI_SCRIPT: Sentence("AGI script", "script AGI"),
    Gate.AMI_PROXY: Sentence("AMI proxy", "proxy AMI"),
    Gate.SIP_GATE: Sentence("SIP gate", "contrôle SIP"),
    Gate.WATCHDOG: Sentence("watchdog", "surveillant"),
    Gate.CLI: Sentence("command line", "ligne de commande"),
    Gate.API: Sentence("interface", "interface"),
    Gate.API_ASK: Sentence("question over the interface", "question par l’interface"),
}

PARTS: Final[Mapping[str, Sentence]] = {
    "the lists": Sentence("Lists", "Listes"),
    "the journal": Sentence("Journal", "Journal"),
    "the control socket": Sentence("AGI script's socket", "Socket du script AGI"),
    "the FastAGI server": Sentence("FastAGI server", "Serveur FastAGI"),
    "the AMI proxy": Sentence("AMI proxy", "Proxy AMI"),
    "the SIP gate": Sentence("SIP gate", "Contrôle SIP"),
    "the watchdog": Sentence("Watchdog", "Surveillant"),
    "the watched inbox": Sentence("Watched inbox", "Dossier d'arrivée"),
    "the alerts": Sentence("Alerts", "Alertes"),
    "the metrics": Sentence("Metrics", "Mesures"),
}

GATE_PARTS: Final = ("the control socket", "the FastAGI server", "the AMI proxy", "the SIP gate", "the watchdog")
"""The parts that meet calls."""

STATES: Final[Mapping[str, Sentence]] = {
    "fresh": Sentence("fresh", "à jour"),
    "due": Sentence("due", "à renouveler"),
    "stale": Sentence("stale", "périmée"),
    "missing": Sentence("never imported", "jamais importée"),
    "in force": Sentence("in force", "en vigueur"),
}

KINDS: Final[Mapping[str, Sentence]] = {
    "opposition": Sentence("opposition list", "liste d'opposition"),
    "red": Sentence("red list", "liste rouge"),
    "wash": Sentence("wash return", "retour d'épuration"),
    "query": Sentence("asked registry", "registre interrogé"),
    "contract": Sentence("contract register", "registre de contrats"),
}

VERDICTS: Final[Mapping[str, Sentence]] = {
    "ALLOW": Sentence("allowed", "permis"),
    "BLOCK": Sentence("blocked", "bloqué"),
}


def word(words: Mapping[str, Sentence], code: str) -> Sentence:
    """The word for a code; the code itself where there is none."""
    return words.get(code) or Sentence(code, code)


def meaning(reason: str) -> Bilingual:
    """What a reason code means; the code itself where it is not one of ours."""
    try:
        return info_of(Reason(reason))
    except ValueError:
        return Sentence(reason, reason)
