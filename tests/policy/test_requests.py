"""What a dossier says to the requests of rules."""

from datetime import date, datetime

import pytest

from gatekeeper.clock import DAY_US, micros_of
from gatekeeper.policy import Call, Purpose
from gatekeeper.policy.ledger import ALL_ITEMS, ENDING, ConsentState, ConsentTerms, Dossier, EventKind, Slot
from gatekeeper.policy.needs import CallBackNeed, ConsentNeed, LastEvent, RequestState
from gatekeeper.policy.requests import consent_standing, last_event, request_state
from tests.law.france import consent, event
from tests.policy.attempts import moment

TERMS = ConsentTerms(ALL_ITEMS, proof=True, hour=True, goods=True, valid_days=365)
NEED, EXACT = ConsentNeed(TERMS), ConsentNeed(TERMS, exact=True)
AT = moment("2026-11-25T10:00")
PARIS = ("Europe/Paris",)
DAY = 739_945
"""25 November 2026."""

BOTH = Call(goods=("insurance", "solar"))
LONG = Slot(0, 9 * 60, 12 * 60, DAY, True)
LATER = Slot(0, 11 * 60, 12 * 60, DAY, True)


def test_the_day_is_that_day() -> None:
    """The slots of this table are of the day that it asks about."""
    assert date(2026, 11, 25).toordinal() == DAY


@pytest.mark.parametrize(
    ("need", "insurance", "solar", "state", "exact", "opens"),
    [
        # Both hold, or the worse of the two is told.
        (NEED, {}, {}, ConsentState.VALID, False, ""),
        (NEED, {}, None, ConsentState.NONE, False, ""),
        (NEED, {}, {"proved": False}, ConsentState.PROOF, False, ""),
        (NEED, {"slots": [LATER]}, {"proved": False}, ConsentState.PROOF, False, ""),
        (NEED, {"proved": False}, {"slots": [LATER]}, ConsentState.PROOF, False, ""),
        (NEED, {"proved": False}, {"items": frozenset()}, ConsentState.FORM, False, ""),
        # What holds already does not have to open; what does not, opens for both, or for none.
        (NEED, {}, {"slots": [LATER]}, ConsentState.TIME, False, "11:00"),
        (NEED, {"slots": [LATER]}, {}, ConsentState.TIME, False, "11:00"),
        (NEED, {"slots": [LATER]}, None, ConsentState.NONE, False, ""),
        # The exact slot of one is open, and that of the other opens within it.
        (EXACT, {"slots": [LONG]}, {"slots": [LONG]}, ConsentState.VALID, True, ""),
        (EXACT, {"slots": [LONG]}, {"slots": [LATER]}, ConsentState.TIME, False, "11:00"),
        (EXACT, {"slots": [LONG]}, {"slots": [LATER, Slot(127, 600, 660)]}, ConsentState.VALID, False, "11:00"),
        (EXACT, {"slots": [LATER, Slot(127, 600, 660)]}, {"slots": [LONG]}, ConsentState.VALID, False, "11:00"),
        (EXACT, {"slots": [LONG]}, {}, ConsentState.VALID, False, ""),
    ],
)
def test_a_call_about_several_goods(
    need: ConsentNeed,
    insurance: dict[str, object] | None,
    solar: dict[str, object] | None,
    state: ConsentState,
    exact: bool,
    opens: str,
) -> None:
    """It needs a consent for each, and stands as the worst of them."""
    held = [
        consent(AT - DAY_US, [goods], **given)  # type: ignore[arg-type]
        for goods, given in (("insurance", insurance), ("solar", solar))
        if given is not None
    ]
    found = consent_standing(Dossier(tuple(held), ()), "acme", BOTH, AT, PARIS, need)
    opens_at = moment(f"2026-11-25T{opens}") if opens else 0
    assert (found.state, found.exact, found.opens_at) == (state, exact, opens_at)


@pytest.mark.parametrize(
    ("consented", "consent_about", "objected", "objection_about", "stands"),
    [
        # Only what was given later reopens, whatever goods the objection was about.
        ("2026-11-20T10:00", "solar", "2026-11-19T10:00", "", False),
        ("2026-11-20T10:00", "solar", "2026-11-19T10:00", "insurance", False),
        ("2026-11-20T10:00", "solar", "2026-11-20T10:00", "", True),
        ("2026-11-20T10:00", "solar", "2026-11-20T10:00", "insurance", True),
        ("2026-11-20T10:00", "solar", "2026-11-21T10:00", "", True),
        ("2026-11-20T10:00", "solar", "2026-11-21T10:00", "insurance", True),
        # A consent for other goods does not reopen the way for these.
        ("2026-11-20T10:00", "insurance", "2026-11-19T10:00", "", True),
        # What will be given has not been given.
        ("2026-11-26T10:00", "solar", "2026-11-19T10:00", "", True),
        # An objection of tomorrow is none yet.
        ("2026-11-20T10:00", "solar", "2026-11-26T10:00", "", False),
    ],
)
def test_what_reopens_after_an_objection(
    consented: str, consent_about: str, objected: str, objection_about: str, stands: bool
) -> None:
    """A consent that the consumer gave since, for what is called about."""
    objection = event(EventKind.OBJECTION, moment(objected), objection_about)
    dossier = Dossier((consent(moment(consented), [consent_about]),), (objection,))
    need = LastEvent((EventKind.OBJECTION,), reopened_by=TERMS)
    found = last_event(dossier, "acme", Call(goods=("solar",)), AT, PARIS, need)
    assert found == (objection.at if stands else 0)


