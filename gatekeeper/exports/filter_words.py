"""A filter in words: what whoever reads an export has to know of what is in it, and what is not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.text import escaped
from gatekeeper.words import Language, Sentence, sentence

_ALL: Final = Sentence("all decisions", "toutes les décisions")
_NOBODY: Final = Sentence("of no principal", "d'aucun mandant")
_PERIODS: Final = {
    (True, True): Sentence("from {0} until before {1}", "du {0} au {1} exclu"),
    (True, False): Sentence("from {0} on", "à partir du {0}"),
    (False, True): Sentence("until before {1}", "jusqu'au {1} exclu"),
    (False, False): Sentence("the whole journal", "le journal entier"),
}

_FIELDS: Final[dict[str, Sentence]] = {
    "number": Sentence("number: {0}", "numéro : {0}"),
    "numberless": Sentence("without a complete number", "sans numéro complet"),
    "reasons": Sentence("reason: {0}", "motif : {0}"),
    "verdicts": Sentence("verdict: {0}", "verdict : {0}"),
    "campaigns": Sentence("campaign: {0}", "campagne : {0}"),
    "principals": Sentence("principal: {0}", "mandant : {0}"),
    "agents": Sentence("asked by: {0}", "demandé par : {0}"),
    "gates": Sentence("gate: {0}", "point de contrôle : {0}"),
    "lists": Sentence("list: {0}", "liste : {0}"),
    "provisions": Sentence("provision: {0}", "disposition : {0}"),
    "would_block": Sentence("that shadow would have blocked", "que l'essai à blanc aurait bloquées"),
    "bypassed": Sentence("that went round the gates", "qui ont contourné les points de contrôle"),
    "id": Sentence("decision: {0}", "décision : {0}"),
    "id_from": Sentence("decision from {0} on", "décision à partir de {0}"),
    "id_before": Sentence("decision before {0}", "décision avant {0}"),
    "linkedid": Sentence("call: {0}", "appel : {0}"),
    "corrected": Sentence("with rows that were corrected", "avec les lignes corrigées"),
}
_TIMES: Final = ("since", "until")


@dataclass(frozen=True, slots=True)
class FilterWords:
    """What a filter says.

    Attributes:
        period: the time that it is about.
        conditions: what must hold of a decision, one by one.
    """

    period: str
    conditions: tuple[str, ...]


def words_of(wanted: DecisionFilter, language: Language, zone: ZoneInfo) -> FilterWords:
    """A filter in words. What is not understood is shown as it is, never left out.

    Args:
        wanted: the filter.
        language: the language.
        zone: of the times.
    """

    def shown(moment: datetime | None) -> str:
        if moment is None:
            return ""
        try:
            return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S} ({zone.key})"
        except OverflowError:  # of an order that is stored: the zone's calendar does not reach it
            return moment.isoformat(" ")

    since, until = wanted.since, wanted.until
    period = sentence(_PERIODS[since is not None, until is not None], language).format(shown(since), shown(until))
    said = [
        _condition(name, getattr(wanted, name), language)
        for name in wanted.__dataclass_fields__
        if name not in _TIMES and _is_set(name, getattr(wanted, name))
    ]
    return FilterWords(period, tuple(said) or (sentence(_ALL, language),))


def _is_set(name: str, value: Any) -> bool:
    if isinstance(value, frozenset):
        return bool(value) or name == "principals"  # there, the empty set lets nobody through
    return value is not None and value is not False and value != ""


def _condition(name: str, value: Any, language: Language) -> str:
    text: Callable[..., str] = sentence(
        _FIELDS.get(name, Sentence(f"{name}: {{0}}", f"{name} : {{0}}")), language
    ).format
    if isinstance(value, frozenset):
        return text(", ".join(sorted(map(escaped, value)))) if value else sentence(_NOBODY, language)
    return text(f"+{value}" if name == "number" else escaped(str(value)))
