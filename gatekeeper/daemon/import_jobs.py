"""Import jobs: what people have imported, each in a process of its own, and how far it is.

States of a job: `waiting` (for those before it), `running`, then one of `done`, `refused` (the file is at fault) and
`failed` (something else is; in both nothing was changed). How it ended is kept until enough others have ended after it.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from ulid import ULID

from gatekeeper.errors import DaemonError, ProtocolError
from gatekeeper.intake.arrival import ArrivalOutcome, Ending
from gatekeeper.intake.import_process import ImportProcess, ImportWork
from gatekeeper.supervised import fault_of, tell_fault
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)

AT_ONCE: Final = 2
"""How many run at a time: each takes a core and some hundred megabytes."""

MOST: Final = 16
"""How many may wait and run."""

KEPT: Final = 64
"""Of how many that ended it is still known how."""

_STATES: Final = {Ending.IMPORTED: "done", Ending.REFUSED: "refused", Ending.CHANGED: "refused"}


class _Job:
    def __init__(self) -> None:
        self.state = "waiting"
        self.far: tuple[str, int, int] = ("", 0, 0)
        self.outcome = ArrivalOutcome(Ending.TROUBLE)

    def told(self, phase: str, done: int, total: int) -> None:
        """It is so far."""
        self.far = (phase, done, total)

    def end(self, outcome: ArrivalOutcome) -> None:
        """It has ended."""
        self.outcome = outcome
        self.state = _STATES.get(outcome.ending, "failed")


class ImportJobs:
    """Has imports made, and tells how far they are. A part of the daemon: what runs when it stops ends without a trace.

    Args:
        process: makes them.
    """

    name = "imports that people ask for"
    address = ""
    trouble = ""

    def __init__(self, process: ImportProcess) -> None:
        self._process = process
        self._room = asyncio.Semaphore(AT_ONCE)
        self._jobs: dict[str, _Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = 0

    def counters(self) -> Mapping[str, int]:
        """How many run or wait, and how many have ended."""
        return {"open": len(self._tasks), "ended": self._ended}

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self, _grace: float, /) -> None:
        """End what runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def begin(self, work: ImportWork, name: str, path: str, asked: Mapping[str, str]) -> str:
        """Begin a job; gives its id. Arguments as those of `ImportProcess.do`.

        Raises:
            DaemonError: too many run and wait.
        """
        if len(self._tasks) >= MOST:
            raise DaemonError(
                phrase("{most} imports run and wait already: try again when one of them has ended", most=MOST)
            )
        ident, job = str(ULID()), _Job()
        self._jobs[ident] = job
        task = asyncio.get_running_loop().create_task(self._run(job, work, name, path, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return ident

    def state(self, ident: str) -> dict[str, object]:
        """How far a job is, or how it ended.

        Raises:
            ProtocolError: there is no such job.
        """
        job = self._jobs.get(ident)
        if job is None:
            raise ProtocolError(
                phrase(
                    "no such job is known: the daemon was started anew, or it ended long ago. What is in force now "
                    "tells whether it was done"
                )
            )
        phase, done, total = job.far
        fields: dict[str, object] = {"job": ident, "state": job.state, "phase": phase, "done": done, "total": total}
        if job.state not in {"waiting", "running"}:
            fields |= {"text": job.outcome.text, "report": job.outcome.report}
        return fields

    async def _run(self, job: _Job, work: ImportWork, name: str, path: str, asked: Mapping[str, str]) -> None:
        outcome = ArrivalOutcome(Ending.TROUBLE, phrase("the daemon stopped before it ended; nothing was changed"))
        try:
            async with self._room:
                job.state = "running"
                outcome = await self._process.do(work, name, path, asked, job.told)
        except Exception as error:  # noqa: BLE001 - one job's fault must not touch the others
            tell_fault(log, f"{work} of {name or 'consents'}", error)
            outcome = ArrivalOutcome(Ending.TROUBLE, fault_of(error))
        finally:
            job.end(outcome)
            self._forget_old()

    def _forget_old(self) -> None:
        self._ended += 1
        ended = [ident for ident, job in self._jobs.items() if job.state not in {"waiting", "running"}]
        for ident in ended[: max(0, len(ended) - KEPT)]:
            del self._jobs[ident]
