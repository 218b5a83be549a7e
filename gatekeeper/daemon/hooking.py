"""Hooking, a part of the daemon: finds what programs are to be told, keeps it in the outbox, and has it delivered."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from gatekeeper.clock import now_micros
from gatekeeper.daemon.part import Background
from gatekeeper.delivery.channel import DeliveryChannel
from gatekeeper.delivery.courier import RETRIES_S, Courier
from gatekeeper.errors import GatekeeperError
from gatekeeper.hooks.message import HookMessage
from gatekeeper.hooks.outbox import HookOutbox
from gatekeeper.hooks.sources import HookScope, HookSources
from gatekeeper.journal.reader import JournalReader
from gatekeeper.logs import StateLog
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)

LOOK_S: Final = 0.5
"""How often the sources are looked at, in seconds."""

_PAUSE_S: Final = 0.05
"""How long to wait before the next look where one has filled the outbox: calls go first."""


class Hooking:
    """Tells programs.

    Args:
        path: the outbox's file.
        channels: by what each endpoint is told.
        scopes: what each is told, by its name.
        data_dir: the data folder.
        reader: reads the journal; it is closed at the end.
        retries_s: how long to wait before each further try of a delivery.
        clock: microseconds since the epoch.
    """

    name = "the hooks"

    def __init__(
        self,
        path: Path,
        channels: Sequence[DeliveryChannel[HookMessage]],
        scopes: Mapping[str, HookScope],
        data_dir: Path,
        reader: JournalReader,
        *,
        retries_s: Sequence[float] = RETRIES_S,
        clock: Callable[[], int] = now_micros,
    ) -> None:
        self._path = path
        self._channels = tuple(channels)
        self._scopes = scopes
        self._reader = reader
        self._sources = HookSources(data_dir, reader)
        self._retries_s = retries_s
        self._clock = clock
        self._reached: dict[str, dict[str, int]] = {}
        self._outage = StateLog(
            log, phrase("what hooks are to tell can't be read or kept"), over="hooks are kept again"
        )
        self._watch = Background(phrase("the look for what hooks tell"), self._look_now_and_then)
        self._outbox: HookOutbox
        self._courier: Courier[HookMessage]
        self._delivery: Background | None = None

    @property
    def address(self) -> str:
        """The endpoints."""
        return phrase("hooks to {names}", names=", ".join(one.name for one in self._channels))

    @property
    def trouble(self) -> str:
        """What can't be told, or found, or ""."""
        delivery = self._delivery.trouble if self._delivery is not None else ""
        told = self._courier.trouble if self._delivery is not None else ""
        return "; ".join(filter(None, (self._outage.trouble, self._watch.trouble, delivery, told)))

    def counters(self) -> Mapping[str, int]:
        """How many messages were told and given up, how many wait, and how often the look failed."""
        if self._delivery is None:
            return {}
        waiting = sum(self._outbox.waiting().values())
        told = {"told": self._courier.told, "given_up": self._courier.given_up, "waiting": waiting}
        return {**told, **self._watch.counters()}

    async def start(self) -> None:
        """Open the outbox, and begin.

        Raises:
            StoreError: the outbox can't be opened.
        """
        self._outbox = HookOutbox(self._path, list(self._scopes))
        self._courier = Courier(self._outbox, self._channels, phrase("hooks"), self._retries_s, self._clock)
        self._delivery = Background(phrase("the delivery of hooks"), self._courier.run)
        await self._delivery.start()
        await self.look()  # a new endpoint is told what happens from now on
        await self._watch.start()

    async def stop(self, grace: float, /) -> None:
        """End; what is not delivered yet is, by the next daemon."""
        await self._watch.stop(grace)
        if self._delivery is not None:
            await self._delivery.stop(grace)
        await asyncio.to_thread(self._sources.close)
        self._reader.close()
        with contextlib.suppress(AttributeError):  # it was never opened
            self._outbox.close()

    async def _look_now_and_then(self) -> None:
        while True:
            more = await self.look()
            await asyncio.sleep(_PAUSE_S if more else LOOK_S)

    async def look(self) -> bool:
        """Find what there is, once; whether there may be more."""
        try:
            more = await asyncio.to_thread(self._find)
        except GatekeeperError as error:
            self._outage.begin(str(error))
            return False
        self._outage.end()
        return more

    def _find(self) -> bool:
        more = False
        for name, scope in self._scopes.items():
            before = self._reached.get(name) or self._outbox.reached(name)
            if not before:
                before = self._sources.ends()
                self._outbox.take(name, [], before, self._clock())
            room = self._outbox.room(name)
            news = self._sources.news(scope, before, room) if room else None
            if news is not None and (news.messages or news.reached != before):
                # How far was looked is written down even where nothing was found: what is skipped is not asked again.
                self._outbox.take(name, news.messages, news.reached, self._clock())
                before, more = news.reached, more or len(news.messages) == room
            self._reached[name] = before
        return more
