"""The rule `consent`."""

import pytest

from gatekeeper.policy import Outcome, Reason, Verdict
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.ledger import ALL_ITEMS, ConsentStanding, ConsentState, ConsentTerms
from gatekeeper.policy.needs import ConsentNeed
from gatekeeper.policy.reasons import LIFTED
from gatekeeper.policy.rules.consent import ConsentException
from tests.policy.attempts import AT, attempt, knowing

TERMS = ConsentTerms(ALL_ITEMS, proof=True, hour=True, goods=True, valid_days=365)
LIFTS = Outcome(Verdict.ALLOW, Reason.CONSENT, lifts=LIFTED, proof=7)


@pytest.mark.parametrize(
    ("exact", "state", "in_exact_slot", "opens_at", "timeless", "lifts"),
    [
        # Any consent that holds, or only one in its exact slot.
        (False, ConsentState.VALID, False, 0, False, True),
        (False, ConsentState.VALID, True, 0, False, True),
        (True, ConsentState.VALID, True, 0, False, True),
        (True, ConsentState.VALID, False, AT + 9, False, False),
        # What does not hold lifts nothing.
        *((False, state, False, 0, False, False) for state in ConsentState if state is not ConsentState.VALID),
        *((True, state, True, 0, False, False) for state in ConsentState if state is not ConsentState.VALID),
        # Whether at some time: one that will hold does.
        (False, ConsentState.TIME, False, AT + 9, False, False),
        (False, ConsentState.TIME, False, AT + 9, True, True),
        (True, ConsentState.TIME, False, AT + 9, True, True),
        (False, ConsentState.TIME, False, 0, True, False),
        (False, ConsentState.WITHDRAWN, False, 0, True, False),
    ],
)
def test_table(
    exact: bool, state: ConsentState, in_exact_slot: bool, opens_at: int, timeless: bool, lifts: bool
) -> None:
    """A consent lifts what its provision names, and says of which consent that is said."""
    rule = ConsentException(TERMS, exact)
    facts = knowing((ConsentNeed(TERMS, exact), ConsentStanding(state, 7, in_exact_slot, opens_at)))
    asked = attempt()._replace(timeless=timeless)
    assert rule(asked, facts) == (LIFTS if lifts else None)
    assert rule.cures(asked, facts) == (opens_at or NEVER)


def test_what_it_never_lifts() -> None:
    """A red list, a ban, a caller ID, a cap, an objection, a rest: whatever a provision names."""
    assert LIFTED.isdisjoint(
        {
            Reason.RED_LIST,
            Reason.SECTOR_BANNED,
            Reason.CALLER_ID,
            Reason.ATTEMPTS_CAP,
            Reason.OBJECTED,
            Reason.REST_PERIOD,
        }
    )
