"""Brings into the journal what the dialplan kept in AstDB because the gate did not answer."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from gatekeeper.ami.client import AmiLink
from gatekeeper.clock import DAY_US, now_micros
from gatekeeper.errors import JournalError, PeerGoneError, ProtocolError, RowError
from gatekeeper.journal import DecisionRow
from gatekeeper.logs import SeldomLog
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.policy import Reason
from gatekeeper.screening.records import adopt
from gatekeeper.supervised import fault_of, tell_fault
from gatekeeper.text import printable
from gatekeeper.vocabulary import ASTDB_FAMILY, ChannelVariable
from gatekeeper.watchdog.astdb import read_family
from gatekeeper.watchdog.astdb_record import read_record
from gatekeeper.watchdog.dial_event import header_of
from gatekeeper.watchdog.emergency import DialplanEmergencies

log = logging.getLogger(__name__)

_MOST_NAME: Final = 80
"""So much of a channel's name stands in a record."""
_AT_ONCE: Final = 100
_MOST_TOLD: Final = 1000

_CLOCKS_DIFFER_US: Final = DAY_US
"""A record from further ahead than a day is not believed: it would stand before all others in the journal for ever."""


class Journal(Protocol):
    """What the backlog needs of the journal."""

    async def append_once(self, row: DecisionRow, /) -> None:
        """Return when the row is committed, or was before; or raise `JournalError`."""

    def keep(self, row: DecisionRow, /) -> None:
        """Write a row that could not be committed as soon as that works."""


class Backlog:
    """Collects the records.

    A record leaves AstDB when its row is committed. Where anything ends in between, it is found again, and is the same
    row: its id is made of its key.

    Args:
        link: the connection to Asterisk.
        journal: the journal.
        normaliser: reads the numbers.
        on_row: told of every row, once it is in the journal.
        clock: gives now, in microseconds since the epoch.

    Attributes:
        collected: how many records were brought in since the start.
        odd: how many were found that could not be read; they stay in AstDB.
    """

    def __init__(
        self,
        link: AmiLink,
        journal: Journal,
        normaliser: Normaliser,
        on_row: Callable[[DecisionRow], None],
        clock: Callable[[], int] = now_micros,
    ) -> None:
        self.collected = 0
        self.odd = 0
        self._on_row = on_row
        self._clock = clock
        self._undeletable: set[str] = set()
        self._link = link
        self._journal = journal
        self._normaliser = normaliser
        self._emergencies = DialplanEmergencies(link, normaliser.normalise)
        self._told = SeldomLog(log, every_s=math.inf, most=_MOST_TOLD)
        self._one_at_a_time = asyncio.Lock()

    async def collect(self) -> None:
        """Bring in what is there, in the order of time. A record that can't be brought in keeps no other one back.

        Raises:
            ProtocolError: Asterisk does not tell.
            JournalError: the journal can't be written; what was not, stays in AstDB.
        """
        async with self._one_at_a_time:
            records = await read_family(self._link, ASTDB_FAMILY)
            for start in range(0, len(records), _AT_ONCE):
                # Read as they are brought in: after a long outage there may be very many, and calls wait meanwhile.
                await self._bring_in(self._read(records[start : start + _AT_ONCE]))

    async def _bring_in(self, batch: list[tuple[str, DecisionRow]]) -> None:
        # In one turn of the loop, so that they are committed together and in this order.
        outcomes = await asyncio.gather(*(self._journal.append_once(row) for _, row in batch), return_exceptions=True)
        written = [one for one, outcome in zip(batch, outcomes, strict=True) if outcome is None]
        fresh = [row for key, row in written if key not in self._undeletable]
        for row in fresh:
            self._tell(row)
        if fresh:
            self.collected += len(fresh)
            log.warning("%d calls that the dialplan decided on without the gate are now in the journal", len(fresh))
        await _all(*(self._forget(key) for key, _ in written))
        for (key, _), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, RowError):
                self._leave(key, str(outcome))
            elif outcome is not None:
                raise outcome

    def _tell(self, row: DecisionRow) -> None:
        try:
            self._on_row(row)
        except Exception as error:  # noqa: BLE001 - it is in the journal; the others are to come there, too
            tell_fault(log, "a record of AstDB is in the journal, and could not be made use of", error)

    async def take_emergency(self, channel: str) -> bool:
        """Bring in the record of an emergency call that is up; in AstDB it is when the call has ended.

        An event that tells of such a call only says where to look: any client may send one. The record is what the
        dialplan left on the channel; with the journal out of order, the row is kept until it can be written.

        Args:
            channel: whose.

        Returns:
            Whether there was one.

        Raises:
            ProtocolError: the channel is gone, or what is on it is not such a record.
        """
        (answer,) = await self._link.ask("Getvar", Channel=channel, Variable=ChannelVariable.KEPT)
        key, mark, value = header_of(answer, "Value").partition("?")
        if not mark:
            return False
        row = self._row(key, value)
        if row.reason != Reason.EMERGENCY or not await self._is_emergency(row.dialled):
            raise ProtocolError("what a channel carries is no record of a call to an emergency number")
        if row.channel != printable(channel[:_MOST_NAME]) or abs(row.at - self._clock()) > _CLOCKS_DIFFER_US:
            raise ProtocolError("the record that a channel carries is one of another call")
        self._tell(row)  # before the journal is: the call is being dialled, and goes on whatever comes of that
        try:
            await self._journal.append_once(row)
        except JournalError:
            self._journal.keep(row)  # the same row, by its id, as the one that comes from AstDB later
        return True

    async def _is_emergency(self, dialled: str) -> bool:
        """Whether the configuration or the dialplan has the number."""
        if self._normaliser.normalise(dialled).kind is NumberKind.EMERGENCY:
            return True
        return await self._emergencies.is_one(dialled)

    def _read(self, records: list[tuple[str, str]]) -> list[tuple[str, DecisionRow]]:
        rows = []
        for key, value in records:
            try:
                row = self._row(key, value)
            except ProtocolError as error:
                self._leave(key, str(error))
            except Exception as error:  # noqa: BLE001 - nothing that lies in AstDB keeps back what else lies there
                self._leave(key, fault_of(error))
            else:
                if row.at > self._clock() + _CLOCKS_DIFFER_US:
                    self._leave(key, "it is dated in the future")
                else:
                    rows.append((key, row))
        return rows

    def _row(self, key: str, value: str) -> DecisionRow:
        adopted = read_record(key, value)
        return adopt(adopted, self._normaliser.normalise(adopted.question.dialled))

    async def _forget(self, key: str) -> None:
        try:
            await self._link.ask("DBDel", Family=ASTDB_FAMILY, Key=key)
        except PeerGoneError:
            raise
        except ProtocolError as error:
            if len(self._undeletable) < _MOST_TOLD:
                self._undeletable.add(key)
            self._told.warning(f"{key} is left", f"a record in AstDB is in the log and can't be deleted: {error}")
        else:
            self._undeletable.discard(key)

    def _leave(self, key: str, why: str) -> None:
        """Said once for each record: it stays where it is, for a person to look at."""
        text = "a record in AstDB can't be read into the journal, and is left there"
        if self._told.error(key, f"{text} ({self.odd + 1} so far; `database show {ASTDB_FAMILY}`): {why}"):
            self.odd += 1


async def _all(*awaitables: Awaitable[None]) -> None:
    """Wait for all, then raise the first error, so that none is left behind."""
    outcomes = await asyncio.gather(*awaitables, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
