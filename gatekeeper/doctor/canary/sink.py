"""The sink: a SIP endpoint on a port of this machine that counts INVITEs and takes none (RFC 3261)."""

import asyncio
import re
from typing import Final

from gatekeeper import transports

_INVITE: Final = re.compile(rb"INVITE\s+sips?:([^@;>\s]+)@", re.IGNORECASE)
_COPIED: Final = (b"via:", b"v:", b"from:", b"f:", b"to:", b"t:", b"call-id:", b"i:", b"cseq:")
"""The headers that an answer has from its request (section 8.2.6.2), in both spellings."""


class SipSink(asyncio.DatagramProtocol):
    """Counts INVITEs, retransmissions once, and answers each with 404.

    Attributes:
        port: where it listens.
        numbers: the numbers that were called, in order.
    """

    def __init__(self) -> None:
        self.port = 0
        self.numbers: list[str] = []
        self._seen: set[bytes] = set()
        self._transport: asyncio.DatagramTransport

    @classmethod
    async def open(cls) -> "SipSink":
        """Listen on a free port of 127.0.0.1."""
        loop = asyncio.get_running_loop()
        _, sink = await loop.create_datagram_endpoint(cls, local_addr=("127.0.0.1", 0))
        return sink

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It listens."""
        self._transport = transport  # type: ignore[assignment]  # asyncio gives the transport of a datagram endpoint
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        """Take a request: answer an INVITE, and pass over all else."""
        found = _INVITE.match(data)
        if found is None:
            return
        head = data.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
        copied = [line for line in head if line.lower().startswith(_COPIED)]
        call = b"".join(line for line in copied if line.lower().startswith((b"call-id:", b"i:", b"cseq:")))
        if call not in self._seen:
            self._seen.add(call)
            self.numbers.append(found[1].decode("ascii", "replace"))
        answer = [b"SIP/2.0 404 Not Found", *(_tagged(line) for line in copied), b"Content-Length: 0", b"", b""]
        self._transport.sendto(b"\r\n".join(answer), address)

    def close(self) -> None:
        """Listen no more."""
        transports.close(self._transport)


def _tagged(line: bytes) -> bytes:
    """The header To of an answer has a tag (section 8.2.6.2)."""
    is_to = line.lower().startswith((b"to:", b"t:"))
    return line + b";tag=sink" if is_to and b";tag=" not in line.lower() else line
