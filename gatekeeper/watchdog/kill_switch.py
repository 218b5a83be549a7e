"""The kill switch: puts plain trunks into maintenance while calls can't be decided on, and takes them out again.

Plain is an endpoint that leads outside and has not the SIP gate for its way out. While nothing can be decided on, the
gates refuse; what goes round them would send an INVITE before the watchdog sees it. In maintenance Asterisk refuses a
call on the endpoint before there is a channel; calls that are up go on. It refuses those that come in by it, too (503).

Asterisk has `PJSIPSetMaintenance` since 20.20, 22.10 and 23.4, in `res_pjsip_maintenance`; its restart ends it. Which
endpoints are in maintenance by us stands in AstDB, before it is done: so that a daemon that was killed meanwhile takes
them out, and an endpoint that a person has put into maintenance stays there.

| state  | a look finds that calls can't be decided on    | a look finds that they can                                 |
|--------|------------------------------------------------|------------------------------------------------------------|
| opened | shut: each plain endpoint is noted and put in  | opened                                                     |
| shut   | shut: those that are new are noted and put in  | shut; at the third such look in a row opened: what is noted|
|        |                                                | is taken out and forgotten                                 |

After each login it is shut, whatever it was before: what is noted is put in again, or taken out.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from gatekeeper.ami.client import AmiLink
from gatekeeper.errors import PeerGoneError, ProtocolError
from gatekeeper.logs import StateLog
from gatekeeper.translation import phrase
from gatekeeper.vocabulary import MAINTENANCE_FAMILY
from gatekeeper.watchdog.astdb import read_family
from gatekeeper.watchdog.dial_event import header_of
from gatekeeper.watchdog.ways_out import WaysOut

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""How often it is looked whether calls can be decided on."""

CALM_LOOKS: Final = 3
"""So many looks in a row have to find that they can, before trunks are opened again."""

_ACTION: Final = "PJSIPSetMaintenance"
_EVERY_ENDPOINT: Final = "all"
"""Asterisk's word for all endpoints, those for emergencies included: an endpoint of this name can't be put in alone."""


class KillSwitch:
    """Shuts and opens the plain trunks of one Asterisk.

    Args:
        link: the connection to it.
        ways_out: knows its endpoints.
        undecided: tells why calls can't be decided on now, or "".
    """

    def __init__(self, link: AmiLink, ways_out: WaysOut, undecided: Callable[[], str]) -> None:
        self._link = link
        self._ways_out = ways_out
        self._undecided = undecided
        self._put_in: set[str] = set()
        self._open = False
        self._calm = 0
        self._able: bool | None = None
        self._told_unable = False
        self._shut = StateLog(
            log,
            phrase("trunks are in maintenance"),
            over="trunks are out of maintenance: calls can be decided on again",
        )
        self._kept = StateLog(log, phrase("the kill switch leaves trunks as they are"))

    @property
    def trouble(self) -> str:
        """Which trunks are in maintenance, or why none is that should be, or ""."""
        return "; ".join(filter(None, (self._shut.trouble, self._kept.trouble)))

    def forget(self) -> None:
        """The connection is a new one: Asterisk may have been restarted, or have become another release."""
        self._put_in.clear()
        self._open = False
        self._able = None

    async def run(self) -> None:
        """Look, once a second, for ever."""
        while True:
            await asyncio.sleep(LOOK_S)
            if self._link.connected:
                await self.look()

    async def look(self) -> None:
        """Shut or open as it is to be now."""
        why = self._undecided()
        self._calm = 0 if why else self._calm + 1
        try:
            if not await self._is_able():
                return
            kept = ""
            if why:
                kept = await self._shut_all(why)
            elif self._calm >= CALM_LOOKS and not self._open:
                await self._open_all()
            self._kept.begin(kept) if kept else self._kept.end()
        except PeerGoneError:
            return  # the end of the connection is told, and after the next login there is another look
        except ProtocolError as error:
            self._kept.begin(str(error))

    async def _is_able(self) -> bool:
        if self._able is None:
            (answer,) = await self._link.ask("ListCommands")
            self._able = bool(header_of(answer, _ACTION))
            if not self._able and not self._told_unable:
                self._told_unable = True
                log.warning(
                    "watchdog.kill_switch is set, and does nothing: Asterisk has no %s (since 20.20, 22.10 and 23.4; "
                    "module res_pjsip_maintenance), or its manager user lacks write = system",
                    _ACTION,
                )
        return self._able

    async def _shut_all(self, why: str) -> str:
        """Put in what is not in; or why nothing is."""
        if not self._ways_out.has_emergency:
            return phrase("Asterisk has none of routes.emergency_endpoints, and emergency calls must have a way out")
        plain = {name for name in self._ways_out.past if name.lower() != _EVERY_ENDPOINT}
        if new := sorted(plain - self._put_in):
            noted, shut = await self._noted(), await self._in_maintenance()
            for name in new:
                if name not in shut or name in noted:  # else somebody else has put it in, and will take it out
                    await self._put(name)
                self._put_in.add(name)
        self._open = False
        if self._put_in and not self._shut.current:
            self._shut.begin(phrase("{names}; {why}", names=", ".join(sorted(self._put_in)), why=why))
        return ""

    async def _put(self, name: str) -> None:
        await self._link.ask("DBPut", Family=MAINTENANCE_FAMILY, Key=name, Val="on")
        try:
            await self._link.ask(_ACTION, Endpoint=name, State="on")
        except PeerGoneError:
            raise
        except ProtocolError as error:
            log.warning("a trunk could not be put into maintenance: %s", error)
            await self._forget_note(name)

    async def _open_all(self) -> None:
        for name in await self._noted():
            try:
                await self._link.ask(_ACTION, Endpoint=name, State="off")
            except PeerGoneError:
                raise
            except ProtocolError as error:
                log.warning("a trunk could not be taken out of maintenance: %s", error)  # such as: there is none
            await self._forget_note(name)
        self._put_in.clear()
        self._open = True
        self._shut.end()

    async def _forget_note(self, name: str) -> None:
        try:
            await self._link.ask("DBDel", Family=MAINTENANCE_FAMILY, Key=name)
        except PeerGoneError:
            raise
        except ProtocolError as error:
            log.warning("a note in AstDB, family %s, could not be deleted: %s", MAINTENANCE_FAMILY, error)

    async def _noted(self) -> list[str]:
        """The endpoints that are noted in AstDB as put in by us."""
        return [name for name, _ in await read_family(self._link, MAINTENANCE_FAMILY)]

    async def _in_maintenance(self) -> set[str]:
        answer = await self._link.ask("PJSIPShowMaintenance")
        return {header_of(event, "Endpoint") for event in answer if event.event == "PJSIPMaintenanceStatus"}
