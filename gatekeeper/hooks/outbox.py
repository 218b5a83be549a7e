"""Outbox of the hooks: what each endpoint is to be told, and how far the sources were looked through for it.

Both are committed together: nothing is told twice by a restart, and nothing is left out. It holds little: where an
endpoint does not take what it is told, the sources are looked through no further for it, and wait themselves.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from gatekeeper.delivery.channel import DueDelivery
from gatekeeper.hooks.message import HookEvent, HookMessage
from gatekeeper.hooks.tables import messages, progress
from gatekeeper.storage import begin_immediate, migrate, open_engine, translated

MIGRATIONS: Final = "gatekeeper.hooks.migrations"

MOST_WAITING: Final = 1000
"""How many messages wait for an endpoint at most."""


class HookOutbox:
    """Keeps them. Every method may be called from any thread, and raises `StoreError` where the file can't be used.

    One process writes it, and remembers how much waits: most of the time nothing does, and then nobody asks the file.

    Args:
        path: its file, made where it is missing.
        endpoints: their names. What waited for others waits for nothing, and is forgotten.
    """

    def __init__(self, path: Path, endpoints: Collection[str]) -> None:
        self._path = path
        self._endpoints = tuple(endpoints)
        self._engine = open_engine(path)
        with translated(path):
            migrate(self._engine, MIGRATIONS)
            with begin_immediate(self._engine) as connection:
                for table in (messages, progress):
                    connection.execute(delete(table).where(table.c.endpoint.not_in(self._endpoints)))
                self._waits = _waiting(connection, self._endpoints)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def waiting(self) -> Mapping[str, int]:
        """How many messages each endpoint has still to be told."""
        return self._waits

    def room(self, endpoint: str) -> int:
        """How many more there may be."""
        return max(0, MOST_WAITING - self._waits.get(endpoint, 0))

    def reached(self, endpoint: str) -> dict[str, int]:
        """How far each source was looked through; nothing before the first time."""
        query = select(progress.c.source, progress.c.value).where(progress.c.endpoint == endpoint)
        with translated(self._path), self._engine.connect() as connection:
            return {row.source: row.value for row in connection.execute(query)}

    def take(self, endpoint: str, news: Sequence[HookMessage], reached: Mapping[str, int], now: int) -> None:
        """Keep what was found, and how far was looked, in one commit.

        Args:
            endpoint: who is to be told.
            news: what.
            reached: how far each source was looked through for it.
            now: in microseconds since the epoch.
        """
        with translated(self._path), begin_immediate(self._engine) as connection:
            for one in news:
                row = {
                    "id": one.id,
                    "endpoint": endpoint,
                    "at": one.at,
                    "kind": one.kind.value,
                    "tries": 0,
                    "due_at": now,
                }
                data = json.dumps(dict(one.data), ensure_ascii=False)
                connection.execute(insert(messages).values(**row, data=data))
            for source, value in reached.items():
                made = upsert(progress).values(endpoint=endpoint, source=source, value=value)
                changed = made.on_conflict_do_update(index_elements=["endpoint", "source"], set_={"value": value})
                connection.execute(changed)
            self._waits = _waiting(connection, self._endpoints)

    def due(self, channel: str, now: int, most: int, /) -> Sequence[DueDelivery[HookMessage]]:
        """What an endpoint is to be told now, oldest first."""
        if not self._waits.get(channel):
            return []
        query = (
            select(messages)
            .where(messages.c.endpoint == channel, messages.c.due_at <= now)
            .order_by(messages.c.seq)
            .limit(most)
        )
        with translated(self._path), self._engine.connect() as connection:
            rows = connection.execute(query).fetchall()
        return [
            DueDelivery(HookMessage(row.id, row.at, HookEvent(row.kind), json.loads(row.data)), row.tries)
            for row in rows
        ]

    def settle(self, channel: str, idents: Collection[str], /) -> None:
        """An endpoint was told these, or they are given up."""
        with translated(self._path), begin_immediate(self._engine) as connection:
            connection.execute(delete(messages).where(messages.c.endpoint == channel, messages.c.id.in_(list(idents))))
            self._waits = _waiting(connection, self._endpoints)

    def put_off(self, channel: str, idents: Collection[str], due_at: int, /) -> None:
        """An endpoint could not be told these: again later (microseconds since the epoch)."""
        with translated(self._path), begin_immediate(self._engine) as connection:
            connection.execute(
                update(messages)
                .where(messages.c.endpoint == channel, messages.c.id.in_(list(idents)))
                .values(tries=messages.c.tries + 1, due_at=due_at)
            )


def _waiting(connection: Connection, endpoints: Collection[str]) -> Mapping[str, int]:
    query = select(messages.c.endpoint, func.count()).group_by(messages.c.endpoint)
    return {**dict.fromkeys(endpoints, 0), **{row[0]: row[1] for row in connection.execute(query)}}
