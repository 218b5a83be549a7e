"""The rule `rest`."""

import pytest

from gatekeeper.policy import Call, Purpose
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.ledger import EventKind
from gatekeeper.policy.needs import CallBackNeed, LastEvent, RequestState
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rules.rest import Rest
from gatekeeper.territory import Place
from tests.policy.attempts import PARIS, PARIS_OR_REUNION, attempt, block, knowing, moment

RULE = Rest(61)
NEED = LastEvent((EventKind.REFUSAL, EventKind.OBJECTION))


@pytest.mark.parametrize(
    ("place", "refused", "at", "first"),
    [
        # The day of the refusal and 61 days, by the callee's calendar.
        (PARIS, "2025-01-01T00:00:00", "2025-03-02T23:59:59", "2025-03-03T00:00"),
        (PARIS, "2025-01-01T23:59:59", "2025-03-02T23:59:59", "2025-03-03T00:00"),
        (PARIS, "2025-01-01T12:00:00", "2025-03-03T00:00:00", "2025-03-03T00:00"),
        # Over 29 February, and over the night in which clocks change.
        (PARIS, "2024-01-01T12:00:00", "2024-03-01T12:00:00", "2024-03-02T00:00"),
        (PARIS, "2025-03-01T12:00:00", "2025-04-30T23:59:59", "2025-05-01T00:00"),
        # Where two zones are possible: the later of the two.
        (PARIS_OR_REUNION, "2025-01-01T22:00:00", "2025-03-03T12:00:00", "2025-03-03T21:00"),
        # Nobody refused.
        (PARIS, "", "2025-03-03T00:00:00", ""),
    ],
)
def test_table(place: Place, refused: str, at: str, first: str) -> None:
    """Until the first day the call is blocked; then it is not."""
    facts = knowing((NEED, moment(refused) if refused else 0))
    asked = attempt(at=moment(at))._replace(place=place)
    begins = moment(first) if first else NEVER
    assert RULE.cures(asked, facts) == begins
    blocked = asked.at < begins < NEVER
    assert RULE(asked, facts) == (block(Reason.REST_PERIOD) if blocked else None)
    assert RULE(asked._replace(timeless=True), facts) is None
    assert RULE.needs == (NEED,)


REQUEST = CallBackNeed(5)
ASKED_SINCE = LastEvent((EventKind.CALL_BACK_REQUEST,), related=True, dated=False, after=NEED.kinds)


@pytest.mark.parametrize(
    ("purpose", "since", "state", "blocked"),
    [
        (Purpose.CALL_BACK, 1, RequestState.VALID, False),
        (Purpose.CALL_BACK, 1, RequestState.OVER, True),
        (Purpose.CALL_BACK, 0, RequestState.NONE, True),
        # The refusal ends what was asked for before it.
        (Purpose.CALL_BACK, 0, RequestState.VALID, True),
        (Purpose.PROSPECTING, 1, RequestState.VALID, True),
    ],
)
def test_who_asked_to_be_called_back_after_the_refusal_is(
    purpose: Purpose, since: int, state: RequestState, blocked: bool
) -> None:
    """Such a call may be made meanwhile, where the law says so, and no other one."""
    facts = knowing((NEED, moment("2025-01-02T12:00")), (REQUEST, state), (ASKED_SINCE, since))
    call = attempt(at=moment("2025-01-06T11:00"))._replace(place=PARIS, call=Call(purpose))
    rule = Rest(61, REQUEST)
    assert (rule(call, facts) is not None) is blocked
    assert RULE(call, facts) == block(Reason.REST_PERIOD)
    assert rule.needs == (NEED, REQUEST, ASKED_SINCE)
