"""What becomes of a call that is being dialled: decided, recorded, hung up if blocked, reported if it is a bypass."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable
from typing import Final, Protocol
from urllib.parse import quote

from gatekeeper.ami.action import printable
from gatekeeper.ami.watchdog.dialled import DECISION, Dialled, first
from gatekeeper.ami.watchdog.emergency import DialplanEmergencies
from gatekeeper.ami.watchdog.link import AmiLink
from gatekeeper.errors import ProtocolError
from gatekeeper.policy import Gate, Reason, Verdict
from gatekeeper.screening import Answer, Question

log = logging.getLogger(__name__)

_PATIENCE_S: Final = 0.004
"""How long a blocked call may go on because the log is being written."""

_CALL_REJECTED: Final = "21"
_QUIET_S: Final = 10.0
_MOST_SEEN: Final = 50_000


class Screening(Protocol):
    """What the watchdog needs of the screening service."""

    async def screen(self, question: Question, /) -> Answer:
        """Decide and record."""

    def blocks(self, question: Question, /) -> bool:
        """Whether a question would be blocked, without recording it."""

    def knows(self, question: Question, /) -> bool:
        """Whether a gate has let this very call by."""


class Counters:
    """What the watchdog has seen since it was started.

    Attributes:
        dialled: calls towards the outside.
        bypasses: those that no gate had let by.
        hung_up: those that were hung up.
        failed: those whose judging failed by a fault of ours.
    """

    def __init__(self) -> None:
        self.dialled = 0
        self.bypasses = 0
        self.hung_up = 0
        self.failed = 0


class Judge:
    """Judges calls that Asterisk is dialling.

    Args:
        link: the connection to Asterisk.
        screening: decides.
        hang_up: whether blocked calls are hung up; else they are only reported.
    """

    def __init__(self, link: AmiLink, screening: Screening, *, hang_up: bool) -> None:
        self.counters = Counters()
        self._link = link
        self._screening = screening
        self._hang_up = hang_up
        self._emergencies = DialplanEmergencies(link)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._before: dict[str, Awaitable[None]] = {}
        self._said_at = -_QUIET_S
        self._unsaid = 0

    @property
    def gate(self) -> Gate:
        """Where calls are met here."""
        return Gate.WATCHDOG

    def has_seen(self, uniqueid: str) -> bool:
        """Whether a channel was judged before."""
        return uniqueid in self._seen

    def wait_for(self, linkedid: str, event: "asyncio.Task[None]") -> None:
        """Judge a call only when something that was said of it before has been taken in."""
        self._before[linkedid] = event
        event.add_done_callback(lambda _task: self._before.pop(linkedid, None))

    async def judge(self, dialled: Dialled) -> None:
        """Judge one call. Never raises but for cancellation."""
        self.counters.dialled += 1
        self._seen[dialled.uniqueid] = None
        if len(self._seen) > _MOST_SEEN:
            self._seen.popitem(last=False)
        try:
            if before := self._before.get(dialled.linkedid):
                await before
            for number in dialled.numbers:
                question = _question(number, dialled)
                if dialled.decision is None:
                    question = await self._with_decision(question)
                if self._screening.blocks(question) and await self._emergencies.is_one(question.dialled):
                    question = question._replace(emergency=True)
                if await self._judged(question, dialled.channels) is Verdict.BLOCK:
                    return
        except Exception:
            self.counters.failed += 1
            log.exception("a dialled call could not be judged, and is hung up (%s)", dialled.uniqueid)
            self._end(dialled.channels)

    async def _judged(self, question: Question, channels: tuple[str, ...]) -> Verdict:
        deciding = asyncio.ensure_future(self._screening.screen(question))
        done, _ = await asyncio.wait({deciding}, timeout=_PATIENCE_S)
        ended = False
        if not done and self._screening.blocks(question):
            ended = self._end(channels)
        answer = await deciding
        if answer.verdict is Verdict.BLOCK and not ended:
            self._end(channels)
        if not answer.met_before:
            self._report("GatekeeperBypass", question, answer)
            self._count_bypass(answer)
        elif answer.verdict is Verdict.BLOCK:
            self._report("GatekeeperBlocked", question, answer)
        return answer.verdict

    async def _with_decision(self, question: Question) -> Question:
        """The question with what the channel carries, where events don't tell it (`channelvars` is not set)."""
        if self._screening.blocks(question) or self._screening.knows(question):
            return question  # there is no time to ask, or no need
        try:
            (answer,) = await self._link.ask("Getvar", Channel=question.channel, Variable=DECISION)
        except ProtocolError:
            return question  # the channel is gone
        return question._replace(earlier=printable(first(answer, "Value")))

    def _end(self, channels: tuple[str, ...]) -> bool:
        if not self._hang_up:
            return False
        self.counters.hung_up += 1
        for channel in channels:
            try:
                self._link.send("Hangup", Channel=channel, Cause=_CALL_REJECTED)
            except ProtocolError:
                log.error("a blocked call can't be hung up: there is no connection to Asterisk")  # noqa: TRY400
        return True

    def _report(self, event: str, question: Question, answer: Answer) -> None:
        """Tell all who listen to Asterisk's events. What came from outside is percent-encoded, as the dialplan does."""
        try:
            self._link.send(
                "UserEvent",
                UserEvent=event,
                Verdict=answer.verdict,
                Reason=answer.reason,
                List=answer.list,
                Decision=answer.id,
                Number=quote(question.dialled, safe=""),
                Campaign=quote(question.campaign, safe=""),
                Form="watchdog",
                HungUp="yes" if answer.verdict is Verdict.BLOCK and self._hang_up else "no",
                DialledChannel=question.channel,
                DialledUniqueid=question.uniqueid,
                DialledLinkedid=question.linkedid,
            )
        except ProtocolError:
            log.warning("decision %s could not be told to Asterisk's event listeners", answer.id)

    def _count_bypass(self, answer: Answer) -> None:
        self.counters.bypasses += 1
        if answer.reason is Reason.EMERGENCY:
            return
        now = time.monotonic()
        if now - self._said_at < _QUIET_S:
            self._unsaid += 1
            return
        more = f"; {self._unsaid} more since the last such line" if self._unsaid else ""
        log.warning("a call went round the gates: decision %s, %s %s%s", answer.id, answer.verdict, answer.reason, more)
        self._said_at, self._unsaid = now, 0


def _question(number: str, dialled: Dialled) -> Question:
    return Question(
        dialled=printable(number),
        gate=Gate.WATCHDOG,
        campaign=printable(dialled.campaign),
        caller_id=printable(dialled.caller_id),
        channel=printable(dialled.channels[0]) if dialled.channels else "",
        uniqueid=printable(dialled.uniqueid),
        linkedid=printable(dialled.linkedid),
        earlier=dialled.decision or "",
    )
