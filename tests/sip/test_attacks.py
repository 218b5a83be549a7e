"""What an allowed address may try, against a gate that runs, by UDP and by TCP: no carrier gets anything of it."""

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from typing import Final

import pytest

from tests.sip.messages import NUMBER, SDP, header, request, start
from tests.sip.running import LISTED, RunningGate, connect, running_gate, udp_peer
from tests.sip.test_ambiguous import FAULTS, HEADERS, URIS
from tests.sip.test_passing import IN_DIALOG, REFUSED
from tests.waiting import until

MESSAGES: Final[Mapping[str, bytes]] = {
    **{f"Request-URI: {name}": request(uri=uri) for name, uri in URIS.items()},
    **{f"INVITE: {name}": message for name, message in HEADERS.items()},
    **{f"INVITE cut: {name}": message for name, message in FAULTS.items()},
    **{f"in a dialog: {name}": message for name, (_, message) in REFUSED.items()},
    "a listed number": request(number=LISTED),
    "a listed number in a tel URI": request(uri=f"tel:{LISTED}", to=f"<tel:{LISTED}>"),
    "a listed number in a dialog": request(number=LISTED, to=f"<sip:{LISTED}@carrier.example>;tag=1"),
    "no hops left": request(Max_Forwards="0"),
    "in small letters": request("invite", body=SDP),
    "an unknown method": request("NOSUCH"),
}


def to_gate(message: bytes, site: RunningGate, number: int, by: str) -> bytes:
    """A message as it is sent to a gate that runs: with its port in the Route, and a transaction of its own."""
    return (
        message.replace(b"127.0.0.1:5080;lr", b"127.0.0.1:%d;lr" % site.port)
        .replace(b"branch=z9hG4bKPj", b"branch=z9hG4bK%dPj" % number)
        .replace(b"SIP/2.0/UDP", b"SIP/2.0/" + by.encode())
    )


async def arrived(carrier: socket.socket, seconds: float = 30.0) -> bytes:
    """The next datagram that a carrier gets."""
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(carrier, 65536), seconds)


async def first_to_arrive(site: RunningGate, asterisk: socket.socket, carrier: socket.socket) -> bytes:
    """Place a call that is allowed; the Call-ID of what the carrier gets first."""
    via = f"UDP 127.0.0.1:{asterisk.getsockname()[1]}"
    asterisk.sendto(site.invite(call="allowed", via=via), ("127.0.0.1", site.port))
    return header(await arrived(carrier), "Call-ID")[0]


async def refused_by_tcp(site: RunningGate, data: bytes) -> None:
    """Send a message on a connection of its own: it is refused, or dropped."""
    peer = await connect(site.port)
    peer.writer.write(data)
    peer.writer.write_eof()
    with contextlib.suppress(ConnectionError):
        while answer := await peer.message():
            assert int(start(answer)[8:11]) >= 400
    peer.close()


@pytest.mark.parametrize("by", ["UDP", "TCP"])
async def test_nothing_that_could_ring_somebody_else_leaves(by: str) -> None:
    """Each is answered with a refusal, or dropped; the call after them all is the first that the carrier sees."""
    with udp_peer() as asterisk, udp_peer() as carrier:
        async with running_gate([f"sip:127.0.0.1:{carrier.getsockname()[1]}"], max_connections=1000) as site:
            sent = [to_gate(message, site, number, by) for number, message in enumerate(MESSAGES.values())]
            if by == "TCP":
                await asyncio.gather(*(refused_by_tcp(site, data) for data in sent))
            else:
                for data in sent:
                    asterisk.sendto(data, ("127.0.0.1", site.port))
            assert await first_to_arrive(site, asterisk, carrier) == b"call-allowed"
            assert site.seen["failed"] == 0
            assert all(question.refused or question.dialled == LISTED for question in site.asked[:-1])


async def test_what_stands_in_a_body_is_a_body() -> None:
    """An INVITE within another's length is its body; behind it, on a connection, it is asked about by itself."""
    with udp_peer() as carrier:
        async with running_gate([f"sip:127.0.0.1:{carrier.getsockname()[1]}"]) as site:
            peer = await connect(site.port)
            via = f"TCP 127.0.0.1:{peer.port}"
            hidden = site.invite(LISTED, "hidden", via)
            head = site.invite(call="a", via=via).partition(b"\r\n\r\n")[0]
            length = b"Content-Length: %d" % len(SDP)
            assert length in head
            whole = head.replace(length, b"Content-Length: %d" % len(hidden)) + b"\r\n\r\n" + hidden
            peer.writer.write(whole)
            sent = await arrived(carrier)
            assert sent.endswith(hidden)
            assert header(sent, "Content-Length") == [b"%d" % len(hidden)]
            peer.writer.write(head.replace(length, b"Content-Length: 0").replace(b"Pja", b"Pjb") + b"\r\n\r\n" + hidden)
            assert header(await arrived(carrier), "Content-Length") == [b"0"]
            assert start(await peer.message()).startswith(b"SIP/2.0 603 ")
            assert [question.dialled for question in site.asked] == [NUMBER, NUMBER, LISTED]
            peer.close()


async def test_a_branch_is_used_once() -> None:
    """A second INVITE by the branch of one that was let by, of another number or from another address, is dropped."""
    with udp_peer() as asterisk, udp_peer("127.0.0.3") as other, udp_peer() as carrier:
        async with running_gate(
            [f"sip:127.0.0.1:{carrier.getsockname()[1]}"], allow=("127.0.0.1", "127.0.0.3")
        ) as site:
            invite = site.invite(via="UDP 127.0.0.1:5060")
            gate = ("127.0.0.1", site.port)
            asterisk.sendto(invite, gate)
            assert (await arrived(carrier)).startswith(b"INVITE ")
            asterisk.sendto(invite.replace(NUMBER.encode(), LISTED.encode()), gate)
            other.sendto(invite, gate)
            cancel = invite.partition(b"Content-Type")[0].replace(b"INVITE", b"CANCEL") + b"Content-Length: 0\r\n\r\n"
            other.sendto(cancel, gate)
            assert start(await arrived(other)) == b"SIP/2.0 481 Call/Transaction Does Not Exist"
            await until(lambda: site.seen["stray"] == 2)
            assert await first_to_arrive(site, asterisk, carrier) == b"call-allowed"


async def test_what_is_no_call_goes_to_the_carrier_alone() -> None:
    """Whatever its Request-URI and its To name: a text message, a subscription, a registration for somebody else."""
    with udp_peer() as asterisk, udp_peer() as carrier, udp_peer() as third:
        async with running_gate([f"sip:127.0.0.1:{carrier.getsockname()[1]}"]) as site:
            elsewhere = f"sip:0700000000@127.0.0.1:{third.getsockname()[1]};lr"
            for number, method in enumerate(
                ("MESSAGE", "SUBSCRIBE", "PUBLISH", "NOTIFY", "REGISTER", "OPTIONS", "BYE")
            ):
                message = request(method, uri=elsewhere, to=f"<{elsewhere}>")
                asterisk.sendto(to_gate(message, site, number, "UDP"), ("127.0.0.1", site.port))
                assert start(await arrived(carrier)).startswith(method.encode())
            message = request("MESSAGE", uri=elsewhere, to=IN_DIALOG, Route=f"<{elsewhere}>")
            asterisk.sendto(to_gate(message, site, 99, "UDP"), ("127.0.0.1", site.port))
            assert start(await arrived(asterisk)) == b"SIP/2.0 400 Bad Request"
            with pytest.raises(BlockingIOError):
                third.recv(65536)
