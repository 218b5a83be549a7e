"""Cuts what a manager client sends into actions, exactly where Asterisk cuts it.

What Asterisk does (`get_input` and `do_message` of its `main/manager.c`, observed on 16.28 and 22.10): a line ends at a
newline, and one carriage return before it belongs to the line's end; a lone carriage return does not end a line. A line
is a C string: what follows a NUL byte is not seen. An empty line ends the action, also when there was nothing before
it. A line must fit into 1,024 bytes together with its end, or its beginning is thrown away; of a longer action than 128
lines the rest is thrown away. Both make Asterisk refuse the action, but where it takes the next one to begin depends on
its version. So such actions are marked here and never forwarded, and neither are those with a NUL byte.
"""

from enum import StrEnum
from typing import Final, NamedTuple

MAX_LINE: Final = 1024
"""The longest line that Asterisk reads whole, its end included."""

MAX_HEADERS: Final = 128
"""The most lines of one action (`AST_MAX_MANHEADERS`)."""


_END: Final = b"\r\n\r\n"


class Fault(StrEnum):
    """Why Asterisk could not read an action as it was meant. The texts are those of Asterisk where it has one."""

    LINE_TOO_LONG = "Failed to parse message: line too long"
    TOO_MANY_LINES = "Too many lines in message or allocation failure"
    NUL_BYTE = "Failed to parse message: NUL byte"


class RawAction(NamedTuple):
    """One action as it came.

    Attributes:
        octets: every byte of it, the empty line included; b"" where there is a fault.
        lines: its lines without their ends; of a faulty one the first `MAX_HEADERS` that were good.
        fault: what is wrong with it, if anything.
    """

    octets: bytes
    lines: tuple[bytes, ...]
    fault: Fault | None = None


class ActionFramer:
    """Takes bytes at any chunking and gives whole actions.

    What it holds is bounded: one action of `MAX_HEADERS` lines of `MAX_LINE` bytes, and the last chunk.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._start = 0  # of the line that is being read
        self._searched = 0  # up to here there is no newline
        self._lines: list[bytes] = []
        self._fault: Fault | None = None

    def feed(self, chunk: bytes) -> None:
        """Take what the client sent."""
        self._buffer += chunk

    def next_action(self) -> RawAction | None:
        """The next whole action, or None until more has come."""
        buffer = self._buffer
        if not buffer:
            return None
        if not self._searched and self._fault is None and (usual := self._usual_action()) is not None:
            return usual
        while (newline := buffer.find(b"\n", self._searched)) >= 0:
            line = bytes(buffer[self._start : newline]).removesuffix(b"\r")
            length = newline + 1 - self._start
            self._start = self._searched = newline + 1
            if not line and length <= MAX_LINE:
                return self._finish()
            self._take(line, length)
        self._searched = len(buffer)
        if len(buffer) - self._start >= MAX_LINE:
            self._fault = self._fault or Fault.LINE_TOO_LONG
        if self._fault is not None:
            self._forget()
        return None

    @property
    def buffered(self) -> int:
        """How many bytes are buffered."""
        return len(self._buffer)

    def _usual_action(self) -> RawAction | None:
        """The next action if it is whole and as most are: short, and every line ended by both characters."""
        end = self._buffer.find(_END, 0, MAX_LINE) + len(_END)
        if end < len(_END):
            return None
        octets = bytes(self._buffer[:end])
        lines = octets[: -len(_END)].split(b"\r\n")
        newlines = octets.count(b"\n")
        if octets.find(b"\0") >= 0 or newlines != len(lines) + 1 or len(lines) > MAX_HEADERS or not lines[0]:
            return None
        del self._buffer[:end]
        return RawAction(octets, tuple(lines))

    def _take(self, line: bytes, length: int) -> None:
        if self._fault is None:
            if length > MAX_LINE:
                self._fault = Fault.LINE_TOO_LONG
            elif len(self._lines) == MAX_HEADERS:
                self._fault = Fault.TOO_MANY_LINES
            elif line.find(b"\0") >= 0:
                self._fault = Fault.NUL_BYTE
            else:
                self._lines.append(line)
        elif length <= MAX_LINE and len(self._lines) < MAX_HEADERS:
            self._lines.append(line)  # its ActionID may be among them

    def _finish(self) -> RawAction:
        octets = b"" if self._fault else bytes(self._buffer[: self._start])
        action = RawAction(octets, tuple(self._lines), self._fault)
        del self._buffer[: self._start]
        self._start = self._searched = 0
        self._lines = []
        self._fault = None
        return action

    def _forget(self) -> None:
        """Keep of a faulty action no more than the line that is being read, and of that not its beginning."""
        line = len(self._buffer) - self._start
        # A line that is too long stays too long: MAX_LINE bytes of it stand for all that came.
        del self._buffer[: self._start + max(0, line - MAX_LINE)]
        self._start = 0
        self._searched = len(self._buffer)
