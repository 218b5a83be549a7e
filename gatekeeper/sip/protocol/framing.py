"""Framing of SIP messages on a connection: cuts a stream into messages by their Content-Length (RFC 3261, 18.3).

Empty lines between messages keep a connection alive (RFC 5626, 4.4.1): two are a ping, which is given out as it came
and is answered with one; of several in a row, one is enough. What can't be cut ends the stream: its beginning is given
out, to be answered, and `fault` says what is wrong.
"""

from typing import Final

from gatekeeper.sip.protocol.header_names import name_of
from gatekeeper.sip.protocol.message import MAX_HEAD, MAX_MESSAGE, read_length

PING: Final = b"\r\n\r\n"
PONG: Final = b"\r\n"

_END: Final = b"\r\n\r\n"


class MessageFramer:
    """Cuts one stream into messages.

    Attributes:
        fault: why nothing more can be cut, or "".
    """

    def __init__(self) -> None:
        self.fault = ""
        self._buffer = bytearray()
        self._looked_at = 0
        self._whole = 0

    @property
    def pending(self) -> int:
        """How many bytes of a message that is not whole are there."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Take what came; give the messages that are whole, and `PING` for each ping."""
        if self.fault:
            return []
        self._buffer += data
        found: list[bytes] = []
        while (message := self._next()) is not None:
            if message != PING or not found or found[-1] != PING:
                found.append(message)
        return found

    def _next(self) -> bytes | None:
        buffer = self._buffer
        if not self._whole:
            if buffer.startswith(PONG):
                return self._take(len(PING)) if buffer.startswith(PING) else self._drop_line()
            self._whole = self._length()
        if self._whole > MAX_MESSAGE:
            return self._give_up("a message that is too long, or does not say how long it is")
        if not self._whole or len(buffer) < self._whole:
            return None
        return self._take(self._whole)

    def _drop_line(self) -> bytes | None:
        """An empty line by itself: the answer to a ping, or half of one that is still to come."""
        buffer = self._buffer
        if len(buffer) < len(PING) and PING.startswith(buffer):
            return None
        del buffer[: len(PONG)]
        return self._next()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._whole = self._looked_at = 0
        return taken

    def _give_up(self, fault: str) -> bytes:
        self.fault = fault
        return self._take(len(self._buffer))[:MAX_MESSAGE]

    def _length(self) -> int:
        """How long the next message is as a whole; 0 where its head is not there; too long where nobody can say."""
        buffer = self._buffer
        end = buffer.find(_END, max(0, self._looked_at - len(_END)))
        self._looked_at = len(buffer)
        if end < 0 or end > MAX_HEAD:
            return 0 if len(buffer) <= MAX_HEAD else MAX_MESSAGE + 1
        values = []
        for line in bytes(buffer[:end]).split(b"\r\n")[1:]:
            raw, colon, value = line.partition(b":")
            if colon and name_of(raw) == "content-length":
                values.append(value.strip(b" \t"))
        length = read_length(values)
        return end + len(_END) + length if length >= 0 else MAX_MESSAGE + 1
