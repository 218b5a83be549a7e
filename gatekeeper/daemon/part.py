"""A part of the daemon: what the runtime starts in order, stops in reverse, and asks how it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from gatekeeper.supervised import Supervised

log = logging.getLogger(__name__)


class Part(Protocol):
    """Something that lives as long as the daemon.

    A part is built when those before it have been started. What it opens, it opens in `start`; a `start` that fails
    leaves nothing open.
    """

    @property
    def name(self) -> str:
        """What people call it: a noun, such as "the AMI proxy"."""

    @property
    def address(self) -> str:
        """Where it can be reached, or what it looks at, for the line that tells what is served; "" for neither."""

    @property
    def trouble(self) -> str:
        """What does not work now, or not as it should, or ""."""

    def counters(self) -> Mapping[str, int]:
        """What it has counted since it was started."""

    async def start(self) -> None:
        """Begin to work.

        Raises:
            GatekeeperError: it can't be; the text says why and what to do.
        """

    async def stop(self, grace: float, /) -> None:
        """Stop, and let what runs end within `grace` seconds."""


class Background:
    """Work without an address that is begun again whenever it ends.

    Args:
        name: what it does.
        work: begins it; what it returns is awaited.
        address: what it looks at, or "".
        ailing: tells why it does not work though it runs, or "".
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[None]],
        address: str = "",
        ailing: Callable[[], str] = lambda: "",
    ) -> None:
        self.name = name
        self.address = address
        self._ailing = ailing
        self._work = Supervised(name, work, log)
        self._task: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> str:
        """Why it does not run now, or does not work, or ""."""
        return self._work.trouble or self._ailing()

    def counters(self) -> Mapping[str, int]:
        """How often it failed."""
        return {"faults": self._work.faults}

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._work.run())

    async def stop(self, _grace: float, /) -> None:
        """End at once: it is work that can be ended anywhere."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])


class Closed:
    """Something that others use and that has to be closed after them; it opens by itself, when it is first needed.

    Args:
        name: what it is.
        close: closes it.
    """

    address = ""
    trouble = ""

    def __init__(self, name: str, close: Callable[[], Awaitable[None] | None]) -> None:
        self.name = name
        self._close = close

    def counters(self) -> Mapping[str, int]:
        """Nothing."""
        return {}

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self, _grace: float, /) -> None:
        """Close it."""
        closing = self._close()
        if closing is not None:
            await closing
