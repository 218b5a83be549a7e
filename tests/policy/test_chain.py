"""The chain of rules and its reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.phone import Callee, NumberKind
from gatekeeper.policy import (
    NO_FACTS,
    Attempt,
    Campaign,
    Facts,
    Gate,
    Hit,
    Purpose,
    Reason,
    Verdict,
    build_chain,
    info_of,
)
from gatekeeper.policy.chain import DEFAULT_ORDER

PERSON = Callee(NumberKind.E164, 33)
EMERGENCY = Callee(NumberKind.EMERGENCY)
INTERNAL = Callee(NumberKind.INTERNAL)
SHORT = Callee(NumberKind.SHORT_CODE)
INVALID = Callee(NumberKind.INVALID)
WITHHELD = Callee(NumberKind.WITHHELD)

RED = Hit("red", "3")
BLOCTEL = Hit("bloctel", "12")
REGISTER = Hit("contracts", "4")
TPS = Hit("tps", "7")
EVERYTHING = Facts(red=RED, listed=BLOCTEL, stale=BLOCTEL, unscrubbed=BLOCTEL, contract=REGISTER)
SURVEY = Campaign("poll", purpose=Purpose.SURVEY, exempt=(1_600_000_000_000_000, 1_800_000_000_000_000))

callees = st.sampled_from([PERSON, EMERGENCY, INTERNAL, SHORT, INVALID, WITHHELD])
hits = st.none() | st.builds(Hit, st.sampled_from(["red", "bloctel", "tps"]), st.sampled_from(["1", "2+7"]))
all_facts = st.builds(Facts, hits, hits, hits, hits, hits)


def attempt(callee: Callee, campaign: Campaign = Campaign(), at: int = 1_700_000_000_000_000) -> Attempt:  # noqa: B008
    """A call of a campaign at a moment."""
    return Attempt(callee, at, campaign, "", "", Gate.CLI)


@pytest.mark.parametrize(
    ("callee", "facts", "verdict", "reason", "hit"),
    [
        # What is no person's number is decided before any list.
        (EMERGENCY, EVERYTHING, Verdict.ALLOW, Reason.EMERGENCY, None),
        (INTERNAL, EVERYTHING, Verdict.ALLOW, Reason.INTERNAL, None),
        (SHORT, EVERYTHING, Verdict.ALLOW, Reason.SHORT_CODE, None),
        (INVALID, NO_FACTS, Verdict.BLOCK, Reason.NUMBER_INVALID, None),
        (WITHHELD, NO_FACTS, Verdict.BLOCK, Reason.NUMBER_INVALID, None),
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
def test_truth_table(callee: Callee, facts: Facts, verdict: Verdict, reason: Reason, hit: Hit | None) -> None:
    """The default chain decides as its table says."""
    decision = build_chain().decide(attempt(callee), facts)
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
def test_an_exempt_purpose(facts: Facts, verdict: Verdict, reason: Reason, hit: Hit | None) -> None:
    """A survey calls whom an opposition list holds."""
    decision = build_chain().decide(attempt(PERSON, SURVEY), facts)
    assert (decision.verdict, decision.reason, decision.hit) == (verdict, reason, hit)


@pytest.mark.parametrize(
    ("at", "exempt"),
    [
        (1_599_999_999_999_999, False),
        (1_600_000_000_000_000, True),
        (1_799_999_999_999_999, True),
        (1_800_000_000_000_000, False),
    ],
)
def test_an_exemption_has_its_time(at: int, exempt: bool) -> None:
    """From its first moment to its last, the law of the day of the call counts."""
    decision = build_chain().decide(attempt(PERSON, SURVEY, at), Facts(listed=BLOCTEL))
    assert (decision.reason is Reason.EXEMPT_PURPOSE) is exempt


@given(callees, all_facts)
def test_same_question_same_answer(callee: Callee, facts: Facts) -> None:
    """The same attempt and facts give the same decision, and the explanation names the rule that decided."""
    chain = build_chain()
    first, second = chain.decide(attempt(callee), facts), chain.decide(attempt(callee), facts)
    assert first == second
    deciding = [step.rule for step in chain.explain(attempt(callee), facts) if step.decides]
    assert deciding == ([] if first.rule == "default" else [first.rule])


@given(callees, all_facts)
def test_a_listed_person_is_never_allowed(callee: Callee, facts: Facts) -> None:
    """Only a contract allows a person whom a list holds, and none a person on a red list."""
    decision = build_chain().decide(attempt(callee), facts)
    if callee is PERSON and (facts.red or (facts.against and not facts.contract)):
        assert decision.verdict is Verdict.BLOCK
    if callee is EMERGENCY:
        assert decision.verdict is Verdict.ALLOW


def test_a_site_may_reorder_but_not_drop_what_protects() -> None:
    """The order is data, but emergency stays first and validity and the red list stay in."""
    reordered = ["emergency", "validity", "opposition", "red_list"]
    decision = build_chain(reordered).decide(attempt(PERSON), EVERYTHING)
    assert decision.reason is Reason.LISTED
    for order, complaint in [
        (["emergency", "validity"], "'red_list' can't be left out"),
        (["validity", "emergency", "red_list"], "'emergency' must be the first"),
        (["emergency", "validity", "red_list", "redlist"], "unknown rule 'redlist'"),
        (["emergency", "validity", "red_list", "red_list"], "twice"),
    ]:
        with pytest.raises(ValueError, match=complaint):
            build_chain(order)


def test_the_default_order_is_complete() -> None:
    """The default order is the chain's own."""
    assert build_chain().order == DEFAULT_ORDER


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_sentences(reason: Reason) -> None:
    """Each reason code has an English and a French sentence, and its name is its value."""
    info = info_of(reason)
    assert reason.value == reason.name
    assert info.english.endswith(".")
    assert info.french.endswith(".")
    assert info.english != info.french
    assert info.hangup_cause in (0, 21)
