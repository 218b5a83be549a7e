"""The enforcer, where the order in which things are told matters."""

import asyncio

from gatekeeper.ami.client import AmiLink, LinkSettings
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Reason, Verdict
from gatekeeper.screening import Answer, Question
from gatekeeper.watchdog.dial_event import Dialled
from gatekeeper.watchdog.enforcer import Enforcer

CALL = Dialled(("PJSIP/trunk-00000001",), ("112",), "1.2", "1.1", "", "", "")


class Allowing:
    """Lets every call by, and notes that it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def screen(self, _question: Question, /) -> Answer:
        """Let it by, as one that a gate has met."""
        self.asked += 1
        return Answer("", Verdict.ALLOW, Reason.EMERGENCY, 0, 0, "", "", 0, met_before=True)

    def blocks(self, _question: Question, /) -> bool:
        """No."""
        return False

    def knows(self, _question: Question, /) -> bool:
        """Yes."""
        return True

    def doubts(self, _question: Question, /) -> tuple[str, ...]:
        """None."""
        return ()

    def without_prefix(self, question: Question, /) -> Question:
        """As it is."""
        return question


async def test_a_call_waits_for_the_last_that_was_said_of_it() -> None:
    """Two records of one call are on their way: that the first has come does not end the wait for the second."""
    screening = Allowing()

    async def nobody() -> None:
        """Nobody logs in."""

    link = AmiLink(LinkSettings(), frozenset(), lambda _event: None, nobody)
    enforcer = Enforcer(link, screening, Normaliser(DialPlan()).normalise, hang_up=True)
    second_came = asyncio.Event()
    first = asyncio.create_task(asyncio.sleep(0))
    second = asyncio.create_task(_until(second_came))
    enforcer.wait_for(CALL.linkedid, first)
    enforcer.wait_for(CALL.linkedid, second)
    await first
    await asyncio.sleep(0)
    judging = asyncio.create_task(enforcer.enforce(CALL))
    await asyncio.sleep(0.01)
    assert screening.asked == 0
    second_came.set()
    await judging
    assert screening.asked == 1


async def _until(event: asyncio.Event) -> None:
    await event.wait()
