"""SIPp as the carrier: what it does with a call, and that its record is whole."""

import socket
from pathlib import Path

import pytest

from lab.carrier import Carrier
from lab.carrier_record import Record
from lab.errors import LabError
from tests.lab_fixtures import AsteriskFactory, CarrierFactory

REQUEST = """{method} sip:{number}@127.0.0.1:{to} SIP/2.0\r
Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch}\r
From: <sip:0199000000@127.0.0.1>;tag=test\r
To: <sip:{number}@127.0.0.1>\r
Call-ID: {call_id}\r
CSeq: 1 {method}\r
Contact: <sip:127.0.0.1:{port}>\r
Max-Forwards: 70\r
Content-Length: 0\r
\r
"""


class Caller:
    """A bare SIP caller, to send what Asterisk would not."""

    def __init__(self, carrier: Carrier, call_id: str, number: str = "0612345678") -> None:
        self.carrier, self.call_id, self.number = carrier, call_id, number
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(60)

    def send(self, method: str, branch: str = "one") -> None:
        text = REQUEST.format(
            method=method,
            number=self.number,
            to=self.carrier.port,
            port=self.socket.getsockname()[1],
            branch=branch,
            call_id=self.call_id,
        )
        self.socket.sendto(text.encode(), ("127.0.0.1", self.carrier.port))

    def receive(self) -> tuple[str, str]:
        """Return the status line and the CSeq of the next answer."""
        lines = self.socket.recv(65536).decode().split("\r\n")
        return lines[0], next(line for line in lines if line.startswith("CSeq:"))

    def receive_until(self, status: str) -> list[str]:
        """Return the status lines up to the one that begins with ``status``."""
        seen: list[str] = []
        while not seen or not seen[-1].startswith(f"SIP/2.0 {status}"):
            seen.append(self.receive()[0])
        return seen


def test_a_call_is_answered_in_the_order_of_the_standard(carrier: Carrier) -> None:
    """INVITE gets 100, 180, 200; BYE gets its 200."""
    caller = Caller(carrier, "plain")
    with caller.socket:
        caller.send("INVITE")
        assert caller.receive_until("200") == ["SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK"]
        caller.send("ACK", "two")
        caller.send("BYE", "three")
        assert caller.receive() == ("SIP/2.0 200 OK", "CSeq: 1 BYE")
    (invite,) = carrier.settle()
    assert (invite.call_id, invite.number, invite.caller, invite.status) == ("plain", "0612345678", "0199000000", 200)


def test_a_cancel_ends_a_ringing_call(carrier_factory: CarrierFactory) -> None:
    """CANCEL in mid-ring gets its 200, and the INVITE its 487."""
    carrier = carrier_factory(ring_ms=0, answer_after_ms=60_000)
    caller = Caller(carrier, "cancelled")
    with caller.socket:
        caller.send("INVITE")
        caller.receive_until("180")
        caller.send("CANCEL")
        assert caller.receive() == ("SIP/2.0 200 OK", "CSeq: 1 CANCEL")
        assert caller.receive() == ("SIP/2.0 487 Request Terminated", "CSeq: 1 INVITE")
        caller.send("ACK")
    (invite,) = carrier.settle()
    assert invite.status == 487
    assert invite.cancelled_at is not None
    assert invite.answered_at is None


def test_a_cancel_before_the_ringing_is_taken_too(carrier_factory: CarrierFactory) -> None:
    """CANCEL that comes while the carrier has said no more than 100 is on record, and no 180 follows it."""
    carrier = carrier_factory(ring_ms=500, answer_after_ms=None)
    caller = Caller(carrier, "early")
    with caller.socket:
        caller.send("INVITE")
        assert caller.receive()[0] == "SIP/2.0 100 Trying"
        caller.send("CANCEL")
        assert caller.receive_until("487") == ["SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated"]
        caller.send("ACK")
    (invite,) = carrier.settle()
    assert 0 < (invite.cancelled_at or 0) - invite.at < 0.4


def test_a_cancel_that_crosses_the_answer_changes_nothing(carrier: Carrier) -> None:
    """CANCEL after 200 gets its own 200; the call goes on to its BYE (RFC 3261, 9.2)."""
    caller = Caller(carrier, "late")
    with caller.socket:
        caller.send("INVITE")
        caller.receive_until("200")
        caller.send("CANCEL")
        assert caller.receive() == ("SIP/2.0 200 OK", "CSeq: 1 CANCEL")
        caller.send("ACK", "two")
        caller.send("BYE", "three")
        assert caller.receive() == ("SIP/2.0 200 OK", "CSeq: 1 BYE")
    (invite,) = carrier.settle()
    assert invite.status == 200
    assert invite.ended_at is not None


