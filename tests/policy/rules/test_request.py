"""The rule `request`."""

import pytest

from gatekeeper.policy import Call, Facts, Outcome, Purpose, Reason, Verdict
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.needs import CallBackNeed, RequestState
from gatekeeper.policy.reasons import LIFTED
from gatekeeper.policy.rules.request import RequestException
from tests.policy.attempts import attempt, knowing

TERMS = CallBackNeed(5, holidays="FR")
LIFTS = Outcome(Verdict.ALLOW, Reason.CALL_BACK, lifts=LIFTED)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("state", RequestState)
def test_table(purpose: Purpose, state: RequestState) -> None:
    """A request that holds lifts for the call that answers it, and for no other one; time brings none."""
    asked, facts = attempt()._replace(call=Call(purpose)), knowing((TERMS, state))
    holds = purpose is Purpose.CALL_BACK and state is RequestState.VALID
    assert RequestException(TERMS)(asked, facts) == (LIFTS if holds else None)
    assert RequestException(TERMS).cures(asked, facts) == NEVER
    assert RequestException()(asked, facts) is None


def test_it_asks_for_what_it_looks_at() -> None:
    """What was not gathered is an error and no way through; what no request lifts needs none."""
    assert RequestException(TERMS).needs == (TERMS,)
    assert RequestException().needs == ()
    with pytest.raises(LookupError):
        RequestException(TERMS)(attempt()._replace(call=Call(Purpose.CALL_BACK)), Facts())
