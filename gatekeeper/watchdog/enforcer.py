"""The enforcer: has a dialled call decided and recorded, hangs it up if blocked, reports it if it is a bypass."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote

from gatekeeper.ami.client import AmiLink
from gatekeeper.errors import ProtocolError
from gatekeeper.phone import PhoneNumber
from gatekeeper.policy import Gate, Reason, Verdict
from gatekeeper.screening import Answer, Question
from gatekeeper.supervised import tell_fault
from gatekeeper.text import printable
from gatekeeper.vocabulary import ChannelVariable, DialplanForm, UserEventName
from gatekeeper.watchdog.dial_event import Dialled, header_of
from gatekeeper.watchdog.emergency import DialplanEmergencies
from gatekeeper.watchdog.hangup import AskedHangups, Ended, Hangups

log = logging.getLogger(__name__)

_PATIENCE_S: Final = 0.004
"""How long a blocked call may go on because the journal is being written."""

_BEFORE_S: Final = 0.25
"""How long a call waits at most for what was said of it before."""

_MOST_SEEN: Final = 50_000

_BECAME: Final = {
    Ended.YES: "it was hung up",
    Ended.NO: "it was not hung up",
    Ended.GONE: "it had ended by itself",
}


class Screening(Protocol):
    """What the watchdog needs of the screening service."""

    async def screen(self, question: Question, /) -> Answer:
        """Decide and record."""

    def blocks(self, question: Question, /) -> bool:
        """Whether a question would be blocked, without recording it."""

    def knows(self, question: Question, /) -> bool:
        """Whether a gate has let this very call by."""

    def doubts(self, question: Question, /) -> tuple[str, ...]:
        """The channels of which one has to be up, for a call that was let by to be this one."""

    def without_prefix(self, question: Question, /) -> Question:
        """The question about the number that a gate let by, where that is dialled behind a carrier's prefix."""


@dataclass(slots=True)
class WatchdogCounters:
    """What the watchdog has seen since it was started.

    Attributes:
        dialled: calls towards the outside.
        bypasses: those that no gate had let by.
        failed: those whose judging failed by a fault of ours.
    """

    dialled: int = 0
    bypasses: int = 0
    failed: int = 0


