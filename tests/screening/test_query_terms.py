"""What the answers of registries that are asked are worth, as tables and properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.registries.query.source import QueryOutcome, QuerySubject
from gatekeeper.registries.query.terms import KeptAnswer, QueryTerms

CLEAR, LISTED, NO_DATA = QueryOutcome.CLEAR, QueryOutcome.LISTED, QueryOutcome.NO_DATA
NUMBER, NOW = 12025550123, 1000
DAYS = [date(2026, 3, 1) + timedelta(days=place) for place in range(5)]
BOUND, PLAIN = QueryTerms(by_consent=True), QueryTerms()


def kept(outcome: QueryOutcome, day: int | None, until: int = NOW + 1) -> KeptAnswer:
    """An answer that was asked for with a day."""
    return KeptAnswer(outcome, None if day is None else DAYS[day], "", NOW - 10, until)


@pytest.mark.parametrize(
    ("answers", "wanted", "said"),
    [
        # What is not asked, or too little is known for.
        ([], 2, None),
        ([kept(CLEAR, 2)], None, NO_DATA),
        # An answer serves the dates that it speaks of.
        ([kept(CLEAR, 2)], 1, None),
        ([kept(CLEAR, 2)], 2, CLEAR),
        ([kept(CLEAR, 2)], 3, CLEAR),
        ([kept(LISTED, 2)], 1, LISTED),
        ([kept(LISTED, 2)], 2, LISTED),
        ([kept(LISTED, 2)], 3, None),
        ([kept(NO_DATA, 2)], 1, None),
        ([kept(NO_DATA, 2)], 2, NO_DATA),
        ([kept(NO_DATA, 2)], 3, None),
        # The newest that speaks counts (they are given newest first).
        ([kept(CLEAR, 2), kept(LISTED, 2)], 2, CLEAR),
        ([kept(CLEAR, 3), kept(LISTED, 1)], 1, LISTED),
        ([kept(NO_DATA, 0), kept(CLEAR, 1)], 2, CLEAR),
        # A disconnection that is known of ends what was said before it, for every date.
        ([kept(LISTED, 1), kept(CLEAR, 0)], 2, None),
        ([kept(CLEAR, 2), kept(LISTED, 1), kept(CLEAR, 0)], 2, CLEAR),
        # What is over is over, and brings nothing older back.
        ([kept(CLEAR, 2, NOW)], 2, None),
        ([kept(LISTED, 2, NOW), kept(CLEAR, 2)], 2, None),
        ([kept(NO_DATA, 2, NOW), kept(CLEAR, 2)], 2, None),
        # What was asked without a date says nothing of one.
        ([kept(CLEAR, None)], 2, None),
        ([kept(LISTED, None), kept(CLEAR, 2)], 2, None),
    ],
)
def test_answers_are_bound_to_the_date_of_consent(
    answers: list[KeptAnswer], wanted: int | None, said: QueryOutcome | None
) -> None:
    """A row is: what was answered, newest first; the date of the call's consent; what that says of the call."""
    subject = QuerySubject(NUMBER, None if wanted is None else DAYS[wanted])
    assert BOUND.outcome(answers, subject, NOW) is said


@pytest.mark.parametrize("wanted", [None, 2])
@pytest.mark.parametrize("outcome", QueryOutcome)
def test_other_answers_are_not(outcome: QueryOutcome, wanted: int | None) -> None:
    """Where a registry is not asked with a date, its answer holds for every call, and none that was asked with one."""
    subject = QuerySubject(NUMBER, None if wanted is None else DAYS[wanted])
    assert PLAIN.outcome([kept(outcome, None)], subject, NOW) is outcome
    assert PLAIN.outcome([kept(outcome, 2)], subject, NOW) is None


@pytest.mark.parametrize(
    ("asked", "wanted", "said"),
    [("US-FL", "US-FL", CLEAR), ("US-FL", "US-TX", None), ("", "US-FL", None), ("US-FL", "", NO_DATA)],
)
def test_answers_are_bound_to_the_state(asked: str, wanted: str, said: QueryOutcome | None) -> None:
    """Where a registry is asked with one."""
    answer = KeptAnswer(CLEAR, None, asked, 0, NOW + 1)
    assert QueryTerms(by_region=True).outcome([answer], QuerySubject(NUMBER, None, wanted), NOW) is said


@given(
    given_up=st.none() | st.sampled_from(DAYS),
    asked=st.lists(st.sampled_from(DAYS)),
    consent=st.sampled_from(DAYS),
)
def test_no_answer_clears_what_the_registry_would_not(given_up: date | None, asked: list[date], consent: date) -> None:
    """Of a number that was given up at some time, or never: whatever was asked before, what is made of it is true."""

    def truth(since: date) -> QueryOutcome:
        return LISTED if given_up is not None and given_up > since else CLEAR

    answers = [KeptAnswer(truth(day), day, "", 0, NOW + 1) for day in asked]
    assert BOUND.outcome(answers, QuerySubject(NUMBER, consent), NOW) in (None, truth(consent))


@given(st.lists(st.builds(kept, st.sampled_from(QueryOutcome), st.integers(0, 4), st.integers(NOW - 1, NOW + 1))))
def test_a_listing_never_clears(answers: list[KeptAnswer]) -> None:
    """One more answer that a number is listed never makes a call of one that was not to be made."""
    for day in DAYS:
        subject = QuerySubject(NUMBER, day)
        if BOUND.outcome(answers, subject, NOW) is not CLEAR:
            for place in range(5):
                assert BOUND.outcome([kept(LISTED, place), *answers], subject, NOW) is not CLEAR


@pytest.mark.parametrize(
    ("prefixes", "number", "concerned"),
    [((), 33612345678, True), (("1",), 12025550123, True), (("1",), 33612345678, False), (("1202", "33"), 1305, False)],
)
def test_prefixes(prefixes: tuple[str, ...], number: int, *, concerned: bool) -> None:
    """A registry is asked about numbers that begin with one of its prefixes; about all, without any."""
    assert QueryTerms(prefixes=prefixes).concerns(number) is concerned
