"""The parts of the daemon: started in order, stopped in reverse, and asked together how they are."""

import contextlib
import logging
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Final, Self

from gatekeeper.daemon.part import Part

log = logging.getLogger(__name__)

GRACE_SECONDS: Final = 2.0
"""How long running answers may take when the daemon stops."""


class Runtime:
    """Everything that lives as long as the daemon; an asynchronous context manager.

    Args:
        parts: the parts in the order in which they start. The next one is taken from it when the one before has been
            started. One that can't be built or started stops those before it.
    """

    def __init__(self, parts: Iterable[Part]) -> None:
        self._waiting = parts
        self._parts: list[Part] = []
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            for part in self._waiting:
                await part.start()
                self._stack.push_async_callback(part.stop, GRACE_SECONDS)
                self._parts.append(part)
                log.debug("started: %s", part.name)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    def summary(self) -> str:
        """What is served where, for the daemon's log."""
        return "; ".join(filter(None, (part.address for part in self._parts)))

    def trouble(self) -> str:
        """What does not work now, or not as it should, or ""; a side of the daemon's health that no call shows."""
        return "; ".join(filter(None, (part.trouble for part in self._parts)))

    def counters(self) -> Mapping[str, Mapping[str, int]]:
        """What each part has counted since it was started, by the part's name."""
        return {part.name: part.counters() for part in self._parts}
