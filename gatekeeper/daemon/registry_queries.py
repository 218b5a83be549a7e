"""Queries to registries that are asked number by number: sends them, and writes the answers down."""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gatekeeper.errors import QueryError, StoreError
from gatekeeper.lists import ListStore
from gatekeeper.registries.query.http import HttpQuery, HttpQueryPlan
from gatekeeper.registries.query.source import QueryAnswer, QuerySubject

log = logging.getLogger(__name__)


class Asking:
    """The registries of a site, and the lists' database as the book of their answers (`AnswerBook`): a daemon's part.

    Args:
        plans: how each registry is asked, by the name of the list of its answers.
        data_dir: the folder of the lists.
    """

    name = "the registries that are asked"
    address = ""
    trouble = ""

    def __init__(self, plans: Mapping[str, HttpQueryPlan], data_dir: Path) -> None:
        self.sources = {name: HttpQuery(plan) for name, plan in plans.items()}
        self._data_dir = data_dir
        self._store: ListStore | None = None
        # One thread: a commit waits for the disk, and the loop must not.
        self._thread = ThreadPoolExecutor(1, "gatekeeper-answers")

    def counters(self) -> Mapping[str, int]:
        """Nothing: what registries answer is counted with the decisions."""
        return {}

    async def start(self) -> None:
        """Make ready what the first call would have to wait for, and all that come with it."""
        # What fails here is tried again by each call that needs it, and blocks that call; all others are served.
        for name, source in self.sources.items():
            try:
                source.open()
            except QueryError as error:
                log.warning("the registry %s can't be asked yet: %s", name, error)
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._opened)
        except StoreError as error:
            log.warning("answers of registries can't be kept yet: %s", error)

    async def keep(self, name: str, subject: QuerySubject, answer: QueryAnswer, asked_at: int, /) -> None:
        """Keep what a registry answered, see `AnswerBook.keep`."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._keep, name, subject, answer, asked_at)

    def _keep(self, name: str, subject: QuerySubject, answer: QueryAnswer, asked_at: int) -> None:
        self._opened().keep_answers(name, [(subject, answer)], asked_at)

    def _opened(self) -> ListStore:
        if self._store is None:
            self._store = ListStore(self._data_dir)
        return self._store

    async def stop(self, _grace: float = 0.0, /) -> None:
        """Close the connections and the database."""
        for source in self.sources.values():
            await source.close()
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        if self._store is not None:
            self._store.close()
