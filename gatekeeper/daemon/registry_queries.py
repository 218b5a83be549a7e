"""The registries that are asked number by number, and the writing down of what they answer."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from gatekeeper.config import Settings
from gatekeeper.lists import ListStore
from gatekeeper.registries.query.http import HttpQuery
from gatekeeper.registries.query.source import QueryAnswer, QuerySubject


class Asking:
    """The configured registries, and the lists' database as the book of their answers (`AnswerBook`).

    Args:
        settings: names the registries.
    """

    def __init__(self, settings: Settings) -> None:
        self.sources = {name: HttpQuery(section.as_query(name)) for name, section in settings.queries.items()}
        self._data_dir = settings.daemon.data_dir
        self._store: ListStore | None = None
        # One thread: a commit waits for the disk, and the loop must not.
        self._thread = ThreadPoolExecutor(1, "gatekeeper-answers")

    async def keep(self, name: str, subject: QuerySubject, answer: QueryAnswer, asked_at: int, /) -> None:
        """As `AnswerBook.keep`."""
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
