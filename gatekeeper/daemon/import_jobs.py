"""Import jobs: what people have imported, each in a process of its own, and how far it is.

States of a job: `waiting` (for those before it), `running`, then one of `done`, `refused` (the file is at fault) and
`failed` (something else is; in both nothing was changed, unless the report has `unknown`). How it ended is kept until
enough others have ended after it, also while the daemon is started anew. Where nobody told, as of a process or a daemon
that was killed, it is looked up in the stores.
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Final

from ulid import ULID

from gatekeeper.clock import now_micros
from gatekeeper.daemon.job_records import JobRecords
from gatekeeper.errors import DaemonError, GatekeeperError, ProtocolError
from gatekeeper.intake.arrival import STATES, ArrivalOutcome, Ending
from gatekeeper.intake.import_process import ImportProcess, ImportWork
from gatekeeper.intake.looked_up import WHAT_IT_IS, ImportLookUp
from gatekeeper.supervised import fault_of, tell_fault
from gatekeeper.translation import language, phrase, speaking
from gatekeeper.words import Language

log = logging.getLogger(__name__)

AT_ONCE: Final = 2
"""How many run at a time: each takes a core and some hundred megabytes."""

MOST: Final = 16
"""How many may wait and run."""

KEPT: Final = 64
"""Of how many that ended it is still known how."""

_ENDED: Final = frozenset({"done", "refused", "failed"})

_LOOK_S: Final = 0.25
_LOOKS: Final = 120
"""So often one looks whether a process has let go whose daemon was killed; whoever imports then is somebody else."""


class _Job:
    """A job: what was asked, how far it is, how it ended.

    Args:
        work: what is to be done; None of one whose record does not say.
        name: of the list, or "".
        asked: that by which it is known again.
        begun: when, in microseconds since the epoch.
        lang: the language of who asked.
    """

    def __init__(
        self, work: ImportWork | None, name: str, asked: Mapping[str, str], begun: int, lang: Language
    ) -> None:
        self.work = work
        self.name = name
        self.asked = {field: asked[field] for field in WHAT_IT_IS if asked.get(field)}
        self.begun = begun
        self.lang = lang
        self.state = "waiting"
        self.far: tuple[str, int, int] = ("", 0, 0)
        self.outcome = ArrivalOutcome(Ending.TROUBLE)

    def told(self, phase: str, done: int, total: int) -> None:
        """It is so far."""
        self.far = (phase, done, total)

    def end(self, outcome: ArrivalOutcome) -> None:
        """It has ended."""
        self.outcome = outcome
        self.state = STATES.get(outcome.ending, "failed")

    @classmethod
    def recorded(cls, fields: Mapping[str, Any]) -> "_Job":
        """One of before the daemon was started anew; it runs yet where its record does not say how it ended."""
        works = {work.value: work for work in ImportWork}
        asked = {str(name): str(said) for name, said in dict(fields.get("asked") or {}).items()}
        lang = Language.FR if fields.get("lang") == Language.FR else Language.EN
        begun = int(fields.get("begun") or 0)
        job = cls(works.get(str(fields.get("work"))), str(fields.get("list", "")), asked, begun, lang)
        job.state = str(fields.get("state"))
        if job.state in _ENDED:
            job.outcome = ArrivalOutcome(Ending.TROUBLE, str(fields.get("text", "")), dict(fields.get("report") or {}))
        else:
            job.state = "running"
        return job

    def record(self) -> dict[str, object]:
        """What the next daemon is to know of it."""
        what = {"work": self.work, "list": self.name, "asked": self.asked, "begun": self.begun, "lang": self.lang}
        return {"state": self.state, **what, **self.fields()}

    def fields(self) -> dict[str, object]:
        """How it ended; nothing of one that has not."""
        return {"text": self.outcome.text, "report": self.outcome.report} if self.state in _ENDED else {}


class ImportJobs:
    """Has imports made, and tells how far they are. A part of the daemon: what runs when it stops changes nothing.

    Args:
        process: makes them.
        records: how they ended, for the daemon that is started next.
        look_up: says of one that nobody told about whether it was done.
    """

    name = "imports that people ask for"
    address = ""
    trouble = ""

    def __init__(self, process: ImportProcess, records: JobRecords, look_up: ImportLookUp) -> None:
        self._process = process
        self._look_up = look_up
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
            if ident not in self._jobs:
                job = self._jobs[ident] = _Job.recorded(fields)
                if job.state not in _ENDED:
                    self._follow(self._find(ident, job))
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
        known = {"source": Path(path).name, **{field: said for field, said in asked.items() if said}}
        ident, job = str(ULID()), _Job(work, name, known, now_micros(), language())
        self._jobs[ident] = job
        self._follow(self._run(ident, job, work, path, asked))
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

    def _follow(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, ident: str, job: _Job, work: ImportWork, path: str, asked: Mapping[str, str]) -> None:
        outcome = ArrivalOutcome(Ending.TROUBLE, phrase("the daemon stopped before it ended; nothing was changed"))
        try:
            await self._write(ident, job)
            async with self._room:
                job.state = "running"
                outcome = await self._process.do(work, job.name, path, asked, job.told)
        except Exception as error:  # noqa: BLE001 - one job's fault must not touch the others
            tell_fault(log, f"{work} of {job.name or 'consents'}", error)
            outcome = ArrivalOutcome(Ending.TROUBLE, fault_of(error))
        finally:
            await self._end(ident, job, await self._or_done(job, outcome))

    async def _or_done(self, job: _Job, outcome: ArrivalOutcome) -> ArrivalOutcome:
        """An outcome; where the store knows better, what it knows: a process may be killed behind its commit."""
        if outcome.ending is Ending.IMPORTED or "dry_run" in job.asked:
            return outcome
        try:
            found = await asyncio.to_thread(self._looked_up, job)
        except GatekeeperError:
            return outcome
        return found if found is not None and found.ending is Ending.IMPORTED else outcome

    async def _find(self, ident: str, job: _Job) -> None:
        """Look up how a job ended that an earlier daemon had begun."""
        with speaking(job.lang):
            text = phrase(
                "the daemon was ended before it told how this import ended: the versions of the list, or the imports "
                "of the consents, tell whether it was done; what is not there was not imported"
            )
            outcome, looks = ArrivalOutcome(Ending.TROUBLE, text, {"unknown": True}), 0
            try:
                while job.work is not None:
                    found = await asyncio.to_thread(self._looked_up, job, waits=looks < _LOOKS)
                    if found is not None:
                        outcome = found
                        break
                    looks += 1
                    await asyncio.sleep(_LOOK_S)
            except GatekeeperError as error:
                outcome = outcome._replace(text=f"{error}; {text}")
            await self._end(ident, job, outcome)

    def _looked_up(self, job: _Job, *, waits: bool = False) -> ArrivalOutcome | None:
        if job.work is None:
            return None
        return self._look_up(job.work, job.name, job.asked, job.begun, waits)

    async def _end(self, ident: str, job: _Job, outcome: ArrivalOutcome) -> None:
        job.end(outcome)
        await self._write(ident, job)
        self._ended += 1
        self._forget_old()

    async def _write(self, ident: str, job: _Job) -> None:
        await asyncio.to_thread(self._records.write, ident, job.record())

    def _forget_old(self) -> None:
        ended = [ident for ident, job in self._jobs.items() if job.state in _ENDED]
        for ident in ended[: max(0, len(ended) - KEPT)]:
            del self._jobs[ident]
            self._records.forget(ident)
