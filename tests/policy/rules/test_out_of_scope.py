"""The rule `out_of_scope`."""

import pytest

from gatekeeper.law import find_profile
from gatekeeper.policy import NO_FACTS, Call, CalleeKind, Outcome, Purpose, Reason, Verdict
from gatekeeper.policy.rules.out_of_scope import OutOfScope
from tests.policy.attempts import EVERYTHING, attempt

(FRENCH,) = (
    one.provision.rule
    for one in find_profile("fr").provisions
    if one.provision is not None and isinstance(one.provision.rule, OutOfScope)
)
BOUND = {Purpose.PROSPECTING, Purpose.RUNNING_CONTRACT, Purpose.CALL_BACK, Purpose.PRESS}
OUTSIDE = Outcome(Verdict.ALLOW, Reason.OUT_OF_SCOPE, ground=True)


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("callee", list(CalleeKind))
def test_table(purpose: Purpose, callee: CalleeKind) -> None:
    """A purpose or a callee outside of the law is the ground of the call, whatever is known."""
    asked = attempt()._replace(call=Call(purpose, callee=callee))
    bound = purpose in BOUND and callee is CalleeKind.CONSUMER
    for facts in (NO_FACTS, EVERYTHING):
        assert FRENCH(asked, facts) == (None if bound else OUTSIDE)


def test_a_law_may_protect_everybody() -> None:
    """Without a word on callees all are protected."""
    rule = OutOfScope(frozenset({Purpose.PROSPECTING}))
    assert rule(attempt()._replace(call=Call(callee=CalleeKind.BUSINESS)), NO_FACTS) is None
