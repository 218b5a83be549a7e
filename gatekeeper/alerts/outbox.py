"""Outbox of the alerts: what was noticed is kept until each channel has told it, whatever is restarted meanwhile."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from gatekeeper.alerts.alert import Alert, AlertKind, Occasion
from gatekeeper.alerts.tables import alerts, deliveries, progress, standing
from gatekeeper.delivery.channel import DueDelivery
from gatekeeper.journal import new_ident
from gatekeeper.storage import begin_immediate, migrate, open_engine, translated

MIGRATIONS: Final = "gatekeeper.alerts.migrations"

MOST_WAITING: Final = 5000
"""How many alerts wait for a channel at most; what comes on top is in the journal and in the daemon's log alone."""


class Outbox:
    """Keeps them. Every method may be called from any thread, and raises `StoreError` where the file can't be used.

    One process writes it, and remembers how much waits: most of the time nothing does, and then nobody asks the file.

    Args:
        path: its file, made where it is missing.
        channels: the names of the channels.
    """

    def __init__(self, path: Path, channels: Collection[str]) -> None:
        self._path = path
        self._channels = tuple(channels)
        self._engine = open_engine(path)
        with translated(path):
            migrate(self._engine, MIGRATIONS)
            with begin_immediate(self._engine) as connection:
                # What waited for a channel that there is no longer waits for nothing.
                connection.execute(delete(deliveries).where(deliveries.c.channel.not_in(self._channels)))
                _sweep(connection)
                self._waits = _waiting(connection, self._channels)
                self._told = frozenset(connection.execute(select(standing.c.key)).scalars())

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def told(self) -> frozenset[str]:
        """The keys of what lasts and was told."""
        return self._told

    def reached(self, name: str) -> int | None:
        """How far a source of events was looked through; None before the first time."""
        with translated(self._path), self._engine.connect() as connection:
            found = connection.execute(select(progress.c.value).where(progress.c.name == name)).scalar()
            return None if found is None else int(found)

    def waiting(self) -> Mapping[str, int]:
        """How many alerts each channel has still to tell."""
        return self._waits

    def take(
        self,
        now: int,
        *,
        begun: Iterable[Occasion] = (),
        over: Iterable[str] = (),
        events: Iterable[Occasion] = (),
        reached: Mapping[str, int] | None = None,
    ) -> int:
        """Keep what was noticed: all of it in one commit, so that nothing is told twice, and nothing is left out.

        Args:
            now: in microseconds since the epoch.
            begun: what lasts, and has begun; one that was told already and is not over is passed over.
            over: keys of what lasted, and is over.
            events: what happened.
            reached: how far the sources of events were looked through.

        Returns:
            How many found no room.
        """
        with translated(self._path), begin_immediate(self._engine) as connection:
            connection.execute(delete(standing).where(standing.c.key.in_(list(over))))
            new = []
            for occasion in begun:
                row = {"key": occasion.key, "since": now}
                if connection.execute(upsert(standing).values(row).on_conflict_do_nothing()).rowcount:
                    new.append(occasion)
            for name, value in (reached or {}).items():
                made = upsert(progress).values(name=name, value=value)
                connection.execute(made.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
            new += events
            room = max(0, MOST_WAITING - max(_waiting(connection, self._channels).values(), default=0))
            self._keep(connection, new[:room], now)
            waits = _waiting(connection, self._channels)
            told = frozenset(connection.execute(select(standing.c.key)).scalars())
        self._waits, self._told = waits, told
        return len(new[room:])

    def due(self, channel: str, now: int, most: int) -> Sequence[DueDelivery[Alert]]:
        """What a channel has to tell now, oldest first.

        Args:
            channel: its name.
            now: in microseconds since the epoch.
            most: how many at most.
        """
        query = (
            select(alerts, deliveries.c.tries)
            .join(deliveries, deliveries.c.alert == alerts.c.id)
            .where(deliveries.c.channel == channel, deliveries.c.due_at <= now)
            .order_by(alerts.c.id)
            .limit(most)
        )
        if not self._waits.get(channel):
            return []
        with translated(self._path), self._engine.connect() as connection:
            rows = connection.execute(query).fetchall()
        return [
            DueDelivery(Alert(row.id, row.at, AlertKind(row.kind), json.loads(row.facts)), row.tries) for row in rows
        ]

    def settle(self, channel: str, idents: Collection[str]) -> None:
        """A channel has told these, or has given them up."""
        with translated(self._path), begin_immediate(self._engine) as connection:
            connection.execute(
                delete(deliveries).where(deliveries.c.channel == channel, deliveries.c.alert.in_(list(idents)))
            )
            _sweep(connection)
            waits = _waiting(connection, self._channels)
        self._waits = waits

    def put_off(self, channel: str, idents: Collection[str], due_at: int) -> None:
        """A channel could not tell these: again later (microseconds since the epoch)."""
        with translated(self._path), begin_immediate(self._engine) as connection:
            connection.execute(
                update(deliveries)
                .where(deliveries.c.channel == channel, deliveries.c.alert.in_(list(idents)))
                .values(tries=deliveries.c.tries + 1, due_at=due_at)
            )

    def _keep(self, connection: Connection, new: Sequence[Occasion], now: int) -> None:
        for occasion in new if self._channels else ():
            ident = new_ident(now)
            facts = json.dumps(dict(occasion.facts), ensure_ascii=False)
            connection.execute(insert(alerts).values(id=ident, at=now, kind=occasion.kind.value, facts=facts))
            rows = [{"alert": ident, "channel": channel, "tries": 0, "due_at": now} for channel in self._channels]
            connection.execute(insert(deliveries), rows)


def _waiting(connection: Connection, channels: Iterable[str]) -> Mapping[str, int]:
    query = select(deliveries.c.channel, func.count()).group_by(deliveries.c.channel)
    return {**dict.fromkeys(channels, 0), **{row[0]: row[1] for row in connection.execute(query)}}


def _sweep(connection: Connection) -> None:
    """Forget what every channel has told."""
    connection.execute(delete(alerts).where(alerts.c.id.not_in(select(deliveries.c.alert))))
