"""The rule `rest`."""

import pytest

from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.ledger import EventKind
from gatekeeper.policy.needs import LastEvent
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
