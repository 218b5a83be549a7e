"""The writer's thread: runs the backend's work that may take long, one piece at a time, beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple

_Given = TypeVarTuple("_Given")
_Result = TypeVar("_Result")


class WriterThread:
    """One thread, begun with the first piece of work."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="journal")

    async def run(self, work: Callable[[*_Given], _Result], *given: *_Given) -> _Result:
        """Do some work in the thread, after what it was given before."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *given)

    def stop(self) -> None:
        """End the thread; waits for what it does."""
        self._pool.shutdown()
