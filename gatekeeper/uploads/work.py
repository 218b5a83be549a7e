"""Work that takes longer than a page may: begun by somebody, looked at again and again until it has ended.

A job of the daemon, or a worker of the desk's own; both end `done`, `refused` (what was given is at fault) or `failed`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from gatekeeper.clock import now_micros
from gatekeeper.errors import DaemonError, OperationRefusedError, UnansweredError, WorkerError
from gatekeeper.supervised import fault_of, tell_fault
from gatekeeper.translation import phrase
from gatekeeper.worker import Worker

log = logging.getLogger(__name__)

_LOOK_S: Final = 0.25
_LOOK_AGAIN_S: Final = 1.0
_LOST_AFTER: Final = 60
"""So many looks in a row may find no daemon: it is started anew, or stays away."""

UNKNOWN: Final = "unknown"
"""In the report of what failed: nobody knows whether it was done."""

_ENDS: Final = frozenset({"done", "refused", "failed"})


class Asks(Protocol):
    """Asks the daemon (`gatekeeper.desk.daemon.DaemonLink`)."""

    async def ask(self, asked: Mapping[str, object], timeout: float = ..., /) -> dict[str, Any]:  # noqa: ASYNC109
        """Ask, and have the answer; or raise `DaemonError`."""


@dataclass(eq=False)
class DeskWork:
    """One piece of work.

    Attributes:
        state: `waiting`, `running`, `done`, `refused` or `failed`.
        phase: what it is at.
        far: how much of that is done, and of how much; 0 where that is not known.
        text: why nothing came of it.
        report: what came of it.
        job: the daemon's name of it; "" of what is none of its jobs, or was not begun.
        asked: what the daemon is asked for it.
        begun: when, in microseconds since the epoch.
    """

    state: str = "running"
    phase: str = ""
    far: tuple[int, int] = (0, 0)
    text: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    job: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)
    begun: int = field(default_factory=now_micros)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.state not in _ENDS

    def told(self, phase: str, done: int, total: int) -> None:
        """It is so far."""
        self.phase, self.far = phase, (done, total)

    def end(self, state: str, text: str = "", report: Mapping[str, Any] | None = None) -> None:
        """It has ended."""
        self.text, self.report = text, report or {}
        self.state = state if state in _ENDS else "failed"
        self._ended.set()

    async def wait(self, seconds: float) -> None:
        """Wait until it has ended, but not for longer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()


ReportFound = Callable[[DeskWork], Awaitable[Mapping[str, Any] | None]]
"""Gives the report of work that was done; None where that is not known."""


class DeskWorks:
    """Follows work to its end, whether somebody looks at it or not."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(
        self,
        run: Callable[[DeskWork], Awaitable[None]],
        then: Callable[[], None] | None = None,
        begun: DeskWork | None = None,
    ) -> DeskWork:
        """Begin work.

        Args:
            run: does it, and says how it ended.
            then: is called when it has ended.
            begun: what was begun before; None for new work.
        """
        work = begun or DeskWork()
        task = asyncio.get_running_loop().create_task(_followed(work, run, then))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return work


async def _followed(
    work: DeskWork, run: Callable[[DeskWork], Awaitable[None]], then: Callable[[], None] | None
) -> None:
    try:
        await run(work)
    except asyncio.CancelledError:
        # The desk is stopped. What the daemon has begun goes on, and the next desk follows it.
        work.end("failed", phrase("the desk was stopped before it ended"))
        raise
    except Exception as error:  # noqa: BLE001 - one fault must not touch the others
        tell_fault(log, "work of the desk", error)
        work.end("failed", fault_of(error))
    if then is not None:
        then()


async def run_job(daemon: Asks, work: DeskWork, find: ReportFound, begun: Callable[[], None]) -> None:
    """Have the daemon begin a job, and follow it to its end.

    Args:
        daemon: is asked.
        work: has what it is asked (empty fields are left out), and is told.
        find: see `follow_job`.
        begun: is called once the daemon has begun it.
    """
    asked = {name: value for name, value in work.asked.items() if value}
    try:
        answer = await _begin(daemon, asked)
    except UnansweredError as error:
        await _end_unknown(work, str(error), find)
        return
    except DaemonError as error:
        work.end("failed", str(error))
        return
    work.job = str(answer["job"])
    begun()
    await follow_job(daemon, work, find)


async def _begin(daemon: Asks, asked: Mapping[str, str]) -> dict[str, Any]:
    """Ask for a job; where no answer comes, once more: by its key the daemon knows whether it has begun it."""
    try:
        return await daemon.ask(asked)
    except OperationRefusedError:
        raise
    except DaemonError:
        await asyncio.sleep(_LOOK_S)
        return await daemon.ask(asked)


async def follow_job(daemon: Asks, work: DeskWork, find: ReportFound) -> None:
    """Follow a job that was begun to its end.

    Args:
        daemon: is asked.
        work: is told.
        find: gives the report of work that was done, where the daemon can't say; None where that is not known.
    """
    lost = 0
    while work.running:
        try:
            said = await daemon.ask({"op": "job", "job": work.job})
        except OperationRefusedError as error:
            # It knows of no such job (any more): to ask again is of no use.
            await _end_unknown(work, str(error), find)
            return
        except DaemonError as error:
            lost += 1
            if lost > _LOST_AFTER:
                await _end_unknown(work, str(error), find)
                return
            await asyncio.sleep(_LOOK_AGAIN_S)
            continue
        lost = 0
        work.told(str(said["phase"]), int(said["done"]), int(said["total"]))
        if said["state"] in _ENDS:
            work.end(said["state"], said["text"], said["report"])
        else:
            work.state = said["state"]
            await asyncio.sleep(_LOOK_S)


async def _end_unknown(work: DeskWork, text: str, find: ReportFound) -> None:
    report = await find(work)
    if report is None:
        work.end("failed", text, {UNKNOWN: True})
    else:
        work.end("done", "", report)


async def run_worker(worker: Worker, request: Mapping[str, object], work: DeskWork) -> None:
    """Have a worker answer, and say how that ended."""
    try:
        said = await worker.ask(request, work.told)
    except WorkerError as error:
        ended = phrase("its process ended with status {status}", status=error.status)
        work.end("failed", phrase("it took too long") if error.status is None else ended)
        return
    work.end(str(said.get("state")), str(said.get("text", "")), said.get("report") or {})
