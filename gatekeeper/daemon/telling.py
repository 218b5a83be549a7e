"""Telling, a base of the daemon's parts: looks for what is to be told, keeps it in an outbox, and has it delivered."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from gatekeeper.daemon.part import Background
from gatekeeper.delivery.channel import DeliveryChannel, ToldT
from gatekeeper.delivery.courier import Courier
from gatekeeper.delivery.outbox import OutboxFile
from gatekeeper.errors import GatekeeperError
from gatekeeper.journal.reader import JournalReader
from gatekeeper.logs import StateLog

log = logging.getLogger(__name__)

FoundT = TypeVar("FoundT")


class TellingWords(NamedTuple):
    """How what a part tells is spoken of.

    Attributes:
        told: what is told, such as `alerts`.
        outage: that it can't be found or kept.
        look: the look for it.
        delivery: its delivery.
    """

    told: str
    outage: str
    look: str
    delivery: str


class Telling(ABC, Generic[ToldT]):
    """Tells somebody: alerts people, hooks programs.

    What of it can't be found or kept is a trouble while that lasts, and is looked for again; what can't be delivered is
    the courier's trouble. What is not delivered when it stops is, by the next daemon.

    Args:
        what: what is told, such as `alerts`; names the part, too.
        words: how it is spoken of.
        channels: who tells it.
        reader: reads the journal; it is closed at the end.
        retries_s: how long to wait before each further try of a delivery.
        clock: microseconds since the epoch.
    """

    def __init__(
        self,
        what: str,
        words: TellingWords,
        channels: Sequence[DeliveryChannel[ToldT]],
        reader: JournalReader,
        retries_s: Sequence[float],
        clock: Callable[[], int],
    ) -> None:
        self.name = f"the {what}"
        self._words = words
        self._channels = tuple(channels)
        self._reader = reader
        self._retries_s = retries_s
        self._clock = clock
        self._outage = StateLog(log, words.outage, over=f"{what} are kept again")
        self._watch = Background(words.look, self._look_now_and_then)
        self._kept: OutboxFile[ToldT] | None = None
        self._courier: Courier[ToldT] | None = None
        self._delivery: Background | None = None

    @property
    def trouble(self) -> str:
        """What can't be told, or found, or ""."""
        delivery = self._delivery.trouble if self._delivery is not None else ""
        told = self._courier.trouble if self._courier is not None else ""
        return "; ".join(filter(None, (self._outage.trouble, self._watch.trouble, delivery, told)))

    def counters(self) -> Mapping[str, int]:
        """How much was told and given up, how much waits, and how often the look failed."""
        if self._kept is None or self._courier is None:
            return {}
        waiting = sum(self._kept.waiting().values())
        told = {"told": self._courier.told, "given_up": self._courier.given_up, "waiting": waiting}
        return {**told, **self._watch.counters()}

    async def start(self) -> None:
        """Open the outbox, and begin.

        Raises:
            StoreError: the outbox can't be opened.
        """
        self._kept = self._open()
        self._courier = Courier(self._kept, self._channels, self._words.told, self._retries_s, self._clock)
        self._delivery = Background(self._words.delivery, self._courier.run)
        await self._delivery.start()
        await self._begin()
        await self._watch.start()

    async def stop(self, grace: float, /) -> None:
        """End."""
        await self._watch.stop(grace)
        if self._delivery is not None:
            await self._delivery.stop(grace)
        await asyncio.to_thread(self._close)
        self._reader.close()
        if self._kept is not None:
            self._kept.close()

    @abstractmethod
    def _open(self) -> OutboxFile[ToldT]:
        """Open the outbox."""

    async def _begin(self) -> None:
        """Do what has to be done before the first look."""

    def _close(self) -> None:
        """Close what the look uses."""

    @abstractmethod
    async def _look_now_and_then(self) -> None:
        """Look, for ever."""

    async def _found(self, find: Callable[[], FoundT]) -> FoundT | None:
        """What is found in a thread; None where it can't be looked for, or not be kept."""
        try:
            found = await asyncio.to_thread(find)
        except GatekeeperError as error:
            self._outage.begin(str(error))
            return None
        self._outage.end()
        return found
