"""Outbox of the hooks: what each endpoint is to be told, and how far the sources were looked through for it.

Both are committed together: nothing is told twice by a restart, and nothing is left out. It holds little: where an
endpoint does not take what it is told, the sources are looked through no further for it, and wait themselves.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from gatekeeper.delivery.outbox import OutboxFile, WaitingTable
from gatekeeper.hooks.message import HookEvent, HookMessage
from gatekeeper.hooks.tables import messages, progress

MIGRATIONS: Final = "gatekeeper.hooks.migrations"

MOST_WAITING: Final = 1000
"""How many messages wait for an endpoint at most."""


class HookOutbox(OutboxFile[HookMessage]):
    """Keeps them.

    Args:
        path: its file, made where it is missing.
        endpoints: their names.
    """

    def __init__(self, path: Path, endpoints: Collection[str]) -> None:
        super().__init__(path, MIGRATIONS, WaitingTable(messages.c.endpoint, messages.c.id), endpoints)

    def room(self, endpoint: str) -> int:
        """How many more there may be."""
        return max(0, MOST_WAITING - self._waits.get(endpoint, 0))

    def reached(self, endpoint: str) -> dict[str, int]:
        """How far each source was looked through; nothing before the first time."""
        query = select(progress.c.source, progress.c.value).where(progress.c.endpoint == endpoint)
        with self._reading() as connection:
            return {row.source: row.value for row in connection.execute(query)}

    def take(self, endpoint: str, news: Sequence[HookMessage], reached: Mapping[str, int], now: int) -> None:
        """Keep what was found, and how far was looked, in one commit.

        Args:
            endpoint: who is to be told.
            news: what.
            reached: how far each source was looked through for it.
            now: in microseconds since the epoch.
        """
        with self._writing() as connection:
            for one in news:
                row = {"id": one.id, "endpoint": endpoint, "at": one.at, "kind": one.kind.value}
                data = json.dumps(dict(one.data), ensure_ascii=False)
                connection.execute(insert(messages).values(**row, data=data, tries=0, due_at=now))
            for source, value in reached.items():
                made = upsert(progress).values(endpoint=endpoint, source=source, value=value)
                changed = made.on_conflict_do_update(index_elements=["endpoint", "source"], set_={"value": value})
                connection.execute(changed)

    def _told_in_order(self) -> Select[Any]:
        return select(messages).order_by(messages.c.seq)

    def _told(self, row: Any) -> HookMessage:
        return HookMessage(row.id, row.at, HookEvent(row.kind), json.loads(row.data))

    def _forget(self, connection: Connection) -> None:
        connection.execute(delete(progress).where(progress.c.endpoint.not_in(self._channels)))
