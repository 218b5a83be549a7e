"""The boundaries of the French law, by the second, in every zone of France."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from gatekeeper.clock import DAY_US, SECOND_US
from gatekeeper.policy import Reason
from gatekeeper.policy.ledger import Dossier, EventKind
from tests.law.france import CUSTOMER, Site, consent, event, question
from tests.policy.attempts import moment

NUMBERS = {
    "Europe/Paris": 33_140_000_001,
    "Indian/Reunion": 262_262_123_456,
    "Indian/Mayotte": 262_269_612_345,
    "America/Guadeloupe": 590_590_123_456,
    "America/Martinique": 596_596_301_234,
    "America/Cayenne": 594_594_123_456,
    "America/Miquelon": 508_411_234,
    "Pacific/Noumea": 687_251_234,
    "Pacific/Tahiti": 689_40_412_345,
    "Pacific/Wallis": 681_721_234,
}
"""A number in every zone of France."""

OPEN, HOURS, DAY = Reason.CONSENT, Reason.CALL_HOURS, Reason.CALL_DAY
ZONES = pytest.mark.parametrize("zone", NUMBERS)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all."""
    with closing(Site(tmp_path_factory.mktemp("boundaries"))) as one:
        yield one


def reason(site: Site, zone: str, at: int) -> Reason:
    """Why a consumer of this zone may be called, or may not."""
    return site.screening.find(question("c0", NUMBERS[zone]), at).decision.reason


@ZONES
@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-25T09:59:59", HOURS),
        ("2026-11-25T10:00:00", OPEN),
        ("2026-11-25T12:59:59", OPEN),
        ("2026-11-25T13:00:00", HOURS),
        ("2026-11-25T13:59:59", HOURS),
        ("2026-11-25T14:00:00", OPEN),
        # A call that begins in the last second is judged at its start.
        ("2026-11-25T19:59:59", OPEN),
        ("2026-11-25T20:00:00", HOURS),
        # Days: the last second of Friday's hours, Saturday, Sunday night, a holiday; 29 February is a day like others.
        ("2026-11-27T19:59:59", OPEN),
        ("2026-11-28T10:00:00", DAY),
        ("2026-11-29T23:59:59", DAY),
        ("2026-11-30T00:00:00", HOURS),
        ("2026-11-11T10:00:00", DAY),
        ("2027-03-29T10:00:00", DAY),
        ("2028-02-29T10:00:00", OPEN),
        ("2028-02-28T20:00:00", HOURS),
        # The working days beside the nights in which clocks change in Paris and in Miquelon.
        ("2027-03-26T19:59:59", OPEN),
        ("2027-03-30T10:00:00", OPEN),
        ("2026-10-23T19:59:59", OPEN),
        ("2026-10-26T09:59:59", HOURS),
        ("2026-10-26T10:00:00", OPEN),
        ("2026-03-09T09:59:59", Reason.NOT_SCRUBBED),
        ("2027-03-15T09:59:59", HOURS),
        ("2027-03-15T10:00:00", OPEN),
    ],
)
def test_hours_and_days_by_the_callees_clock(site: Site, zone: str, at: str, expected: Reason) -> None:
    """From 10 to 13 and from 14 to 20, Monday to Friday, and on no holiday, wherever in France."""
    when = moment(at, zone)
    site.knows(Dossier((consent(when - 30 * DAY_US),), ()))
    assert reason(site, zone, when) is expected


@ZONES
@pytest.mark.parametrize(("seconds", "expected"), [(-1, Reason.NOT_SCRUBBED), (0, HOURS)])
def test_the_last_and_the_first_day_of_a_regime(site: Site, zone: str, seconds: int, expected: Reason) -> None:
    """On 10 August 2026 the list decides, on the 11th the consent, from midnight on where the consumer is."""
    when = moment("2026-08-11T00:00", zone) + seconds * SECOND_US
    site.knows(Dossier((consent(when - 30 * DAY_US),), ()))
    assert reason(site, zone, when) is expected


@ZONES
@pytest.mark.parametrize(
    ("collected", "over"), [("2026-11-25T11:00", 0), ("2027-03-01T11:00", 1), ("2028-02-29T11:00", 1)]
)
def test_the_365th_day_of_a_consent(site: Site, zone: str, collected: str, over: int) -> None:
    """It holds for 365 days to the second: in a leap year it ends a date earlier."""
    given = moment(collected, zone)
    site.knows(Dossier((consent(given),), ()))
    ends = given + 365 * DAY_US
    year, rest = int(collected[:4]) + 1, collected[4:].replace("02-29", "03-01")
    assert ends == moment(f"{year}{rest}", zone) - over * DAY_US
    assert reason(site, zone, ends) is Reason.CONSENT_TIME
    assert reason(site, zone, ends - SECOND_US) in (OPEN, DAY)
    assert reason(site, zone, given) is OPEN
    assert reason(site, zone, given - 1) is Reason.CONSENT_TIME


@ZONES
@pytest.mark.parametrize(
    ("first", "at", "capped"),
    [
        # Four in thirty dates, that of the call included.
        ("2026-10-27T00:00:00", "2026-11-25T11:00", True),
        ("2026-10-26T23:59:59", "2026-11-25T11:00", False),
        # Over 29 February, and over the nights in which clocks change.
        ("2028-02-10T00:00:00", "2028-03-10T11:00", True),
        ("2028-02-09T23:59:59", "2028-03-10T11:00", False),
        ("2027-03-08T00:00:00", "2027-04-06T11:00", True),
        ("2027-03-07T23:59:59", "2027-04-06T11:00", False),
    ],
)
def test_the_fifth_attempt(site: Site, zone: str, first: str, at: str, capped: bool) -> None:
    """By the dates of the consumer's calendar, not by hours."""
    when = moment(at, zone)
    made = [moment(first, zone), *(when - day * DAY_US for day in (1, 2, 3))]
    site.knows(Dossier((consent(when - 30 * DAY_US),), ()), made)
    assert (reason(site, zone, when) is Reason.ATTEMPTS_CAP) is capped
    if capped:
        found = site.screening.find(question("c0", NUMBERS[zone]), when)
        told = site.screening.with_retry(question("c0", NUMBERS[zone]), found).decision.retry_at
        assert told > when
        site.knows(Dossier((consent(when - 30 * DAY_US),), ()), made)
        assert reason(site, zone, told) is OPEN


def test_the_rest_after_a_refusal_becomes_permanent(site: Site) -> None:
    """A refusal whose sixty days reach over the change is an objection from then on, a contract notwithstanding."""
    refused = moment("2026-06-12T11:00")
    site.knows(Dossier((), (event(EventKind.REFUSAL, refused),)))
    asked = question("c6", CUSTOMER)
    at = moment("2026-08-10T11:00")
    assert site.screening.find(asked, at).decision.reason is Reason.REST_PERIOD
    assert site.screening.find(asked, moment("2026-08-13T11:00")).decision.reason is Reason.OBJECTED
    site.knows(Dossier((), (event(EventKind.REFUSAL, refused - 13 * 3_600 * SECOND_US),)))
    assert site.screening.find(asked, moment("2026-08-13T11:00")).decision.reason is Reason.CONTRACT
