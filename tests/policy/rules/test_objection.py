"""The rule `objection`."""

from datetime import date

import pytest

from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.ledger import ALL_ITEMS, ConsentTerms, EventKind
from gatekeeper.policy.needs import LastEvent
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rules.objection import Objection
from tests.policy.attempts import AT, attempt, block, knowing

TERMS = ConsentTerms(ALL_ITEMS, proof=True, hour=True, goods=True, valid_days=365)
KINDS = (EventKind.OBJECTION, EventKind.REFUSAL)
DAY = date(2026, 6, 12)


@pytest.mark.parametrize(
    ("rule", "need"),
    [
        (Objection(), LastEvent((EventKind.OBJECTION,), dated=False)),
        (Objection(KINDS, TERMS), LastEvent(KINDS, TERMS, dated=False)),
        (Objection(KINDS, TERMS, DAY), LastEvent(KINDS, TERMS, DAY, dated=False)),
    ],
)
@pytest.mark.parametrize(("objected", "timeless"), [(0, False), (AT - 1, False), (AT - 1, True), (1, False)])
def test_table(rule: Objection, need: LastEvent, objected: int, timeless: bool) -> None:
    """Who objected is not called, whenever that was; it asks by its parameters, and time does not cure it."""
    assert rule.needs == (need,)
    facts = knowing((need, objected))
    asked = attempt()._replace(timeless=timeless)
    assert rule(asked, facts) == (block(Reason.OBJECTED) if objected else None)
    assert rule.cures(asked, facts) == NEVER
