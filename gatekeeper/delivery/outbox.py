"""OutboxFile: what channels have still to tell, in a file that outlives the process, for alerts and for hooks.

What it is that waits, and how it got there, each of them knows itself: its tables are its own.
"""

import threading
from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple

from sqlalchemy import Column, Connection, Select, delete, func, or_, select, update

from gatekeeper.clock import DAY_US
from gatekeeper.closeable import Closeable
from gatekeeper.delivery.channel import DueDelivery, ToldT
from gatekeeper.storage import begin_immediate, migrate, open_engine, translated

_LONGEST_US: Final = 2 * DAY_US
"""Nothing is put off for as long: what is due later was put off by a clock that was ahead, and has been put back."""


class WaitingTable(NamedTuple):
    """The table of what waits; it has the columns `tries` and `due_at` as well.

    Attributes:
        channel: who has to tell it.
        ident: what.
    """

    channel: Column[str]
    ident: Column[str]


class OutboxFile(Closeable, Generic[ToldT]):
    """Keeps it. Every method may be called from any thread, and raises `StoreError` where the file can't be used.

    One process writes it, and remembers how much waits: most of the time nothing does, and then nobody asks the file.

    Args:
        path: its file, made where it is missing.
        migrations: the package of its migrations.
        waits: the table of what waits.
        channels: their names. What waited for others waits for nothing, and is forgotten.
    """

    def __init__(self, path: Path, migrations: str, waits: WaitingTable, channels: Collection[str]) -> None:
        self._path = path
        self._channels = tuple(channels)
        self._table = waits.channel.table
        self._channel, self._ident = waits
        self._waits: Mapping[str, int] = {}
        self._one_at_a_time = threading.Lock()
        self._engine = open_engine(path)
        with translated(path):
            migrate(self._engine, migrations)
        with self._writing() as connection:
            connection.execute(delete(self._table).where(self._channel.not_in(self._channels)))
            self._forget(connection)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def waiting(self) -> Mapping[str, int]:
        """How much each channel has still to tell."""
        return self._waits

    def due(self, channel: str, now: int, most: int, /) -> Sequence[DueDelivery[ToldT]]:
        """What a channel has to tell now, oldest first.

        Args:
            channel: its name.
            now: in microseconds since the epoch.
            most: how many at most.
        """
        if not self._waits.get(channel):
            return []
        due_at = self._table.c.due_at
        is_due = or_(due_at <= now, due_at > now + _LONGEST_US)
        query = self._told_in_order().where(self._channel == channel, is_due).limit(most)
        with self._reading() as connection:
            rows = connection.execute(query).fetchall()
        return [DueDelivery(self._told(row), row.tries) for row in rows]

    def settle(self, channel: str, idents: Collection[str], /) -> None:
        """A channel has told these, or has given them up."""
        with self._writing() as connection:
            connection.execute(delete(self._table).where(self._channel == channel, self._ident.in_(list(idents))))
            self._forget(connection)

    def put_off(self, channel: str, idents: Collection[str], due_at: int, /) -> None:
        """A channel could not tell these: again later (microseconds since the epoch)."""
        with self._writing() as connection:
            connection.execute(
                update(self._table)
                .where(self._channel == channel, self._ident.in_(list(idents)))
                .values(tries=self._table.c.tries + 1, due_at=due_at)
            )

    @abstractmethod
    def _told_in_order(self) -> Select[Any]:
        """What waits, with its `tries`, oldest first."""

    @abstractmethod
    def _told(self, row: Any) -> ToldT:
        """What a row of that is."""

    def _forget(self, connection: Connection) -> None:
        """Forget what nobody has to tell any more; called where something was settled."""

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self._path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One commit, after which it is known how much waits.

        The next one begins when that is known: what an earlier commit counted must not hide what a later one brought.
        """
        with self._one_at_a_time:
            with translated(self._path), begin_immediate(self._engine) as connection:
                yield connection
                waits = self._counted(connection)
            self._waits = waits

    def _counted(self, connection: Connection) -> Mapping[str, int]:
        query = select(self._channel, func.count()).group_by(self._channel)
        return {**dict.fromkeys(self._channels, 0), **{row[0]: row[1] for row in connection.execute(query)}}
