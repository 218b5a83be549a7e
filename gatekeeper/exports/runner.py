"""Runner of exports: starts a process for the oldest that waits, one at a time, and sweeps away what is old."""

import asyncio
import contextlib
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from gatekeeper.errors import ExportError
from gatekeeper.exports import EXPORTS_FOLDER
from gatekeeper.exports.store import ExportLimits, ExportStore
from gatekeeper.supervised import Supervised

log = logging.getLogger(__name__)

_LOOK_S: Final = 60.0
_END_S: Final = 5.0


class ExportRunner:
    """Has exports made, as long as the desk runs. One that runs when it stops is begun again by the next.

    Args:
        data_dir: the data folder.
        limits: how much exports may take.
    """

    def __init__(self, data_dir: Path, limits: ExportLimits | None = None) -> None:
        self.store = ExportStore(data_dir / EXPORTS_FOLDER, limits)
        self._data_dir = data_dir
        self._ordered = asyncio.Event()
        self._work = Supervised("making exports", self._serve, log)
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def trouble(self) -> str:
        """Why nothing is made now, or ""."""
        return self._work.trouble

    async def start(self) -> None:
        """Begin, with what an earlier desk has left."""
        self._task = asyncio.create_task(self._work.run())

    async def stop(self) -> None:
        """End, with the process that is running."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._end()

    def wake(self) -> None:
        """Something was ordered."""
        self._ordered.set()

    async def _serve(self) -> None:
        while True:
            self._ordered.clear()
            await asyncio.to_thread(self.store.sweep)
            ident = await asyncio.to_thread(self.store.next_waiting)
            if ident is not None:
                await self._make(ident)
                continue
            # Not wait_for: up to Python 3.11 it loses a cancellation that comes together with what it waits for.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._ordered.wait()

    async def _make(self, ident: str) -> None:
        command = [sys.executable, "-m", "gatekeeper.exports", str(self._data_dir), ident]
        limits = json.dumps(asdict(self.store.limits))
        self._process = await asyncio.create_subprocess_exec(*command, limits, stdin=asyncio.subprocess.DEVNULL)
        try:
            code = await self._process.wait()
        finally:
            await self._end()
        if code:
            log.error("the process of an export ended with %d", code)
            await asyncio.to_thread(self._count_death, ident)

    def _count_death(self, ident: str) -> None:
        """A process that died before it could say that it runs would be started for ever."""
        with contextlib.suppress(ExportError):
            self.store.died(ident)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_END_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
