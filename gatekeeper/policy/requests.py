"""What a dossier says to the requests of rules: how consents stand, the last event of a kind, requests to call back."""

from typing import Final

from gatekeeper.policy.calendar import day_begins, end_of_working_day, local_day
from gatekeeper.policy.call import Call
from gatekeeper.policy.ledger import (
    ENDING,
    RANK,
    ConsentItem,
    ConsentStanding,
    ConsentState,
    ConsentTerms,
    Dossier,
    EventKind,
    LedgerEvent,
    name_key,
    next_exact,
    standing,
)
from gatekeeper.policy.needs import OF_CALLEE, CallBackNeed, ConsentNeed, LastEvent, Need, RequestState

_SEVERAL: Final = 2
_NO_REQUEST: Final = RequestState.NONE


def answers(
    dossier: Dossier, principal: str, call: Call, at: int, zones: tuple[str, ...], needs: tuple[Need, ...]
) -> tuple[object, ...]:
    """What a dossier says to each of some requests. Other arguments as of `consent_standing`.

    Raises:
        LookupError: one of them is none to a dossier.
    """
    said: list[object] = []
    # Laws ask twice of the same consents: whether they hold, and whether exactly for this moment.
    simple = len(call.goods) < _SEVERAL and not call.subcontractor
    goods = call.goods[0] if call.goods else ""
    asked: ConsentTerms | None = None
    for need in needs:
        if type(need) is ConsentNeed:
            if not simple:
                said.append(consent_standing(dossier, principal, call, at, zones, need))
                continue
            if asked is not need.terms:
                asked, found = need.terms, standing(dossier, principal, goods, at, zones, need.terms)
            said.append(_exactly(found, dossier, principal, goods, at, zones, need))
        elif type(need) is LastEvent:
            said.append(last_event(dossier, principal, call, at, zones, need) if dossier.events else 0)
        elif type(need) is CallBackNeed:
            said.append(request_state(dossier, principal, call, at, zones, need) if dossier.events else _NO_REQUEST)
        else:
            raise LookupError(f"the consent ledger knows nothing of {need!r}")
    return tuple(said)


def consent_standing(
    dossier: Dossier, principal: str, call: Call, at: int, zones: tuple[str, ...], need: ConsentNeed
) -> ConsentStanding:
    """How the consents stand for a call: where it is said to be about several goods, for the worst of them.

    A request names the professional and the third party that calls for him (R.223-1, I, 1°): where a subcontractor
    calls that a consent does not name, the consent lacks that item.

    Args:
        dossier: everything that is held of the consumer.
        principal: the company that is called for.
        call: what is said of the call.
        at: the moment, in microseconds since the epoch.
        zones: the consumer's, all that are possible.
        need: what the law asks.
    """
    if call.subcontractor:
        dossier = _called_by(dossier, name_key(call.subcontractor))
    if len(call.goods) < _SEVERAL:
        return _of_goods(dossier, principal, call.goods[0] if call.goods else "", at, zones, need)
    each = [_of_goods(dossier, principal, goods, at, zones, need) for goods in call.goods]
    worst = min(each, key=lambda one: RANK[one.state])
    # What holds already does not have to open; of what does not, each has to.
    opening = [one.opens_at for one in each if not _does(one, need)]
    opens_at = max(opening) if opening and all(opening) else 0
    return worst._replace(exact=all(one.exact for one in each), opens_at=opens_at)


def _called_by(dossier: Dossier, subcontractor: str) -> Dossier:
    """The consents as they are worth something to a third party that calls."""
    return dossier._replace(
        consents=tuple(
            one if subcontractor in one.third_parties else one._replace(items=one.items - {ConsentItem.PRINCIPAL})
            for one in dossier.consents
        )
    )


def _of_goods(
    dossier: Dossier, principal: str, goods: str, at: int, zones: tuple[str, ...], need: ConsentNeed
) -> ConsentStanding:
    return _exactly(
        standing(dossier, principal, goods, at, zones, need.terms), dossier, principal, goods, at, zones, need
    )


