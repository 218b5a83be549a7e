"""The rule `forbidden`."""

import pytest

from gatekeeper.policy import NO_FACTS, Facts, Reason
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.rules.forbidden import Forbidden
from tests.policy.attempts import EVERYTHING, attempt, block


@pytest.mark.parametrize("facts", [NO_FACTS, EVERYTHING])
@pytest.mark.parametrize("reason", [Reason.SECTOR_BANNED, Reason.LAW_UNKNOWN])
def test_table(facts: Facts, reason: Reason) -> None:
    """Every call is blocked for the reason that the law gives, at any time and whatever is known."""
    rule = Forbidden(reason)
    for asked in (attempt(), attempt()._replace(timeless=True)):
        assert rule(asked, facts) == block(reason)
        assert rule.cures(asked, facts) == NEVER
    assert Forbidden().reason is Reason.SECTOR_BANNED
