"""The runner, with its processes: makes what was ordered, survives deaths and restarts."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatekeeper.exports.job import ExportJob, ExportState
from gatekeeper.exports.runner import ExportRunner
from gatekeeper.exports.store import ExportStore
from tests.exports.orders import order, some_rows, write_journal
from tests.waiting import until as until_so

ROWS = 300


@pytest.fixture
async def data_dir(tmp_path: Path) -> Path:
    """A journal."""
    return await asyncio.to_thread(write_journal, tmp_path / "data", some_rows(ROWS))


@pytest.fixture
async def runner(data_dir: Path) -> AsyncIterator[ExportRunner]:
    """A runner that is not started yet."""
    made = ExportRunner(data_dir)
    yield made
    await made.stop()


async def until(store: ExportStore, ident: str, *states: ExportState) -> ExportJob:
    """Wait until an export is so far."""
    async with asyncio.timeout(30):
        while True:
            job = store.find(ident)
            if job is not None and job.state.state in states:
                return job
            await asyncio.sleep(0.01)


async def process_of(runner: ExportRunner) -> int:
    """Wait until a process was started; gives its id."""
    async with asyncio.timeout(30):
        while (process := runner._process) is None:  # noqa: ASYNC110 - it is the process that is waited for
            await asyncio.sleep(0.001)
    return process.pid


async def test_it_makes_what_is_ordered_and_goes_on_after_a_restart(runner: ExportRunner, data_dir: Path) -> None:
    """What an earlier desk left is made first; then what comes; the process has a low priority."""
    left = runner.store.add(order())
    await runner.start()
    await until(runner.store, left.id, ExportState.DONE)
    job = runner.store.add(order("ndjson"))
    runner.wake()
    done = await until(runner.store, job.id, ExportState.DONE)
    assert done.state.rows == ROWS
    path = runner.store.path_of(done, "journal.ndjson")
    assert path is not None
    assert len(path.read_text().splitlines()) == ROWS
    assert path.stat().st_mode & 0o077 == 0
    assert path.is_relative_to(data_dir)


async def test_a_killed_process_is_begun_again(runner: ExportRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its death is counted; a desk that ends takes its process along, and that is not counted."""
    job = runner.store.add(order())
    lock = runner.store.lock(job.id)
    await runner.start()
    os.kill(await process_of(runner), signal.SIGKILL)
    done = await until(runner.store, job.id, ExportState.DONE)
    assert done.state.tries == 1
    assert lock.take(wait=False)
    lock.release()


async def test_a_desk_that_ends_leaves_no_process(runner: ExportRunner) -> None:
    """What it was making waits for the next desk."""
    job = runner.store.add(order())
    await runner.start()
    pid = await process_of(runner)
    await runner.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    found = runner.store.find(job.id)
    assert found is not None
    assert (found.state.state, found.state.tries) in {(ExportState.QUEUED, 0), (ExportState.DONE, 0)}


@pytest.mark.parametrize("turns", range(5))
async def test_a_desk_ends_also_just_when_something_is_ordered(runner: ExportRunner, turns: int) -> None:
    """However many turns of the loop lie between the two."""
    await runner.start()
    await until_so(lambda: runner._ordered._waiters)
    runner.wake()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(60):
        await runner.stop()
