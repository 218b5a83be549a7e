"""The board of carriers: which addresses calls go to, by names and by health."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from gatekeeper.sip.carrier_streams import CarrierStreams
from gatekeeper.sip.carriers import CarrierBoard
from gatekeeper.sip.names import NameBook
from gatekeeper.sip.outside import Outside
from gatekeeper.sip.places import CarrierLookUp
from gatekeeper.sip.protocol.memory import DIALOG_S
from gatekeeper.sip.protocol.options import options_answer
from gatekeeper.sip.protocol.ports import Hop, Sender, Transport
from gatekeeper.sip.settings import TrunkSettings
from gatekeeper.sip.targets import CarrierUri, read_carrier
from gatekeeper.sip.udp import Address, UdpSocket
from lab.ports import free_port
from tests.sip.running import no_records
from tests.waiting import until


class FarEnd:
    """A carrier that answers OPTIONS as it is told."""

    def __init__(self, port: int = 0) -> None:
        self.status = b"200 OK"
        self.asked = 0
        self._socket = UdpSocket("127.0.0.1", port, self._answer, lambda: None)
        self.hop = Hop(Transport.UDP, "127.0.0.1", self._socket.port)

    def close(self) -> None:
        self._socket.close()

    def _answer(self, data: bytes, sender: Address) -> None:
        self.asked += 1
        if self.status:
            self._socket.send(data.replace(data.partition(b"\r\n")[0], b"SIP/2.0 " + self.status), sender)


def trunk(name: str, *carriers: str, options_s: float = 30.0) -> TrunkSettings:
    """A trunk with these carriers."""
    return TrunkSettings(name, tuple(map(read_carrier, carriers)), options_s=options_s)


def uri(hop: Hop) -> str:
    """A carrier's URI."""
    return f"sip:{hop.host}:{hop.port}"


@contextmanager
def board_of(
    *trunks: TrunkSettings, ask: Callable[[str], Sequence[str]] = lambda _: ["127.0.0.1"]
) -> Iterator[CarrierBoard]:
    """A board on sockets of its own."""

    def opened(host: str, port: int) -> UdpSocket:
        def refused(peer: Address, _: bytes) -> None:
            board.refused(Hop(Transport.UDP, *peer), "the network refuses it")

        return UdpSocket(host, port, received, lambda: None, refused)

    def received(data: bytes, _: Address) -> None:
        answer = options_answer(data)
        if answer is not None:
            board.answered(answer)

    outside = Outside("", 0, opened)
    streams = CarrierStreams(lambda _: None, lambda *_: None, lambda *_: None)
    board = CarrierBoard(
        trunks, outside, lambda data, hop: outside.send(data, hop) and None, streams, CarrierLookUp(ask, no_records)
    )
    yield board
    outside.close()


async def test_calls_go_to_the_first_that_is_up() -> None:
    """One that is dead, one that says 503, one that answers: only the last is used, and the others in an emergency."""
    busy, alive = FarEnd(), FarEnd()
    busy.status = b"503 Service Unavailable"
    dead = Hop(Transport.UDP, "127.0.0.1", free_port("udp"))
    with board_of(trunk("a", uri(dead), uri(busy.hop), uri(alive.hop)), trunk("b", uri(dead))) as board:
        await board.start()
        await until(lambda: board.hops("a", even_dead=False) == (alive.hop,))
        assert board.hops("a", even_dead=True) == (alive.hop, dead, busy.hop)
        await until(lambda: "b" in board.trouble)
        assert board.trouble == "no carrier can be reached for b"
        assert board.hops("b", even_dead=False) == ()
        assert board.hops("none", even_dead=True) == ()
        assert board.is_carrier("127.0.0.1")
        assert not board.is_carrier("127.0.0.2")
        await board.stop()
    busy.close()
    alive.close()


async def test_one_that_comes_back_is_used_again() -> None:
    """Soon after it is there; the log says both."""
    port = free_port("udp")
    with board_of(trunk("a", f"sip:127.0.0.1:{port}", options_s=0.2)) as board:
        await board.start()
        await until(lambda: not board.hops("a", even_dead=False))
        far = FarEnd(port)
        await until(lambda: board.hops("a", even_dead=False) == (far.hop,))
        await board.stop()
        far.close()


