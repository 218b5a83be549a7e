"""Alerting, a part of the daemon: notices occasions, keeps them in the outbox, and has them delivered."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from time import monotonic, time_ns
from typing import Final

from gatekeeper.alerts.alert import Alert, AlertKind, Occasion
from gatekeeper.alerts.channel import AlertChannel
from gatekeeper.alerts.outbox import Outbox
from gatekeeper.clock import now_micros
from gatekeeper.daemon.measuring import Observed
from gatekeeper.daemon.occasions import AlertScope, bypasses, failed_files, full_disk, in_memory, overdue_scrubs
from gatekeeper.daemon.telling import Telling, TellingWords
from gatekeeper.delivery.courier import RETRIES_S
from gatekeeper.errors import JournalError
from gatekeeper.journal.reader import JournalReader
from gatekeeper.logs import SeldomLog
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)

LOOK_S: Final = 2.0
"""How often occasions are looked for, in seconds."""

_SLOW_S: Final = 300.0
"""How often the certificates of scheduled scrubs are read, and what was looked through is written down."""

RIPE_S: Final[Mapping[AlertKind, float]] = {AlertKind.WATCHDOG: 30.0, AlertKind.PART: 30.0}
"""How long something must last before it is told: Asterisk may be restarted meanwhile."""

HOLD_S: Final = 600.0
"""How long something must be over before it may be told again."""

_JOURNAL: Final = "journal"
_INBOX: Final = "inbox"


class Alerting(Telling[Alert]):
    """Tells people.

    Args:
        path: the outbox's file.
        channels: who tells.
        observed: the daemon.
        scope: what else is told of.
        reader: reads the journal; it is closed at the end.
        ripe_s: how long something of a kind must last before it is told, in seconds; others are told at once.
        hold_s: how long something must be over before it may be told again.
        retries_s: how long to wait before each further try of a delivery.
        clock: microseconds since the epoch.
    """

    def __init__(
        self,
        path: Path,
        channels: Sequence[AlertChannel],
        observed: Observed,
        scope: AlertScope,
        reader: JournalReader,
        *,
        ripe_s: Mapping[AlertKind, float] = RIPE_S,
        hold_s: float = HOLD_S,
        retries_s: Sequence[float] = RETRIES_S,
        clock: Callable[[], int] = now_micros,
    ) -> None:
        words = TellingWords(
            phrase("alerts"),
            phrase("what there is to be told can't be kept"),
            phrase("the look for what is to be told"),
            phrase("the delivery of alerts"),
        )
        super().__init__("alerts", words, channels, reader, retries_s, clock)
        self._path = path
        self._observed = observed
        self._scope = scope
        self._ripe_s = ripe_s
        self._hold_s = hold_s
        self._since: dict[str, float] = {}
        self._gone: dict[str, float] = {}
        self._overdue: list[Occasion] = []
        self._slow_at = 0.0
        self._reached: dict[str, int] = {}
        self._written: dict[str, int] = {}
        self._full = SeldomLog(log)
        self._outbox: Outbox

    @property
    def address(self) -> str:
        """The channels."""
        return phrase("alerts by {names}", names=", ".join(one.name for one in self._channels))

    async def look(self) -> None:
        """Notice what there is, once."""
        now = self._clock()
        lasting = in_memory(self._observed, now, self._scope.language)
        left = await self._found(lambda: self._noticed(lasting, now))
        if left:
            self._full.error("full", f"{left} alerts found no room in the outbox, which no channel empties")

    def _open(self) -> Outbox:
        self._outbox = Outbox(self._path, [one.name for one in self._channels])
        return self._outbox

    async def _look_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self.look()

    def _noticed(self, lasting: list[Occasion], now: int) -> int:
        """In a thread: ask the disk and the journal, and keep it all; gives how many alerts found no room."""
        slow = monotonic() - self._slow_at >= _SLOW_S or not self._slow_at
        if slow:
            self._overdue = list(overdue_scrubs(self._scope, now))
        lasting += [*full_disk(self._scope), *self._overdue]
        events, reached = self._events()
        begun, over = self._changes(lasting)
        moved = {name: value for name, value in reached.items() if value != self._written.get(name)}
        left = 0
        if begun or over or events or (moved and slow):
            left = self._outbox.take(now, begun=begun, over=over, events=events, reached=reached)
            self._written = reached
        if slow:
            self._slow_at = monotonic()
        self._reached = reached
        return left

    def _events(self) -> tuple[list[Occasion], dict[str, int]]:
        """What happened since the last look; nothing at the very first, for that was before there were alerts."""
        reached = dict(self._reached_before())
        events: list[Occasion] = []
        try:
            if _JOURNAL in reached:
                events, reached[_JOURNAL] = bypasses(self._reader, reached[_JOURNAL])
            else:
                reached[_JOURNAL] = self._reader.last_seq()
        except JournalError:
            pass  # calls are refused meanwhile, which is told: and nothing is passed over
        now = time_ns()
        found, reached[_INBOX] = failed_files(self._scope, reached.get(_INBOX, now), now)
        return [*events, *found], reached

    def _reached_before(self) -> dict[str, int]:
        if not self._reached:
            stored = {name: self._outbox.reached(name) for name in (_JOURNAL, _INBOX)}
            self._reached = {name: value for name, value in stored.items() if value is not None}
        return self._reached

    def _changes(self, lasting: Iterable[Occasion]) -> tuple[list[Occasion], list[str]]:
        """What has begun, and the keys of what is over."""
        at = monotonic()
        there = {one.key: one for one in lasting}
        told = self._outbox.told()
        self._since = {key: self._since.get(key, at) for key in there}
        ripe = [one for one in there.values() if at - self._since[one.key] >= self._ripe_s.get(one.kind, 0.0)]
        self._gone = {key: self._gone.get(key, at) for key in told - there.keys()}
        over = [key for key, since in self._gone.items() if at - since >= self._hold_s]
        return [one for one in ripe if one.key not in told], over
