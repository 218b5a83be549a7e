"""The rule `basis`."""

import pytest

from gatekeeper.policy import Call, Hit, Outcome, Purpose, Reason, Verdict
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.ledger import ALL_ITEMS, ConsentStanding, ConsentState, ConsentTerms
from gatekeeper.policy.needs import CallBackNeed, ConsentNeed, ContractNeed, RequestState
from gatekeeper.policy.rules.basis import Basis
from tests.policy.attempts import AT, REGISTER, attempt, knowing

TERMS = ConsentTerms(ALL_ITEMS, proof=True, hour=True, goods=True, valid_days=365)
CONSENT, CONTRACT, REQUEST = ConsentNeed(TERMS), ContractNeed(related=True), CallBackNeed(5)
FLAWS = {ConsentState.TIME: "C-TIME", ConsentState.FORM: "C-FORM"}
ALL = Basis(TERMS, contract=True, request=REQUEST, flaws=FLAWS)
ONLY_CONTRACTS = Basis(contract=True)

NONE = ConsentStanding(ConsentState.NONE)
VALID = ConsentStanding(ConsentState.VALID, 7)
LATER = ConsentStanding(ConsentState.TIME, 7, opens_at=AT + 5)
OVER = ConsentStanding(ConsentState.TIME, 7)


def ground(reason: Reason, hit: Hit | None = None, proof: int = 0) -> Outcome:
    """On what a call rests."""
    return Outcome(Verdict.ALLOW, reason, hit, ground=True, proof=proof)


def refused(reason: Reason, provision: str = "", proof: int = 0) -> Outcome:
    """What the consent lacks."""
    return Outcome(Verdict.BLOCK, reason, provision=provision, proof=proof)


@pytest.mark.parametrize(
    ("standing", "register", "purpose", "state", "outcome"),
    [
        # A consent goes before a contract, and that before a request.
        (VALID, REGISTER, Purpose.CALL_BACK, RequestState.VALID, ground(Reason.CONSENT, proof=7)),
        (OVER, REGISTER, Purpose.CALL_BACK, RequestState.VALID, ground(Reason.CONTRACT, REGISTER)),
        (OVER, None, Purpose.CALL_BACK, RequestState.VALID, ground(Reason.CALL_BACK)),
        # A request is a ground of the call that answers it only, and while it holds.
        (NONE, None, Purpose.PROSPECTING, RequestState.VALID, refused(Reason.NO_BASIS)),
        (NONE, None, Purpose.CALL_BACK, RequestState.OVER, refused(Reason.NO_BASIS)),
        (NONE, None, Purpose.CALL_BACK, RequestState.OTHER_GOODS, refused(Reason.NO_BASIS)),
        (NONE, None, Purpose.CALL_BACK, RequestState.UNPROVED, refused(Reason.NO_BASIS)),
        # What is wrong with the consent is said, with the provision that it offends where the law names one.
        (NONE, None, Purpose.PROSPECTING, RequestState.NONE, refused(Reason.NO_BASIS)),
        (OVER, None, Purpose.PROSPECTING, RequestState.NONE, refused(Reason.CONSENT_TIME, "C-TIME", 7)),
        (LATER, None, Purpose.PROSPECTING, RequestState.NONE, refused(Reason.CONSENT_TIME, "C-TIME", 7)),
        (
            ConsentStanding(ConsentState.FORM, 8),
            None,
            Purpose.PROSPECTING,
            RequestState.NONE,
            refused(Reason.CONSENT_INCOMPLETE, "C-FORM", 8),
        ),
        (
            ConsentStanding(ConsentState.PROOF, 8),
            None,
            Purpose.PROSPECTING,
            RequestState.NONE,
            refused(Reason.CONSENT_UNPROVED, "", 8),
        ),
        (
            ConsentStanding(ConsentState.WITHDRAWN, 8),
            None,
            Purpose.PROSPECTING,
            RequestState.NONE,
            refused(Reason.CONSENT_WITHDRAWN, "", 8),
        ),
    ],
)
def test_table(
    standing: ConsentStanding, register: Hit | None, purpose: Purpose, state: RequestState, outcome: Outcome
) -> None:
    """Without a ground the call is blocked; with one it is allowed as far as this rule goes."""
    facts = knowing((CONSENT, standing), (CONTRACT, register), (REQUEST, state))
    assert ALL(attempt()._replace(call=Call(purpose)), facts) == outcome


@pytest.mark.parametrize(("standing", "reason"), [(LATER, Reason.CONSENT), (OVER, Reason.CONSENT_TIME)])
def test_asked_whether_at_some_time(standing: ConsentStanding, reason: Reason) -> None:
    """A consent that will hold in its slots is a ground for a call at some time; one that is over is none."""
    facts = knowing((CONSENT, standing), (CONTRACT, None), (REQUEST, RequestState.NONE))
    outcome = ALL(attempt()._replace(timeless=True), facts)
    assert outcome is not None
    assert outcome.reason is reason
    assert ALL.cures(attempt(), facts) == (standing.opens_at or NEVER)


def test_a_law_may_take_no_consent() -> None:
    """What is no basis is not asked for."""
    assert ALL.needs == (CONSENT, CONTRACT, REQUEST)
    assert ONLY_CONTRACTS.needs == (CONTRACT,)
    assert ONLY_CONTRACTS(attempt(), knowing((CONTRACT, None))) == refused(Reason.NO_BASIS)
    assert ONLY_CONTRACTS(attempt(), knowing((CONTRACT, REGISTER))) == ground(Reason.CONTRACT, REGISTER)
    assert ONLY_CONTRACTS.cures(attempt(), knowing((CONTRACT, None))) == NEVER
