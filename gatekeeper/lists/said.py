"""Words of the lists, in English and French: their states, their kinds, and what was changed by hand."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gatekeeper.words import Sentence

STATES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "fresh": Sentence("fresh", "à jour"),
        "due": Sentence("due", "à renouveler"),
        "stale": Sentence("stale", "périmée"),
        "missing": Sentence("missing", "absente"),
        "in force": Sentence("in force", "en vigueur"),
        "recorded": Sentence("recorded", "trace seule"),
    }
)
"""By a list's state (`gatekeeper.lists.freshness`), and a version's."""

KINDS: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "opposition": Sentence("opposition", "opposition"),
        "red": Sentence("red", "rouge"),
        "wash": Sentence("wash", "épuration"),
        "query": Sentence("query", "interrogation"),
        "contract": Sentence("contract", "contrats"),
        "full": Sentence("full", "complète"),
        "delta": Sentence("delta", "modifications"),
    }
)
"""By a list's kind (`ListKind`), and that of a source."""

CHANGES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "add": Sentence("added", "ajouté"),
        "remove": Sentence("removed", "retiré"),
        "lapse": Sentence("listed again by an import", "réinscrit par un import"),
    }
)
"""By a change's `op`."""
