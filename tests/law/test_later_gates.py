"""A later gate knows less of a call than the one that let it by: what it takes from the earlier decision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.law import shipped_trades
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Call, CalleeKind, Campaign, Decision, DialMode, Gate, Purpose, Reason, Verdict
from gatekeeper.screening import Question
from gatekeeper.screening.call import LOOSENABLE, CallReader, Said
from gatekeeper.screening.recent import AllowedCall
from gatekeeper.screening.records import Adopted, adopt, completed, words_of
from gatekeeper.screening.said import JUDGED
from tests.journal.rows import row

EARLIER = Said("survey", "insurance", "insurance", "manual", "business", "callers", "C1", "97400")
LATER = Said("service", "energy", "energy", "predictive", "consumer", "others", "C2", "75011")
LATER_GATES = [Gate.GOSUB, Gate.PREDIAL, Gate.CONTEXT, Gate.FASTAGI, Gate.AGI_SCRIPT, Gate.AMI_PROXY]
"""Those that are asked by something that may say more of the call than was said before."""


def let_by(said: Said = EARLIER, caller_id: str = "0162000001") -> AllowedCall:
    """A call as an earlier gate let it by."""
    return AllowedCall(
        row(campaign="a", principal="acme", caller_id=caller_id, **{name: getattr(said, name) for name in JUDGED})
    )


@pytest.mark.parametrize("field", JUDGED)
@pytest.mark.parametrize("gate", LATER_GATES)
def test_a_gate_fills_in_what_is_not_said_to_it(gate: Gate, field: str) -> None:
    """What it says itself is kept, and judged; every empty field is the earlier decision's."""
    silent = completed(Question("1", gate), let_by())
    assert (silent.said, silent.caller_id) == (EARLIER, "0162000001")
    speaks = Said()._replace(**{field: getattr(LATER, field)})
    question = completed(Question("1", gate, caller_id="0162000002", said=speaks), let_by())
    assert question.said == EARLIER._replace(**{field: getattr(LATER, field)})
    assert question.caller_id == "0162000002"


@pytest.mark.parametrize("before", [EARLIER, Said(), Said(goods="insurance")])
def test_the_watchdog_takes_all_of_it(before: Said) -> None:
    """What it sees on a channel says less than what was decided on, and something else: it is not looked at."""
    seen = Question("1", Gate.WATCHDOG, campaign="b", principal="b", caller_id="anonymous", said=LATER)
    question = completed(seen, let_by(before))
    assert (question.said, question.caller_id) == (before, "0162000001")
    assert (question.campaign, question.principal) == ("a", "acme")
    assert completed(seen, None) == seen


@pytest.mark.parametrize("gate", [*LATER_GATES, Gate.WATCHDOG, Gate.SIP_GATE])
def test_who_asked_is_known_at_every_later_gate(gate: Gate) -> None:
    """And is in the row of its decision, where it decides anew."""
    passed = AllowedCall(row(asked_by="manager:cron"))
    assert completed(Question("1", gate), passed).asked_by == "manager:cron"
    assert completed(Question("1", gate), None).asked_by == ""


@pytest.mark.parametrize(
    ("before", "now", "agent", "known"),
    [
        ("", "", "", ""),
        ("", "", "alice", "agent:alice"),
        ("manager:cron", "", "alice", "manager:cron; agent:alice"),
        ("manager:cron; agent:alice", "", "", "manager:cron; agent:alice"),
        ("manager:cron; agent:alice", "", "alice", "manager:cron; agent:alice"),
        ("agent:alice", "manager:crm", "bob", "agent:alice; manager:crm; agent:bob"),
    ],
)
def test_all_who_are_known_to_have_asked_are_in_the_row(before: str, now: str, agent: str, known: str) -> None:
    """The manager user and the agent, each once, from whichever gate knew of them."""
    question = completed(
        Question("1", Gate.GOSUB, said=Said(agent=agent), asked_by=now), AllowedCall(row(asked_by=before))
    )
    number = Normaliser(DialPlan()).normalise("0612345678")
    decided = Adopted("01K00000000000000000000000", 1, question, Decision(Verdict.ALLOW, Reason.CLEAR, ""))
    assert adopt(decided, number).asked_by == known


WORDS = st.builds(
    Said,
    st.sampled_from(["", *Purpose]),
    st.sampled_from(["", "insurance", "energy", "Insurance , energy"]),
    st.sampled_from(["", *shipped_trades().goods]),
    st.sampled_from(["", *DialMode]),
    st.sampled_from(["", *CalleeKind]),
    st.sampled_from(["", "callers"]),
    fault=st.just(""),
)
CALLS = st.builds(
    Call,
    st.sampled_from(Purpose),
    st.sampled_from([(), ("telecom",)]),
    st.sampled_from([(), ("insurance",)]),
    st.sampled_from(DialMode),
    st.sampled_from(CalleeKind),
)


@given(WORDS, CALLS, st.frozensets(st.sampled_from(LOOSENABLE)))
def test_a_call_that_is_read_again_is_the_same(said: Said, base: Call, may: frozenset[str]) -> None:
    """What the row says of a call, merged with its campaign again, is that call: later gates judge what was judged."""
    campaign = Campaign("c", call=base, call_may_loosen=may)
    reader = CallReader(Normaliser(DialPlan()), shipped_trades())
    once = reader.read(said, "", campaign)
    assert reader.read(words_of(once, said), "", campaign) == once
