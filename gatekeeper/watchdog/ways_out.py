"""Ways out: knows which PJSIP endpoints have the SIP gate for their way out, and reports those that lead past it.

What is dialled on a gated endpoint is left to the gate: it decides on the INVITE, and without it nothing leaves. All
endpoints are looked at when the watchdog logs in, when Asterisk tells of a reload, and now and then. That an endpoint
is gated is believed for some seconds only, since a configuration in a database changes without a word; that one is not
gated is believed until the next look, for such a call is judged.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Final

from gatekeeper.ami.client import AmiLink
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import PeerGoneError, ProtocolError
from gatekeeper.logs import StateLog
from gatekeeper.text import printable
from gatekeeper.translation import phrase
from gatekeeper.watchdog.dial_event import Dialled, peer_of
from gatekeeper.watchdog.endpoints import PjsipEndpoint, show, survey
from gatekeeper.watchdog.gate_address import GateAddress

log = logging.getLogger(__name__)

BELIEVED_S: Final = 10.0
"""For how long it is believed that an endpoint is gated."""

_TECHNOLOGY: Final = "pjsip"
_MOST_OTHERS: Final = 50
_DIGITS_OF_A_NAME: Final = 5
_NOT_PLAIN: Final = frozenset(";?%")
"""What stands in a URI that may say more than who is called: parameters, headers, escapes."""


@dataclass(frozen=True, slots=True)
class WaysOutSettings:
    """What is asked of the ways out.

    Attributes:
        gate: where the SIP gate listens; None where there is none: then no endpoint is gated.
        only: whether every endpoint that leads outside has to have it for its way out.
        gated: the endpoints that the configuration takes for gated.
        emergency: the endpoints that only emergency calls are dialled on.
    """

    gate: GateAddress | None = None
    only: bool = False
    gated: frozenset[str] = frozenset()
    emergency: frozenset[str] = frozenset()


def past_the_gate(endpoints: Iterable[PjsipEndpoint], settings: WaysOutSettings, routes: Routes) -> Mapping[str, str]:
    """Of the endpoints that lead outside, but for emergencies, those whose way out is not the gate, and why not."""
    gate = settings.gate
    found = {}
    for endpoint in endpoints:
        named = endpoint.name in settings.gated
        if endpoint.name in settings.emergency or not (named or endpoint.leads_outside(routes)):
            continue
        why = "there is no SIP gate" if gate is None else gate.why_not(endpoint.proxy)
        if why:
            found[endpoint.name] = why
    return found


class WaysOut:
    """Knows the endpoints of one Asterisk.

    Args:
        link: the connection to it.
        settings: what is asked of them.
        routes: what leads outside.
        wanted: whether somebody else needs to know them, where there is no gate.
        clock: seconds that only go on.

    Attributes:
        left_to_gate: how many calls were left to the SIP gate.
    """

    def __init__(
        self,
        link: AmiLink,
        settings: WaysOutSettings,
        routes: Routes,
        *,
        wanted: bool = False,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.left_to_gate = 0
        self._link = link
        self._settings = settings
        self._routes = routes
        self._looks = wanted or settings.gate is not None
        self._clock = clock
        self._known: dict[str, PjsipEndpoint] = {}
        self._believed: dict[str, tuple[bool, float]] = {}  # whether it is gated, and until when that is believed
        self._others: dict[str, str] = {}
        self._age = 0
        self._one_at_a_time = asyncio.Lock()
        self._waits = False
        self._past = StateLog(
            log, phrase("trunks whose calls don't pass the SIP gate"), over="the calls of all trunks pass the SIP gate"
        )
        self._unseen = StateLog(
            log,
            phrase(
                "which trunks have the SIP gate for their way out could not be found out, so the watchdog judges all "
                "calls"
            ),
            over="which trunks have the SIP gate for their way out is known again",
        )

    @property
    def trouble(self) -> str:
        """Which trunks have another way out though none should, or why that is not known, or ""."""
        return "; ".join(filter(None, (self._past.trouble, self._unseen.trouble)))

    @property
    def past(self) -> Mapping[str, str]:
        """The endpoints that lead outside past the gate, and why, by the last look."""
        return past_the_gate(self._known.values(), self._settings, self._routes)

    @property
    def has_emergency(self) -> bool:
        """Whether Asterisk has one of the endpoints for emergencies, by the last look."""
        return not self._known.keys().isdisjoint(self._settings.emergency)

    def counters(self) -> Mapping[str, int]:
        """How many calls were left to the gate, and how many trunks lead past it; nothing where there is no gate."""
        if self._settings.gate is None:
            return {}
        return {"left_to_sip_gate": self.left_to_gate, "past_sip_gate": len(self.past)}

    def forget(self) -> None:
        """What was known may have changed: until the next look, whoever dials is asked about anew."""
        self._age += 1
        self._believed.clear()

    async def look(self) -> None:
        """Look at all endpoints, and report those that should have the gate for their way out and have not."""
        if not self._looks or self._waits:
            return
        self._waits = True
        async with self._one_at_a_time:
            self._waits = False
            age = self._age
            try:
                found = await survey(self._link)
            except PeerGoneError:
                return  # the end of the connection is told, and after the next login there is another look
            except ProtocolError as error:
                self._unseen.begin(str(error))
                return
            self._unseen.end()
            if age != self._age:
                return  # there is a look to come that knows better
            self._known = found
            self._believed.clear()
            for endpoint in found.values():
                self._believe(endpoint)
            self._report()

    async def leaves_by_gate(self, dialled: Dialled) -> bool:
        """Whether a call can leave by the SIP gate alone; False where that is not sure."""
        if self._settings.gate is None or not dialled.channels:
            return False
        if not all(map(_NOT_PLAIN.isdisjoint, dialled.dial_strings)):
            return False
        for channel in dialled.channels:
            if not await self._is_gated(channel):
                self._note_other(channel)
                return False
        self.left_to_gate += 1
        return True

    def _note_other(self, channel: str) -> None:
        """Note a way out that chan_pjsip does not know: it is found out when a call leaves by it."""
        technology, _, rest = channel.partition("/")
        if not self._settings.only or technology.lower() == _TECHNOLOGY or len(self._others) >= _MOST_OTHERS:
            return
        peer = peer_of(f"{technology}/{rest}").partition("/")[0]
        # A name could be a number that was dialled.
        name = printable(technology if sum(map(str.isdigit, peer)) > _DIGITS_OF_A_NAME else f"{technology}/{peer}")
        if name not in self._others:
            self._others[name] = "no PJSIP endpoint"
            self._report()

    async def _is_gated(self, channel: str) -> bool:
        name = peer_of(channel)
        if channel.partition("/")[0].lower() != _TECHNOLOGY or not name:
            return False
        gated, until = self._believed.get(name, (False, -math.inf))
        if self._clock() < until:
            return gated
        age = self._age
        try:
            found = await show(self._link, name)
        except ProtocolError:
            return False  # what is not known is judged
        if age != self._age:
            return False  # the answer may be older than a reload
        self._known[name] = found
        gated = self._believe(found)
        if not gated:
            self._report()
        return gated

    def _believe(self, endpoint: PjsipEndpoint) -> bool:
        gate = self._settings.gate
        gated = gate is not None and not gate.why_not(endpoint.proxy)
        self._believed[endpoint.name] = (gated, self._clock() + BELIEVED_S if gated else math.inf)
        return gated

    def _report(self) -> None:
        settings = self._settings
        if settings.gate is None:
            return
        past = [f"{name} ({why})" for name, why in self.past.items() if settings.only or name in settings.gated]
        past += [f"{name} ({why})" for name, why in self._others.items()]
        if past:
            self._past.begin(", ".join(sorted(past)))
        else:
            self._past.end()
