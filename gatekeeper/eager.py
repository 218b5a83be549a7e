"""Begins a coroutine at once, without a task: one with nothing to wait for is done, and no turn of the loop is lost."""

import types
from collections.abc import Coroutine, Generator
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class Done(NamedTuple):
    """A coroutine came to its end.

    Attributes:
        value: what it returned.
    """

    value: Any


def begin(coroutine: Coroutine[Any, Any, T]) -> Done | Coroutine[Any, Any, T]:
    """Run a coroutine until it waits for something.

    It has no current task until then, so that it may not use `asyncio.timeout` before its first wait.

    Returns:
        Its end, or what is left of it, to be awaited in the same loop.
    """
    try:
        waits_for = coroutine.send(None)
    except StopIteration as end:
        return Done(end.value)
    return _rest(coroutine, waits_for)


async def _rest(coroutine: Coroutine[Any, Any, T], waits_for: object) -> T:
    value: T = await _going_on(coroutine, waits_for)
    return value


@types.coroutine
def _going_on(coroutine: Coroutine[Any, Any, T], waits_for: object) -> Generator[Any, Any, T]:
    """What `yield from` does, but for the first step, which is done already."""
    while True:
        try:
            sent = yield waits_for
        except BaseException as error:  # noqa: BLE001 - a cancellation, most of all, is the coroutine's own matter
            thrown: BaseException | None = error
        else:
            thrown = None
        try:
            waits_for = coroutine.send(sent) if thrown is None else coroutine.throw(thrown)
        except StopIteration as end:
            value: T = end.value
            return value
