"""A SIP gate with its sockets, in the test's own loop, and peers that speak to it."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from gatekeeper.screening import Answer, Question
from gatekeeper.sip.gate import SipGate
from gatekeeper.sip.places import CarrierLookUp, LookUp
from gatekeeper.sip.places import look_up as ask_machine
from gatekeeper.sip.protocol.framing import MessageFramer
from gatekeeper.sip.record_lookup import RecordAnswer
from gatekeeper.sip.settings import SipGateSettings, TrunkSettings
from gatekeeper.sip.targets import read_carrier
from lab.ports import free_port
from tests.sip.gate import FRENCH, answer
from tests.sip.messages import request

LISTED: Final = "0699999999"


def no_records(_owner: str) -> RecordAnswer:
    """A DNS that has no service records."""
    return RecordAnswer((), {})


@dataclass
class RunningGate:
    """A gate that runs.

    Attributes:
        gate: it.
        port: where it listens, by UDP and TCP.
        tls_port: where it listens by TLS.
        asked: the questions that it put.
    """

    gate: SipGate
    port: int
    tls_port: int
    asked: list[Question] = field(default_factory=list)

    @property
    def seen(self) -> dict[str, int]:
        """Its counters."""
        return dict(self.gate.counters())

    def invite(self, number: str = "0612345678", call: str = "1", via: str = "UDP 127.0.0.1:5060") -> bytes:
        """An INVITE as Asterisk sends it here."""
        return request(
            number=number,
            branch=f"z9hG4bKPj{call}",
            call_id=f"call-{call}",
            Via=f"SIP/2.0/{via};rport;branch=z9hG4bKPj{call}",
            Route=f"<sip:127.0.0.1:{self._port(via)};lr>",
        )

    def options(self, call: str = "1", via: str = "UDP 127.0.0.1:5060") -> bytes:
        """OPTIONS to the gate itself."""
        return request(
            "OPTIONS",
            uri=f"sip:127.0.0.1:{self._port(via)}",
            branch=f"z9hG4bKPj{call}",
            Via=f"SIP/2.0/{via};rport;branch=z9hG4bKPj{call}",
            without=("Route", "Contact"),
        )

    def _port(self, via: str) -> int:
        return self.tls_port if via.startswith("TLS") else self.port


@contextlib.asynccontextmanager
async def running_gate(
    carriers: Sequence[str] = (),
    tls: ssl.SSLContext | None = None,
    options_s: float = 0.0,
    ask: LookUp = ask_machine,
    look_up: CarrierLookUp | None = None,
    **given: Any,
) -> AsyncIterator[RunningGate]:
    """A gate with one trunk; it lets all numbers by but `LISTED`.

    Args:
        carriers: the trunk's.
        tls: what it presents by TLS.
        options_s: every how many seconds its carriers are asked.
        ask: looks up the addresses of their names.
        look_up: finds where they are, in place of that.
        **given: other settings.
    """
    port, tls_port = free_port(), free_port()
    uris = carriers or [f"sip:127.0.0.1:{free_port()}"]
    trusted = ssl.create_default_context() if any("tls" in uri for uri in uris) else None
    trunk = TrunkSettings("t", tuple(map(read_carrier, uris)), users=("t",), options_s=options_s, tls=trusted)
    transports = frozenset({"udp", "tcp", *(["tls"] if tls else [])})
    settings = SipGateSettings(port=port, tls_port=tls_port, tls=tls, transports=transports, trunks=(trunk,))
    asked: list[Question] = []

    async def screen(question: Question) -> Answer:
        asked.append(question)
        return answer(allowed=question.dialled != LISTED and not question.refused)

    gate = SipGate(replace(settings, **given), screen, FRENCH, b"secret", look_up or CarrierLookUp(ask, no_records))
    await gate.start()
    try:
        yield RunningGate(gate, port, tls_port, asked)
    finally:
        await gate.stop()


class StreamPeer:
    """A peer on a connection: sends bytes, and gets whole messages."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.port: int = writer.get_extra_info("sockname")[1]
        self._reader = reader
        self._framer = MessageFramer()
        self._messages: list[bytes] = []

    async def message(self) -> bytes:
        """The next message; b"" where the connection has ended."""
        while not self._messages:
            data = await asyncio.wait_for(self._reader.read(65536), 20)
            if not data:
                return b""
            self._messages += self._framer.feed(data)
        return self._messages.pop(0)

    async def is_over(self, seconds: float = 30.0) -> bool:
        """Whether the gate ends the connection within so many seconds."""
        try:
            return await asyncio.wait_for(self._reader.read(65536), seconds) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True

    def close(self) -> None:
        """Hang up."""
        self.writer.close()


async def connect(port: int, tls: ssl.SSLContext | None = None, source: str = "127.0.0.1") -> StreamPeer:
    """Connect to a port."""
    return StreamPeer(
        *await asyncio.open_connection(
            "127.0.0.1", port, ssl=tls, server_hostname="127.0.0.1" if tls else None, local_addr=(source, 0)
        )
    )


@contextlib.contextmanager
def udp_peer(source: str = "127.0.0.1", port: int = 0) -> Iterator[socket.socket]:
    """A UDP socket that does not block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((source, port))
        made.setblocking(False)
        yield made