@pytest.mark.parametrize(
    ("kinds", "principal", "since", "found"),
    [
        ((EventKind.OBJECTION,), "ACME ", "", "2026-11-02T10:00"),
        ((EventKind.REFUSAL,), "acme", "", "2026-11-03T10:00"),
        ((EventKind.REFUSAL, EventKind.OBJECTION), "acme", "", "2026-11-03T10:00"),
        ((EventKind.OBJECTION,), "acme", "2026-11-02", "2026-11-02T10:00"),
        ((EventKind.OBJECTION,), "acme", "2026-11-03", ""),
        ((EventKind.OBJECTION,), "other", "", ""),
        # Whoever does not say for whom the call is may call for just that company.
        ((EventKind.OBJECTION,), "", "", "2026-11-02T10:00"),
        ((EventKind.REFUSAL, EventKind.OBJECTION), " ", "", "2026-11-03T10:00"),
        ((EventKind.PURCHASE,), "acme", "", ""),
    ],
)
def test_the_last_event(kinds: tuple[EventKind, ...], principal: str, since: str, found: str) -> None:
    """Of these kinds, for this principal, of a day that counts, and not later than the call."""
    events = [
        event(EventKind.OBJECTION, moment("2026-11-01T10:00")),
        event(EventKind.OBJECTION, moment("2026-11-02T10:00")),
        event(EventKind.REFUSAL, moment("2026-11-03T10:00")),
        event(EventKind.REFUSAL, moment("2026-11-30T10:00")),
    ]
    need = LastEvent(kinds, since=date.fromisoformat(since) if since else None)
    assert last_event(Dossier((), tuple(events)), principal, Call(), AT, PARIS, need) == (moment(found) if found else 0)


@pytest.mark.parametrize(
    ("zones", "happened", "forbids", "opens"),
    [
        (PARIS, "2026-06-11T23:59:59+02:00", False, False),
        (PARIS, "2026-06-12T00:00:00+02:00", True, True),
        (("Indian/Reunion",), "2026-06-12T00:00:00+04:00", True, True),
        (("Indian/Reunion",), "2026-06-11T23:59:59+04:00", False, False),
        (("America/Guadeloupe",), "2026-06-11T23:59:59-04:00", False, False),
        (("America/Guadeloupe",), "2026-06-12T00:00:00-04:00", True, True),
        # Where two zones are possible: what forbids counts by either, what opens by both.
        (("Europe/Paris", "Indian/Reunion"), "2026-06-12T00:00:00+04:00", True, False),
        (("Europe/Paris", "Indian/Reunion"), "2026-06-12T00:00:00+02:00", True, True),
    ],
)
def test_a_day_from_which_on_events_count_is_the_consumers(
    zones: tuple[str, ...], happened: str, forbids: bool, opens: bool
) -> None:
    """By the clock of where the consumer is, and not by that of the law's capital."""
    at = micros_of(datetime.fromisoformat(happened))
    for kind, counts in ((EventKind.REFUSAL, forbids), (EventKind.PURCHASE, opens)):
        need = LastEvent((kind,), since=date(2026, 6, 12))
        found = last_event(Dossier((), (event(kind, at),)), "acme", Call(), AT, zones, need)
        assert (found > 0) is counts, kind


@pytest.mark.parametrize(("kind", "principal"), [(kind, principal) for kind in EventKind for principal in ("acme", "")])
def test_what_concerns_a_company_and_a_call_that_names_none(kind: EventKind, principal: str) -> None:
    """What ends a consent speaks against such a call, whomever it concerns; what would open the way does not."""
    happened = event(kind, AT - DAY_US)._replace(principal=principal)
    found = last_event(Dossier((), (happened,)), "", Call(), AT, PARIS, LastEvent((kind,)))
    assert (found > 0) is (kind in ENDING)


@pytest.mark.parametrize(
    ("refused", "counts"),
    [
        ("", True),
        ("2026-11-20T09:59:59", True),
        ("2026-11-20T10:00:00", False),
        ("2026-11-20T10:00:01", False),
        ("2026-11-26T10:00", True),  # to come
    ],
)
def test_only_what_is_later_than_the_last_refusal(refused: str, counts: bool) -> None:
    """What was asked for before it, or in the same moment, does not count, to the second."""
    events = [event(EventKind.CALL_BACK_REQUEST, moment("2026-11-20T10:00"), "solar")]
    events += [event(EventKind.REFUSAL, moment(refused))] if refused else []
    need = LastEvent((EventKind.CALL_BACK_REQUEST,), related=True, dated=False, after=(EventKind.REFUSAL,))
    call = Call(Purpose.CALL_BACK, goods=("solar",))
    assert (last_event(Dossier((), tuple(events)), "acme", call, AT, PARIS, need) > 0) is counts


