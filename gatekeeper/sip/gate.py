"""The SIP gate: joins its core, screening and sockets, as a part of the daemon."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from gatekeeper.eager import Done, begin
from gatekeeper.net.peers import AllowedPeers
from gatekeeper.phone import Normaliser
from gatekeeper.screening import Screen
from gatekeeper.sip.carrier_streams import TOO_MUCH, CarrierStreams
from gatekeeper.sip.carriers import CarrierBoard
from gatekeeper.sip.inside import Inside
from gatekeeper.sip.outside import TOO_LONG, Outside
from gatekeeper.sip.places import MACHINES, CarrierLookUp
from gatekeeper.sip.protocol.core import GateCore
from gatekeeper.sip.protocol.options import options_answer
from gatekeeper.sip.protocol.ports import Ask, Effect, GiveBack, Hop, Send, Sender, Transport, Trunk
from gatekeeper.sip.queues import FairQueues
from gatekeeper.sip.settings import SipGateSettings
from gatekeeper.sip.streams import SipStream
from gatekeeper.sip.tls_to import TlsTo, tls_to
from gatekeeper.sip.udp import Address, UdpSocket
from gatekeeper.supervised import tell_fault

log = logging.getLogger(__name__)

_TURN_S: Final = 0.003
"""How long messages are worked off at a stretch, before the daemon's other parts have their turn."""

_HELD: Final = 64
"""From so many waiting messages on a connection is not read."""

_DRAIN_S: Final = 0.001
"""So often the listeners are emptied while there is work to do. The kernel holds 200 KB of what has come, and at 20,000
messages a second that is full after eight milliseconds: whoever's message comes then loses it."""

_FAULTS_TOLD: Final = 100
"""How many faults of ours are told in the log; more are only counted."""


