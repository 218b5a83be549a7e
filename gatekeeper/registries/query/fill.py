"""Asking a registry about very many numbers: so many requests a second, again where it fails, and not for ever."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from gatekeeper.clock import now_micros
from gatekeeper.errors import QueryError
from gatekeeper.registries.query.source import QueryAnswer, QueryOutcome, QuerySubject

_AT_ONCE = 4
"""Requests that are open at once."""

_DEAD = 3
"""Requests in a row, each tried to the end, that get no answer at all: then there is no use in going on."""

Keep = Callable[[Sequence[tuple[QuerySubject, QueryAnswer]], int], None]
"""Keeps answers that were asked for at a moment (microseconds since the epoch)."""


class ManySource(Protocol):
    """A registry that is asked about many numbers a request."""

    @property
    def most(self) -> int:
        """How many numbers go into one request."""

    async def ask_many(self, subjects: Sequence[QuerySubject]) -> list[QueryAnswer | QueryError]:
        """What it says of each, in their order.

        Raises:
            QueryError: it does not answer at all.
        """


@dataclass(slots=True)
class FillReport:
    """What came of it.

    Attributes:
        outcomes: how many numbers the registry said what of.
        failed: numbers without an answer, of those that were asked about.
        why: the reason of the last failure, or "".
        gave_up: whether it was left, because it does not answer.
    """

    outcomes: dict[QueryOutcome, int] = field(default_factory=lambda: dict.fromkeys(QueryOutcome, 0))
    failed: int = 0
    why: str = ""
    gave_up: bool = False


class Filler:
    """Asks one registry about numbers, and has the answers kept as they come.

    Args:
        source: the registry.
        keep: keeps answers.
        per_second: requests in a second, at most.
        waits: for how many seconds to wait before each further attempt.
        progress: is told how many numbers are done.
    """

    def __init__(
        self,
        source: ManySource,
        keep: Keep,
        *,
        per_second: float,
        waits: tuple[float, ...] = (1.0, 5.0),
        progress: Callable[[int], None] = lambda _done: None,
    ) -> None:
        self._source = source
        self._keep = keep
        self._waits = waits
        self._progress = progress
        self._interval = 1 / per_second
        self._next = 0.0
        self._dead = 0
        self._done = 0
        self._report = FillReport()

    async def run(self, subjects: Sequence[QuerySubject]) -> FillReport:
        """Ask about numbers, each once.

        Raises:
            StoreError: an answer can't be kept.
        """
        rest = iter(subjects)
        workers = [asyncio.create_task(self._work(rest)) for _ in range(_AT_ONCE)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
        return self._report

    async def _work(self, rest: Iterator[QuerySubject]) -> None:
        while not self._report.gave_up and (some := list(islice(rest, self._source.most))):
            left = await self._ask(some)
            self._dead = self._dead + 1 if len(left) == len(some) else 0
            self._report.failed += len(left)
            if self._dead >= _DEAD:
                self._report.gave_up = True
            self._done += len(some)
            self._progress(self._done)

    async def _ask(self, subjects: list[QuerySubject]) -> list[QuerySubject]:
        """Those of some numbers that have no answer in the end."""
        left = subjects
        for wait in (0.0, *self._waits):
            await asyncio.sleep(wait)
            await self._turn()
            left = await self._once(left)
            if not left or self._report.gave_up:
                break
        return left

    async def _once(self, subjects: list[QuerySubject]) -> list[QuerySubject]:
        asked_at = now_micros()
        try:
            answers = await self._source.ask_many(subjects)
        except QueryError as error:
            self._report.why = str(error)
            return subjects
        answered, left = [], []
        for subject, answer in zip(subjects, answers, strict=True):
            if isinstance(answer, QueryError):
                self._report.why = str(answer)
                left.append(subject)
            else:
                self._report.outcomes[answer.outcome] += 1
                answered.append((subject, answer))
        self._keep(answered, asked_at)
        return left

    async def _turn(self) -> None:
        """Wait until the next request may be made."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._interval
        await asyncio.sleep(at - now)
