"""A person says during a call that they don't want to be called: their number goes on the red list at once."""

import logging
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final, NamedTuple

from gatekeeper.errors import StoreError
from gatekeeper.logs import SeldomLog
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.screening.recent import RecentCalls
from gatekeeper.text import one_line

log = logging.getLogger(__name__)

MOST_TEXT: Final = 120
"""So many characters of what is said of agent, channel or call are kept."""

_MINUTE: Final = 60.0

_MOST_SENDERS: Final = 1000
"""So many senders are counted apart within a minute; those beyond count together, by the way they come."""

_MOST_CALLS: Final = 20_000
"""So many calls are remembered of which a refusal was taken."""

Add = Callable[[int, str, str], Awaitable[bool]]
"""Puts a number (E.164) on the list; who, and a note for the record. False where it was on it."""


class Refused(StrEnum):
    """What came of a refusal."""

    ADDED = "ADDED"
    """The number is on the red list now."""
    ALREADY = "ALREADY"
    """It was on it before."""
    NOT_A_PERSON = "NOT_A_PERSON"
    """No complete public number, or an emergency or internal one: nothing was changed."""
    TOO_MANY = "TOO_MANY"
    """More refusals in this minute than the configuration allows: nothing was changed."""
    FAILED = "FAILED"
    """The list, or the consent ledger behind it, could not be written."""


class Refusal(NamedTuple):
    """What a person who does not want to be called again has told an agent.

    Attributes:
        via: how it came: `feature code`, `UserEvent`, `socket`, `command line`.
        number: the other party's number, as the caller of this knows it; or "".
        decision: the ids of decisions that the call carries, joined by `&`; they name the number more surely than
            `number` does.
        agent: who took it down, or "".
        channel: that agent's channel, or "".
        uniqueid: its unique id, or "".
        linkedid: Asterisk's id of the whole call, or "".
        note: what else is to be kept.
        recorded_by: who at the keyboard wrote it down for the agent; "" where the agent did it by the call itself.
    """

    via: str
    number: str = ""
    decision: str = ""
    agent: str = ""
    channel: str = ""
    uniqueid: str = ""
    linkedid: str = ""
    note: str = ""
    recorded_by: str = ""

    @property
    def by(self) -> str:
        """Who put the number on the list, for the record."""
        agent = _short(self.agent)
        if not self.recorded_by:
            return f"{agent or 'unknown agent'} ({self.via})"
        return f"{agent} (taken down by {self.recorded_by})" if agent else self.recorded_by

    @property
    def sender(self) -> tuple[str, str]:
        """Whom `refusal.per_minute` counts: the way it came, and the agent, whoever wrote it down, or a telephone.

        A channel is one of a telephone, whose name stands before the last hyphen.
        """
        telephone = self.channel.rpartition("-")[0] or self.channel
        return self.via, _short(self.agent or self.recorded_by or telephone)


Refuse = Callable[[Refusal], Awaitable[Refused]]
"""What takes a refusal."""


class Refusals:
    """Takes refusals.

    Args:
        normaliser: reads the numbers.
        recent: the calls let by of late, with their numbers.
        add: puts a number on the red list.
        per_minute: how many are taken within a minute from each sender, by this process; those that name a call of
            ours, once for each call, are always taken.
        clock: gives now, in microseconds since the epoch.
    """

    def __init__(
        self,
        normaliser: Normaliser,
        recent: RecentCalls,
        add: Add,
        per_minute: int,
        clock: Callable[[], int],
    ) -> None:
        self._normaliser = normaliser
        self._recent = recent
        self._add = add
        self._per_minute = per_minute
        self._clock = clock
        self._seldom = SeldomLog(log)
        self._taken: dict[tuple[str, str], deque[float]] = {}
        self._calls: OrderedDict[str, None] = OrderedDict()

    async def refuse(self, refusal: Refusal) -> Refused:
        """Take a refusal for a gate, see `take`: a list that can't be written is logged, and answered like the rest."""
        try:
            return await self.take(refusal)
        except StoreError as error:
            log.error("a refusal was not taken: %s", error)  # noqa: TRY400 - no fault of ours
            return Refused.FAILED

    async def take(self, refusal: Refusal) -> Refused:
        """Put the other party on the red list. It is in force for the very next call when this returns.

        Raises:
            StoreError: the list, or the consent ledger behind it, could not be written.
        """
        number, call = self._meant(refusal)
        if number is None:
            return Refused.NOT_A_PERSON
        if not self._is_first_of(call) and not self._has_room(refusal):
            self._seldom.error(
                refusal.via, f"a refusal by {refusal.via} was not taken: more than {self._per_minute} in a minute"
            )
            return Refused.TOO_MANY
        try:
            added = await self._add(number, refusal.by, provenance(refusal))
        except StoreError:
            self._calls.pop(call, None)  # said once more, it is the first again
            raise
        return Refused.ADDED if added else Refused.ALREADY

    def _meant(self, refusal: Refusal) -> tuple[int | None, str]:
        """The number that is meant, and the decision that let a call to it by; "" where no such call is named."""
        now = self._clock()
        for passed in self._recent.named(refusal.decision, now):
            if isinstance(passed.key, int):
                return passed.key, passed.id
        number = self._normaliser.normalise(refusal.number)
        if number.kind is not NumberKind.E164:
            return None, ""
        of_call = self._recent.of_call(refusal.linkedid, number.e164, now) if refusal.linkedid else None
        return number.e164, of_call.id if of_call is not None else ""

    def _is_first_of(self, call: str) -> bool:
        """Whether it is the first refusal in a call of ours: calls are as many as the gate let by, and no flood."""
        if not call or call in self._calls:
            return False
        self._calls[call] = None
        if len(self._calls) > _MOST_CALLS:
            self._calls.popitem(last=False)
        return True

    def _has_room(self, refusal: Refusal) -> bool:
        now = time.monotonic()
        sender = refusal.sender
        if sender not in self._taken and len(self._taken) >= _MOST_SENDERS:
            self._taken = {one: taken for one, taken in self._taken.items() if taken and now - taken[-1] <= _MINUTE}
            if len(self._taken) >= _MOST_SENDERS:
                sender = (refusal.via, "")
        taken = self._taken.setdefault(sender, deque())
        while taken and now - taken[0] > _MINUTE:
            taken.popleft()
        if len(taken) >= self._per_minute:
            return False
        taken.append(now)
        return True


def provenance(refusal: Refusal) -> str:
    """What is kept of a refusal beside the number: who, in which call."""
    call = {
        "agent": refusal.agent,
        "channel": refusal.channel,
        "uniqueid": refusal.uniqueid,
        "linkedid": refusal.linkedid,
        "decision": refusal.decision,
        "note": refusal.note,
    }
    told = [f"{name} {text}" for name, value in call.items() if (text := _short(value))]
    return f"refused by {refusal.via}" + (": " + ", ".join(told) if told else "")


def _short(text: str) -> str:
    return one_line(text[:MOST_TEXT]).strip()
