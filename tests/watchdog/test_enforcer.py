"""What is said of a call before it is dialled is taken in before it is judged."""

import asyncio

import pytest

from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Reason, Verdict
from gatekeeper.screening import Answer, Question
from gatekeeper.watchdog.dial_event import Dialled
from gatekeeper.watchdog.enforcer import Enforcer
from tests.waiting import until
from tests.watchdog.test_link import accept, linked


class Allowing:
    """Lets by whatever it is asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def screen(self, question: Question, /) -> Answer:
        """Allow it."""
        self.asked.append(question.dialled)
        return Answer("01", Verdict.ALLOW, Reason.CLEAR, 0, 0, met_before=True)

    def blocks(self, _question: Question, /) -> bool:
        """Nothing is."""
        return False

    def knows(self, _question: Question, /) -> bool:
        """A gate has let it by."""
        return True

    def reads(self, _question: Question, /) -> bool:
        """Everything is a number."""
        return True

    def doubts(self, _question: Question, /) -> tuple[str, ...]:
        """There are none."""
        return ()

    def without_prefix(self, question: Question, /) -> Question:
        """It has none."""
        return question


async def test_of_two_records_of_a_call_the_end_of_the_first_hides_not_the_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A call that is dialled twice under one id waits for the record that came last."""
    monkeypatch.setattr("gatekeeper.watchdog.enforcer._BEFORE_S", 30.0)

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        await asyncio.sleep(30)

    async with linked(peer, ping_s=30.0) as (link, _, _logins):
        screening, later = Allowing(), asyncio.Event()
        enforcer = Enforcer(link, screening, Normaliser(DialPlan(home="FR")).normalise, hang_up=False)
        first = asyncio.create_task(asyncio.sleep(0))
        second: asyncio.Task[None] = asyncio.ensure_future(_until_set(later))
        for record in (first, second):
            enforcer.wait_for("17.9", record)
        await first
        await asyncio.sleep(0)
        judging = asyncio.create_task(
            enforcer.enforce(Dialled(("PJSIP/trunk-1",), ("0612345678",), "17.10", "17.9", "", "", ""))
        )
        await asyncio.sleep(0.02)
        assert screening.asked == []
        later.set()
        await judging
        assert screening.asked == ["0612345678"]
        await until(lambda: not enforcer._before)


async def _until_set(event: asyncio.Event) -> None:
    await event.wait()
