"""Import jobs: what people have imported, each in a process of its own, and how far it is.

States of a job: `waiting` (for those before it), `running`, then one of `done`, `refused` (the file is at fault) and
`failed` (something else is; in both nothing was changed). How it ended is kept until enough others have ended after it,
also while the daemon is started anew.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final

from ulid import ULID

from gatekeeper.daemon.job_records import JobRecords
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

_ENDED: Final = frozenset({"done", "refused", "failed"})
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

    @classmethod
    def recorded(cls, fields: Mapping[str, Any]) -> "_Job":
        """One of before the daemon was started anew."""
        job = cls()
        if fields.get("state") in _ENDED:
            job.state = str(fields["state"])
            job.outcome = ArrivalOutcome(Ending.TROUBLE, str(fields.get("text", "")), dict(fields.get("report") or {}))
            return job
        text = phrase(
            "the daemon was ended before it told how this import ended: the versions of the list, or the imports of "
            "the consents, tell whether it was done; what is not there was not imported"
        )
        job.end(ArrivalOutcome(Ending.TROUBLE, text))
        return job

    def fields(self) -> dict[str, object]:
        """How it ended; nothing of one that has not."""
        return {"text": self.outcome.text, "report": self.outcome.report} if self.state in _ENDED else {}


class ImportJobs:
    """Has imports made, and tells how far they are. A part of the daemon: what runs when it stops changes nothing.

    Args:
        process: makes them.
        records: how they ended, for the daemon that is started next.
    """

    name = "imports that people ask for"
    address = ""
    trouble = ""

    def __init__(self, process: ImportProcess, records: JobRecords) -> None:
        self._process = process
        self._records = records
        self._room = asyncio.Semaphore(AT_ONCE)
        self._jobs: dict[str, _Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = 0

    def counters(self) -> Mapping[str, int]:
        """How many run or wait, and how many have ended."""
        return {"open": len(self._tasks), "ended": self._ended}

    async def start(self) -> None:
        """Look up what is known of before."""
        for ident, fields in (await asyncio.to_thread(self._records.read)).items():
            self._jobs.setdefault(ident, _Job.recorded(fields))
        self._forget_old()

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
        task = asyncio.get_running_loop().create_task(self._run(ident, job, work, name, path, asked))
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
                    "no such job is known: it ended long ago, or never began. What is in force now tells whether it "
                    "was done"
                )
            )
        phase, done, total = job.far
        fields: dict[str, object] = {"job": ident, "state": job.state, "phase": phase, "done": done, "total": total}
        return fields | job.fields()

    async def _run(
        self, ident: str, job: _Job, work: ImportWork, name: str, path: str, asked: Mapping[str, str]
    ) -> None:
        outcome = ArrivalOutcome(Ending.TROUBLE, phrase("the daemon stopped before it ended; nothing was changed"))
        try:
            await self._write(ident, job)
            async with self._room:
                job.state = "running"
                outcome = await self._process.do(work, name, path, asked, job.told)
        except Exception as error:  # noqa: BLE001 - one job's fault must not touch the others
            tell_fault(log, f"{work} of {name or 'consents'}", error)
            outcome = ArrivalOutcome(Ending.TROUBLE, fault_of(error))
        finally:
            job.end(outcome)
            await self._write(ident, job)
            self._ended += 1
            self._forget_old()

    async def _write(self, ident: str, job: _Job) -> None:
        await asyncio.to_thread(self._records.write, ident, {"state": job.state, **job.fields()})

    def _forget_old(self) -> None:
        ended = [ident for ident, job in self._jobs.items() if job.state in _ENDED]
        for ident in ended[: max(0, len(ended) - KEPT)]:
            del self._jobs[ident]
            self._records.forget(ident)