def test_a_retransmitted_invite_is_one_call(carrier_factory: CarrierFactory) -> None:
    """The same INVITE sent three times is one call on record, of the time of the first."""
    carrier = carrier_factory(answer_after_ms=None)
    caller = Caller(carrier, "again")
    with caller.socket:
        for _ in range(3):
            caller.send("INVITE")
        caller.receive_until("180")
        caller.send("CANCEL")
        caller.receive_until("487")
        caller.send("ACK")
    assert [invite.number for invite in carrier.settle()] == ["0612345678"]


def test_numbers_are_recorded_as_dialled(carrier_factory: CarrierFactory) -> None:
    """A plus, a hash written as %23, and 200 digits come out as they were meant."""
    carrier = carrier_factory(answer_after_ms=None)
    for position, (sent, meant) in enumerate(
        [("+33612345678", "+33612345678"), ("%2331%230612345678", "#31#0612345678"), ("9" * 200, "9" * 200)]
    ):
        caller = Caller(carrier, f"number-{position}", sent)
        with caller.socket:
            caller.send("INVITE")
            caller.receive_until("180")
        assert carrier.settle(quiet_seconds=0.1)[-1].number == meant


@pytest.mark.parametrize(
    ("behaviour", "status", "answered", "at_least"),
    [
        # refused at once, and after ringing
        ({"refuse_with": "486 Busy Here"}, 486, False, 0.0),
        ({"refuse_with": "404 Not Found", "answer_after_ms": 200}, 404, False, 0.0),
        # answered, then hung up by the carrier
        ({"answer_after_ms": 100, "hold_ms": 0}, 200, True, 0.1),
        ({"ring_ms": 100, "answer_after_ms": 300, "hold_ms": 200}, 200, True, 0.5),
    ],
)
def test_the_carrier_ends_the_call(
    asterisk_factory: AsteriskFactory,
    carrier_factory: CarrierFactory,
    behaviour: dict[str, object],
    status: int,
    answered: bool,
    at_least: float,
) -> None:
    """Asterisk's call is refused, or answered and hung up when the carrier is told to, and no channel stays up."""
    carrier = carrier_factory(**behaviour)
    asterisk = asterisk_factory(carrier_port=carrier.port)
    with asterisk.ami() as ami:
        response = ami.originate(Channel="PJSIP/0612345678@trunk", Application="Wait", Data="20")
        ami.wait_event("Hangup")
        assert ami.command("core show channels count").startswith("0 active channels")
    (invite,) = carrier.settle()
    assert (invite.status, invite.answered_at is not None) == (status, answered)
    assert (response["Response"] == "Success") is answered
    assert not answered or (invite.ended_at or 0) - invite.at >= at_least


def test_two_hundred_calls_at_once_are_all_on_record(
    asterisk_factory: AsteriskFactory, carrier_factory: CarrierFactory
) -> None:
    """Calls that are all up at the same time are each on record once, answered and ended."""
    carrier = carrier_factory()
    asterisk = asterisk_factory(carrier_port=carrier.port)
    numbers = [f"06{position:08}" for position in range(200)]
    with asterisk.ami() as ami:
        for number in numbers:
            ami.send("Originate", Channel=f"PJSIP/{number}@trunk", Application="Wait", Data="60", Async="true")
        since = 0
        for _ in numbers:
            event = ami.wait_event("OriginateResponse", since=since, seconds=30)
            since = ami.events.index(event, since) + 1
            assert event["Response"] == "Success"
        assert ami.command("core show channels count").startswith("200 active channels")
        ami.command("channel request hangup all")
    invites = carrier.settle()
    assert sorted(invite.number for invite in invites) == numbers
    assert all(invite.answered_at and invite.ended_at for invite in invites)


def test_the_record_waits_for_whole_lines(tmp_path: Path) -> None:
    """A line of which only a part is written yet is not taken, nor lost once it is whole."""
    messages = tmp_path / "messages"
    record = Record(messages, tmp_path / "callers")
    record.refresh()
    assert record.calls == {}
    columns = ["2026-01-02", "03:04:05.678901", "1767323045.678901", "R", "id", "CSeq:1 INVITE"]
    line = "\t".join([*columns, "INVITE sip:0612345678@127.0.0.1 SIP/2.0"]) + "\n"
    messages.write_text(line[:60])
    record.refresh()
    assert record.calls == {}
    messages.write_text(line)
    record.refresh()
    assert record.calls["id"].at == 1767323045.678901
    messages.write_text(line + "nonsense\n")
    with pytest.raises(LabError, match="nonsense"):
        record.refresh()


def test_a_port_that_is_taken_is_an_error(tmp_path: Path, carrier: Carrier) -> None:
    """A second carrier on the same port ends with SIPp's own words."""
    with pytest.raises(LabError, match="SIPp carrier ended"), Carrier(tmp_path / "second", carrier.port):
        pass
