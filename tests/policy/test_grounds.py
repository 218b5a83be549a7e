"""A chain of provisions: scopes, grounds, what lifts what, shadow, cures, and how it is explained."""

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.policy import (
    NO_FACTS,
    Attempt,
    Call,
    CalleeKind,
    Chain,
    DialMode,
    Facts,
    Outcome,
    Provision,
    Purpose,
    Reason,
    Rule,
    Scope,
    Verdict,
    WouldBlock,
)
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.reasons import LIFTED
from tests.policy.attempts import AT, INDIAN_OCEAN, PARIS, attempt


@dataclass(frozen=True)
class Says(Rule):
    """A rule that says what the test wants."""

    name: ClassVar[str] = "says"
    outcome: Outcome | None
    cured_at: int = NEVER

    def __call__(self, _attempt: Attempt, _facts: Facts, /) -> Outcome | None:
        return self.outcome

    def cures(self, _attempt: Attempt, _facts: Facts, /) -> int:
        return self.cured_at


def provision(
    ident: str, outcome: Outcome | None, cured_at: int = NEVER, *lifts: str, shadow: bool = False
) -> Provision:
    """A provision that says what the test wants."""
    return Provision(Says(outcome, cured_at), f"article {ident}", id=ident, lifts=frozenset(lifts), shadow=shadow)


LISTED = Outcome(Verdict.BLOCK, Reason.LISTED)
HOURS = Outcome(Verdict.BLOCK, Reason.CALL_HOURS)
BANNED = Outcome(Verdict.BLOCK, Reason.SECTOR_BANNED)
CONTRACT = Outcome(Verdict.ALLOW, Reason.CONTRACT, ground=True)
PRESS = Outcome(Verdict.ALLOW, Reason.PERMITTED, ground=True)
LIFTS = Outcome(Verdict.ALLOW, Reason.CONSENT, lifts=LIFTED, proof=7)
FINAL = Outcome(Verdict.ALLOW, Reason.CLEAR)

LIST, OPEN, BAN = provision("LIST", LISTED, AT + 9), provision("HOURS", HOURS, AT + 5), provision("BAN", BANNED)
GROUND, OTHER_GROUND = provision("GROUND", CONTRACT), provision("PRESS", PRESS)
X_HOURS = provision("X-HOURS", LIFTS, NEVER, "HOURS")
X_LIST = provision("X-LIST", LIFTS, NEVER, "LIST")
X_ALL = provision("X-ALL", LIFTS)
NOT_YET = provision("X-HOURS", None, AT + 3, "HOURS")
SHADOWED = replace(OPEN, shadow=True)


@pytest.mark.parametrize(
    ("provisions", "verdict", "provision_id", "would", "cures"),
    [
        ([], Verdict.ALLOW, "", "", NEVER),
        # The first ground is the call's; a block behind it stands.
        ([GROUND, OTHER_GROUND], Verdict.ALLOW, "GROUND", "", NEVER),
        ([GROUND, OPEN], Verdict.BLOCK, "HOURS", "", AT + 5),
        ([OPEN, GROUND], Verdict.BLOCK, "HOURS", "", AT + 5),
        # The first block decides, and says when it may be looked again.
        ([LIST, OPEN], Verdict.BLOCK, "LIST", "", AT + 9),
        ([BAN, OPEN], Verdict.BLOCK, "BAN", "", NEVER),
        # What lifts, lifts what its provision names, where that stands behind it.
        ([X_HOURS, GROUND, OPEN], Verdict.ALLOW, "X-HOURS", "", NEVER),
        ([X_HOURS, OPEN, LIST], Verdict.BLOCK, "LIST", "", AT + 9),
        ([OPEN, X_HOURS], Verdict.BLOCK, "HOURS", "", AT + 5),
        ([X_LIST, OPEN], Verdict.BLOCK, "HOURS", "", AT + 5),
        ([X_LIST, X_HOURS, OPEN, LIST], Verdict.ALLOW, "X-HOURS", "", NEVER),
        ([X_ALL, OPEN, LIST], Verdict.ALLOW, "X-ALL", "", NEVER),
        ([X_ALL, BAN], Verdict.BLOCK, "BAN", "", NEVER),
        ([X_ALL, replace(OPEN, required=True)], Verdict.BLOCK, "HOURS", "", AT + 5),
        # With nothing to lift it says nothing.
        ([X_HOURS, GROUND], Verdict.ALLOW, "GROUND", "", NEVER),
        ([X_HOURS], Verdict.ALLOW, "", "", NEVER),
        # What may lift later, cures.
        ([NOT_YET, OPEN], Verdict.BLOCK, "HOURS", "", AT + 3),
        ([NOT_YET, LIST], Verdict.BLOCK, "LIST", "", AT + 9),
        # In shadow a block is told and does not decide; the first is told. What is required knows no shadow.
        ([SHADOWED], Verdict.ALLOW, "", "HOURS", NEVER),
        ([SHADOWED, GROUND], Verdict.ALLOW, "GROUND", "HOURS", NEVER),
        ([SHADOWED, LIST], Verdict.BLOCK, "LIST", "HOURS", AT + 9),
        ([replace(LIST, shadow=True), SHADOWED], Verdict.ALLOW, "", "LIST", NEVER),
        ([X_HOURS, SHADOWED], Verdict.ALLOW, "X-HOURS", "", NEVER),
        ([replace(OPEN, shadow=True, required=True)], Verdict.BLOCK, "HOURS", "", AT + 5),
        # An outcome that allows and is no ground ends it.
        ([provision("END", FINAL), LIST], Verdict.ALLOW, "END", "", NEVER),
        ([LIST, provision("END", FINAL)], Verdict.BLOCK, "LIST", "", AT + 9),
    ],
)
def test_table(provisions: list[Provision], verdict: Verdict, provision_id: str, would: str, cures: int) -> None:
    """Which provision decides, what a shadow would have blocked, and until when a block stands."""
    chain = Chain(provisions)
    decision = chain.decide(attempt(), NO_FACTS)
    assert (decision.verdict, decision.provision) == (verdict, provision_id)
    assert decision.basis == (f"article {provision_id}" if provision_id else "")
    assert (decision.would_block.provision if decision.would_block else "") == would
    if verdict is Verdict.BLOCK:
        assert chain.cures(attempt(), NO_FACTS) == cures
    deciding = [step.provision for step in chain.explain(attempt(), NO_FACTS) if step.decides]
    assert deciding == ([provision_id] if decision.rule != "default" else [])


