"""Desk: settings, accounts, the daemon, the journal to be read, and threads, shared by all pages."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

import anyio

from gatekeeper.accounts import Accounts
from gatekeeper.config import Settings
from gatekeeper.desk.daemon import DaemonLink
from gatekeeper.desk.journal_upkeep import JournalUpkeep
from gatekeeper.desk.known_networks import KnownNetworks
from gatekeeper.desk.reading.number_stores import NumberStores
from gatekeeper.desk.reading.running_tally import RunningTally
from gatekeeper.errors import StoreError
from gatekeeper.exports.runner import ExportRunner
from gatekeeper.exports.store import ExportLimits
from gatekeeper.intake.looked_up import report_of
from gatekeeper.intake.uploads import uploads_folder
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.supervised import Supervised
from gatekeeper.translation import phrase
from gatekeeper.uploads.import_states import ImportStates
from gatekeeper.uploads.importing import UploadImports
from gatekeeper.uploads.store import MB, Uploads
from gatekeeper.uploads.work import DeskWorks

if TYPE_CHECKING:
    from gatekeeper.journal.sqlite import JournalPager, SqliteReader, WholeReader

log = logging.getLogger(__name__)

ParamsT = ParamSpec("ParamsT")
ResultT = TypeVar("ResultT")

_READERS: Final = 8
"""Pages that are read at a time."""

_SEARCHERS: Final = 2
"""Pages at a time that look through as much of the journal as somebody asks for; who has signed in, and all that is
read quickly, does not wait for them."""

_COUNT_S: Final = 10
"""How often calls are counted while nobody looks, in seconds."""

_HASHERS: Final = 2
"""Passwords that are checked at a time: each takes 64 MiB, and who guesses is to wait."""


class Desk:
    """What all pages share; lives as long as the process.

    Args:
        settings: the configuration.

    Attributes:
        settings: the configuration.
        accounts: users, sessions, keys, and what people did.
        daemon: is asked for what decides or writes.
        uploads: the files that people have delivered.
        works: follows what takes longer than a page may.
        known_networks: where people come from who have signed in.
        imports: has uploads looked at and imported.
        number: reads what the stores know of one number.
        tally: counts of the journal's last days.
        upkeep: what is kept beside the journal, so that pages find what is rare, and what is archived.
        exports: has files of the journal made.
        site: how this machine is called in what leaves it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        section = settings.desk
        self.accounts = Accounts(
            settings.daemon.data_dir,
            idle_s=section.session_idle_minutes * 60,
            longest_s=section.session_hours * 3600,
        )
        self.daemon = DaemonLink(settings.socket.path)
        self.uploads = Uploads(uploads_folder(settings.daemon.data_dir), section.max_upload_mb * MB)
        folder = uploads_folder(settings.daemon.data_dir)
        states = ImportStates(folder.with_name("imports"), folder)
        self.uploads.clear({one.token for one in states.read()})
        self.works = DeskWorks()
        self.known_networks = KnownNetworks()
        look_up = partial(report_of, settings.daemon.data_dir)
        self.imports = UploadImports(self.daemon, self.uploads, self.works, states, look_up)
        self.number = NumberStores(settings)
        self.tally = RunningTally(lambda: self._own_journal)
        self.upkeep = JournalUpkeep(settings.daemon.data_dir)
        self.exports = ExportRunner(settings.daemon.data_dir, _export_limits(settings))
        self.site = settings.alerts.server or socket.gethostname()
        self._between: list[asyncio.Task[None]] = []
        self._readers = anyio.CapacityLimiter(_READERS)
        self._searchers = anyio.CapacityLimiter(_SEARCHERS)
        self._hashers = anyio.CapacityLimiter(_HASHERS)

    async def start(self) -> None:
        """Begin what goes on between requests."""
        self.imports.resume()
        await self.exports.start()
        self._between = [
            asyncio.create_task(Supervised(name, work, log).run())
            for name, work in (
                ("the count of today's calls", self._count),
                ("the index of the journal", self.upkeep.run),
            )
        ]

    async def stop(self) -> None:
        """End it."""
        self.upkeep.end()
        for task in self._between:
            task.cancel()
        if self._between:
            await asyncio.wait(self._between)
        await self.exports.stop()

    async def _count(self) -> None:
        """Count calls now and then, also while nobody looks: who does look waits for few."""
        while True:
            with contextlib.suppress(StoreError):  # the page says what is wrong
                await self.in_thread(self.tally.refresh)
            await asyncio.sleep(_COUNT_S)

    def close(self) -> None:
        """Let go of the stores."""
        self.upkeep.close()
        self.number.close()
        self.tally.close()
        self.accounts.close()

    async def in_thread(
        self, work: Callable[ParamsT, ResultT], *args: ParamsT.args, **kwargs: ParamsT.kwargs
    ) -> ResultT:
        """Do in a thread what reads a store or a file."""
        return await anyio.to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._readers)

    async def searching(
        self, work: Callable[ParamsT, ResultT], *args: ParamsT.args, **kwargs: ParamsT.kwargs
    ) -> ResultT:
        """Do in a thread what may take long, for it looks through a time that somebody has chosen."""
        return await anyio.to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._searchers)

    async def hashing(self, work: Callable[ParamsT, ResultT], *args: ParamsT.args, **kwargs: ParamsT.kwargs) -> ResultT:
        """Do in a thread what hashes a password."""
        return await anyio.to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._hashers)

    def pager(self) -> "JournalPager":
        """Turns the pages of the journal with its archives, for people.

        Raises:
            StoreError: there is no journal yet.
        """
        self._demand_journal()
        return self.upkeep.pager

    @contextlib.contextmanager
    def journal(self) -> Iterator["WholeReader"]:
        """The journal with its archives, to be read within one request.

        Raises:
            StoreError: there is none yet, or it can't be read.
        """
        self._demand_journal()
        with contextlib.closing(self._whole_journal) as reader:
            yield reader

    def _demand_journal(self) -> None:
        path = self.settings.daemon.data_dir / JOURNAL_FILE
        if not path.exists():
            raise StoreError(
                phrase("{path} does not exist", path=path),
                phrase("start the daemon once (`systemctl start gatekeeper`)"),
            )

    @cached_property
    def _whole_journal(self) -> "WholeReader":
        """One reader for all requests: it keeps no connection between them, but the queries that it has compiled."""
        from gatekeeper.journal.sqlite import WholeReader  # brings SQLAlchemy in

        return WholeReader(self.settings.daemon.data_dir / JOURNAL_FILE)

    @cached_property
    def _own_journal(self) -> "SqliteReader":
        """The same without archives: what is of the last days is in none."""
        from gatekeeper.journal.sqlite import SqliteReader  # brings SQLAlchemy in

        return SqliteReader(self.settings.daemon.data_dir / JOURNAL_FILE)


def _export_limits(settings: Settings) -> ExportLimits:
    section = settings.desk
    return ExportLimits(
        hours=section.export_hours,
        waiting=section.exports_waiting,
        waiting_in_all=section.exports_waiting_in_all,
        rows=section.export_max_rows,
        kept=section.exports_kept,
        file_bytes=section.export_max_mb << 20,
        all_bytes=section.exports_max_mb << 20,
    )