class SipGate:
    """The trunks' proxy.

    Args:
        settings: where it listens, and what it guards.
        screen: decides on a question; never raises.
        normaliser: reads what is dialled.
        secret: the key of its branches.
        look_up: finds where carriers are.
    """

    name = "the SIP gate"

    def __init__(
        self,
        settings: SipGateSettings,
        screen: Screen,
        normaliser: Normaliser,
        secret: bytes,
        look_up: CarrierLookUp = MACHINES,
    ) -> None:
        self.seen: Counter[str] = Counter()
        self._settings = settings
        self._screen = screen
        self._loop = asyncio.get_running_loop()
        self._peers = AllowedPeers(settings.allow)
        self._queues: FairQueues[Sender] = FairQueues()
        self._paused: dict[Sender, SipStream] = {}
        self._sockets: dict[int, UdpSocket] = {}
        self._inside = Inside(self._peers, settings.max_connections, settings.message_s, self._streamed)
        self._outside = Outside(settings.outside_host, settings.outside_port, self._open_outside)
        self._streams = CarrierStreams(self._tls_to, self._streamed, self._undelivered)
        self._board = CarrierBoard(settings.trunks, self._outside, self._send_out, self._streams, look_up)
        trunks = core_trunks(settings)
        self._core = GateCore(trunks, secret, self._board, normaliser)
        self._turn: asyncio.Handle | None = None
        self._drained_at = 0.0
        self._asking: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where it listens."""
        settings = self._settings
        by = "/".join(one.upper() for one in ("udp", "tcp", "tls") if one in settings.transports)
        return f"SIP {settings.host}:{settings.port} ({by})"

    @property
    def trouble(self) -> str:
        """The trunks whose calls can go nowhere, or ""."""
        return self._board.trouble

    @property
    def board(self) -> CarrierBoard:
        """The carriers."""
        return self._board

    def counters(self) -> Mapping[str, int]:
        """What became of messages and connections.

        Beside what core and connections count: `connections` that are open, `strangers` that were not listened to
        (messages and connections), answers that could not be sent (`unanswered`), faults of ours (`failed`), messages
        that there was no room for (`dropped`), and those that the kernel or a connection did not take (`unsent`).
        """
        unsent = self._outside.unsent + self._streams.unsent + sum(one.unsent for one in self._sockets.values())
        inside = asdict(self._inside.seen)
        return {
            **self._core.counters(),
            **inside,
            "connections": len(self._inside),
            "strangers": self.seen["strangers"] + inside["strangers"],
            "unanswered": self.seen["unanswered"],
            "failed": self.seen["failed"],
            "dropped": self._queues.dropped,
            "unsent": unsent,
        }

    async def start(self) -> None:
        """Listen, and begin to watch over the carriers.

        Raises:
            DaemonError: an address can't be listened on.
        """
        settings = self._settings
        ports = [settings.port, *(trunk.port for trunk in settings.trunks if trunk.port)]
        try:
            for port in ports:
                if "udp" in settings.transports:
                    self._sockets[port] = self._open_inside(port)
                if "tcp" in settings.transports:
                    await self._inside.listen(settings.host, port)
            if "tls" in settings.transports:
                await self._inside.listen(settings.host, settings.tls_port, settings.tls)
            await self._board.start()
        except BaseException:
            await self.stop(0)
            raise
        log.info("listening for SIP on %s:%s", settings.host, ", ".join(map(str, ports)))

    async def stop(self, grace: float = 1.0, /) -> None:
        """Let decisions that have begun be answered for at most `grace` seconds, and close everything."""
        if self._asking:
            await asyncio.wait(self._asking, timeout=grace)
        for task in list(self._asking):
            task.cancel()
        await self._board.stop()
        if self._turn is not None:
            self._turn.cancel()
        for one in self._sockets.values():
            one.close()
        self._inside.close()
        self._streams.close()
        self._outside.close()
        await asyncio.sleep(0)

    def _open_inside(self, port: int) -> UdpSocket:
        allows, put, work, seen = self._peers.allows, self._queues.put, self._work_on, self.seen

        def received(data: bytes, peer: Address) -> None:
            if allows(peer[0]):
                put(Sender(Transport.UDP, *peer, port), data)
            else:
                seen["strangers"] += 1

        def first(data: bytes, peer: Address) -> None:
            if allows(peer[0]):
                work(Sender(Transport.UDP, *peer, port), data)
            else:
                seen["strangers"] += 1

        return UdpSocket(self._settings.host, port, received, self._work_now, first=first)

    def _open_outside(self, host: str, port: int) -> UdpSocket:
        def received(data: bytes, peer: Address) -> None:
            if self._board.is_carrier(peer[0]):
                self._from_carrier(Sender(Transport.UDP, *peer, 0), data, self._queues.put)
            else:
                self.seen["strangers"] += 1

        def first(data: bytes, peer: Address) -> None:
            if self._board.is_carrier(peer[0]):
                self._from_carrier(Sender(Transport.UDP, *peer, 0), data, self._work_on)
            else:
                self.seen["strangers"] += 1

        def refused(peer: Address, data: bytes) -> None:
            # Whoever knows two addresses can send an ICMP error; what we sent lately, only who was on its way.
            if not (self._core.has_sent(data) or self._board.has_asked(data)):
                self.seen["strangers"] += 1
                return
            self._loop.call_soon(self._undelivered, Hop(Transport.UDP, *peer), "the network refuses it", (data,))

        return UdpSocket(host, port, received, self._work_now, refused, first)

    def _from_carrier(self, sender: Sender, data: bytes, take: Callable[[Sender, bytes], object]) -> None:
        answer = options_answer(data)
        if answer is not None:
            self._board.answered(answer)
        else:
            take(sender, data)

    def _streamed(self, stream: SipStream, data: bytes) -> None:
        """A message has come on a connection."""
        sender = stream.sender
        if not sender.listener:
            self._from_carrier(sender, data, self._queues.put)
        elif not self._queues.put(sender, data):
            stream.disconnect()  # there is no room, and nobody sends again what a connection has carried
            return
        if self._queues.of(sender) >= _HELD:
            self._paused[sender] = stream
            stream.hold()
        self._work_soon()

    def _work_on(self, sender: Sender, data: bytes) -> None:
        """Work off a message that has just come, at once where no other waits."""
        if self._turn is not None or self._queues.waiting:
            self._queues.put(sender, data)
            self._work_now()
            return
        self._drained_at = now = self._loop.time()
        self._handle(sender, data, now)

    def _handle(self, sender: Sender, data: bytes, now: float) -> None:
        try:
            self._carry_out(self._core.received(data, sender, now))
            self._core.note()
        except Exception as error:  # noqa: BLE001 - one message's fault must not touch the others
            self._fault("a SIP message could not be worked off", error)

    def _work_now(self) -> None:
        """Work off what has just come, unless more waits than can be done at a stretch: that goes on in its turn."""
        if self._turn is None:
            self._work()

    def _work_soon(self) -> None:
        if self._turn is None and self._queues.waiting:
            self._turn = self._loop.call_soon(self._work)

    def _work(self) -> None:
        """Work off what waits, in turns, for a short while."""
        self._turn = None
        self._drained_at = self._loop.time()
        until = self._drained_at + _TURN_S
        while (taken := self._queues.take()) is not None:
            sender, data = taken
            if self._paused and sender in self._paused and not self._queues.of(sender):
                self._paused.pop(sender).go_on()
            now = self._loop.time()
            self._handle(sender, data, now)
            self._drain(now)
            if now >= until:
                break
        self._work_soon()

    def _drain(self, now: float) -> None:
        """Empty the listeners, from time to time."""
        if now - self._drained_at >= _DRAIN_S:
            self._drained_at = now
            for one in self._sockets.values():
                one.drain()

    def _carry_out(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                if effect.back:
                    self._send_back(effect)
                else:
                    self._send_out(effect.data, effect.to)
            elif isinstance(effect, Ask):
                self._begin(self._decide(effect))
            else:
                self._begin(self._give_back(effect))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        begun = begin(work)
        if not isinstance(begun, Done):
            task = self._loop.create_task(begun)
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _decide(self, ask: Ask) -> None:
        try:
            answer = await self._screen(ask.question)
            now = self._loop.time()
            self._carry_out(self._core.decided(ask.key, answer, now))
            self._drain(now)  # of a flood, hundreds are decided on at once
            self._work_soon()
        except Exception as error:  # noqa: BLE001 - one call's fault must not touch the others
            self._fault("a decision could not be carried out", error)

    async def _give_back(self, back: GiveBack) -> None:
        try:
            await self._screen(back.question)
        except Exception as error:  # noqa: BLE001 - as above
            self._fault("a call that did not leave could not be recorded", error)

    def _send_back(self, send: Send) -> None:
        hop = send.to
        if hop.transport is Transport.UDP:
            way = self._sockets.get(send.listener) or self._sockets.get(self._settings.port)
            if way is not None and not way.send(send.data, (hop.host, hop.port)):
                return
        else:
            stream = self._inside.stream_to(hop.transport, hop.host, hop.port)
            if stream is not None and stream.send(send.data):
                return
        self.seen["unanswered"] += 1

    def _send_out(self, data: bytes, hop: Hop) -> None:
        if hop.transport is not Transport.UDP:
            self._streams.send(data, hop)
            return
        why = self._outside.send(data, hop)
        if why:
            self._loop.call_soon(self._undelivered, hop, why, (data,))

    def _undelivered(self, hop: Hop, why: str, messages: Sequence[bytes]) -> None:
        """What was sent to a carrier certainly is not there: the next one gets it."""
        if why not in (TOO_LONG, TOO_MUCH):  # which say nothing of the carrier
            self._board.refused(hop, why)
        for data in messages:
            self._carry_out(self._core.undelivered(data, hop, self._loop.time()))

    def _tls_to(self, hop: Hop) -> TlsTo | None:
        return tls_to(hop, self._board.carrier_at(hop), self._settings.trunks)

    def _fault(self, what: str, error: Exception) -> None:
        self.seen["failed"] += 1
        if self.seen["failed"] < _FAULTS_TOLD:
            tell_fault(log, what, error)


def core_trunks(settings: SipGateSettings) -> list[Trunk]:
    """The trunks as the core knows them.

    One trunk may have nothing but its name: it takes whatever belongs to none of the others, and need not be named in
    `outbound_proxy`.
    """
    unmarked = [one for one in settings.trunks if not (one.port or one.hosts or one.users != (one.name,))]
    takes_all = unmarked[0] if len(unmarked) == 1 else None
    return [
        Trunk(
            one.name,
            one.port,
            frozenset() if one is takes_all else frozenset(one.users),
            frozenset(host.lower() for host in one.hosts),
            one.campaign,
            one.to_may_differ,
            one.from_is_shown,
            settings.redirect,
        )
        for one in settings.trunks
    ]
