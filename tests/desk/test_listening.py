"""The desk's listening socket: what is answered goes out at once, and nobody has more than his share of connections."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import pytest

from gatekeeper.addresses import network_of
from gatekeeper.desk import known_networks
from gatekeeper.desk import listening as module
from gatekeeper.desk.known_networks import KnownNetworks
from gatekeeper.desk.listening import DeskListener, listen
from gatekeeper.transports import close


async def test_an_answer_is_not_kept_for_the_next_one() -> None:
    """Nagle's algorithm is off on what was accepted: on a kept connection each answer would wait for 40 ms."""
    seen = asyncio.get_running_loop().create_future()

    class Seen(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            accepted = transport.get_extra_info("socket")
            seen.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            close(transport)

    listening = listen("127.0.0.1", 0, 10)
    async with await asyncio.get_running_loop().create_server(Seen, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await seen
        writer.close()


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskListener]:
    """It has room for eight, three of one network; 127.0.0.3 is a proxy's."""
    monkeypatch.setattr(module, "MOST_OF_NETWORK", 3)
    with listen("127.0.0.1", 0, 8, ("127.0.0.3/32",)) as made:
        made.listen(100)
        made.settimeout(60)
        yield made


def _accepted(listening: DeskListener, sources: list[str], stack: contextlib.ExitStack) -> list[socket.socket]:
    """The connections that are taken of some that are made."""
    for source in sources:
        stack.enter_context(socket.create_connection(listening.getsockname(), 5, (source, 0)))
    listening.settimeout(0.2)
    found = []
    with contextlib.suppress(TimeoutError):
        while True:
            found.append(stack.enter_context(listening.accept()[0]))
    return found


def test_a_network_has_its_share_and_all_have_no_more_than_there_is(listening: DeskListener) -> None:
    """Who comes after that is disconnected; one that was closed, by whichever end, makes room for another."""
    with contextlib.ExitStack() as stack:
        first = _accepted(listening, ["127.0.0.1"] * 5 + ["127.0.0.2"], stack)
        assert [one.getpeername()[0] for one in first] == ["127.0.0.1"] * 3 + ["127.0.0.2"]
        first[0].close()
        first[0].close()
        assert len(_accepted(listening, ["127.0.0.1"] * 3, stack)) == 1
        assert len(_accepted(listening, ["127.0.0.3"] * 10, stack)) == 4
        assert not _accepted(listening, ["127.0.0.4"], stack)
        first[1].close()
        assert len(_accepted(listening, ["127.0.0.4"], stack)) == 1


def test_who_has_a_link_of_his_own_has_one_share(listening: DeskListener) -> None:
    """Whatever of his addresses he comes from."""
    for number in range(5):
        listening._open["2001:db8::/64"] += listening._has_room("2001:db8::/64", f"2001:db8::{number}")
    assert listening._open["2001:db8::/64"] == 3


def test_strangers_leave_some_to_who_has_signed_in_and_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many networks they come from; whoever signs in is no stranger from then on."""
    known = KnownNetworks()
    known.add("2001:db8:7::/64")
    with listen("127.0.0.1", 0, 400, ("192.0.2.9/32",), known) as made:
        for number in range(4000):
            made._open[f"198.51.100.{number % 4}"] += made._has_room(f"198.51.100.{number % 4}", "198.51.100.1")
        assert made._open.total() == 360
        came = {one: made._has_room(network_of(one), one) for one in ("203.0.113.1", "192.0.2.9", "127.0.0.1", "::1")}
        assert came == {"203.0.113.1": False, "192.0.2.9": True, "127.0.0.1": True, "::1": True}
        assert made._has_room(network_of("2001:db8:7::5"), "2001:db8:7::5")
        known.add("203.0.113.1")
        for _ in range(500):
            made._open["203.0.113.1"] += made._has_room("203.0.113.1", "203.0.113.1")
        assert made._open.total() == 400
        assert not made._has_room("127.0.0.1", "127.0.0.1")
    monkeypatch.setattr(known_networks, "MOST", 2)
    known.add("198.51.100.1")
    assert [one in known for one in ("2001:db8:7::/64", "203.0.113.1", "198.51.100.1")] == [False, True, True]
