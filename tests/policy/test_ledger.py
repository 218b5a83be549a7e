"""How a consent stands: truth tables a lawyer can read, and properties over consents, events and moments."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.clock import DAY_US, SECOND_US, micros_of
from gatekeeper.policy.ledger import (
    ALL_ITEMS,
    EMPTY_DOSSIER,
    Consent,
    ConsentItem,
    ConsentState,
    ConsentTerms,
    Dossier,
    EventKind,
    LedgerEvent,
    Slot,
    latest_consent,
    next_exact,
    standing,
)
from gatekeeper.policy.slots import ALL_DAYS, next_within, within

PARIS = ("Europe/Paris",)
MINUTE_US = 60 * SECOND_US
FRANCE = ConsentTerms(ALL_ITEMS, proof=True, hour=True, goods=True, valid_days=365)
LAX = ConsentTerms(frozenset(), proof=False, hour=False, goods=False, valid_days=0)
TUE_THU = Slot(0b0001010, 18 * 60, 20 * 60)
SATURDAY = Slot(0b0100000, 10 * 60, 12 * 60)


def at(text: str, zone: str = "Europe/Paris") -> int:
    """A moment of that zone."""
    return micros_of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def exact(day: str, begins: int = 600, ends: int = 720) -> Slot:
    """A slot on one day."""
    return Slot(0, begins, ends, date.fromisoformat(day).toordinal(), exact=True)


GIVEN = Consent(
    1, "acme", (), ("insurance",), at("2026-08-20T10:00"), hour_known=True, until=at("2027-08-20T00:00"), slots=(),
    items=ALL_ITEMS, proved=True, robot=False, written=False, zone="Europe/Paris",
)  # fmt: skip
V, N, W, F, P, T = (
    ConsentState.VALID, ConsentState.NONE, ConsentState.WITHDRAWN, ConsentState.FORM, ConsentState.PROOF,
    ConsentState.TIME,
)  # fmt: skip


def event(kind: EventKind, moment: str, principal: str = "", goods: str = "") -> LedgerEvent:
    """Something that happened."""
    return LedgerEvent(9, kind, principal, goods, at(moment), proved=True)


SENTENCES = [
    ("a complete consent", {}, [], "2026-11-25T11:00", V),
    ("for another company", {"principal": "beta"}, [], "2026-11-25T11:00", N),
    ("for other goods", {"goods": ("telecom",)}, [], "2026-11-25T11:00", N),
    ("for several goods", {"goods": ("telecom", "insurance")}, [], "2026-11-25T11:00", V),
    ("no act", {"items": ALL_ITEMS - {ConsentItem.ACT}}, [], "2026-11-25T11:00", F),
    ("no proof", {"proved": False}, [], "2026-11-25T11:00", P),
    ("no hour", {"hour_known": False}, [], "2026-11-25T11:00", P),
    ("at the second of its collection", {}, [], "2026-08-20T10:00:00", V),
    ("the second before", {}, [], "2026-08-20T09:59:59", T),
    ("the last second of its 365 days", {"until": 0}, [], "2027-08-20T09:59:59", V),
    ("the second after them", {"until": 0}, [], "2027-08-20T10:00:00", T),
    ("the consumer's own period is over", {}, [], "2027-08-20T00:00:00", T),
    ("the consumer's own period runs", {}, [], "2027-08-19T23:59:59", V),
    ("within a weekly slot", {"slots": (TUE_THU,)}, [], "2026-11-26T18:00", V),
    ("a second before a weekly slot ends", {"slots": (TUE_THU,)}, [], "2026-11-26T19:59:59", V),
    ("when a weekly slot ends", {"slots": (TUE_THU,)}, [], "2026-11-26T20:00", T),
    ("on another weekday", {"slots": (TUE_THU,)}, [], "2026-11-25T18:30", T),
    ("withdrawn", {}, [event(EventKind.WITHDRAWAL, "2026-10-01T10:00")], "2026-11-25T11:00", W),
    ("withdrawn in this second", {}, [event(EventKind.WITHDRAWAL, "2026-11-25T11:00")], "2026-11-25T11:00", W),
    ("withdrawn in the next", {}, [event(EventKind.WITHDRAWAL, "2026-11-25T11:00:01")], "2026-11-25T11:00", V),
    ("withdrawn as it was collected", {}, [event(EventKind.WITHDRAWAL, "2026-08-20T10:00")], "2026-11-25T11:00", W),
    ("withdrawn before it was collected", {}, [event(EventKind.WITHDRAWAL, "2026-08-20T09:59")], "2026-11-25T11:00", V),
    ("objected", {}, [event(EventKind.OBJECTION, "2026-10-01T10:00", "acme")], "2026-11-25T11:00", W),
    ("refused", {}, [event(EventKind.REFUSAL, "2026-10-01T10:00", "acme")], "2026-11-25T11:00", W),
    ("refused another's", {}, [event(EventKind.REFUSAL, "2026-10-01T10:00", "beta")], "2026-11-25T11:00", V),
    ("refused these", {}, [event(EventKind.REFUSAL, "2026-10-01T10:00", goods="insurance")], "2026-11-25T11:00", W),
    ("refused other goods", {}, [event(EventKind.REFUSAL, "2026-10-01T10:00", goods="wine")], "2026-11-25T11:00", V),
    ("asked to be called", {}, [event(EventKind.CALL_BACK_REQUEST, "2026-10-01T10:00")], "2026-11-25T11:00", V),
    ("withdrawn says more than no proof", {"proved": False}, [event(EventKind.WITHDRAWAL, "2026-10-01T10:00")],
     "2026-11-25T11:00", W),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "but", "events", "moment", "state"), SENTENCES, ids=[row[0] for row in SENTENCES])
def test_one_consent(sentence: str, but: dict[str, object], events: list[LedgerEvent], moment: str, state: str) -> None:
    """A consent to a call for insurance by ACME."""
    assert sentence
    dossier = Dossier((GIVEN._replace(**but),), tuple(events))  # type: ignore[arg-type] # fields of a Consent
    found = standing(dossier, " Acme ", "INSURANCE", at(moment), PARIS, FRANCE)
    assert (found.state, found.ident) == (state, 0 if state is N else 1)


def test_nobody() -> None:
    """Nothing is held, or nobody is called for."""
    assert standing(EMPTY_DOSSIER, "acme", "insurance", GIVEN.collected_at, PARIS, FRANCE).state is N
    nobody = Dossier((GIVEN._replace(principal=""),), ())
    assert standing(nobody, "", "insurance", GIVEN.collected_at, PARIS, LAX).state is N


@pytest.mark.parametrize(
    ("terms", "but", "state"),
    [
        ({"robot": True}, {}, F),
        ({"robot": True}, {"robot": True}, V),
        ({"written": True}, {}, F),
        ({"written": True}, {"written": True}, V),
        ({"goods": False}, {"goods": ()}, V),
        ({"slots": False}, {"slots": (TUE_THU,)}, V),
        ({"valid_days": 0}, {"until": 0, "collected_at": at("2001-01-01T00:00")}, V),
        ({"not_before": date(2026, 8, 20)}, {}, V),
        ({"not_before": date(2026, 8, 21)}, {}, N),
        ({"not_before": date(2026, 8, 20)}, {"collected_at": at("2026-08-20T00:00:00")}, V),
        ({"not_before": date(2026, 8, 20)}, {"collected_at": at("2026-08-19T23:59:59")}, N),
        ({}, {"until": 0, "collected_at": at("2025-11-25T11:00")}, T),
        ({"anniversary": True}, {"until": 0, "collected_at": at("2025-11-25T11:00")}, V),
        ({"anniversary": True}, {"until": 0, "collected_at": at("2025-11-24T23:59:59")}, T),
        ({"anniversary": True, "valid_days": 0}, {"until": 0, "collected_at": at("2001-01-01T00:00")}, V),
    ],
)
def test_what_a_law_asks(terms: dict[str, object], but: dict[str, object], state: ConsentState) -> None:
    """Each term alone, at noon on a Wednesday."""
    asked = ConsentTerms(**{**vars(FRANCE), **terms})  # type: ignore[arg-type] # fields of ConsentTerms
    dossier = Dossier((GIVEN._replace(**but),), ())  # type: ignore[arg-type] # fields of a Consent
    assert standing(dossier, "acme", "insurance", at("2026-11-25T12:00"), PARIS, asked).state is state


def test_the_best_of_several() -> None:
    """One that stands is enough; what is told of others is the nearest to standing."""
    lost = [
        GIVEN._replace(ident=2, principal="beta"),
        GIVEN._replace(ident=3, items=frozenset()),
        GIVEN._replace(ident=4, proved=False),
        GIVEN._replace(ident=5, slots=(TUE_THU,)),
        GIVEN,
    ]
    states = []
    for count in range(1, len(lost) + 1):
        found = standing(Dossier(tuple(lost[:count]), ()), "acme", "insurance", at("2026-11-25T11:00"), PARIS, FRANCE)
        states.append((found.state, found.ident))
    assert states == [(N, 0), (F, 3), (P, 4), (T, 5), (V, 1)]


def test_a_later_consent_reopens() -> None:
    """Withdrawn on 1 October, given anew on the 20th."""
    later = GIVEN._replace(ident=2, collected_at=at("2026-10-20T10:00"))
    withdrawn = (event(EventKind.WITHDRAWAL, "2026-10-01T10:00"),)
    found = standing(Dossier((GIVEN, later), withdrawn), "acme", "insurance", at("2026-11-25T11:00"), PARIS, FRANCE)
    assert (found.state, found.ident) == (V, 2)


def test_exact_slots() -> None:
    """Only a dated slot is exact; beside a consent without slots, the one that is in its slot is told."""
    dated = GIVEN._replace(ident=2, slots=(exact("2026-11-28"),))
    dossier = Dossier((GIVEN, dated), ())
    answers = {
        text: standing(dossier, "acme", "insurance", at(text), PARIS, FRANCE)[:3]
        for text in ("2026-11-28T09:59:59", "2026-11-28T10:00", "2026-11-28T12:00")
    }
    assert list(answers.values()) == [(V, 1, False), (V, 2, True), (V, 1, False)]
    weekly = Dossier((GIVEN._replace(slots=(SATURDAY,)),), ())
    assert not standing(weekly, "acme", "insurance", at("2026-11-28T11:00"), PARIS, FRANCE).exact
    assert next_exact(dossier, "acme", "insurance", at("2026-11-25T11:00"), PARIS, FRANCE) == at("2026-11-28T10:00")
    assert next_exact(dossier, "acme", "insurance", at("2026-11-28T12:00"), PARIS, FRANCE) == 0


def test_every_zone_must_agree() -> None:
    """A number that may be in two zones is called in a slot of both; where no zone is known, in that of the consent."""
    both = ("Europe/Paris", "Indian/Reunion")
    dossier = Dossier((GIVEN._replace(slots=(Slot(ALL_DAYS, 600, 840),)),), ())
    for text, zones, state in (
        ("2026-11-25T10:30", PARIS, V),
        ("2026-11-25T10:30", both, V),
        ("2026-11-25T11:00", both, T),
        ("2026-11-25T11:00", (), V),
    ):
        assert standing(dossier, "acme", "insurance", at(text), zones, FRANCE).state is state
    nowhere = Dossier((GIVEN._replace(slots=(SATURDAY,), zone=""),), ())
    assert standing(nowhere, "acme", "insurance", at("2026-11-28T11:00"), (), FRANCE) == (T, 1, False, 0)


ZONES = st.lists(
    st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Indian/Reunion"]),
    min_size=1,
    max_size=2,
    unique=True,
)
# Around the nights in which clocks change, in either direction and hemisphere.
STARTS = st.sampled_from(
    ["2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-10-03", "2026-04-04", "2028-02-28"]
)
MINUTES = st.integers(0, 96).map(lambda quarter: quarter * 15)


@st.composite
def slots_of(draw: st.DrawFn, start: date) -> Slot:
    """A slot that comes every week, or on a day near."""
    begins, ends = sorted(draw(st.lists(MINUTES, min_size=2, max_size=2, unique=True)))
    if draw(st.booleans()):
        return Slot(draw(st.integers(1, ALL_DAYS)), begins, ends)
    return Slot(0, begins, ends, (start + timedelta(days=draw(st.integers(-1, 2)))).toordinal(), exact=True)


@given(data=st.data(), start=STARTS, zones=ZONES)
@settings(max_examples=60, deadline=None)
def test_the_next_slot_is_found_as_by_looking_at_every_minute(
    data: st.DataObject, start: str, zones: list[str]
) -> None:
    """Also where clocks change: an hour that is skipped, one that comes twice, half an hour of either."""
    day = date.fromisoformat(start)
    slots = data.draw(st.lists(slots_of(day), min_size=1, max_size=3))
    first = micros_of(datetime(day.year, day.month, day.day, tzinfo=UTC)) + data.draw(st.integers(0, 2000)) * MINUTE_US
    before = first + 2 * DAY_US
    minutes = range(first, before, MINUTE_US)
    expected = next((moment for moment in minutes if within(slots, moment, zones)), 0)
    assert next_within(slots, first, before, zones) == expected


CONSENTS = st.builds(
    Consent,
    ident=st.integers(1, 5),
    principal=st.sampled_from(["acme", "beta"]),
    third_parties=st.just(()),
    goods=st.sampled_from([("insurance",), ("telecom", "insurance"), ()]),
    collected_at=st.sampled_from([at("2026-10-24T10:00"), at("2026-10-25T02:30"), at("2026-10-26T23:00")]),
    hour_known=st.booleans(),
    until=st.sampled_from([0, at("2026-10-26T12:00"), at("2027-08-20T00:00")]),
    slots=st.lists(slots_of(date(2026, 10, 25)), max_size=2).map(tuple),
    items=st.sampled_from([ALL_ITEMS, ALL_ITEMS, ALL_ITEMS - {ConsentItem.ACT}]),
    proved=st.booleans(),
    robot=st.booleans(),
    written=st.booleans(),
    zone=st.just("Europe/Paris"),
)
EVENTS = st.builds(
    LedgerEvent,
    ident=st.integers(6, 9),
    kind=st.sampled_from(EventKind),
    principal=st.sampled_from(["", "acme", "beta"]),
    goods=st.sampled_from(["", "insurance", "wine"]),
    at=st.integers(at("2026-10-24T00:00"), at("2026-10-28T00:00")),
    proved=st.booleans(),
)
DOSSIERS = st.builds(Dossier, st.lists(CONSENTS, max_size=3).map(tuple), st.lists(EVENTS, max_size=2).map(tuple))
MOMENTS = st.integers(0, 3 * 24 * 60).map(lambda minute: at("2026-10-24T00:00") + minute * MINUTE_US)
TERMS = st.sampled_from([FRANCE, LAX, ConsentTerms(ALL_ITEMS, proof=True, hour=False, goods=True, valid_days=1)])


@given(dossier=DOSSIERS, moment=MOMENTS, terms=TERMS)
@settings(max_examples=80, deadline=None)
def test_it_opens_at_the_first_moment_at_which_it_stands(dossier: Dossier, moment: int, terms: ConsentTerms) -> None:
    """As found by asking at every minute."""
    found = standing(dossier, "acme", "insurance", moment, PARIS, terms)
    later = range(moment + MINUTE_US, moment + 2 * DAY_US, MINUTE_US)
    asked = (standing(dossier, "acme", "insurance", one, PARIS, terms).state for one in later)
    first = next((one for one, state in zip(later, asked, strict=True) if state is V), 0)
    if found.state is V:
        assert found.opens_at == 0
    elif first or 0 < found.opens_at < later.stop:
        assert found.opens_at == first


@given(dossier=DOSSIERS, event=EVENTS, moment=MOMENTS, terms=TERMS)
@settings(max_examples=200, deadline=None)
def test_no_event_makes_a_consent_stand(dossier: Dossier, event: LedgerEvent, moment: int, terms: ConsentTerms) -> None:
    """Whatever else happened, a consent that did not stand does not."""
    more = dossier._replace(events=(*dossier.events, event))
    states = [standing(one, "acme", "insurance", moment, PARIS, terms).state for one in (dossier, more)]
    assert states[0] is V or states[1] is not V


@given(dossier=DOSSIERS, consent=CONSENTS, moment=MOMENTS, terms=TERMS)
@settings(max_examples=200, deadline=None)
def test_no_consent_takes_another_away(dossier: Dossier, consent: Consent, moment: int, terms: ConsentTerms) -> None:
    """A consent more never ends one that stands."""
    more = dossier._replace(consents=(*dossier.consents, consent))
    states = [standing(one, "acme", "insurance", moment, PARIS, terms).state for one in (dossier, more)]
    assert states[0] is not V or states[1] is V


OLDER = GIVEN._replace(ident=2, collected_at=at("2026-01-31T10:00"), until=0, goods=("insurance", "telecom"))
OF_ANOTHER = GIVEN._replace(ident=3, principal="other", collected_at=at("2026-08-25T10:00"))
MARCH, SEPTEMBER = "2026-03-01T10:00", "2026-09-01T10:00"


@pytest.mark.parametrize(
    ("moment", "principal", "events", "ident"),
    [
        (SEPTEMBER, "ACME", (), 1),
        (SEPTEMBER, "other", (), 3),
        (SEPTEMBER, "", (), 0),
        (SEPTEMBER, "third", (), 0),
        ("2026-08-20T09:59", "acme", (), 2),
        ("2026-08-20T10:00", "acme", (), 1),
        ("2026-01-31T09:59", "acme", (), 0),
        ("2027-08-20T00:00", "acme", (), 2),  # the consumer's period of the later one is over
        # What ended each, for some goods or for all, by the moment of the call.
        (SEPTEMBER, "acme", (event(EventKind.WITHDRAWAL, "2026-08-31T10:00"),), 0),
        (SEPTEMBER, "acme", (event(EventKind.WITHDRAWAL, "2026-09-02T10:00"),), 1),
        (SEPTEMBER, "acme", (event(EventKind.WITHDRAWAL, "2026-08-31T10:00", "other"),), 1),
        (SEPTEMBER, "acme", (event(EventKind.REFUSAL, "2026-08-31T10:00", "acme", "insurance"),), 2),
        (SEPTEMBER, "acme", (event(EventKind.OBJECTION, MARCH),), 1),
        (SEPTEMBER, "acme", (event(EventKind.PURCHASE, "2026-08-31T10:00"),), 1),
    ],
)
def test_the_latest_consent(moment: str, principal: str, events: tuple[LedgerEvent, ...], ident: int) -> None:
    """The last that was given to the company and still runs, whatever its form; 0 for none."""
    for consents in ((GIVEN, OLDER, OF_ANOTHER), (OF_ANOTHER, OLDER, GIVEN)):
        found = latest_consent(Dossier(consents, events), principal, at(moment))
        assert (found.ident if found is not None else 0) == ident
