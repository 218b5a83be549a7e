"""Faults that nobody waits for: told in the log without the texts that the event loop has for them.

The loop's own report of a fault in a callback has the callback's arguments in it, and the error's text: questions,
whole messages of dialers, and with them people's numbers.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from gatekeeper.supervised import tell_fault

log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")


async def telling_faults(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a program's whole work, and tell in its log what fails beside it."""
    asyncio.get_running_loop().set_exception_handler(_tell)
    return await main


def _tell(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        tell_fault(log, "something failed that nobody waited for", error)
    else:
        # A remark of the loop's own, such as on a task that is left over: a fixed text.
        log.error("the event loop says: %s", context.get("message", ""))
