"""Outbox of the alerts: what was noticed is kept until each channel has told it, whatever is restarted meanwhile."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from gatekeeper.alerts.alert import Alert, AlertKind, Occasion
from gatekeeper.alerts.tables import alerts, deliveries, progress, standing
from gatekeeper.delivery.outbox import OutboxFile, WaitingTable
from gatekeeper.journal import new_ident

MIGRATIONS: Final = "gatekeeper.alerts.migrations"

MOST_WAITING: Final = 5000
"""How many alerts wait for a channel at most; what comes on top is in the journal and in the daemon's log alone."""


class Outbox(OutboxFile[Alert]):
    """Keeps them.

    Args:
        path: its file, made where it is missing.
        channels: the names of the channels.
    """

    def __init__(self, path: Path, channels: Collection[str]) -> None:
        super().__init__(path, MIGRATIONS, WaitingTable(deliveries.c.channel, deliveries.c.alert), channels)
        with self._reading() as connection:
            self._standing = _standing(connection)

    def told(self) -> frozenset[str]:
        """The keys of what lasts and was told."""
        return self._standing

    def reached(self, name: str) -> int | None:
        """How far a source of events was looked through; None before the first time."""
        with self._reading() as connection:
            found = connection.execute(select(progress.c.value).where(progress.c.name == name)).scalar()
            return None if found is None else int(found)

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
        with self._writing() as connection:
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
            room = max(0, MOST_WAITING - max(self._counted(connection).values(), default=0))
            self._keep(connection, new[:room], now)
            told = _standing(connection)
        self._standing = told
        return len(new[room:])

    def _told_in_order(self) -> Select[Any]:
        with_tries = select(alerts, deliveries.c.tries).join(deliveries, deliveries.c.alert == alerts.c.id)
        return with_tries.order_by(alerts.c.id)

    def _told(self, row: Any) -> Alert:
        return Alert(row.id, row.at, AlertKind(row.kind), json.loads(row.facts))

    def _forget(self, connection: Connection) -> None:
        """Forget what every channel has told."""
        connection.execute(delete(alerts).where(alerts.c.id.not_in(select(deliveries.c.alert))))

    def _keep(self, connection: Connection, new: Sequence[Occasion], now: int) -> None:
        for occasion in new if self._channels else ():
            ident = new_ident(now)
            facts = json.dumps(dict(occasion.facts), ensure_ascii=False)
            connection.execute(insert(alerts).values(id=ident, at=now, kind=occasion.kind.value, facts=facts))
            rows = [{"alert": ident, "channel": channel, "tries": 0, "due_at": now} for channel in self._channels]
            connection.execute(insert(deliveries), rows)


def _standing(connection: Connection) -> frozenset[str]:
    return frozenset(connection.execute(select(standing.c.key)).scalars())
