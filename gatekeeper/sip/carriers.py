"""Carriers: where each trunk's calls may go now, by what their names mean, and by whether they are there."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gatekeeper.errors import DaemonError
from gatekeeper.logs import StateLog
from gatekeeper.sip.carrier_streams import CarrierStreams
from gatekeeper.sip.names import NameBook
from gatekeeper.sip.outside import Outside
from gatekeeper.sip.places import MACHINES, CarrierLookUp, CarrierPlace
from gatekeeper.sip.protocol.health import Due, Health
from gatekeeper.sip.protocol.memory import DIALOG_S
from gatekeeper.sip.protocol.options import HealthAnswer, options_request
from gatekeeper.sip.protocol.ports import Hop, Sender, Transport
from gatekeeper.sip.service_records import ServiceRecord
from gatekeeper.sip.settings import TrunkSettings
from gatekeeper.sip.targets import CarrierUri
from gatekeeper.supervised import Supervised
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)

_RESOLVE_S: Final = 60.0
"""Every how many seconds names are looked up, and the routing table is asked."""

_FIRST_ANSWER_S: Final = 3.0
"""How long the start waits for the first look-up: without an address no call can go there."""

_SHORTEST_S: Final = 0.05


@dataclass(slots=True, eq=False)
class CarrierHop:
    """An address of a carrier.

    Attributes:
        hop: the address.
        carrier: the carrier as it is configured.
        record: the service record that leads there, or None.
        health: whether it is up.
        state: tells the log.
        token: of the OPTIONS that it was asked by last, or "".
        answer: what it answered to that, or None.
    """

    hop: Hop
    carrier: CarrierUri
    health: Health
    state: StateLog
    record: ServiceRecord | None = None
    token: str = ""
    answer: HealthAnswer | None = None


class CarrierBoard:
    """Which addresses each trunk's calls go to.

    Args:
        trunks: the trunks.
        outside: our sockets towards carriers.
        send: sends a message to an address.
        streams: the connections to addresses.
        look_up: finds where carriers are.
    """

    def __init__(
        self,
        trunks: Sequence[TrunkSettings],
        outside: Outside,
        send: Callable[[bytes, Hop], None],
        streams: CarrierStreams,
        look_up: CarrierLookUp = MACHINES,
    ) -> None:
        self._trunks = {trunk.name: trunk for trunk in trunks}
        self._outside = outside
        self._send = send
        self._streams = streams
        self._loop = asyncio.get_running_loop()
        carriers = [carrier for trunk in trunks for carrier in trunk.carriers]
        self._names = NameBook(carriers, lambda _: self._renew(), look_up.find)
        self._hops: dict[Hop, CarrierHop] = {}
        self._of: dict[str, tuple[CarrierHop, ...]] = {}
        self._up: dict[str, tuple[Hop, ...]] = {}
        self._even_down: dict[str, tuple[Hop, ...]] = {}
        self._hosts: frozenset[str] = frozenset()
        self._former: dict[str, float] = {}
        """Addresses that names had, and until when: calls that were sent there are answered from there."""
        self._asked: dict[str, CarrierHop] = {}
        self._resolve_at = 0.0
        self._changed = asyncio.Event()
        self._work = Supervised(phrase("the watch over the carriers"), self._watch, log)
        self._task: asyncio.Task[None] | None = None

    def hops(self, trunk: str, /, *, even_dead: bool) -> Sequence[Hop]:
        """Where a trunk's calls may go: those that are up, in their order, and behind them, if told, the others."""
        return (self._even_down if even_dead else self._up).get(trunk, ())

    def sent_by(self, hop: Hop, /) -> str:
        """Our `host:port` in the Via of what goes there."""
        try:
            return self._outside.sent_by(hop.host)
        except (OSError, DaemonError):
            return "invalid.invalid"  # there is no way there: it is sent in vain, and that says why

    def knows(self, sender: Sender, /) -> bool:
        """Whether a message comes from a carrier's address, or from one that it had not long ago."""
        return sender.host in self._hosts

    def is_carrier(self, host: str) -> bool:
        """Whether a carrier has this address, or had it not long ago."""
        return host in self._hosts

    def carrier_at(self, hop: Hop) -> CarrierUri | None:
        """The carrier that has an address."""
        found = self._hops.get(hop)
        return found.carrier if found is not None else None

    def of_trunk(self, trunk: str) -> Sequence[CarrierHop]:
        """The addresses of a trunk's carriers, in the order of the configuration and of their records."""
        return self._of.get(trunk, ())

    def of_carrier(self, carrier: CarrierUri) -> Sequence[tuple[CarrierPlace, CarrierHop]]:
        """A carrier's addresses, also those that it shares with others, in the order in which they are tried."""
        return [(place, self._hops[place.hop]) for place in self._names.places(carrier) if place.hop in self._hops]

    def nowhere(self, carrier: CarrierUri) -> ServiceRecord | None:
        """The record by which a carrier's domain says that it has no such service, or None."""
        return self._names.nowhere(carrier)

    async def settle(self, seconds: float) -> None:
        """Wait for look-ups that have begun, for a while."""
        await self._names.settle(seconds)

    @property
    def trouble(self) -> str:
        """The trunks whose calls can go nowhere, or ""."""
        without = [name for name in self._trunks if not self._up.get(name)]
        if without:
            return phrase("no carrier can be reached for {names}", names=", ".join(without))
        return self._work.trouble

    async def start(self) -> None:
        """Look up the names, and begin to watch.

        Raises:
            DaemonError: the port that carriers answer to can't be had.
        """
        self._names.refresh()
        await self._names.settle(_FIRST_ANSWER_S)
        self._resolve_at = self._loop.time() + _RESOLVE_S
        self._renew()
        for hop in self._hops:
            # Open before anything is sent: what was sent before a restart is answered there.
            with contextlib.suppress(OSError):
                self._outside.way_to(hop.host)
        self._task = asyncio.create_task(self._work.run())

    async def stop(self) -> None:
        """Watch no longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def has_asked(self, data: bytes) -> bool:
        """Whether a message of which this is the beginning is the last OPTIONS that an address was sent."""
        return any(data.find(token.encode()) >= 0 for token in self._asked)

    def answered(self, answer: HealthAnswer) -> None:
        """A carrier has answered OPTIONS."""
        one = self._asked.get(answer.token)
        if one is not None:
            one.answer = answer
            one.health.answered(answer.status, self._loop.time())
            self._tell(one)

    def refused(self, hop: Hop, why: str) -> None:
        """What was sent to an address can't be delivered there."""
        one = self._hops.get(hop)
        if one is not None:
            one.health.refused(why, self._loop.time())
            self._tell(one)

    def _tell(self, one: CarrierHop) -> None:
        """Tell the log, and send calls accordingly."""
        self._tell_change(one)
        self._changed.set()

    def _renew(self) -> None:
        """Take over what the names mean now; an address that was known keeps its health."""
        self._outside.forget_ways()
        known, self._hops = self._hops, {}
        now = self._loop.time()
        for name, trunk in self._trunks.items():
            mine = []
            for carrier in trunk.carriers:
                for place in self._names.places(carrier):
                    one = self._hops.get(place.hop)
                    if one is None:
                        one = known.get(place.hop) or self._met(place, carrier, now)
                        one.carrier, one.record = carrier, place.record
                        self._hops[place.hop] = one
                    mine.append(one)
            self._of[name] = tuple(dict.fromkeys(mine))
        self._asked = {one.token: one for one in self._hops.values() if one.token}
        self._know(now)
        self._choose()
        self._changed.set()

    def _know(self, now: float) -> None:
        """Know the carriers' addresses, and those that they had, for as long as a call may be answered from there."""
        present = {hop.host for hop in self._hops}
        former = dict.fromkeys(self._hosts, now + DIALOG_S) | self._former
        self._former = {host: until for host, until in former.items() if host not in present and until > now}
        self._hosts = frozenset(present | self._former.keys())

    def _met(self, place: CarrierPlace, carrier: CarrierUri, now: float) -> CarrierHop:
        mine = [
            trunk
            for trunk in self._trunks.values()
            if any(_place(carrier) == _place(other) for other in trunk.carriers)
        ]
        asked = [trunk.options_s for trunk in mine if trunk.options_s]
        named = ", ".join(trunk.name for trunk in mine)
        where = carrier.text if carrier.is_address else f"{carrier.text} at {place.text}"
        state = StateLog(
            log,
            f"the carrier {where} ({named}) gets no calls",
            f"the carrier {where} ({named}) gets calls again",
            logging.WARNING,
        )
        return CarrierHop(place.hop, carrier, Health(min(asked, default=0.0), now), state)

    def _choose(self) -> None:
        for name, hops in self._of.items():
            up = tuple(one.hop for one in hops if one.health.up)
            self._up[name] = up
            self._even_down[name] = up + tuple(one.hop for one in hops if not one.health.up)

    async def _watch(self) -> None:
        """Ask each address when its time has come, and look up the names."""
        while True:
            now = self._loop.time()
            for one in list(self._hops.values()):
                self._care(one, now)
            if now >= self._resolve_at:
                self._resolve_at = now + _RESOLVE_S
                self._outside.forget_ways()
                self._streams.keep(self._hops.keys())
                self._know(now)
                self._names.refresh()
            next_at = min((one.health.next_at for one in self._hops.values()), default=self._resolve_at)
            self._changed.clear()
            pause = max(_SHORTEST_S, min(next_at, self._resolve_at) - self._loop.time())
            # Not wait_for: up to Python 3.11 it loses a cancellation that comes together with what it waits for.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._changed.wait()

    def _care(self, one: CarrierHop, now: float) -> None:
        due = one.health.due(now)
        if due is Due.ASK:
            self._asked.pop(one.token, None)
            one.token = secrets.token_hex(8)
            one.answer = None
            self._asked[one.token] = one
        if due is Due.GIVE_UP:
            self._streams.leave(one.hop)  # it may be dead, and a new one live
        elif due is not Due.NOTHING and (due is Due.ASK or one.hop.transport is Transport.UDP):
            port = 0 if one.record is not None else one.hop.port  # a URI with a port has no service records
            request = options_request(one.hop, one.carrier.host, port, self.sent_by(one.hop), one.token)
            self._send(request, one.hop)
        self._tell_change(one)

    def _tell_change(self, one: CarrierHop) -> None:
        if one.state.end() if one.health.up else one.state.begin(one.health.why):
            self._choose()


def _place(carrier: CarrierUri) -> tuple[str, str, int, tuple[str, ...]]:
    return (carrier.transport, carrier.host, carrier.port, carrier.services)
