"""Ids that calls show, their own, another's, stale or made up: none loosens anything, and what left is counted."""

from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings
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


MADE_UP = ("01K", "01KB0000000000000000000000", "&", "é")

STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([Gate.SIP_GATE, Gate.SIP_GATE, Gate.AMI_PROXY, Gate.GOSUB, Gate.PREDIAL]),
        st.sampled_from("abc"),
        st.sampled_from([False, False, False, True]),
        st.lists(st.integers(0, 3), min_size=1, max_size=2),
        st.sampled_from(["", "", "", *MADE_UP]),
        st.booleans(),
    ),
    min_size=3,
    max_size=10,
)
"""Mostly of calls that may be made and show ids that were given: faults are there."""


# Each example begins with a database of its own: few of them, and none in search of a shorter one that fails, too.
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(STEPS)
def test_no_id_loosens_anything(tmp_path_factory: pytest.TempPathFactory, steps: list[Step]) -> None:
    """A listed number is refused at every gate; each INVITE that went on has a decision of its own, and is counted."""
    went_on: dict[str, str] = {}

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
                went_on[step.call] = answer.id if answer.verdict is Verdict.ALLOW else ""
            bench.now += 1000
        left = [ident for ident in went_on.values() if ident]
        assert len(set(left)) == len(left)
        assert bench.count() >= len(left)

    play(tmp_path_factory.mktemp("ids"), scene, CountingBench)
