"""The rule `ban`."""

import pytest

from gatekeeper.policy import Call, Facts, Outcome, Purpose, Reason, Verdict
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.needs import CallBackNeed, ContractNeed, RequestState
from gatekeeper.policy.rules.ban import Ban
from tests.policy.attempts import REGISTER, attempt, block, knowing

CONTRACT = ContractNeed(related=True, by_subjects=False)
REQUEST = CallBackNeed(5, holidays="FR")
FOR_ALL = Ban()
BUT_CONTRACTS = Ban(contract=True, exception="X")
BUT_BOTH = Ban(contract=True, request=REQUEST, exception="X")

BANNED = block(Reason.SECTOR_BANNED)
RUNS = Outcome(Verdict.ALLOW, Reason.CONTRACT, REGISTER, ground=True, provision="X")
ASKED_FOR = Outcome(Verdict.ALLOW, Reason.CALL_BACK, ground=True, provision="X")


@pytest.mark.parametrize(
    ("rule", "purpose", "register", "request_state", "outcome"),
    [
        # A ban without an exception knows none.
        (FOR_ALL, Purpose.PROSPECTING, REGISTER, RequestState.VALID, BANNED),
        (FOR_ALL, Purpose.CALL_BACK, REGISTER, RequestState.VALID, BANNED),
        # A contract about these goods, and no request, where only that is excepted.
        (BUT_CONTRACTS, Purpose.PROSPECTING, None, RequestState.VALID, BANNED),
        (BUT_CONTRACTS, Purpose.CALL_BACK, None, RequestState.VALID, BANNED),
        (BUT_CONTRACTS, Purpose.PROSPECTING, REGISTER, RequestState.NONE, RUNS),
        # A request excepts the call that answers it, and no other one.
        (BUT_BOTH, Purpose.PROSPECTING, None, RequestState.VALID, BANNED),
        (BUT_BOTH, Purpose.CALL_BACK, None, RequestState.VALID, ASKED_FOR),
        (BUT_BOTH, Purpose.CALL_BACK, REGISTER, RequestState.VALID, RUNS),
        # Without a request the ban decides; with one that does not do, the exception says why.
        (BUT_BOTH, Purpose.CALL_BACK, None, RequestState.NONE, BANNED),
        (BUT_BOTH, Purpose.CALL_BACK, None, RequestState.OVER, BANNED._replace(provision="X")),
        (BUT_BOTH, Purpose.CALL_BACK, None, RequestState.OTHER_GOODS, BANNED._replace(provision="X")),
        (BUT_BOTH, Purpose.CALL_BACK, None, RequestState.UNPROVED, BANNED._replace(provision="X")),
    ],
)
def test_table(
    rule: Ban, purpose: Purpose, register: object, request_state: RequestState, outcome: Outcome | None
) -> None:
    """A ban blocks but for what it excepts, and time does not cure it."""
    facts = knowing((CONTRACT, register), (REQUEST, request_state))
    asked = attempt()._replace(call=Call(purpose))
    assert rule(asked, facts) == outcome
    assert rule.cures(asked, facts) == NEVER


@pytest.mark.parametrize(
    ("rule", "needs"), [(FOR_ALL, ()), (BUT_CONTRACTS, (CONTRACT,)), (BUT_BOTH, (CONTRACT, REQUEST))]
)
def test_it_asks_for_what_it_looks_at(rule: Ban, needs: tuple[object, ...]) -> None:
    """What is not excepted is not asked for; what is, and was not gathered, is an error and no way through."""
    assert rule.needs == needs
    if needs:
        with pytest.raises(LookupError):
            rule(attempt(), Facts())
