"""The watched inbox: takes files that have stopped changing, has each imported, and puts it into `done` or `failed`."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from gatekeeper.intake.arrival import ArrivalOutcome, Ending, in_both_languages
from gatekeeper.intake.inbox_folder import DONE, FAILED, Arrival, Claim, InboxFolder
from gatekeeper.intake.inbox_report import report_text
from gatekeeper.intake.rules import ListRules
from gatekeeper.logs import StateLog
from gatekeeper.storage.files import FileStamp
from gatekeeper.text import escaped
from gatekeeper.translation import phrase, trouble_of

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
RETRY_SECONDS = 30.0
"""How long a file waits whose import failed for a reason that may pass."""

RETRIES = 20
"""How often; then a person has to look."""

SUM_SECONDS = 60.0
"""How long a file whose format demands a SHA-256 waits for the file of it."""

Import = Callable[[str, Path], Awaitable[ArrivalOutcome]]
"""Imports a file into the list of a name."""


class Inbox:
    """Watches the inbox until it is cancelled. An import that runs then is ended without a trace, and begun anew later.

    Args:
        folder: the inbox.
        lists: the rules of the lists whose files it takes.
        import_file: imports one, and is cancelled with the inbox.
        settle_seconds: for how long a file must not have changed.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        folder: Path,
        lists: Iterable[ListRules],
        import_file: Import,
        settle_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        rules = tuple(lists)
        self._folder = InboxFolder(folder, {one.name: (*one.inbox, *one.changes) for one in rules})
        self._with_sums = {one.name for one in rules if (form := one.format_for()) is not None and form.checksum}
        self._import = import_file
        self._settle = settle_seconds
        self._clock = clock
        self._seen: dict[Path, tuple[FileStamp, float]] = {}
        self._later: dict[Path, tuple[int, float]] = {}
        self._outage = StateLog(log, phrase("the inbox can't be used"), over="the inbox can be used again")

    @property
    def trouble(self) -> str:
        """Why it can't be used now, or ""."""
        return self._outage.trouble

    async def watch(self) -> None:
        """For ever."""
        while True:
            try:
                await self.round()
            except OSError as error:
                where = escaped(str(error.filename or self._folder.folder))
                self._outage.begin(phrase("{where}: {why}", where=where, why=trouble_of(error)))
            else:
                self._outage.end()
            await asyncio.sleep(POLL_SECONDS)

    async def round(self) -> None:
        """Import everything that is ready. Raises `OSError` where the inbox can't be used."""
        await asyncio.to_thread(self._folder.prepare)
        for claim in await asyncio.to_thread(self._folder.claimed):
            if self._later.get(claim.path, (0, 0.0))[1] <= self._clock():
                await self._handle(claim)
        for arrival in self._settled(await asyncio.to_thread(self._folder.arrivals)):
            claimed = await asyncio.to_thread(self._folder.claim, arrival)
            if claimed is None:
                continue
            if arrival.regular:
                await self._handle(claimed)
            else:
                await self._finish(
                    claimed, ArrivalOutcome(Ending.REFUSED, phrase("it is a link or a device, and no file"))
                )

    def _settled(self, arrivals: list[Arrival]) -> list[Arrival]:
        """The files that have not changed for long enough."""
        now = self._clock()
        before, self._seen = self._seen, {}
        ready = []
        for arrival in arrivals:
            stamp, since = before.get(arrival.path, (arrival.stamp, now))
            if stamp != arrival.stamp:
                since = now
            self._seen[arrival.path] = (arrival.stamp, since)
            patience = self._settle
            if arrival.list in self._with_sums and not self._folder.has_sum(arrival.path):
                patience = max(patience, SUM_SECONDS)
            if now - since >= patience:
                ready.append(arrival)
        return ready

    async def _handle(self, claim: Claim) -> None:
        if not claim.list:
            outcome = ArrivalOutcome(
                Ending.REFUSED,
                phrase(
                    "no list has a pattern for its name: put it into the folder of its list, or give that list a "
                    "pattern (`inbox` in [lists.NAME])"
                ),
            )
        else:
            log.info("inbox: importing %s into %s", _shown(claim), claim.list)
            outcome = await self._import(claim.list, claim.path)
        if outcome.ending is Ending.CHANGED:
            log.warning("inbox: %s was written to while it was read, and is read again later", _shown(claim))
            if await asyncio.to_thread(self._folder.give_back, claim):
                return
        if outcome.ending in {Ending.TROUBLE, Ending.CHANGED} and self._put_off(claim, outcome):
            return
        await self._finish(claim, outcome)

    def _put_off(self, claim: Claim, outcome: ArrivalOutcome) -> bool:
        """Try again later; false where that was done often enough."""
        times, _ = self._later.get(claim.path, (0, 0.0))
        if times >= RETRIES:
            return False
        self._later[claim.path] = (times + 1, self._clock() + RETRY_SECONDS)
        if not times:
            why = escaped(outcome.text)
            log.warning("inbox: %s can't be imported now, and is tried again: %s", _shown(claim), why)
        return True

    async def _finish(self, claim: Claim, outcome: ArrivalOutcome) -> None:
        self._later.pop(claim.path, None)
        good = outcome.ending is Ending.IMPORTED
        text = report_text(claim.path.name, claim.list, in_both_languages(outcome))
        try:
            moved = await asyncio.to_thread(self._folder.finish, claim, DONE if good else FAILED, text)
        except FileNotFoundError:
            log.warning("inbox: %s is gone", _shown(claim))
            return
        if good:
            figures = outcome.report
            log.info(
                "inbox: %s is imported into %s: version %s, %s numbers, %s lines set aside",
                _shown(claim),
                claim.list,
                figures.get("version"),
                figures.get("imported"),
                figures.get("rejected"),
            )
        else:
            why = escaped(outcome.text)
            log.error("inbox: %s was not imported, and is in %s: %s", _shown(claim), moved.parent, why)


def _shown(claim: Claim) -> str:
    """A file's name on one line of a log, whatever it is made of."""
    return escaped(claim.path.name)[:200]
