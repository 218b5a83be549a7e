"""Login to Asterisk's manager for a while: a connection that is there when the block begins, or says why it is not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from gatekeeper.ami.client import AmiLink, LinkSettings

_STEP_S: Final = 0.02


def _pass_over(_event: Any) -> None:
    """No event is of interest."""


@contextlib.asynccontextmanager
async def logged_in(
    where: "LinkSettings", wanted: frozenset[str] = frozenset(), on_event: Callable[[Any], None] = _pass_over
) -> "AsyncIterator[AmiLink]":
    """Log in. Where `connected` of the connection is false, its `trouble` says why nobody is let in.

    Args:
        where: whose manager, and who logs in.
        wanted: the names of the events that are of interest.
        on_event: is called with each of them.
    """
    from gatekeeper.ami.client import AmiLink  # brings panoramisk in

    there = asyncio.Event()

    async def on_login() -> None:
        there.set()

    link = AmiLink(where, wanted, on_event, on_login, quiet=True)
    untried = link.trouble
    running = asyncio.create_task(link.run())
    try:
        for _ in range(int(where.connect_s / _STEP_S)):
            # Where nobody listens, that is told at once; the link would go on trying.
            if there.is_set() or link.refused or link.trouble not in ("", untried):
                break
            await asyncio.sleep(_STEP_S)
        yield link
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
