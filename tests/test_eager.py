"""A coroutine that is begun at once behaves as one in a task does."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from gatekeeper.eager import Done, begin


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, object]], object]:
    """Runs a coroutine on each kind of loop."""

    def runner(main: Coroutine[Any, Any, object]) -> object:
        with asyncio.Runner(loop_factory=request.param) as loop:
            return loop.run(main)

    return runner


async def waits(future: asyncio.Future[int], log: list[str]) -> int:
    """Waits three times, in three ways."""
    log.append("begun")
    try:
        found = await future
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
    except asyncio.CancelledError:
        log.append("cancelled")
        raise
    except ValueError:
        return -1
    return found


def test_one_that_waits_for_nothing_is_done() -> None:
    """It needs no loop at all."""

    async def answer() -> int:
        return 42

    assert begin(answer()) == Done(42)


def test_its_error_comes_at_once() -> None:
    """As from a plain call."""

    async def fails() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        begin(fails())


def test_what_is_left_goes_on_in_a_task(run: Callable[[Coroutine[Any, Any, object]], object]) -> None:
    """It waits for futures, turns of the loop and timers, and its value comes out."""

    async def main() -> None:
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        log: list[str] = []
        rest = begin(waits(future, log))
        assert log == ["begun"]
        assert not isinstance(rest, Done)
        task = asyncio.get_running_loop().create_task(rest)
        await asyncio.sleep(0)
        assert not task.done()
        future.set_result(7)
        assert await task == 7

    run(main())


def test_errors_and_cancellation_reach_it(run: Callable[[Coroutine[Any, Any, object]], object]) -> None:
    """What it waits for may fail, and it may be cancelled while it waits."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        log: list[str] = []
        failing: asyncio.Future[int] = loop.create_future()
        rest = begin(waits(failing, log))
        assert not isinstance(rest, Done)
        failing.set_exception(ValueError())
        assert await loop.create_task(rest) == -1
        cancelled = begin(waits(loop.create_future(), log))
        assert not isinstance(cancelled, Done)
        task = loop.create_task(cancelled)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert log[-1] == "cancelled"

    run(main())
