"""Ids that calls show, their own, another's, stale or made up: none loosens anything, and what left is counted."""

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.policy import Gate, Verdict
from tests.attempts.test_counting import CountingBench
from tests.screening.test_once import E164, Bench, play


class Step(NamedTuple):
    """A gate is asked.

    Attributes:
        gate: which.
        call: the call's name: the `Call-ID` of its INVITE, or the id of its channel.
        listed: whether the number is listed now.
        shown: which of the ids that were given before it shows, as a place in their order; several are joined.
        made_up: an id that was never given.
        restarts: whether the daemon was started anew before.
    """

    gate: Gate
    call: str
    listed: bool
    shown: list[int]
    made_up: str
    restarts: bool


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([Gate.AMI_PROXY, Gate.GOSUB, Gate.PREDIAL, Gate.SIP_GATE, Gate.SIP_GATE]),
        st.sampled_from("abc"),
        st.booleans(),
        st.lists(st.integers(0, 7), max_size=2),
        st.sampled_from(["", "01K", "01KB0000000000000000000000", "&", "é"]),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None)  # each begins with a database of its own
@given(STEPS)
def test_no_id_loosens_anything(tmp_path_factory: pytest.TempPathFactory, steps: list[Step]) -> None:
    """A listed number is refused at every gate; each INVITE that went on is at least one attempt."""
    went_on: dict[str, bool] = {}

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, CountingBench)
        given_ids: list[str] = []
        for step in steps:
            bench.lists.holds = {E164} if step.listed else set()
            if step.restarts:
                bench.begin()
            shown = [given_ids[place % len(given_ids)] for place in step.shown] if given_ids else []
            earlier = "&".join([*shown, *filter(None, [step.made_up])])
            if step.gate is Gate.SIP_GATE:
                place = {"uniqueid": step.call, "linkedid": "", "channel": "SIP_GATE/trunk"}
            elif step.gate is Gate.AMI_PROXY:
                place = {"uniqueid": "", "linkedid": ""}
            else:
                place = {"uniqueid": f"1.{step.call}", "channel": f"PJSIP/trunk-0000000{step.call}"}
            answer = await bench.ask(step.gate, earlier, campaign="summer", **place)
            assert (answer.verdict is Verdict.BLOCK) == step.listed
            given_ids.append(answer.id)
            if step.gate is Gate.SIP_GATE:
                went_on[step.call] = answer.verdict is Verdict.ALLOW
            bench.now += 1000
        assert bench.count() >= sum(went_on.values())

    play(tmp_path_factory.mktemp("ids"), scene, CountingBench)