def _exactly(
    found: ConsentStanding,
    dossier: Dossier,
    principal: str,
    goods: str,
    at: int,
    zones: tuple[str, ...],
    need: ConsentNeed,
) -> ConsentStanding:
    """How consents stand, with the next exact slot where only such a slot matters."""
    if not need.exact or _does(found, need):
        return found
    opens_at = next_exact(dossier, principal, goods, at, zones, need.terms)
    return found if opens_at == found.opens_at else found._replace(opens_at=opens_at)


def _does(standing: ConsentStanding, need: ConsentNeed) -> bool:
    return standing.state is ConsentState.VALID and (standing.exact or not need.exact)


def last_event(dossier: Dossier, principal: str, call: Call, at: int, zones: tuple[str, ...], need: LastEvent) -> int:
    """When the consumer last did one of the things that are asked about, in microseconds since the epoch; 0: never.

    Arguments as of `consent_standing`.
    """
    if not dossier.events:
        return 0
    of = name_key(principal)
    goods = frozenset(name_key(one) for one in call.goods) if need.related else None
    found = max((one.at for one in dossier.events if _is_one(one, of, goods, at, zones, need)), default=0)
    if found and need.after and found <= last_event(dossier, principal, call, at, zones, LastEvent(need.after)):
        return 0
    if found and need.reopened_by is not None:
        # Given later, and given by now: what was given before it is no answer to it, whatever goods each is about.
        later = dossier._replace(consents=tuple(one for one in dossier.consents if found < one.collected_at <= at))
        if _consents(later, principal, call, at, zones, need.reopened_by):
            return 0
    return found


def _is_one(
    event: LedgerEvent,
    principal: str,
    goods: frozenset[str] | None,
    at: int,
    zones: tuple[str, ...],
    need: LastEvent,
) -> bool:
    ends = event.kind in ENDING
    if event.kind not in need.kinds or event.at > at:
        return False
    if need.since is not None and event.at < day_begins(need.since, zones)[not ends]:
        return False  # what may be of that day forbids; what opens must be
    if ends:
        # Of a call that does not say for whom it is, or about what, it may be just that one.
        return (not principal or event.principal in ("", principal)) and (
            goods is None or not event.goods or not goods or "" in goods or event.goods in goods
        )
    return (
        bool(principal)
        and event.principal in ("", principal)
        and (goods is None or not event.goods or goods == {event.goods})
    )


def _consents(
    dossier: Dossier, principal: str, call: Call, at: int, zones: tuple[str, ...], terms: ConsentTerms
) -> bool:
    """Whether a consent holds, or will hold in its slots."""
    found = consent_standing(dossier, principal, call, at, zones, ConsentNeed(terms))
    return found.state is ConsentState.VALID or found.opens_at > 0


_RANKED = (RequestState.NONE, RequestState.OTHER_GOODS, RequestState.UNPROVED, RequestState.OVER, RequestState.VALID)


def request_state(
    dossier: Dossier, principal: str, call: Call, at: int, zones: tuple[str, ...], need: CallBackNeed
) -> RequestState:
    """How the best request to be called back stands. Arguments as of `consent_standing`.

    Nobody asks to be called back by a company that is not said: no request is one of a call without a principal.
    """
    of = name_key(principal)
    if not dossier.events or not of:
        return RequestState.NONE
    goods = frozenset(name_key(one) for one in call.goods)
    states = [
        _state(one, goods, at, zones, need)
        for one in dossier.events
        if one.kind is EventKind.CALL_BACK_REQUEST and one.principal == of and one.at <= at
    ]
    return max(states, key=_RANKED.index, default=RequestState.NONE)


def _state(
    event: LedgerEvent, goods: frozenset[str], at: int, zones: tuple[str, ...], need: CallBackNeed
) -> RequestState:
    if goods != {event.goods}:
        return RequestState.OTHER_GOODS
    if need.proved and not event.proved:
        return RequestState.UNPROVED
    ends = min(
        end_of_working_day(local_day(event.at, zone), need.working_days, need.days, need.holidays, zone)
        for named in need.zones
        for zone in (zones if named == OF_CALLEE else (named,))
    )
    return RequestState.VALID if at < ends else RequestState.OVER
