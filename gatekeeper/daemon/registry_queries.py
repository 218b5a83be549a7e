"""Queries to registries that are asked number by number: sends them, and writes the answers down."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gatekeeper.lists import ListStore
from gatekeeper.registries.query.http import HttpQuery, HttpQueryPlan
from gatekeeper.registries.query.source import QueryAnswer, QuerySubject


class Asking:
    """The registries of a site, and the lists' database as the book of their answers (`AnswerBook`).

    Args:
        plans: how each registry is asked, by the name of the list of its answers.
        data_dir: the folder of the lists.
    """

    def __init__(self, plans: Mapping[str, HttpQueryPlan], data_dir: Path) -> None:
        self.sources = {name: HttpQuery(plan) for name, plan in plans.items()}
        self._data_dir = data_dir
        self._store: ListStore | None = None
        # One thread: a commit waits for the disk, and the loop must not.
        self._thread = ThreadPoolExecutor(1, "gatekeeper-answers")

    async def keep(self, name: str, subject: QuerySubject, answer: QueryAnswer, asked_at: int, /) -> None:
        """Keep what a registry answered, see `AnswerBook.keep`."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._keep, name, subject, answer, asked_at)

    def _keep(self, name: str, subject: QuerySubject, answer: QueryAnswer, asked_at: int) -> None:
        if self._store is None:
            self._store = ListStore(self._data_dir)
        self._store.keep_answers(name, [(subject, answer)], asked_at)

    async def close(self) -> None:
        """Close the connections and the database."""
        for source in self.sources.values():
            await source.close()
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        if self._store is not None:
            self._store.close()
