"""What fails in the event loop and is waited for by nobody: told with its place, and without anybody's number."""

import asyncio
import logging
from typing import NoReturn

import pytest
import uvloop

from gatekeeper.daemon.loop_faults import telling_faults

NUMBER = "0612345678"


def fail(number: str) -> NoReturn:
    """As a callback does that gets what it does not understand."""
    raise RuntimeError(number)


async def work() -> str:
    """A callback that fails, a task that nobody waits for, and the work that goes on."""
    loop = asyncio.get_running_loop()
    loop.call_soon(fail, NUMBER)

    async def alone() -> None:
        fail(NUMBER)

    task = asyncio.create_task(alone())
    await asyncio.wait([task])
    del task
    loop.call_exception_handler({"message": "something is left over"})
    return "done"


@pytest.mark.parametrize("runner", ["asyncio", "uvloop"])
def test_faults_are_told_without_numbers(runner: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the error's text nor the callback's arguments; where it was, and what goes on goes on."""
    run = asyncio.run if runner == "asyncio" else uvloop.run
    with caplog.at_level(logging.DEBUG):
        assert run(telling_faults(work())) == "done"
    told = [one.getMessage() for one in caplog.records if one.name == "gatekeeper.daemon.loop_faults"]
    assert [one.partition("\n")[0] for one in told] == [
        "something failed that nobody waited for (RuntimeError, a fault of Gatekeeper); it happened here:",
        "something failed that nobody waited for (RuntimeError, a fault of Gatekeeper); it happened here:",
        "the event loop says: something is left over",
    ]
    assert "test_loop_faults.py" in told[0]
    assert NUMBER not in caplog.text
