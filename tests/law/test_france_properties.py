"""What holds of every decision under the French law, whatever is known and whenever it is asked."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.clock import DAY_US, HOUR_US, SECOND_US
from gatekeeper.policy import Reason, Verdict, calendar
from gatekeeper.policy.ledger import ALL_ITEMS, Consent, ConsentItem, Dossier, EventKind, LedgerEvent, Slot
from gatekeeper.policy.needs import ConsentNeed
from gatekeeper.screening import Question
from gatekeeper.screening.bulk import BulkScreening
from tests.law.france import (
    CAMPAIGNS,
    CUSTOMER,
    GOODS,
    LISTED,
    MOBILE,
    PLAIN,
    RED,
    Site,
    consent,
    event,
    question,
)
from tests.policy.attempts import moment

MINUTE_US = 60 * SECOND_US
OBJECTING = (EventKind.OBJECTION, EventKind.REFUSAL, EventKind.WITHDRAWAL)
quiet = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all: each example says anew what it knows."""
    with closing(Site(tmp_path_factory.mktemp("france"))) as one:
        yield one


days = st.sampled_from(
    ["2023-02-28", "2023-03-01", "2025-07-02", "2026-08-10", "2026-08-11", "2026-11-10", *["2026-11-25"] * 5]
)
hours = st.sampled_from(["09:59:59", "10:00", "12:59:59", "13:30", *["15:00:30"] * 6, "19:59:59", "20:00", "23:30"])
moments = st.builds(lambda day, hour: moment(f"{day}T{hour}"), days, hours)
names = st.sampled_from(sorted(CAMPAIGNS))
goods = st.sampled_from(sorted(GOODS))
kinds = st.sampled_from(list(EventKind))
ages = st.one_of(st.integers(0, 20 * DAY_US), st.integers(0, 400 * DAY_US), st.just(365 * DAY_US), st.just(0))
slots = st.integers(1, 127).map(lambda weekdays: Slot(weekdays, 9 * 60, 12 * 60)) | st.builds(
    lambda ahead, begins: Slot(0, begins, begins + 90, date(2026, 11, 25).toordinal() + ahead, True),
    st.integers(0, 8),
    st.sampled_from([8 * 60, 13 * 60, 20 * 60 + 30]),
)
incomplete = st.sampled_from([*[ALL_ITEMS] * 7, frozenset({ConsentItem.ACT})])


@st.composite
def consents(draw: st.DrawFn, at: int) -> Consent:
    """A consent given before a moment."""
    collected = at - draw(ages)
    return consent(
        collected,
        draw(st.lists(goods, min_size=1, max_size=3)),
        ident=draw(st.integers(1, 9)),
        until=draw(st.just(0) | st.integers(1, 300).map(lambda day: collected + day * DAY_US)),
        slots=draw(st.just([]) | st.lists(slots, max_size=2)),
        items=draw(incomplete),
        proved=draw(st.sampled_from([*[True] * 7, False])),
        robot=draw(st.booleans()),
    )


@st.composite
def events(draw: st.DrawFn, at: int, of: Sequence[EventKind] = tuple(EventKind)) -> LedgerEvent:
    """What happened before a moment."""
    return event(draw(st.sampled_from(of)), at - draw(ages), draw(st.just("") | goods), ident=draw(st.integers(1, 9)))


@st.composite
def known(draw: st.DrawFn) -> tuple[int, Dossier, list[int]]:
    """A moment, and what is known of everybody then."""
    at = draw(moments)
    held = Dossier(tuple(draw(st.lists(consents(at), max_size=3))), tuple(draw(st.lists(events(at), max_size=2))))
    return at, held, draw(st.lists(ages.map(lambda age: at - age), max_size=5))


def verdict(site: Site, asked: Question, at: int) -> Verdict:
    """What is decided."""
    return site.screening.find(asked, at).decision.verdict


@quiet
@given(known(), names, st.sampled_from([PLAIN, LISTED, RED, CUSTOMER]), st.booleans(), st.data())
def test_what_speaks_against_a_call_never_allows_it(
    site: Site, knowledge: tuple[int, Dossier, list[int]], name: str, number: int, timeless: bool, data: st.DataObject
) -> None:
    """An objection, a refusal, a withdrawal, an attempt or a listing more turns no block into an allow."""
    at, held, made = knowledge
    asked = question(name, number, timeless=timeless)
    site.knows(held, made)
    if verdict(site, asked, at) is Verdict.ALLOW:
        assert number != RED
        assert (
            verdict(site, question(name, PLAIN if number == LISTED else number, timeless=timeless), at) is Verdict.ALLOW
        )
        return
    against = data.draw(events(at, OBJECTING))
    site.knows(held._replace(events=(*held.events, against)), made)
    assert verdict(site, asked, at) is Verdict.BLOCK
    site.knows(held, [*made, at - data.draw(ages)])
    assert verdict(site, asked, at) is Verdict.BLOCK


