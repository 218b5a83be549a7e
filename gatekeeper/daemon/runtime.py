"""The long-lived parts of the daemon, and the order in which they start and stop."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from gatekeeper.agi import FastAgiServer, refuse_route
from gatekeeper.agi.refuse import ROUTE as REFUSE
from gatekeeper.ami.proxy import AmiProxy
from gatekeeper.config import Settings
from gatekeeper.control import AskServer, refuse_operation
from gatekeeper.daemon.asterisk_settings import proxy_settings, watchdog_settings
from gatekeeper.daemon.inbox import Inbox
from gatekeeper.daemon.list_refresh import ListKeeper
from gatekeeper.daemon.refusals import RedListWriter, build_refusals
from gatekeeper.daemon.registry_queries import Asking
from gatekeeper.daemon.wiring import build_screening
from gatekeeper.journal import JOURNAL_FILE, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader, Synchronous
from gatekeeper.lists import ListIndex
from gatekeeper.net.limits import Limits
from gatekeeper.phone import Normaliser
from gatekeeper.refusals.service import Refusals
from gatekeeper.screening import Screening
from gatekeeper.screening.history import History
from gatekeeper.screening.recent import RecentCalls
from gatekeeper.supervised import Supervised
from gatekeeper.watchdog import Watchdog

log = logging.getLogger(__name__)

GRACE_SECONDS = 2.0
"""How long running answers may take when the daemon stops."""


class Runtime:
    """Everything that lives as long as the daemon; an asynchronous context manager.

    Args:
        settings: the configuration.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.AsyncExitStack()
        self._index: ListIndex
        self._screening: Screening
        self._refusals: Refusals
        self._addresses: list[str] = []
        self._works: list[Supervised] = []
        self._watchdog: Watchdog | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    def summary(self) -> str:
        """What is served where, for the daemon's log."""
        lists = ", ".join(f"{state.name} ({state.count:,})" for state in self._index.states().values())
        return f"{'; '.join(self._addresses)}; lists: {lists}"

    def trouble(self) -> str:
        """What does not work now, or not as it should, or ""; a part of the daemon's health that no call shows."""
        troubles = [work.trouble for work in self._works]
        if self._watchdog is not None:
            troubles.append(self._watchdog.trouble)
        return "; ".join(filter(None, troubles))

    async def _start(self) -> None:
        data_dir = self._settings.daemon.data_dir
        keeper = ListKeeper(self._settings)
        self._index = keeper.index
        self._stack.callback(keeper.close)
        section = self._settings.journal
        synchronous: Synchronous = "FULL" if section.synchronous == "full" else "NORMAL"
        journal = JournalWriter(SqliteBackend(data_dir / JOURNAL_FILE, synchronous, node=section.node))
        await journal.start()
        self._stack.push_async_callback(journal.close)
        history = self._open_history(data_dir)
        recent = RecentCalls(history.attempt)
        asking = Asking(self._settings) if self._settings.queries else None
        if asking is not None:
            self._stack.push_async_callback(asking.close)
        self._screening = build_screening(self._settings, self._index, journal, recent, asking)
        writer = RedListWriter(data_dir, self._settings.refusal.list)
        self._stack.push_async_callback(writer.close)
        self._refusals = build_refusals(self._settings, self._screening, writer)
        self._spawn("the care for the lists", keeper.keep)
        if self._settings.inbox.enabled:
            self._spawn("the watched inbox", Inbox(self._settings).watch)
            self._addresses.append(f"inbox {self._settings.inbox.folder}")
        await self._listen()
        await self._guard_manager(journal, history)

    async def _listen(self) -> None:
        settings = self._settings
        limits = Limits(
            environment_s=settings.fastagi.deadline_ms / 1000,
            answer_s=settings.fastagi.deadline_ms / 1000,
            max_connections=settings.fastagi.max_connections,
            backlog=settings.fastagi.backlog,
        )
        asking = AskServer.for_screening(
            self._screening.screen,
            {REFUSE: refuse_operation(self._refusals.refuse)},
            path=settings.socket.path,
            mode=settings.socket_mode,
            group=settings.socket.group or None,
            limits=limits,
        )
        await asking.start()
        self._stack.push_async_callback(asking.stop, GRACE_SECONDS)
        self._addresses.append(f"socket {settings.socket.path}")
        if settings.fastagi.enabled:
            fastagi = FastAgiServer(
                self._screening.screen,
                host=settings.fastagi.host,
                port=settings.fastagi.port,
                allow=settings.fastagi.allow,
                limits=limits,
            )
            await fastagi.start()
            fastagi.application.add_route(REFUSE, refuse_route(self._refusals.refuse))
            self._stack.push_async_callback(fastagi.stop, GRACE_SECONDS)
            self._addresses.append(f"FastAGI {settings.fastagi.host}:{settings.fastagi.port}")

    async def _guard_manager(self, journal: JournalWriter, history: History) -> None:
        """The AMI proxy and the watchdog, as far as the configuration wants them."""
        settings = self._settings
        if settings.ami_proxy.enabled:
            proxy = AmiProxy(proxy_settings(settings), self._screening.screen)
            await proxy.start()
            self._stack.push_async_callback(proxy.stop, GRACE_SECONDS)
            self._addresses.append(f"AMI {settings.ami_proxy.host}:{settings.ami_proxy.port}")
        if settings.watchdog.enabled:
            watchdog = Watchdog(
                watchdog_settings(settings),
                screening=self._screening,
                history=history,
                journal=journal,
                normaliser=Normaliser(settings.dial_plan),
                on_row=self._screening.recent.add_if_allowed,
                refuse=self._refusals.refuse,
            )
            await watchdog.start()
            self._watchdog = watchdog
            self._stack.push_async_callback(watchdog.stop)
            self._addresses.append(f"watching Asterisk at {settings.watchdog.host}:{settings.watchdog.port}")

    def _open_history(self, data_dir: Path) -> History:
        reader = SqliteReader(data_dir / JOURNAL_FILE)
        self._stack.callback(reader.close)
        return History(reader, Normaliser(self._settings.dial_plan))

    def _spawn(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        supervised = Supervised(name, work, log)
        self._works.append(supervised)
        task = asyncio.create_task(supervised.run())

        async def end() -> None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

        self._stack.push_async_callback(end)
