"""Sight of a provision: the part of call and facts that its rule looks at, in words."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from gatekeeper.clock import moment_of
from gatekeeper.consents.said import ENTRIES
from gatekeeper.phone import display
from gatekeeper.policy import Attempt, Facts, Hit, Provision
from gatekeeper.policy.calendar import zone_of
from gatekeeper.policy.call import CallerIdKind
from gatekeeper.policy.ledger import ConsentStanding, ConsentState
from gatekeeper.policy.needs import AttemptsNeed, AttemptsStanding, LastEvent, RegistryStanding, RequestState
from gatekeeper.policy.said import CALLEES, DIAL_MODES, PURPOSES
from gatekeeper.text import escaped
from gatekeeper.words import Language, Sentence, printed

_CONSENTS: Final[Mapping[ConsentState, Sentence]] = MappingProxyType(
    {
        ConsentState.VALID: Sentence("valid", "valable"),
        ConsentState.NONE: Sentence("no consent", "aucun consentement"),
        ConsentState.WITHDRAWN: Sentence("withdrawn", "retiré"),
        ConsentState.FORM: Sentence("incomplete", "incomplet"),
        ConsentState.PROOF: Sentence("not proved", "non prouvé"),
        ConsentState.TIME: Sentence("not at this moment", "pas à ce moment"),
    }
)
_REQUESTS: Final[Mapping[RequestState, Sentence]] = MappingProxyType(
    {
        RequestState.NONE: Sentence("no request to be called back", "aucune demande de rappel"),
        RequestState.OTHER_GOODS: Sentence("a request about other goods", "une demande portant sur d'autres biens"),
        RequestState.UNPROVED: Sentence("a request without a proof", "une demande sans preuve"),
        RequestState.OVER: Sentence("a request that is too old", "une demande trop ancienne"),
        RequestState.VALID: Sentence("a valid request", "une demande valable"),
    }
)
_NO_LIST: Final = Sentence("no list of this registry", "aucune liste de ce registre")
_NO_CONTRACT: Final = Sentence("no contract", "aucun contrat")
_NEVER: Final = Sentence("never", "jamais")
_ATTEMPTS: Final = Sentence("attempts made: {made}, limit {limit}", "tentatives faites : {made}, limite {limit}")
_SAYS: Final = {
    "listed": Sentence("listed", "inscrit"),
    "stale": Sentence("too old", "périmée"),
    "unscrubbed": Sentence("says nothing of it", "n'en dit rien"),
    "clear": Sentence("not listed", "non inscrit"),
    "reassigned": Sentence("given up since the consent", "cédé depuis le consentement"),
}
_CALLER_IDS: Final = {
    CallerIdKind.WITHHELD: Sentence("withheld", "masqué"),
    CallerIdKind.UNREADABLE: Sentence("can't be read", "illisible"),
}


Shown = Callable[[int], str]
"""Writes a moment, in microseconds since the epoch, as its reader's clock tells it."""


def looked_at(provision: Provision, attempt: Attempt, facts: Facts, lang: Language, shown: Shown) -> str:
    """What a provision's rule sees of a call: the part that it is about, and the facts that it asks for."""
    about = _ABOUT.get(provision.rule.name)
    parts = [about(attempt, facts, lang) if about is not None else ""]
    parts += [_fact(need, value, lang, shown) for need, value in _known(provision, facts)]
    return "; ".join(dict.fromkeys(filter(None, parts)))


def _known(provision: Provision, facts: Facts) -> Iterable[tuple[object, object]]:
    return [(need, facts.of(need)) for need in provision.rule.needs if need in facts.needs]


def _fact(need: object, value: object, lang: Language, shown: Shown) -> str:
    if isinstance(value, ConsentStanding):
        state = printed(_CONSENTS[value.state], lang)
        return f"{_numbered(value.ident, lang)}: {state}" if value.ident else state
    if isinstance(value, RegistryStanding):
        found = [(name, hit) for name, hit in zip(value._fields, value, strict=True) if hit is not None]
        return "; ".join(f"{hit_text(hit)}: {printed(_SAYS[name], lang)}" for name, hit in found) or printed(
            _NO_LIST, lang
        )
    if isinstance(value, AttemptsStanding) and isinstance(need, AttemptsNeed):
        return printed(_ATTEMPTS, lang).format(made=value.made, limit=need.limit)
    if isinstance(value, RequestState):
        return printed(_REQUESTS[value], lang)
    if isinstance(need, LastEvent):
        english = lang is Language.EN
        kinds = ", ".join(kind.value if english else printed(ENTRIES[kind.value], lang) for kind in need.kinds)
        return f"{kinds}: {shown(value) if isinstance(value, int) and value else printed(_NEVER, lang)}"
    if isinstance(value, Hit):
        return hit_text(value)
    return printed(_NO_CONTRACT, lang) if value is None else str(value)


def _numbered(ident: int, lang: Language) -> str:
    return f"consentement n° {ident}" if lang is Language.FR else f"consent {ident}"


def hit_text(hit: Hit | None) -> str:
    """A list with its version."""
    return f"{hit.list}, version {hit.version or 'none'}" if hit else ""


def local_times(attempt: Attempt, at: int) -> list[str]:
    """A moment by the clocks of everywhere that the callee may be: `2026-11-26 11:30 Europe/Paris`."""
    local = ((moment_of(at).astimezone(zone_of(name)), name) for name in attempt.place.zones)
    return [f"{moment:%Y-%m-%d %H:%M} {name}" for moment, name in local]


def _hours(attempt: Attempt, _facts: Facts, _lang: Language) -> str:
    return ", ".join(local_times(attempt, attempt.begun or attempt.at))


def _trade(attempt: Attempt, _facts: Facts, _lang: Language) -> str:
    return ", ".join(dict.fromkeys((*attempt.call.sectors, *attempt.call.goods)))


def _purpose(attempt: Attempt, _facts: Facts, lang: Language) -> str:
    call = attempt.call
    return ", ".join([printed(PURPOSES[call.purpose], lang), *(printed(CALLEES[one], lang) for one in call.callees)])


def _caller_id(attempt: Attempt, _facts: Facts, lang: Language) -> str:
    presented = attempt.call.caller_id
    said = _CALLER_IDS.get(presented.kind)
    number = printed(said, lang) if said is not None else presented.digits
    if presented.kind is CallerIdKind.E164:
        number = display(int(presented.digits))
    return f"{number}, {printed(DIAL_MODES[attempt.call.dial_mode], lang)}"


_ABOUT: Final[Mapping[str, Callable[[Attempt, Facts, Language], str]]] = MappingProxyType(
    {
        "hours": _hours,
        "ban": _trade,
        "out_of_scope": _purpose,
        "permitted": _purpose,
        "caller_id": _caller_id,
        "exempt_purpose": lambda attempt, _facts, lang: printed(PURPOSES[attempt.campaign.purpose], lang),
        "red_list": lambda _attempt, facts, _lang: hit_text(facts.red),
        "opposition": lambda _attempt, facts, _lang: hit_text(facts.listed),
        "staleness": lambda _attempt, facts, _lang: hit_text(facts.stale),
        "scrubbed": lambda _attempt, facts, _lang: hit_text(facts.unscrubbed),
        "contract": lambda _attempt, facts, _lang: hit_text(facts.contract),
        "validity": lambda attempt, _facts, _lang: escaped(attempt.callee.kind.name.lower()),
    }
)
"""By rule, what it looks at of call and lists."""