@quiet
@given(known(), names.filter(lambda name: CAMPAIGNS[name].purpose != "callback"), st.data())
def test_a_holiday_more_never_allows(
    site: Site, knowledge: tuple[int, Dossier, list[int]], name: str, data: st.DataObject
) -> None:
    """But for requests to be called back, which a holiday makes hold longer: it is no working day."""
    at, held, made = knowledge
    site.knows(held, made)
    blocked = verdict(site, question(name), at) is Verdict.BLOCK
    day = calendar.local_day(at, "Europe/Paris") + data.draw(st.integers(-1, 1))
    with pytest.MonkeyPatch.context() as patch:
        ordinary = calendar.holidays_of
        patch.setattr(calendar, "holidays_of", lambda where, year: ordinary(where, year) | {day})
        if blocked:
            assert verdict(site, question(name), at) is Verdict.BLOCK


@quiet
@given(known(), names, st.data())
def test_what_a_consent_never_lifts(
    site: Site, knowledge: tuple[int, Dossier, list[int]], name: str, data: st.DataObject
) -> None:
    """A red list, an objection of the same time or later, a banned sector, the rules on caller IDs, the cap."""
    at, held, made = knowledge
    given_now = data.draw(consents(at))
    more = held._replace(consents=(*held.consents, given_now))
    site.knows(more, made)
    assert verdict(site, question(name, RED), at) is Verdict.BLOCK
    assert verdict(site, question(name, caller_id=MOBILE), at) is Verdict.BLOCK or at < moment("2023-01-01T00:00")
    assert verdict(site, question(name, caller_id="anonymous"), at) is Verdict.BLOCK
    site.knows(held, made)
    before = site.screening.find(question(name), at).decision
    site.knows(more, made)
    if before.reason in (Reason.SECTOR_BANNED, Reason.ATTEMPTS_CAP, Reason.CALLER_ID):
        assert verdict(site, question(name), at) is Verdict.BLOCK
    objection = event(
        EventKind.OBJECTION, data.draw(st.integers(given_now.collected_at, at)), data.draw(st.just("") | goods)
    )
    objected = held._replace(events=(*held.events, objection))
    site.knows(objected, made)
    if verdict(site, question(name), at) is Verdict.BLOCK:
        site.knows(objected._replace(consents=more.consents), made)
        assert verdict(site, question(name), at) is Verdict.BLOCK


@quiet
@given(known(), names, st.booleans())
def test_one_number_and_many_alike_and_twice_the_same(
    site: Site, knowledge: tuple[int, Dossier, list[int]], name: str, timeless: bool
) -> None:
    """The scrub's premise; and what is decided does not depend on what was asked before."""
    at, held, made = knowledge
    site.knows(held, made)
    numbers = [PLAIN, RED, LISTED, CUSTOMER, 262_692_123_456, 590_690_123_456, 689_87_123_456, 33_133_000_001]
    alone = [site.screening.find(question(name, number, timeless=timeless), at) for number in numbers]
    many = BulkScreening(site.screening, question(name, timeless=timeless), at)
    codes = many.numbers(np.array(numbers, np.int64)).tolist()
    assert [many.decisions[code] for code in codes] == [one.decision for one in alone]
    for one in alone:
        assert site.screening.find(question(name, one.number.e164, timeless=timeless), at) == one
        deciding = [step for step in site.screening.explain(one) if step.decides]
        assert [step.rule for step in deciding] == ([one.decision.rule] if one.decision.rule != "default" else [])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(known(), names, st.sampled_from([PLAIN, CUSTOMER, 262_692_123_456]))
def test_when_it_may_be_placed(site: Site, knowledge: tuple[int, Dossier, list[int]], name: str, number: int) -> None:
    """What is told is allowed, and no full minute before it is: by the minute for a day, then by the hour."""
    at, held, made = knowledge
    site.knows(held, made)
    number = CUSTOMER if name == "c6" else number
    asked = question(name, number)
    found = site.screening.find(asked, at)
    told = site.screening.with_retry(asked, found).decision.retry_at
    if found.decision.verdict is Verdict.ALLOW:
        assert told == 0
        return
    assert told % MINUTE_US == 0
    assert not told or verdict(site, asked, told) is Verdict.ALLOW
    minutes = range(-(-at // MINUTE_US) * MINUTE_US, min(told or at + DAY_US, at + DAY_US), MINUTE_US)
    before = [*range(max(at, told - 2 * HOUR_US) // MINUTE_US * MINUTE_US + MINUTE_US, told, MINUTE_US)]
    steps = range(at // HOUR_US * HOUR_US + HOUR_US, told or at + 40 * DAY_US, HOUR_US)
    assert all(verdict(site, asked, one) is Verdict.BLOCK for one in (*minutes, *before, *steps) if one > at)


def test_more_grounds_than_sixteen_bits_count(site: Site) -> None:
    """Each consent is a ground of its own, and a scrub of many consumers has as many decisions."""
    numbers = np.arange(33_612_000_000, 33_612_000_000 + 33_000)
    at = moment("2026-11-25T11:00")

    class Each:
        """A ledger with a consent of each."""

        def refresh(self) -> bool:
            return False

        def dossier(self, number: int, _contact: str = "", **_more: object) -> Dossier:
            return Dossier((consent(at - DAY_US, ident=number - 33_611_999_999),), ())

    facts = site.screening.gatherer.sources[ConsentNeed]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facts, "_ledger", Each())
        site.knows(Dossier((), ()))
        many = BulkScreening(site.screening, question("c0"), at)
        codes = many.numbers(numbers)
    assert [many.decisions[code].proof for code in codes[[0, 32_767, 32_768, -1]].tolist()] == [
        1,
        32_768,
        32_769,
        33_000,
    ]