def test_what_a_shadow_would_have_blocked() -> None:
    """With its reason, and by the provision that the outcome names."""
    flaw = provision("BASIS", Outcome(Verdict.BLOCK, Reason.CONSENT_TIME, provision="TIME"), shadow=True)
    decision = Chain([flaw, GROUND]).decide(attempt(), NO_FACTS)
    assert decision.would_block == WouldBlock(Reason.CONSENT_TIME, "TIME")
    blocked = Chain([replace(flaw, shadow=False)], texts={"TIME": "article TIME"}).decide(attempt(), NO_FACTS)
    assert (blocked.provision, blocked.basis) == ("TIME", "article TIME")


some = st.lists(
    st.sampled_from([LIST, OPEN, BAN, GROUND, OTHER_GROUND, X_HOURS, X_LIST, X_ALL, NOT_YET, SHADOWED]), max_size=7
)


@given(some, st.data())
def test_whatever_stands_in_it(provisions: list[Provision], data: st.DataObject) -> None:
    """A ban is lifted by nothing; a provision in shadow more allows at least as much; explained is what is decided."""
    chain = Chain(provisions)
    decision = chain.decide(attempt(), NO_FACTS)
    assert chain.of_call(attempt()).decide(attempt(), NO_FACTS) == decision
    if BAN in provisions:
        assert decision.verdict is Verdict.BLOCK
    steps = chain.explain(attempt(), NO_FACTS)
    assert [step.provision for step in steps] == [one.id for one in provisions]
    deciding = [(step.rule, step.provision) for step in steps if step.decides]
    assert deciding == ([(decision.rule, decision.provision)] if decision.rule != "default" else [])
    if provisions:
        place = data.draw(st.integers(0, len(provisions) - 1))
        shadowed = [replace(one, shadow=one.shadow or at == place) for at, one in enumerate(provisions)]
        looser = Chain(shadowed).decide(attempt(), NO_FACTS)
        assert decision.verdict is Verdict.BLOCK or looser.verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (Scope(), True),
        (Scope(purposes=frozenset({Purpose.PROSPECTING})), True),
        (Scope(purposes=frozenset({Purpose.SURVEY})), False),
        (Scope(callees=frozenset({CalleeKind.BUSINESS})), False),
        (Scope(dial_modes=frozenset({DialMode.ROBOT, DialMode.MANUAL})), True),
        (Scope(dial_modes=frozenset({DialMode.ROBOT})), False),
        # One of several sectors, or one of the goods, is enough.
        (Scope(sectors=frozenset({"energy"})), True),
        (Scope(sectors=frozenset({"telecom"})), False),
        (Scope(sectors=frozenset({"telecom"}), goods=frozenset({"solar"})), True),
        (Scope(goods=frozenset({"gas"})), False),
        # One of the regions that are possible.
        (Scope(regions=frozenset({"FR-RE"})), True),
        (Scope(regions=frozenset({"FR-GP"})), False),
        # Everything that is said must hold.
        (Scope(purposes=frozenset({Purpose.PROSPECTING}), regions=frozenset({"FR-GP"})), False),
    ],
)
def test_scopes(scope: Scope, holds: bool) -> None:
    """To which calls a provision applies; where it does not, it neither decides nor lifts nor is counted."""
    call = Call(sectors=("insurance", "energy"), goods=("solar",), dial_mode=DialMode.MANUAL)
    asked = attempt()._replace(call=call, place=INDIAN_OCEAN)
    assert scope.holds(asked) is holds
    chain = Chain([replace(LIST, scope=scope)])
    assert (chain.decide(asked, NO_FACTS).verdict is Verdict.BLOCK) is holds
    assert [step.applies for step in chain.explain(asked, NO_FACTS)] == [holds]
    if scope.regions:
        assert not scope.holds(asked._replace(place=PARIS))
