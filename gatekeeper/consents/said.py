"""Words of the consent ledger, in English and French: what an entry is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gatekeeper.words import Sentence

ENTRIES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "consent": Sentence("consent", "consentement"),
        "withdrawal": Sentence("withdrawal", "retrait"),
        "objection": Sentence("objection to calls", "opposition aux appels"),
        "refusal": Sentence("offer refused", "offre refusée"),
        "call-back-request": Sentence("request to be called back", "demande de rappel"),
        "purchase": Sentence("purchase", "achat"),
        "inquiry": Sentence("request for information", "demande de renseignements"),
    }
)
"""By an entry's kind (`EntryKind`), small and with `-` between words."""
