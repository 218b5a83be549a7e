"""A visit to Asterisk's manager: logs in, asks, and leaves; for commands, where no daemon need run."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from gatekeeper.ami.client import AmiLink, LinkSettings
from gatekeeper.errors import PeerGoneError
from gatekeeper.translation import phrase
from gatekeeper.watchdog.endpoints import survey
from gatekeeper.watchdog.watchdog import WatchdogSettings
from gatekeeper.watchdog.ways_out import past_the_gate


@contextlib.asynccontextmanager
async def visiting(settings: LinkSettings) -> AsyncIterator[AmiLink]:
    """A connection that is logged in.

    Raises:
        PeerGoneError: nobody could log in within `connect_s`; the text says why.
    """
    logged_in = asyncio.Event()

    async def on_login() -> None:
        logged_in.set()

    link = AmiLink(settings, frozenset(), lambda _event: None, on_login, quiet=True)
    running = asyncio.create_task(link.run())
    try:
        try:
            async with asyncio.timeout(settings.connect_s):
                await logged_in.wait()
        except TimeoutError:
            raise PeerGoneError(
                phrase("no connection to Asterisk's manager: {trouble}", trouble=link.trouble)
            ) from None
        yield link
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def trunks_past_the_gate(settings: WatchdogSettings) -> Mapping[str, str]:
    """The trunk endpoints of an Asterisk whose way out is not the SIP gate, and why not; those for emergencies apart.

    Raises:
        ProtocolError: Asterisk can't be asked, or does not tell.
    """
    async with visiting(settings.link) as link:
        found = await survey(link)
    return past_the_gate(found.values(), settings.ways_out, settings.routes)
