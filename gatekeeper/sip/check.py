"""The SIP gate's check: which calls are each trunk's, where they would be sent, and whether the carriers answer."""

import asyncio
from dataclasses import replace
from typing import Final, NamedTuple

from gatekeeper.sip.carrier_streams import CarrierStreams
from gatekeeper.sip.carriers import CarrierBoard, CarrierHop
from gatekeeper.sip.outside import Outside
from gatekeeper.sip.places import MACHINES, CarrierLookUp, CarrierPlace
from gatekeeper.sip.protocol.options import options_answer
from gatekeeper.sip.protocol.ports import Hop, Transport, in_uri
from gatekeeper.sip.service_records import ServiceRecord
from gatekeeper.sip.settings import SipGateSettings, TrunkSettings
from gatekeeper.sip.streams import SipStream
from gatekeeper.sip.targets import CarrierUri
from gatekeeper.sip.tls_to import tls_to
from gatekeeper.sip.udp import UdpSocket

_SECONDS: Final = 5.0
_LOOK_S: Final = 0.02


class CarrierReport(NamedTuple):
    """What is known of a carrier's address.

    Attributes:
        carrier: the carrier as it is configured.
        address: the address with its port, or "" where its name has none.
        up: whether calls would be sent there.
        says: what it answered to OPTIONS, or why no call would be sent there.
        record: the service record that leads to the address, or says that there is none; or "".
    """

    carrier: str
    address: str
    up: bool
    says: str
    record: str = ""


class TrunkReport(NamedTuple):
    """What is known of a trunk.

    Attributes:
        trunk: its name.
        outbound_proxy: what its endpoints have in `pjsip.conf`.
        known_by: by what its calls are told from those of others.
        endpoints: its endpoints.
        carriers: its carriers' addresses, in the order in which they are tried.
    """

    trunk: str
    outbound_proxy: str
    known_by: str
    endpoints: tuple[str, ...]
    carriers: tuple[CarrierReport, ...]

    @property
    def sent_to(self) -> str:
        """The address that its next call would be sent to, or "" where there is none."""
        return next((one.address for one in self.carriers if one.up), "")


async def check_trunks(
    settings: SipGateSettings, seconds: float = _SECONDS, look_up: CarrierLookUp = MACHINES
) -> list[TrunkReport]:
    """Ask every carrier by OPTIONS, from a port of its own, as the gate asks them.

    Args:
        settings: the gate's.
        seconds: for how long an answer is waited for.
        look_up: finds where carriers are.
    """
    loop = asyncio.get_running_loop()
    trunks = [replace(trunk, options_s=trunk.options_s or 60.0) for trunk in settings.trunks]

    def came(data: bytes) -> None:
        answer = options_answer(data)
        if answer is not None:
            board.answered(answer)

    def opened(host: str, port: int) -> UdpSocket:
        return UdpSocket(
            host,
            port,
            lambda data, _: came(data),
            lambda: None,
            lambda peer, _: board.refused(Hop(Transport.UDP, *peer), "the network refuses it"),
        )

    def send(data: bytes, hop: Hop) -> None:
        if hop.transport is not Transport.UDP:
            streams.send(data, hop)
        elif why := outside.send(data, hop):
            loop.call_soon(board.refused, hop, why)

    def streamed(_: SipStream, data: bytes) -> None:
        came(data)

    outside = Outside(settings.outside_host, 0, opened)
    streams = CarrierStreams(
        lambda hop: tls_to(hop, board.carrier_at(hop), trunks), streamed, lambda hop, why, _: board.refused(hop, why)
    )
    board = CarrierBoard(trunks, outside, send, streams, look_up)
    await board.start()
    try:
        await board.settle(seconds)
        until = loop.time() + seconds
        hops = {id(one): one for trunk in trunks for one in board.of_trunk(trunk.name)}.values()
        while loop.time() < until and any(one.answer is None and one.health.up for one in hops):  # noqa: ASYNC110 - one look a turn, for seconds
            await asyncio.sleep(_LOOK_S)
        return [_report(settings, trunk, board) for trunk in trunks]
    finally:
        await board.stop()
        streams.close()
        outside.close()


def _report(settings: SipGateSettings, trunk: TrunkSettings, board: CarrierBoard) -> TrunkReport:
    carriers = []
    for carrier in trunk.carriers:
        mine = [_of_hop(carrier, place, one) for place, one in board.of_carrier(carrier)]
        carriers += mine or [_not_found(carrier, board.nowhere(carrier))]
    alone = len(settings.trunks) == 1
    ways = [f"port {trunk.port}"] if trunk.port else []
    ways += [f"user {user}" for user in trunk.users] + [f"host {host}" for host in trunk.hosts]
    host = in_uri(settings.host)
    proxy = f"sip:{host}:{trunk.port}\\;lr" if trunk.port else f"sip:{trunk.name}@{host}:{settings.port}\\;lr"
    return TrunkReport(trunk.name, proxy, "all calls" if alone else ", ".join(ways), trunk.endpoints, tuple(carriers))


def _not_found(carrier: CarrierUri, nowhere: ServiceRecord | None) -> CarrierReport:
    if nowhere is None:
        return CarrierReport(carrier.text, "", False, "its name is not found")
    return CarrierReport(carrier.text, "", False, "the DNS says that it has no such service", nowhere.text)


def _of_hop(carrier: CarrierUri, place: CarrierPlace, one: CarrierHop) -> CarrierReport:
    address = f"{in_uri(one.hop.host)}:{one.hop.port}"
    answer = one.answer
    answered = f"{answer.status} {answer.phrase}" if answer is not None else ""
    up = one.health.up and answer is not None
    says = one.health.why or answered or "it does not answer"
    return CarrierReport(carrier.text, address, up, says, place.record.text if place.record else "")
