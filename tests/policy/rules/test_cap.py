"""The rule `cap`."""

import pytest

from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.needs import AttemptsNeed, AttemptsStanding
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rules.cap import Cap
from gatekeeper.policy.windows import Window
from tests.policy.attempts import AT, attempt, block, knowing

RULE = Cap(4, Window(days=30))
CAPPED = block(Reason.ATTEMPTS_CAP)


@pytest.mark.parametrize(
    ("made", "free_at", "timeless", "blocks"),
    [
        (0, 0, False, False),
        (3, 0, False, False),
        (4, AT + 1, False, True),
        (9, AT + 99, False, True),
        # Whether at some time: the window ends.
        (4, AT + 1, True, False),
    ],
)
def test_table(made: int, free_at: int, timeless: bool, blocks: bool) -> None:
    """The attempt that would be one too many is blocked until one of the others is out of the window."""
    facts = knowing((RULE.need, AttemptsStanding(made, free_at)))
    asked = attempt()._replace(timeless=timeless)
    assert RULE(asked, facts) == (CAPPED if blocks else None)
    assert RULE.cures(asked, facts) == (free_at or NEVER)


@pytest.mark.parametrize(
    ("rule", "need"),
    [
        (RULE, AttemptsNeed(4, Window(days=30))),
        (Cap(3, Window(hours=24), by_subject=True), AttemptsNeed(3, Window(hours=24), by_subject=True)),
        (Cap(1, Window(days=7), by_principal=False), AttemptsNeed(1, Window(days=7), by_principal=False)),
    ],
)
def test_it_asks_by_its_parameters(rule: Cap, need: AttemptsNeed) -> None:
    """Each cap counts by what its law says."""
    assert rule.needs == (need,)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_cap_lets_one_call_by(limit: int) -> None:
    """A cap that lets no call by would be found at the first call: it is refused where it is read."""
    with pytest.raises(ValueError, match="at least one call"):
        Cap(limit, Window(days=30))
