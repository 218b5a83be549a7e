"""What a dossier says to the requests of rules: the last event of a kind, and how a request to be called back stands."""

from gatekeeper.policy.calendar import end_of_working_day, local_day
from gatekeeper.policy.call import Call
from gatekeeper.policy.ledger import (
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
from gatekeeper.policy.needs import CallBackNeed, ConsentNeed, LastEvent, RequestState

_NO_GOODS = ("",)


def consent_standing(
    dossier: Dossier, principal: str, call: Call, at: int, zones: tuple[str, ...], need: ConsentNeed
) -> ConsentStanding:
    """How the consents stand for a call: where it is said to be about several goods, for the worst of them.

    Args:
        dossier: everything that is held of the consumer.
        principal: the company that is called for.
        call: what is said of the call.
        at: the moment, in microseconds since the epoch.
        zones: the consumer's, all that are possible.
        need: what the law asks.
    """
    if len(call.goods) == 1 and not need.exact:
        return standing(dossier, principal, call.goods[0], at, zones, need.terms)
    worst: ConsentStanding | None = None
    for goods in call.goods or _NO_GOODS:
        found = standing(dossier, principal, goods, at, zones, need.terms)
        if need.exact and not (found.state is ConsentState.VALID and found.exact):
            found = found._replace(opens_at=next_exact(dossier, principal, goods, at, zones, need.terms))
        if worst is None or (worst.state is ConsentState.VALID and found.state is not ConsentState.VALID):
            worst = found
        elif found.state is worst.state:
            worst = worst._replace(exact=worst.exact and found.exact, opens_at=_later(worst.opens_at, found.opens_at))
        elif found.state is not ConsentState.VALID:
            worst = worst._replace(opens_at=_later(worst.opens_at, found.opens_at))
    return worst if worst is not None else ConsentStanding(ConsentState.NONE)


def _later(one: int, other: int) -> int:
    """The later of two moments; 0, which is never, where one of them is."""
    return max(one, other) if one and other else 0


def last_event(dossier: Dossier, principal: str, call: Call, at: int, zones: tuple[str, ...], need: LastEvent) -> int:
    """When the consumer last did one of the things that are asked about, in microseconds since the epoch; 0: never.

    Arguments as of `consent_standing`.
    """
    if not dossier.events:
        return 0
    of = name_key(principal)
    goods = frozenset(name_key(one) for one in call.goods) if need.related else None
    found = max((one.at for one in dossier.events if _is_one(one, of, goods, at, need)), default=0)
    if found and need.reopened_by is not None and _consents(dossier, principal, call, at, zones, need.reopened_by):
        return 0
    return found


def _is_one(event: LedgerEvent, principal: str, goods: frozenset[str] | None, at: int, need: LastEvent) -> bool:
    return (
        event.kind in need.kinds
        and event.principal in ("", principal)
        and need.since <= event.at <= at
        and (goods is None or not event.goods or goods == {event.goods})
    )


def _consents(
    dossier: Dossier, principal: str, call: Call, at: int, zones: tuple[str, ...], terms: ConsentTerms
) -> bool:
    """Whether a consent holds, or will hold in its slots: what was given before an objection does not (`standing`)."""
    found = consent_standing(dossier, principal, call, at, zones, ConsentNeed(terms))
    return found.state is ConsentState.VALID or found.opens_at > 0


_RANKED = (RequestState.NONE, RequestState.OTHER_GOODS, RequestState.UNPROVED, RequestState.OVER, RequestState.VALID)


def request_state(
    dossier: Dossier, principal: str, call: Call, at: int, zones: tuple[str, ...], need: CallBackNeed
) -> RequestState:
    """How the best request to be called back stands. Arguments as of `consent_standing`."""
    if not dossier.events:
        return RequestState.NONE
    of = name_key(principal)
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
        for zone in zones
    )
    return RequestState.VALID if at < ends else RequestState.OVER
