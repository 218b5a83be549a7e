"""Names of the daemon's parts in English and French, for alerts and the desk."""

from collections.abc import Mapping
from typing import Final

from gatekeeper.words import Language, Sentence, sentence

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
    "the hooks": Sentence("Hooks", "Notifications aux programmes"),
    "the registries that are asked": Sentence("Registries that are asked", "Registres interrogés"),
    "imports that people ask for": Sentence("Imports", "Imports"),
}


def part_name(name: str, language: Language) -> str:
    """What a part is called; one that has no words is called by its own name."""
    return sentence(PARTS[name], language) if name in PARTS else name.removeprefix("the ")