async def test_a_name_stands_for_its_last_addresses() -> None:
    """They change, in their order; a resolver that fails takes nothing away, and one that hangs holds nobody up."""
    given: list[Sequence[str]] = [["127.0.0.2", "127.0.0.1"]]

    def ask(_: str) -> Sequence[str]:
        if not given[0]:
            raise OSError(-2, "Name or service not known")
        return given[0]

    def addresses(carrier: CarrierUri) -> list[str]:
        return [place.hop.host for place in book.places(carrier)]

    changed: list[CarrierUri] = []
    named, fixed = read_carrier("sip:sbc.example"), read_carrier("sip:127.0.0.9")
    book = NameBook([named, fixed], changed.append, CarrierLookUp(ask, no_records).find)
    assert (addresses(fixed), addresses(named)) == (["127.0.0.9"], [])
    for answers, known in (
        (given[0], ["127.0.0.2", "127.0.0.1"]),
        ([], ["127.0.0.2", "127.0.0.1"]),
        (["127.0.0.3"], ["127.0.0.3"]),
    ):
        given[0] = answers
        book.refresh()
        await book.settle(5)
        assert addresses(named) == known
    assert changed == [named, named]


async def test_a_trunk_whose_name_is_unknown_has_no_carrier() -> None:
    """It is told, and no call goes anywhere."""

    def ask(_: str) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    with board_of(trunk("a", "sip:sbc.example"), ask=ask) as board:
        await board.start()
        assert board.hops("a", even_dead=True) == ()
        assert "no carrier can be reached for a" in board.trouble
        await board.stop()


async def test_it_stops_at_whatever_moment() -> None:
    """Also in the very turn in which an answer wakes it: nothing swallows the cancellation."""
    for _ in range(50):
        with board_of(trunk("a", "sip:127.0.0.1:9", options_s=0.0)) as board:
            await board.start()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            board.refused(Hop(Transport.UDP, "127.0.0.1", 9), "for this test")
            await asyncio.wait_for(board.stop(), 20)


async def test_an_address_is_that_of_who_has_it_now() -> None:
    """Two carriers share one, and the first moves away: by the other's name its certificate is checked from then on."""
    given = {"a.example": ["127.0.0.1"], "b.example": ["127.0.0.1"]}
    with board_of(trunk("t", "sips:a.example", "sips:b.example", options_s=0), ask=given.__getitem__) as board:
        await board.start()
        shared = Hop(Transport.TLS, "127.0.0.1", 5061)
        for name, addresses in (("a.example", ["127.0.0.1"]), ("b.example", ["127.0.0.2"])):
            given["a.example"] = addresses
            board._names.refresh()
            await board._names.settle(5)
            found = board.carrier_at(shared)
            assert found is not None
            assert found.host == name
        await board.stop()


async def test_calls_are_answered_from_addresses_that_a_name_had() -> None:
    """Its addresses change while a call rings: the old one gets no calls, and its responses are read for a while."""
    given = [["127.0.0.1"]]
    with board_of(trunk("a", "sip:sbc.example", options_s=0), ask=lambda _: given[0]) as board:
        await board.start()
        for address in ("127.0.0.2", "127.0.0.3", "127.0.0.2"):
            given[0] = [address]
            board._names.refresh()
            await board._names.settle(5)
            now = Hop(Transport.UDP, address, 5060)
            assert board.hops("a", even_dead=True) == (now,)
            assert board.is_carrier("127.0.0.1")
            assert board.knows(Sender(Transport.UDP, "127.0.0.1", 5060, 0))
        board._know(board._loop.time() + DIALOG_S - 5)
        assert board.is_carrier("127.0.0.3")
        board._know(board._loop.time() + DIALOG_S + 5)
        assert [one for one in "123" if board.is_carrier(f"127.0.0.{one}")] == ["2"]
        await board.stop()