class Enforcer:
    """Enforces the rules on calls that Asterisk is dialling.

    Args:
        link: the connection to Asterisk.
        screening: decides.
        normalise: reads numbers.
        hang_up: whether blocked calls are hung up; else they are only reported.
    """

    def __init__(
        self, link: AmiLink, screening: Screening, normalise: Callable[[str], PhoneNumber], *, hang_up: bool
    ) -> None:
        self.seen = WatchdogCounters()
        self.hangups = Hangups(link)
        self._link = link
        self._screening = screening
        self._hang_up = hang_up
        self._emergencies = DialplanEmergencies(link, normalise)
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._before: dict[str, asyncio.Task[None]] = {}

    @property
    def gate(self) -> Gate:
        """Where calls are met here."""
        return Gate.WATCHDOG

    def has_seen(self, channel: str, uniqueid: str) -> bool:
        """Whether a channel was judged before. Its unique id alone may be a client's choice, and be chosen again."""
        return (channel, uniqueid) in self._seen

    def wait_for(self, linkedid: str, event: "asyncio.Task[None]") -> None:
        """Judge a call only when something that was said of it before has been taken in."""
        self._before[linkedid] = event
        event.add_done_callback(lambda task: self._taken_in(linkedid, task))

    def _taken_in(self, linkedid: str, event: "asyncio.Task[None]") -> None:
        if self._before.get(linkedid) is event:  # else the call waits for something that was said later
            del self._before[linkedid]

    async def enforce(self, dialled: Dialled) -> None:
        """Judge one call. Never raises but for cancellation."""
        self.seen.dialled += 1
        for channel in dialled.channels:
            self._seen[channel, dialled.uniqueid] = None
        while len(self._seen) > _MOST_SEEN:
            self._seen.popitem(last=False)
        try:
            if before := self._before.get(dialled.linkedid):
                await asyncio.wait({before}, timeout=_BEFORE_S)  # what came of it is no concern of this call's
            for number in dialled.numbers:
                question = _question(number, dialled)
                if dialled.decision is None:
                    question = await self._with_decision(question)
                question = await self._understood(question)
                if self._screening.blocks(question) and await self._is_emergency(question, dialled):
                    question = question._replace(emergency=True)
                if await self._judged(question, dialled.channels) is Verdict.BLOCK:
                    return
        except Exception as error:  # noqa: BLE001 - what can't be judged is not let by
            self.seen.failed += 1
            tell_fault(
                log, f"a dialled call could not be judged, and is hung up ({printable(dialled.uniqueid)})", error
            )
            if self._hang_up:
                await self.hangups.outcome(self.hangups.begin(dialled.channels))

    async def _judged(self, question: Question, channels: tuple[str, ...]) -> Verdict:
        deciding = asyncio.ensure_future(self._screening.screen(question))
        done, _ = await asyncio.wait({deciding}, timeout=_PATIENCE_S)
        asked = None
        if not done and self._screening.blocks(question):
            asked = self._end(channels)
        answer = await deciding
        if answer.verdict is Verdict.BLOCK and asked is None:
            asked = self._end(channels)
        ended = Ended.NO if asked is None else await self.hangups.outcome(asked)
        if not answer.met_before:
            self._count_bypass(answer, ended)
            self._report(UserEventName.BYPASS, question, answer, ended)
        elif answer.verdict is Verdict.BLOCK:
            self._report(UserEventName.BLOCKED, question, answer, ended)
        return answer.verdict

    async def _is_emergency(self, question: Question, dialled: Dialled) -> bool:
        """Whether the dialplan calls it an emergency: the number itself, or the one behind a carrier's prefix."""
        number, channels = question.dialled, (*dialled.channels, question.caller, *dialled.beside)
        return await self._emergencies.is_one(number) or await self._emergencies.was_let_by(number, channels)

    async def _with_decision(self, question: Question) -> Question:
        """The question with what the channel carries, where events don't tell it (`channelvars` is not set)."""
        if self._screening.knows(question):
            return question  # there is no need to ask
        # What this campaign blocks, that of the decision may allow. But it rings while nothing is answered.
        patience = _BEFORE_S if self._screening.blocks(question) else None
        try:
            async with asyncio.timeout(patience):
                (answer,) = await self._link.ask("Getvar", Channel=question.channel, Variable=ChannelVariable.DECISION)
        except (ProtocolError, TimeoutError):
            return question  # the channel is gone, or Asterisk does not tell in time
        return question._replace(earlier=printable(header_of(answer, "Value")))

    async def _understood(self, question: Question) -> Question:
        """The question as the gates knew the call: without a prefix, and with what is up of what shares its id."""
        plain = self._screening.without_prefix(question)
        if doubts := self._screening.doubts(plain):
            plain = plain._replace(living=await self._living(doubts))
        return plain if plain.dialled == question.dialled or self._screening.knows(plain) else question

    async def _living(self, channels: tuple[str, ...]) -> tuple[str, ...]:
        found = []
        for channel in channels:
            try:
                await self._link.ask("Getvar", Channel=channel, Variable=ChannelVariable.DECISION)
            except ProtocolError:
                continue  # it is gone
            found.append(channel)
        return tuple(found)

    def _end(self, channels: tuple[str, ...]) -> AskedHangups | None:
        return self.hangups.begin(channels) if self._hang_up else None

    def _report(self, event: str, question: Question, answer: Answer, ended: Ended) -> None:
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
                Form=DialplanForm.WATCHDOG,
                HungUp=ended,
                DialledChannel=question.channel,
                DialledUniqueid=question.uniqueid,
                DialledLinkedid=question.linkedid,
            )
        except ProtocolError:
            log.warning("decision %s could not be told to Asterisk's event listeners", answer.id)

    def _count_bypass(self, answer: Answer, ended: Ended) -> None:
        """Each has its line: whoever reads them counts calls, not moments."""
        self.seen.bypasses += 1
        level = logging.INFO if answer.reason is Reason.EMERGENCY else logging.WARNING
        what = _BECAME[ended] if answer.verdict is Verdict.BLOCK else "it goes on"
        log.log(
            level,
            "a call went round the gates: decision %s, %s %s: %s",
            answer.id,
            answer.verdict,
            answer.reason,
            what,
        )


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
        caller=printable(dialled.caller),
    )