@pytest.mark.parametrize("principal", ["", "acme"])
def test_no_request_to_be_called_back_is_one_of_a_call_that_names_no_company(principal: str) -> None:
    """Even where the request names none either."""
    request = event(EventKind.CALL_BACK_REQUEST, AT - 1, "solar")._replace(principal=principal)
    call = Call(Purpose.CALL_BACK, goods=("solar",))
    assert request_state(Dossier((), (request,)), "", call, AT, PARIS, CallBackNeed(5)) is RequestState.NONE


@pytest.mark.parametrize(
    ("kind", "about", "called_about", "counts"),
    [
        (EventKind.REFUSAL, "solar", ("solar",), True),
        (EventKind.REFUSAL, "solar", ("insurance",), False),
        (EventKind.REFUSAL, "", ("insurance",), True),
        # A call that is about that as well, or does not say all that it is about.
        (EventKind.REFUSAL, "solar", ("insurance", "solar"), True),
        (EventKind.REFUSAL, "solar", ("", "insurance"), True),
        (EventKind.REFUSAL, "solar", (), True),
        # What was bought is no ground to call about something else, too.
        (EventKind.PURCHASE, "solar", ("solar",), True),
        (EventKind.PURCHASE, "solar", ("insurance", "solar"), False),
        (EventKind.PURCHASE, "solar", ("", "solar"), False),
        (EventKind.PURCHASE, "solar", (), False),
    ],
)
def test_the_last_event_about_the_goods(
    kind: EventKind, about: str, called_about: tuple[str, ...], counts: bool
) -> None:
    """What forbids counts where the call is about these goods, too; what opens, where it is about no others."""
    dossier = Dossier((), (event(kind, AT - DAY_US, about),))
    need = LastEvent((kind,), related=True)
    assert (last_event(dossier, "acme", Call(goods=called_about), AT, PARIS, need) > 0) is counts


@pytest.mark.parametrize(
    ("asked", "about", "proved", "at", "zones", "state"),
    [
        # Asked for on a Wednesday: five working days are over with the next Tuesday.
        ("2026-11-18T10:00", "solar", True, "2026-11-24T23:59:59", PARIS, RequestState.VALID),
        ("2026-11-18T10:00", "solar", True, "2026-11-25T00:00:00", PARIS, RequestState.OVER),
        # Where two zones are possible, in whichever it is over first.
        ("2026-11-18T10:00", "solar", True, "2026-11-24T21:00", ("Europe/Paris", "Indian/Reunion"), RequestState.OVER),
        # About just these goods, proved, and not before it was made.
        ("2026-11-18T10:00", "insurance", True, "2026-11-19T10:00", PARIS, RequestState.OTHER_GOODS),
        ("2026-11-18T10:00", "", True, "2026-11-19T10:00", PARIS, RequestState.OTHER_GOODS),
        ("2026-11-18T10:00", "solar", False, "2026-11-19T10:00", PARIS, RequestState.UNPROVED),
        ("2026-11-18T10:00", "solar", True, "2026-11-18T09:59:59", PARIS, RequestState.NONE),
        ("2026-11-18T10:00", "solar", True, "2026-11-18T10:00", PARIS, RequestState.VALID),
    ],
)
def test_a_request_to_be_called_back(
    asked: str, about: str, proved: bool, at: str, zones: tuple[str, ...], state: RequestState
) -> None:
    """It holds for its goods until the end of so many working days."""
    request = event(EventKind.CALL_BACK_REQUEST, moment(asked), about)._replace(proved=proved)
    call = Call(Purpose.CALL_BACK, goods=("solar",))
    need = CallBackNeed(5, holidays="FR")
    assert request_state(Dossier((), (request,)), "acme", call, moment(at), zones, need) is state
    assert request_state(Dossier((), (request,)), "other", call, moment(at), zones, need) is RequestState.NONE


@pytest.mark.parametrize(
    "given", [{"working_days": 0}, {"working_days": 5, "days": ()}, {"working_days": 5, "days": (7,)}]
)
def test_working_days_that_never_come_are_refused(given: dict[str, object]) -> None:
    """They would be looked for without an end, at a call."""
    with pytest.raises(ValueError, match="working days"):
        CallBackNeed(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subcontractor", "named", "state"),
    [
        ("", (), ConsentState.VALID),
        ("", ("call center",), ConsentState.VALID),
        ("Call Center", ("call center",), ConsentState.VALID),
        ("Call  CENTER ", ("others", "call center"), ConsentState.VALID),
        ("Call Center", (), ConsentState.FORM),
        ("Call Center", ("others",), ConsentState.FORM),
    ],
)
def test_a_third_party_that_calls_must_have_been_named(
    subcontractor: str, named: tuple[str, ...], state: ConsentState
) -> None:
    """A consent whose request did not name who calls lacks an item that French law asks for."""
    given = consent(AT - DAY_US)._replace(third_parties=named)
    call = Call(goods=("insurance",), subcontractor=subcontractor)
    assert consent_standing(Dossier((given,), ()), "acme", call, AT, PARIS, NEED).state is state
