"""The rule `registry`."""

import pytest

from gatekeeper.policy import Outcome, Reason, Verdict
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.needs import NO_REGISTRY, RegistryNeed, RegistryStanding
from gatekeeper.policy.rules.registry import Registry
from tests.policy.attempts import BLOCTEL, TPS, attempt, block, knowing

RULE = Registry("bloctel", 30)
NEED = RegistryNeed("bloctel", 30)


@pytest.mark.parametrize(
    ("standing", "outcome"),
    [
        (RegistryStanding(clear=BLOCTEL), Outcome(Verdict.ALLOW, Reason.CLEAR, BLOCTEL, ground=True)),
        (RegistryStanding(listed=BLOCTEL), block(Reason.LISTED, BLOCTEL)),
        (RegistryStanding(stale=BLOCTEL), block(Reason.LIST_STALE, BLOCTEL)),
        (RegistryStanding(unscrubbed=BLOCTEL), block(Reason.NOT_SCRUBBED, BLOCTEL)),
        # A number that even an old list holds is reported as listed; an old list goes before one that is silent.
        (RegistryStanding(BLOCTEL, TPS, TPS), block(Reason.LISTED, BLOCTEL)),
        (RegistryStanding(stale=BLOCTEL, unscrubbed=TPS), block(Reason.LIST_STALE, BLOCTEL)),
        # Without a list of this registry nothing says that the number may be called.
        (NO_REGISTRY, block(Reason.NOT_SCRUBBED)),
    ],
)
def test_table(standing: RegistryStanding, outcome: Outcome) -> None:
    """Only a number by which the list may be called passes, and that is the ground."""
    facts = knowing((NEED, standing))
    assert RULE(attempt(), facts) == outcome
    assert RULE.cures(attempt(), facts) == NEVER
    assert RULE.needs == (NEED,)
    assert Registry("tps").needs == (RegistryNeed("tps"),)
