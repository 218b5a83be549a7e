"""Work that is begun again whenever it ends."""

import asyncio
import contextlib
import logging

import pytest

from gatekeeper.supervised import Supervised

log = logging.getLogger(__name__)

NUMBER = "0612345678"


@pytest.mark.parametrize("fault", [ValueError(NUMBER), OverflowError(NUMBER), KeyError(NUMBER), RecursionError(), None])
async def test_work_goes_on(fault: Exception | None, caplog: pytest.LogCaptureFixture) -> None:
    """However work ends, it is begun again, and the log says so without the number."""
    times = 0
    again = asyncio.Event()

    async def work() -> None:
        nonlocal times
        times += 1
        if times == 3:
            again.set()
            await asyncio.sleep(60)
        if fault is not None:
            raise fault

    supervised = Supervised("the work", work, log, pause_s=0.01)
    task = asyncio.create_task(supervised.run())
    await asyncio.wait_for(again.wait(), 20)
    assert (supervised.trouble, supervised.faults) == ("", 2 if fault else 0)
    assert caplog.text.count("the work") == 2
    assert NUMBER not in caplog.text
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_what_is_wrong_shows_until_it_runs_again() -> None:
    """Between a fault and the next beginning, the work is in trouble."""

    async def work() -> None:
        raise ValueError(NUMBER)

    supervised = Supervised("the work", work, log, pause_s=60)
    task = asyncio.create_task(supervised.run())
    await asyncio.sleep(0.01)
    assert "ValueError" in supervised.trouble
    assert NUMBER not in supervised.trouble
    task.cancel()
