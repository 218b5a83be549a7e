"""Channel scan: looks after a gap through all channels for calls that were dialled while nobody watched."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, Final, Protocol
from urllib.parse import unquote

from panoramisk.message import Message

from gatekeeper.ami.client import AmiLink
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.clock import SECOND_US, now_micros
from gatekeeper.errors import GatekeeperError, PeerGoneError, ProtocolError
from gatekeeper.logs import StateLog
from gatekeeper.screening import Question
from gatekeeper.supervised import tell_fault
from gatekeeper.text import printable
from gatekeeper.vocabulary import ChannelVariable
from gatekeeper.watchdog.dial_event import (
    Dialled,
    caller_or_empty,
    header_of,
    numbers_named,
    outside,
    peer_of,
    variables,
)
from gatekeeper.watchdog.enforcer import Enforcer
from gatekeeper.watchdog.ways_out import WaysOut

log = logging.getLogger(__name__)

_DIALLED: Final = "AppDial"
"""What a channel runs that was dialled by a dialplan; `AppDial2` one that was originated and is not answered yet."""

_BEFORE_US: Final = 5 * SECOND_US
"""A proxy decides so long before the first channel, at most; `Duration` is in whole seconds."""

_MOST_BESIDE: Final = 16
"""So many other channels of a call are asked whether one has let it by as an emergency."""

_URI: Final = re.compile(r"<?sips?:([^@>;:]*)[^@>]*@", re.IGNORECASE)


def seconds_of(duration: str) -> int | None:
    """How long `01:02:03` is, in seconds; None for what is not a duration."""
    parts = duration.split(":")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):  # noqa: PLR2004 - h, m, s
        return None
    hours, minutes, seconds = map(int, parts)
    return (hours * 60 + minutes) * 60 + seconds


def _together(channels: list[Message]) -> dict[str, list[str]]:
    """By the id of a whole call, the names of its channels."""
    found: dict[str, list[str]] = {}
    for event in channels:
        if linkedid := header_of(event, "Linkedid"):
            found.setdefault(linkedid, []).append(header_of(event, "Channel"))
    return found


class History(Protocol):
    """What the journal knows of calls, however old."""

    def was_let_by(self, question: Question, since: int, /) -> bool:
        """Whether a gate, the watchdog included, has let this number by within this call, at that moment or later."""


class ChannelScan:
    """Looks through the channels.

    Args:
        link: the connection to Asterisk.
        routes: what leads outside.
        enforcer: decides on what was missed.
        ways_out: knows which calls are the SIP gate's.
        history: what was decided before.
        clock: gives now, in microseconds since the epoch.

    Attributes:
        unfinished: whether not every channel could be looked at, so that it is to be run again.
    """

    def __init__(
        self,
        link: AmiLink,
        routes: Routes,
        enforcer: Enforcer,
        ways_out: WaysOut,
        history: History,
        clock: Callable[[], int] = now_micros,
    ) -> None:
        self.unfinished = False
        self._outage = StateLog(
            log,
            "not all channels could be looked at after a gap, and that is tried again",
            over="all channels were looked at after the gap",
        )
        self._clock = clock
        self._begun: dict[str, int] = {}
        self._together: dict[str, list[str]] = {}
        self._link = link
        self._routes = routes
        self._enforcer = enforcer
        self._ways_out = ways_out
        self._history = history
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> int:
        """Judge every call towards the outside that no gate let by; gives how many there were.

        A call that was let by is left alone, even where its number was put on a list since: that would cut the
        conversation in which a person asked for it.

        Raises:
            ProtocolError: Asterisk does not tell.
        """
        async with self._one_at_a_time:
            return await self._run()

    async def _run(self) -> int:
        missed = 0
        self.unfinished = True
        channels = await self._link.ask("CoreShowChannels")
        self.unfinished = False
        self._begun = self._beginnings(channels)
        self._together = _together(channels)
        for event in channels:
            if event.event != "CoreShowChannel" or self._enforcer.has_seen(
                header_of(event, "Channel"), header_of(event, "Uniqueid")
            ):
                continue
            try:
                missed += await self._look_at(event)
            except PeerGoneError:
                self.unfinished = True
                raise
            except GatekeeperError as error:
                self._put_off(str(error))
            except Exception as error:  # noqa: BLE001 - one channel keeps no other back
                self._put_off(type(error).__name__)
                tell_fault(log, "a channel could not be looked at after a gap", error)
        if not self.unfinished:
            self._outage.end()
        if missed:
            log.warning("%d calls had been dialled past the gates while the watchdog was away", missed)
        return missed

    async def _look_at(self, event: Mapping[str, Any]) -> bool:
        """Judge one channel, if it is to be; whether it was."""
        try:
            dialled = await self._read(event)
        except PeerGoneError:
            raise
        except ProtocolError:
            return False  # the channel ended meanwhile
        if dialled is None or self._let_by(dialled) or await self._ways_out.leaves_by_gate(dialled):
            return False
        await self._enforcer.enforce(dialled)
        return True

    def _put_off(self, why: str) -> None:
        if not self.unfinished:  # of one look, the first reason is said
            self._outage.begin(why)
        self.unfinished = True

    def _let_by(self, dialled: Dialled) -> bool:
        since = self._begun.get(dialled.linkedid, 0)
        return all(
            self._history.was_let_by(
                Question(
                    number,
                    self._enforcer.gate,
                    uniqueid=dialled.uniqueid,
                    linkedid=dialled.linkedid,
                    earlier=dialled.decision or "",
                ),
                since,
            )
            for number in dialled.numbers
        )

    def _beginnings(self, channels: list[Message]) -> dict[str, int]:
        """By the id of a whole call, when its first channel was made: as far as that one is still there."""
        now = self._clock()
        return {
            header_of(event, "Uniqueid"): now - age * SECOND_US - _BEFORE_US
            for event in channels
            if (age := seconds_of(header_of(event, "Duration"))) is not None
        }

    async def _read(self, event: Mapping[str, Any]) -> Dialled | None:
        channel = header_of(event, "Channel")
        numbers = await self._numbers(channel, header_of(event, "Application"))
        if not numbers:
            return None
        carried = variables(event, "ChanVariable")
        decision = carried.get(ChannelVariable.DECISION)
        if decision is None:
            decision = await self._variable(channel, ChannelVariable.DECISION)
        linkedid = header_of(event, "Linkedid")
        others = (one for one in self._together.get(linkedid, ()) if one != channel)
        return Dialled(
            (channel,),
            numbers,
            header_of(event, "Uniqueid"),
            linkedid,
            caller_or_empty(header_of(event, "ConnectedLineNum")),
            printable(decision),
            carried.get(ChannelVariable.CAMPAIGN, ""),
            beside=tuple(islice(others, _MOST_BESIDE)),
        )

    async def _numbers(self, channel: str, application: str) -> tuple[str, ...]:
        """The numbers that a channel was dialled with; none where it came in, or stays inside."""
        technology = channel.partition("/")[0].lower()
        routes = self._routes
        if technology == "local" or technology in routes.inside_technologies:
            return ()
        if application == _DIALLED:
            peer = await self._variable(channel, "DIALEDPEERNUMBER")
            return outside(technology, peer, channel, routes)
        if technology == "pjsip":
            return await self._pjsip(channel)
        return numbers_named(channel, routes) if application.startswith(_DIALLED) else ()

    async def _pjsip(self, channel: str) -> tuple[str, ...]:
        """Of an originated PJSIP channel, answered or not. Only one that came in has a request URI to show."""
        peer = peer_of(channel)
        if self._routes.is_inside_peer(peer) or await self._variable(channel, "CHANNEL(pjsip,request_uri)"):
            return ()
        found = _URI.match(await self._variable(channel, "CHANNEL(pjsip,remote_uri)"))
        user = unquote(found[1]) if found else ""
        # A telephone's own address may have a user, too.
        return (user,) if self._routes.is_trunk(peer) or self._routes.is_public(user) else ()

    async def _variable(self, channel: str, name: str) -> str:
        (answer,) = await self._link.ask("Getvar", Channel=channel, Variable=name)
        return header_of(answer, "Value")
