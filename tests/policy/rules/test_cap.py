"""The rule `cap`."""

import pytest

from gatekeeper.policy import Call, Chain, Provision, Purpose
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.needs import AttemptsNeed, AttemptsStanding, CallBackNeed, RequestState
from gatekeeper.policy.provision import Scope
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rules.cap import Cap
from gatekeeper.policy.windows import Window
from tests.policy.attempts import AT, attempt, block, knowing

RULE = Cap(4, Window(days=30))
REQUEST = CallBackNeed(5, holidays="FR")
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
        (Cap(1, Window(days=7), by_number=True), AttemptsNeed(1, Window(days=7), by_number=True)),
        (Cap(1, Window(days=7), by_person=True), AttemptsNeed(1, Window(days=7), by_person=True)),
        (Cap(1, Window(days=7), groups=(("a", "b"),)), AttemptsNeed(1, Window(days=7), groups=(("a", "b"),))),
    ],
)
def test_it_asks_by_its_parameters(rule: Cap, need: AttemptsNeed) -> None:
    """Each cap counts by what its law says."""
    assert rule.needs == (need,)


@pytest.mark.parametrize("purpose", [Purpose.CALL_BACK, Purpose.PROSPECTING])
@pytest.mark.parametrize("state", RequestState)
def test_a_call_that_was_asked_for(purpose: Purpose, state: RequestState) -> None:
    """It is neither capped nor counted while the request holds; any other one is both, whatever it is called."""
    rule = Cap(4, Window(days=30), request=REQUEST)
    facts = knowing((rule.need, AttemptsStanding(4, AT + 1)), (REQUEST, state))
    asked = attempt()._replace(call=Call(purpose))
    spared = purpose is Purpose.CALL_BACK and state is RequestState.VALID
    assert rule(asked, facts) == (None if spared else CAPPED)
    for chain in (Chain([Provision(rule)]), Chain([Provision(rule, scope=Scope(frozenset(Purpose)))])):
        assert chain.counts(asked, facts) is not spared
    assert Chain([Provision(RULE)]).counts(asked, facts)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_cap_lets_one_call_by(limit: int) -> None:
    """A cap that lets no call by would be found at the first call: it is refused where it is read."""
    with pytest.raises(ValueError, match="at least one call"):
        Cap(limit, Window(days=30))
