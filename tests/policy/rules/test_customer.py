"""The rule `customer`."""

import pytest

from gatekeeper.policy import Hit, Outcome, Reason, Verdict
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.ledger import EventKind
from gatekeeper.policy.needs import ContractNeed, LastEvent, Need
from gatekeeper.policy.reasons import LIFTED
from gatekeeper.policy.rules.customer import Customer
from tests.policy.attempts import PARIS, PARIS_OR_REUNION, REGISTER, attempt, knowing, moment

PURCHASE, INQUIRY = LastEvent((EventKind.PURCHASE,)), LastEvent((EventKind.INQUIRY,))
RUNNING = Customer(contract=True)
BOTH = Customer(purchase_months=18, inquiry_months=3)
DAYS = Customer(purchase_months=18, inquiry_months=3, purchase_days=540, inquiry_days=90)
BOUGHT = moment("2024-08-31T12:00")
ASKED = moment("2025-11-30T12:00")


def lifts(reason: Reason, hit: Hit | None = None) -> Outcome:
    """What a customer's call is not blocked for."""
    return Outcome(Verdict.ALLOW, reason, hit, lifts=LIFTED)


@pytest.mark.parametrize(
    ("rule", "register", "bought", "inquired", "at", "outcome"),
    [
        (RUNNING, REGISTER, 0, 0, "2026-01-01T12:00", lifts(Reason.CONTRACT, REGISTER)),
        (RUNNING, None, BOUGHT, ASKED, "2026-01-01T12:00", None),
        (BOTH, REGISTER, 0, 0, "2026-01-01T12:00", None),
        # Eighteen months after 31 August are over with 28 February; three after 30 November with it, too.
        (BOTH, None, BOUGHT, 0, "2026-02-28T23:59:59", lifts(Reason.CUSTOMER)),
        (BOTH, None, BOUGHT, 0, "2026-03-01T00:00:00", None),
        (BOTH, None, 0, ASKED, "2026-02-28T23:59:59", lifts(Reason.CUSTOMER)),
        (BOTH, None, 0, ASKED, "2026-03-01T00:00:00", None),
        # 540 days after 31 August 2024 are over with 22 February, 90 after 30 November with 28 February.
        (DAYS, None, BOUGHT, 0, "2026-02-22T23:59:59", lifts(Reason.CUSTOMER)),
        (DAYS, None, BOUGHT, 0, "2026-02-23T00:00:00", None),
        (DAYS, None, 0, ASKED, "2026-02-28T23:59:59", lifts(Reason.CUSTOMER)),
        (DAYS, None, 0, moment("2025-11-29T12:00"), "2026-02-28T00:00:00", None),
        (Customer(ground=True, inquiry_months=3), None, 0, ASKED, "2026-02-28T12:00", None),
    ],
)
def test_table(
    rule: Customer, register: Hit | None, bought: int, inquired: int, at: str, outcome: Outcome | None
) -> None:
    """Who is a customer may be called, and no longer than the law says."""
    if rule.ground:
        outcome = Outcome(Verdict.ALLOW, Reason.CUSTOMER, ground=True)
    facts = knowing((ContractNeed(related=True), register), (PURCHASE, bought), (INQUIRY, inquired))
    asked = attempt(at=moment(at))._replace(place=PARIS)
    assert rule(asked, facts) == outcome
    assert rule.cures(asked, facts) == NEVER


def test_the_time_ends_where_it_ends_first() -> None:
    """Where two zones are possible, it must not be over in either: Reunion's day ends before that of Paris."""
    at = moment("2026-03-01T00:00", "Indian/Reunion")
    facts = knowing((PURCHASE, BOUGHT), (INQUIRY, 0))
    assert BOTH(attempt(at=at)._replace(place=PARIS), facts) is not None
    assert BOTH(attempt(at=at)._replace(place=PARIS_OR_REUNION), facts) is None
    assert BOTH(attempt(at=at - 1)._replace(place=PARIS_OR_REUNION), facts) is not None


@pytest.mark.parametrize(
    ("rule", "needs"),
    [
        (Customer(), ()),
        (RUNNING, (ContractNeed(related=True),)),
        (Customer(contract=True, related=False, ended_days=9), (ContractNeed(related=False, ended_days=9),)),
        (BOTH, (PURCHASE, INQUIRY)),
    ],
)
def test_it_asks_for_what_it_looks_at(rule: Customer, needs: tuple[Need, ...]) -> None:
    """By its parameters."""
    assert rule.needs == needs
