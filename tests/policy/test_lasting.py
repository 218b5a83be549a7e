"""How long a consent lasts, to the second or to the end of the anniversary's day."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatekeeper.clock import DAY_US, micros_of
from gatekeeper.policy.lasting import lasts_since, lasts_until
from gatekeeper.policy.ledger import ConsentTerms
from tests.policy.attempts import moment

PARIS, BOTH = ("Europe/Paris",), ("Europe/Paris", "Indian/Reunion")
ZONES = st.sampled_from([(), PARIS, BOTH, ("America/Miquelon",), ("Pacific/Tahiti", "Pacific/Noumea")])
MOMENTS = st.integers(micros_of(datetime(2024, 1, 1, tzinfo=UTC)), micros_of(datetime(2033, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("given_", "days", "zones", "until"),
    [
        ("2026-09-01T10:00", 365, (), "2027-09-01T10:00"),
        ("2026-09-01T10:00", 365, PARIS, "2027-09-02T00:00"),
        ("2026-09-01T00:00", 365, PARIS, "2027-09-02T00:00"),
        # 29 February has an anniversary every fourth year; else its month ends.
        ("2028-02-29T10:00", 365, PARIS, "2029-03-01T00:00"),
        ("2028-02-29T10:00", 730, PARIS, "2030-03-01T00:00"),
        # A year with a leap day is a day longer than 365.
        ("2027-09-01T10:00", 365, (), "2028-08-31T10:00"),
        ("2027-09-01T10:00", 365, PARIS, "2028-09-02T00:00"),
        # In Reunion it is the next day already, and the day ends earlier.
        ("2026-09-01T10:00", 365, BOTH, "2027-09-01T22:00"),
        ("2026-09-01T23:00", 365, BOTH, "2027-09-02T00:00"),
    ],
)
def test_table(given_: str, days: int, zones: tuple[str, ...], until: str) -> None:
    """In Paris, from 10 on 1 September; where two zones are possible the earliest end counts."""
    assert lasts_until(moment(given_), days, zones) == moment(until)


@given(MOMENTS, st.sampled_from([365, 730]), ZONES, st.integers(-3 * DAY_US, 3 * DAY_US))
@example(moment("2029-02-28T12:00"), 365, PARIS, 0)
@example(moment("2029-03-01T00:00"), 365, PARIS, 0)
def test_what_divides_consents(at: int, days: int, zones: tuple[str, ...], aside: int) -> None:
    """Who is collected later holds, who is collected earlier does not: the scrub sorts by it."""
    since = lasts_since(at, days, zones)
    for collected_at in (since - 1, since + 1, since + aside):
        if collected_at != since:
            assert (lasts_until(collected_at, days, zones) > at) is (collected_at > since)
    assert (lasts_until(since, days, zones) > at) is bool(zones)


def test_days_that_are_no_years() -> None:
    """They have no anniversary."""
    with pytest.raises(ValueError, match="valid_days: 90 are no whole years"):
        ConsentTerms(frozenset(), proof=False, hour=False, goods=False, valid_days=90, anniversary=True)
