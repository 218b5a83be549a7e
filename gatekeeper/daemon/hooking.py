"""Hooking, a part of the daemon: finds what programs are to be told, keeps it in the outbox, and has it delivered."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from gatekeeper.clock import now_micros
from gatekeeper.daemon.telling import Telling, TellingWords
from gatekeeper.delivery.channel import DeliveryChannel
from gatekeeper.delivery.courier import RETRIES_S
from gatekeeper.hooks.message import HookMessage
from gatekeeper.hooks.outbox import HookOutbox
from gatekeeper.hooks.sources import HookScope, HookSources
from gatekeeper.journal.reader import JournalReader
from gatekeeper.translation import phrase

LOOK_S: Final = 0.5
"""How often the sources are looked at, in seconds."""

_PAUSE_S: Final = 0.05
"""How long to wait before the next look where one has filled the outbox: calls go first."""


class Hooking(Telling[HookMessage]):
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
        words = TellingWords(
            phrase("hooks"),
            phrase("what hooks are to tell can't be read or kept"),
            phrase("the look for what hooks tell"),
            phrase("the delivery of hooks"),
        )
        super().__init__("hooks", words, channels, reader, retries_s, clock)
        self._path = path
        self._scopes = scopes
        self._sources = HookSources(data_dir, reader)
        self._reached: dict[str, dict[str, int]] = {}
        self._outbox: HookOutbox

    @property
    def address(self) -> str:
        """The endpoints."""
        return phrase("hooks to {names}", names=", ".join(one.name for one in self._channels))

    async def look(self) -> bool:
        """Find what there is, once; whether there may be more."""
        return bool(await self._found(self._find))

    def _open(self) -> HookOutbox:
        self._outbox = HookOutbox(self._path, list(self._scopes))
        return self._outbox

    async def _begin(self) -> None:
        await self.look()  # a new endpoint is told what happens from now on

    def _close(self) -> None:
        self._sources.close()

    async def _look_now_and_then(self) -> None:
        while True:
            more = await self.look()
            await asyncio.sleep(_PAUSE_S if more else LOOK_S)

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
