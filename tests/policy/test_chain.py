"""The chain of rules and its reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.law import find_profile
from gatekeeper.phone import Callee, NumberKind
from gatekeeper.policy import NO_FACTS, Chain, Facts, Hit, Provision, Reason, Verdict, info_of
from gatekeeper.policy.rules import rules
from tests.policy.attempts import (
    BLOCTEL,
    EVERYTHING,
    OTHERS,
    PERSON,
    RED,
    REGISTER,
    SURVEY,
    TPS,
    attempt,
)

CHAIN = find_profile("lists_only").at(0)

callees = st.sampled_from([PERSON, *OTHERS.values()])
hits = st.none() | st.builds(Hit, st.sampled_from(["red", "bloctel", "tps"]), st.sampled_from(["1", "2+7"]))
all_facts = st.builds(Facts, hits, hits, hits, hits, hits, st.just(()))
chains = st.permutations(CHAIN.provisions).flatmap(
    lambda some: st.integers(0, len(some)).map(lambda count: Chain(some[:count]))
)


def chain(*names: str) -> Chain:
    """The rules of these names, as the profile has them."""
    by_name = {one.rule.name: one for one in CHAIN.provisions}
    return Chain([by_name[name] for name in names])


@pytest.mark.parametrize(
    ("callee", "facts", "verdict", "reason", "hit"),
    [
        # What is no person's number is decided before any list.
        (OTHERS[NumberKind.EMERGENCY], EVERYTHING, Verdict.ALLOW, Reason.EMERGENCY, None),
        (OTHERS[NumberKind.INTERNAL], EVERYTHING, Verdict.ALLOW, Reason.INTERNAL, None),
        (OTHERS[NumberKind.SHORT_CODE], EVERYTHING, Verdict.ALLOW, Reason.SHORT_CODE, None),
        (OTHERS[NumberKind.INVALID], NO_FACTS, Verdict.BLOCK, Reason.NUMBER_INVALID, None),
        (OTHERS[NumberKind.WITHHELD], NO_FACTS, Verdict.BLOCK, Reason.NUMBER_INVALID, None),
        # A person's number: the company's own list comes first, then the opposition lists, then their age.
        (PERSON, EVERYTHING, Verdict.BLOCK, Reason.RED_LIST, RED),
        (PERSON, Facts(red=RED), Verdict.BLOCK, Reason.RED_LIST, RED),
        (PERSON, Facts(listed=BLOCTEL, stale=BLOCTEL), Verdict.BLOCK, Reason.LISTED, BLOCTEL),
        (PERSON, Facts(listed=BLOCTEL), Verdict.BLOCK, Reason.LISTED, BLOCTEL),
        (PERSON, Facts(stale=BLOCTEL), Verdict.BLOCK, Reason.LIST_STALE, BLOCTEL),
        # What ought to be said of a number and is not.
        (PERSON, Facts(unscrubbed=BLOCTEL), Verdict.BLOCK, Reason.NOT_SCRUBBED, BLOCTEL),
        (PERSON, Facts(stale=TPS, unscrubbed=BLOCTEL), Verdict.BLOCK, Reason.LIST_STALE, TPS),
        (PERSON, Facts(listed=TPS, unscrubbed=BLOCTEL), Verdict.BLOCK, Reason.LISTED, TPS),
        # A running contract lifts each of these and names the list that it lifts; never a red list.
        (PERSON, Facts(listed=BLOCTEL, contract=REGISTER), Verdict.ALLOW, Reason.CONTRACT, BLOCTEL),
        (PERSON, Facts(stale=BLOCTEL, contract=REGISTER), Verdict.ALLOW, Reason.CONTRACT, BLOCTEL),
        (PERSON, Facts(unscrubbed=BLOCTEL, contract=REGISTER), Verdict.ALLOW, Reason.CONTRACT, BLOCTEL),
        (PERSON, Facts(red=RED, listed=BLOCTEL, contract=REGISTER), Verdict.BLOCK, Reason.RED_LIST, RED),
        (PERSON, Facts(contract=REGISTER), Verdict.ALLOW, Reason.CLEAR, None),
        # Nothing speaks against it.
        (PERSON, NO_FACTS, Verdict.ALLOW, Reason.CLEAR, None),
    ],
)
def test_lists_only_decides_by_its_table(
    callee: Callee, facts: Facts, verdict: Verdict, reason: Reason, hit: Hit | None
) -> None:
    """The profile `lists_only` decides as the chain did before there were profiles."""
    decision = CHAIN.decide(attempt(callee), facts)
    assert (decision.verdict, decision.reason, decision.hit) == (verdict, reason, hit)


@pytest.mark.parametrize(
    ("facts", "verdict", "reason", "hit"),
    [
        # An exempt purpose lifts what a contract lifts, and goes before it.
        (Facts(listed=BLOCTEL), Verdict.ALLOW, Reason.EXEMPT_PURPOSE, BLOCTEL),
        (Facts(stale=BLOCTEL), Verdict.ALLOW, Reason.EXEMPT_PURPOSE, BLOCTEL),
        (Facts(unscrubbed=BLOCTEL), Verdict.ALLOW, Reason.EXEMPT_PURPOSE, BLOCTEL),
        (Facts(listed=BLOCTEL, contract=REGISTER), Verdict.ALLOW, Reason.EXEMPT_PURPOSE, BLOCTEL),
        # Never a red list; and where nothing speaks against the call there is nothing to lift.
        (EVERYTHING, Verdict.BLOCK, Reason.RED_LIST, RED),
        (NO_FACTS, Verdict.ALLOW, Reason.CLEAR, None),
    ],
)
def test_an_exempt_purpose_lifts_lists(facts: Facts, verdict: Verdict, reason: Reason, hit: Hit | None) -> None:
    """A survey calls whom an opposition list holds."""
    decision = CHAIN.decide(attempt(campaign=SURVEY), facts)
    assert (decision.verdict, decision.reason, decision.hit) == (verdict, reason, hit)


@pytest.mark.parametrize(
    ("order", "verdict", "reason", "hit"),
    [
        # What is lifted is what the rule behind would have blocked for, in whichever order these are asked.
        (("contract", "opposition", "staleness", "scrubbed"), Verdict.ALLOW, Reason.CONTRACT, BLOCTEL),
        (("contract", "staleness", "opposition", "scrubbed"), Verdict.ALLOW, Reason.CONTRACT, TPS),
        (("contract", "scrubbed"), Verdict.ALLOW, Reason.CONTRACT, REGISTER),
        # A rule before it is not lifted, and a red list never is, not even behind it.
        (("staleness", "contract", "opposition"), Verdict.BLOCK, Reason.LIST_STALE, TPS),
        (("contract", "opposition", "red_list"), Verdict.BLOCK, Reason.RED_LIST, RED),
        (("contract", "red_list", "opposition"), Verdict.BLOCK, Reason.RED_LIST, RED),
        # Without a rule behind it there is nothing to lift.
        (("contract",), Verdict.ALLOW, Reason.CLEAR, None),
    ],
)
def test_a_lifting_rule_names_what_it_lifts(
    order: tuple[str, ...], verdict: Verdict, reason: Reason, hit: Hit | None
) -> None:
    """A contract names the list that would have blocked the call."""
    facts = Facts(red=RED, listed=BLOCTEL, stale=TPS, unscrubbed=REGISTER, contract=REGISTER)
    decision = chain(*order).decide(attempt(), facts)
    assert (decision.verdict, decision.reason, decision.hit) == (verdict, reason, hit)


@given(callees, all_facts, chains, st.booleans())
def test_same_question_same_answer(callee: Callee, facts: Facts, rules: Chain, survey: bool) -> None:
    """The same attempt and facts give the same decision, and the explanation names the rule that decided and why."""
    asked = attempt(callee, SURVEY) if survey else attempt(callee)
    first, second = rules.decide(asked, facts), rules.decide(asked, facts)
    assert first == second
    deciding = [step for step in rules.explain(asked, facts) if step.decides]
    assert [step.rule for step in deciding] == ([] if first.rule == "default" else [first.rule])
    for step in deciding:
        assert step.outcome is not None
        assert (step.outcome.verdict, step.outcome.reason, step.outcome.hit) == (*first[:2], first.hit)
    assert [step.rule for step in rules.explain(asked, facts)] == list(rules.order)


@given(callees, all_facts)
def test_a_listed_person_is_never_allowed(callee: Callee, facts: Facts) -> None:
    """Only a contract allows a person whom a list holds, and none a person on a red list."""
    decision = CHAIN.decide(attempt(callee), facts)
    against = facts.listed or facts.stale or facts.unscrubbed
    if callee is PERSON and (facts.red or (against and not facts.contract)):
        assert decision.verdict is Verdict.BLOCK
    if callee.kind is NumberKind.EMERGENCY:
        assert decision.verdict is Verdict.ALLOW


@given(all_facts, chains, st.booleans())
def test_no_order_lets_a_contract_or_purpose_lift_a_red_list(facts: Facts, rules: Chain, survey: bool) -> None:
    """Where the red list is asked, what it holds is allowed by nothing that lifts."""
    decision = rules.decide(attempt(PERSON, SURVEY) if survey else attempt(), facts)
    if facts.red and "red_list" in rules.order:
        assert decision.verdict is Verdict.BLOCK


def test_a_decision_has_the_basis_of_its_provision() -> None:
    """The text of law is the provision's, and no part of the reason."""
    opposition = rules()["opposition"]()
    for basis in ("16 CFR 310.4(b)(1)(iii)(B)", ""):
        decision = Chain([Provision(opposition, basis)]).decide(attempt(), Facts(listed=BLOCTEL))
        assert (decision.reason, decision.basis) == (Reason.LISTED, basis)
    assert "legal_basis" not in info_of(Reason.LISTED)._fields


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_sentences(reason: Reason) -> None:
    """Each reason code has an English and a French sentence, and its name is its value."""
    info = info_of(reason)
    assert reason.value == reason.name
    assert info.english.endswith(".")
    assert info.french.endswith(".")
    assert info.english != info.french
    assert info.hangup_cause in (0, 21)
