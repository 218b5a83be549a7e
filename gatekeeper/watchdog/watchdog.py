"""The watchdog: sees every call that Asterisk dials towards the outside, whoever caused it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from panoramisk.message import Message

from gatekeeper.ami.client import AmiLink, LinkSettings
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import GatekeeperError, ProtocolError
from gatekeeper.journal import DecisionRow
from gatekeeper.logs import SeldomLog, StateLog
from gatekeeper.phone import Normaliser
from gatekeeper.refusals.service import Refuse
from gatekeeper.supervised import Supervised, fault_of, tell_fault
from gatekeeper.translation import phrase, retold
from gatekeeper.vocabulary import UserEventName
from gatekeeper.watchdog.astdb_backlog import Backlog, Journal
from gatekeeper.watchdog.channel_scan import ChannelScan, History
from gatekeeper.watchdog.click_to_refuse import grant
from gatekeeper.watchdog.dial_event import Dialled, header_of, read_dial_begin
from gatekeeper.watchdog.enforcer import Enforcer, Screening
from gatekeeper.watchdog.kill_switch import KillSwitch
from gatekeeper.watchdog.rights import RightsCheck
from gatekeeper.watchdog.ways_out import WaysOut, WaysOutSettings

log = logging.getLogger(__name__)

COLLECT_S: Final = 60.0
"""How often the records that the dialplan keeps are looked for, where no event tells of one."""

_RECORDS_S: Final = 2.0
"""For so long the look for calls that were missed waits for those records."""

ENDPOINTS_S: Final = 300.0
"""How often all endpoints are looked at, where no event tells of a change."""

_EVENTS: Final = frozenset({"DialBegin", "UserEvent", "FullyBooted", "Reload"})
_DOWN: Final = "GATE_DOWN"


@dataclass(frozen=True, slots=True)
class WatchdogSettings:
    """What the watchdog watches.

    Attributes:
        link: where Asterisk's manager is, and who logs in there.
        routes: what leads outside.
        hang_up: whether blocked calls are hung up; else they are only reported.
        collect_s: how often the records that the dialplan keeps are looked for, in seconds.
        ways_out: where the SIP gate is, and which endpoints are to have it for their way out.
        kill_switch: whether plain trunks are put into maintenance while calls can't be decided on.
    """

    link: LinkSettings
    routes: Routes = field(default_factory=Routes)
    hang_up: bool = True
    collect_s: float = COLLECT_S
    ways_out: WaysOutSettings = field(default_factory=WaysOutSettings)
    kill_switch: bool = False


class Watchdog:
    """Watches.

    Args:
        settings: where and what.
        screening: decides.
        history: what was decided before.
        journal: the journal.
        normaliser: reads the numbers of what the dialplan kept.
        on_row: told of every record of the dialplan that came into the journal.
        refuse: takes a refusal.
        undecided: tells why calls can't be decided on now, or "".
    """

    name = "the watchdog"

    def __init__(
        self,
        settings: WatchdogSettings,
        *,
        screening: Screening,
        history: History,
        journal: Journal,
        normaliser: Normaliser,
        on_row: Callable[[DecisionRow], None],
        refuse: Refuse,
        undecided: Callable[[], str] = str,
    ) -> None:
        self._settings = settings
        self._link = AmiLink(settings.link, _EVENTS, self._on_event, self._on_login)
        self._rights = RightsCheck(settings.link)
        self._enforcer = Enforcer(self._link, screening, normaliser.normalise, hang_up=settings.hang_up)
        self._ways_out = WaysOut(self._link, settings.ways_out, settings.routes, wanted=settings.kill_switch)
        self._kill_switch = KillSwitch(self._link, self._ways_out, undecided)
        self._scan = ChannelScan(self._link, settings.routes, self._enforcer, self._ways_out, history)
        self._backlog = Backlog(self._link, journal, normaliser, on_row)
        self._refuse = refuse
        self._poor = False
        self._seldom = SeldomLog(log)
        self._uncollected = StateLog(
            log,
            "what the dialplan kept while the gate was down is not in the log yet",
            over="what the dialplan keeps while the gate is down comes into the log again",
            level=logging.WARNING,
        )
        self._unseen = StateLog(
            log, "could not look for calls that were missed", over="calls that were missed are looked for again"
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._collecting = asyncio.Lock()
        self._coming: asyncio.Task[None] | None = None
        self._works = (
            Supervised(phrase("the watchdog's connection"), self._link.run, log),
            Supervised(phrase("the watchdog's regular look"), self._look_now_and_then, log),
            Supervised(phrase("the watchdog's look at the endpoints"), self._look_at_endpoints, log),
            *([Supervised(phrase("the kill switch"), self._kill_switch.run, log)] if settings.kill_switch else ()),
        )
        self._running: list[asyncio.Task[None]] = []

    @property
    def address(self) -> str:
        """Whose calls it sees."""
        link = self._settings.link
        return phrase("watching Asterisk at {host}:{port}", host=link.host, port=link.port)

    def counters(self) -> Mapping[str, int]:
        """What became of the calls that it saw."""
        return {**asdict(self._enforcer.seen), **self._ways_out.counters()}

    @property
    def trouble(self) -> str:
        """Why it does not watch now, or not as it should, or ""."""
        troubles = (
            *(work.trouble for work in self._works),
            retold(self._link.trouble),
            self._rights.trouble,
            self._enforcer.hangups.trouble,
            self._ways_out.trouble,
            self._kill_switch.trouble,
        )
        return "; ".join(filter(None, troubles))

    @property
    def backlog(self) -> Backlog:
        """What brings the dialplan's records in."""
        return self._backlog

    async def start(self) -> None:
        """Begin. An Asterisk that can't be reached does not keep it from starting: it is tried again until it can."""
        self._running = [asyncio.create_task(work.run()) for work in self._works]

    async def stop(self, grace: float = 1.0, /) -> None:
        """End, when the calls that are being judged are done, after `grace` seconds at most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in (*self._running, *self._tasks):
            task.cancel()
        await asyncio.gather(*self._running, *self._tasks, return_exceptions=True)

    def _on_event(self, event: Message) -> None:
        """Called for every event, in order: the shortest way is that of `DialBegin`."""
        if event.event == "DialBegin":
            dialled = read_dial_begin(event, self._settings.routes)
            self._rights.sees_calls = True
            if dialled is not None:
                self._spawn(self._judge(dialled))
        elif event.event == "UserEvent":
            self._on_user_event(event, header_of(event, "UserEvent"))
        elif event.event == "FullyBooted":
            self._ways_out.forget()
            self._spawn(self._look_round())
            self._spawn(self._ways_out.look())
        elif event.event == "Reload":
            self._ways_out.forget()
            self._spawn(self._check_rights())
            self._spawn(self._ways_out.look())

    async def _judge(self, dialled: Dialled) -> None:
        """What the SIP gate decides on is left to it: it would be decided on twice, and counted as two calls."""
        if not await self._ways_out.leaves_by_gate(dialled):
            await self._enforcer.enforce(dialled)

    def _on_user_event(self, event: Message, name: str) -> None:
        # A call that the dialplan let by on its own is being dialled: its record first, so that it counts once.
        if name == UserEventName.EMERGENCY:
            self._enforcer.wait_for(header_of(event, "Linkedid"), self._spawn(self._take_emergency(event)))
        elif name == UserEventName.FAIL_OPEN:
            self._enforcer.wait_for(header_of(event, "Linkedid"), self._collect_soon())
        elif name == UserEventName.BLOCKED and header_of(event, "Reason") == _DOWN:
            self._collect_soon()
        elif name == UserEventName.REFUSE:
            self._spawn(self._grant(event))

    async def _take_emergency(self, event: Message) -> None:
        """The event is a hint, no more: what counts lies on the channel, or in AstDB."""
        try:
            if await self._backlog.take_emergency(header_of(event, "Channel")):
                return
        except ProtocolError as error:
            # Any client may send such an event.
            self._seldom.warning(
                "emergency", f"the record of an emergency call was not taken from its channel: {error}"
            )
        await asyncio.wait({self._collect_soon()})

    async def _grant(self, event: Message) -> None:
        try:
            await grant(event, self._refuse, self._link)
        except Exception as error:  # noqa: BLE001 - the next one is taken all the same
            tell_fault(log, "a refusal that came by a UserEvent was not taken", error)

    async def _on_login(self) -> None:
        self._rights.sees_calls = False
        self._kill_switch.forget()
        self._ways_out.forget()
        self._spawn(self._ways_out.look())
        await self._look_round()
        await self._rights.check()
        self._poor = bool(self._rights.trouble)

    async def _check_rights(self) -> None:
        """Later than at the login. Rights that were given back hold after another one; what was taken away is told."""
        if self._link.connected and await self._rights.check() and self._poor and not self._rights.trouble:
            self._link.renew()

    async def _look_round(self) -> None:
        """What happened while nobody watched. Of what there is to do, nothing waits for the success of another."""
        # The records first, so that a call counts once; but not all of very many: what rings is to be judged soon.
        await asyncio.wait({self._collect_soon()}, timeout=_RECORDS_S)
        await self._look_through()

    def _collect_soon(self) -> "asyncio.Task[None]":
        """A look for records that is yet to begin: whoever asks for one meanwhile shares it."""
        if self._coming is None or self._coming.done():
            self._coming = self._spawn(self._collect_next())
        return self._coming

    async def _collect_next(self) -> None:
        async with self._collecting:
            self._coming = None
            await self._collect()

    async def _collect(self) -> None:
        try:
            await self._backlog.collect()
        except GatekeeperError as error:
            self._uncollected.begin(str(error))
        except Exception as error:  # noqa: BLE001 - tried again, and nothing else is kept back
            if self._uncollected.begin(fault_of(error)):
                tell_fault(log, "what the dialplan kept while the gate was down could not be collected", error)
        else:
            self._uncollected.end()

    async def _look_through(self) -> None:
        try:
            await self._scan.run()
        except GatekeeperError as error:
            self._unseen.begin(str(error))
        except Exception as error:  # noqa: BLE001 - tried again, and nothing else is kept back
            if self._unseen.begin(fault_of(error)):
                tell_fault(log, "could not look for calls that were missed", error)
        else:
            self._unseen.end()

    async def _look_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(self._settings.collect_s)
            await self._check_rights()
            if self._link.connected:
                await self._collect()
                if self._scan.unfinished:
                    await self._look_through()

    async def _look_at_endpoints(self) -> None:
        while True:
            await asyncio.sleep(ENDPOINTS_S)
            if self._link.connected:
                await self._ways_out.look()

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            tell_fault(log, "an event of Asterisk could not be dealt with", fault)
