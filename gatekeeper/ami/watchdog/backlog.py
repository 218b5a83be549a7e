"""Brings into the log what the dialplan kept in AstDB because the gate did not answer."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Final, Protocol

from gatekeeper.ami.watchdog.dialled import first
from gatekeeper.ami.watchdog.link import AmiLink
from gatekeeper.ami.watchdog.record import read_record
from gatekeeper.errors import PeerGoneError, ProtocolError
from gatekeeper.journal import DecisionRow
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.policy import Reason

log = logging.getLogger(__name__)

FAMILY: Final = "gatekeeper-down"

_PREFIX: Final = f"/{FAMILY}/"
_AT_ONCE: Final = 100
_MOST_COMPLAINTS: Final = 1000


class Journal(Protocol):
    """What the backlog needs of the log."""

    async def append_once(self, row: DecisionRow, /) -> None:
        """Return when the row is committed, or was before; or raise `JournalError`."""


class Backlog:
    """Collects the records.

    A record leaves AstDB when its row is committed. Where anything ends in between, it is found again, and is the same
    row: its id is made of its key.

    Args:
        link: the connection to Asterisk.
        journal: the log.
        normaliser: reads the numbers.

    Attributes:
        collected: how many records were brought in since the start.
        odd: how many were found that could not be read; they stay in AstDB.
    """

    def __init__(self, link: AmiLink, journal: Journal, normaliser: Normaliser) -> None:
        self.collected = 0
        self.odd = 0
        self._link = link
        self._journal = journal
        self._normaliser = normaliser
        self._complained: set[str] = set()
        self._one_at_a_time = asyncio.Lock()

    async def collect(self) -> list[DecisionRow]:
        """Bring in what is there, in the order of time; gives the rows.

        Raises:
            ProtocolError: Asterisk does not tell.
            JournalError: the log can't be written; what was not, stays in AstDB.
        """
        async with self._one_at_a_time:
            rows = self._read(await self._records())
            for start in range(0, len(rows), _AT_ONCE):
                batch = rows[start : start + _AT_ONCE]
                # In one turn of the loop, so that they are committed together and in this order.
                await _all(*(self._journal.append_once(row) for _, row in batch))
                await _all(*(self._forget(key) for key, _ in batch))
            if rows:
                self.collected += len(rows)
                log.warning("%d calls that the dialplan decided on without the gate are now in the log", len(rows))
            return [row for _, row in rows]

    async def take_emergency(self, key: str, value: str) -> DecisionRow:
        """Bring in the record of an emergency call, which comes as an event; in AstDB it is when the call has ended.

        Raises:
            ProtocolError: it is none. Any client could send such an event.
            JournalError: the log can't be written.
        """
        row = read_record(key, value, self._normaliser)
        if row.reason != Reason.EMERGENCY or self._normaliser.normalise(row.dialled).kind is not NumberKind.EMERGENCY:
            raise ProtocolError("a UserEvent GatekeeperEmergency is not about an emergency number")
        await self._journal.append_once(row)
        return row

    async def _records(self) -> list[tuple[str, str]]:
        try:
            events = await self._link.ask("DBGetTree", Family=FAMILY)
        except PeerGoneError:
            raise
        except ProtocolError as error:
            if "not found" in str(error):
                return []  # how Asterisk says that there are none
            raise
        found = [(first(event, "Key"), first(event, "Val")) for event in events if event.event == "DBGetTreeResponse"]
        return sorted((key.removeprefix(_PREFIX), value) for key, value in found if key.startswith(_PREFIX))

    def _read(self, records: list[tuple[str, str]]) -> list[tuple[str, DecisionRow]]:
        rows = []
        for key, value in records:
            try:
                rows.append((key, read_record(key, value, self._normaliser)))
            except ProtocolError as error:
                self._complain(key, error)
        return rows

    async def _forget(self, key: str) -> None:
        try:
            await self._link.ask("DBDel", Family=FAMILY, Key=key)
        except PeerGoneError:
            raise
        except ProtocolError as error:
            log.warning("a record in AstDB is in the log and can't be deleted: %s", error)

    def _complain(self, key: str, error: ProtocolError) -> None:
        if key in self._complained or len(self._complained) >= _MOST_COMPLAINTS:
            return
        self._complained.add(key)
        self.odd += 1
        log.error("a record in AstDB's family %s can't be read, and is left there: %s", FAMILY, error)


async def _all(*awaitables: Awaitable[None]) -> None:
    """Wait for all, then raise the first error, so that none is left behind."""
    outcomes = await asyncio.gather(*awaitables, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
