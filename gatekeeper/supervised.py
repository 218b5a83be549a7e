"""Work that must not end: a fault in it is told, and it is begun again; its neighbours do not notice."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Final

from gatekeeper.translation import phrase, retold, speaking
from gatekeeper.words import Language

PAUSE_S: Final = 1.0
"""How long to wait before work that failed is begun again."""


def fault_of(error: BaseException) -> str:
    """A fault of ours in some words, without the error's own text, which could hold a person's number."""
    return phrase("{kind}, a fault of Gatekeeper", kind=type(error).__name__)


def tell_fault(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log a fault of ours: where it happened, without the error's own text, which could hold a person's number."""
    where = "".join(traceback.format_tb(error.__traceback__))
    with speaking(Language.EN):
        log.error("%s (%s); it happened here:\n%s", what, fault_of(error), where)


class Supervised:
    """One piece of work that runs for as long as the daemon does.

    Args:
        name: what it does, for the log.
        work: begins it; what it returns is awaited. It is begun again when it ends, whatever the reason.
        log: where a fault is told.
        pause_s: how long to wait before that, in seconds.

    Attributes:
        faults: how often it failed.
    """

    def __init__(
        self, name: str, work: Callable[[], Awaitable[None]], log: logging.Logger, pause_s: float = PAUSE_S
    ) -> None:
        self.faults = 0
        self._name = name
        self._work = work
        self._log = log
        self._pause_s = pause_s
        self._down = ""

    @property
    def trouble(self) -> str:
        """Why it does not run now, or ""."""
        return retold(self._down)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._work()
                self._down = phrase("{name} has ended, and is begun again", name=self._name)
                self._log.error("%s", self._down)
            except Exception as error:  # noqa: BLE001 - whatever it is, the work goes on
                self.faults += 1
                self._down = phrase(
                    "{name} failed ({kind}), and is begun again", name=self._name, kind=type(error).__name__
                )
                tell_fault(self._log, self._down, error)
            await asyncio.sleep(self._pause_s)
            self._down = ""
