"""Asterisk's side of one connection: passes on what it sends, and finds the place for answers of our own.

Theory of operation
===================
Asterisk answers the actions of a connection one after the other, and sends events only in between. An answer of
Gatekeeper's must come after Asterisk's answers to the actions before it, and between two messages. Two ways lead there:

- nothing is unanswered: the answer goes out at the next end of a message, most often at once;
- something is: a *barrier* is sent to Asterisk in place of the action, a `Ping` with an id of our own, and our answer
  replaces Asterisk's answer to it. So the order is Asterisk's own, however many messages its other answers have.

`ProxySession` asks `quiet` which way to take. As long as nothing is unanswered and nothing waits, bytes are passed on
unread: only their last four are remembered, which tell whether a message has ended.

| state      | quiet | unread | what Asterisk sends                 | left for, when                                   |
|------------|-------|--------|-------------------------------------|--------------------------------------------------|
| greeting   | no    | no     | waits until its first line is whole | the state that fits, when that line has passed   |
| quiet      | yes   | yes    | passes                              | unanswered, when an action is forwarded; placing,|
|            |       |        |                                     | when we answer within a message; barrier, when a |
|            |       |        |                                     | trial of the client's rights is sent             |
| listing    | no    | yes    | passes: the last answer has opened a| unanswered or barrier, as above; it ends with the|
|            |       |        | list, whose end is not looked for   | next answer that opens none                      |
| unanswered | no    | no     | passes; each answer is counted      | quiet or listing, with the last answer; barrier, |
|            |       |        |                                     | when we answer                                   |
| placing    | no    | no     | passes up to the end of the message,| quiet, when that end has come; barrier, when we  |
|            |       |        | behind which our answer is put      | answer again before it                           |
| barrier    | no    | no     | passes up to the barrier's answer   | replacing, when the first lines of that have come|
| replacing  | no    | no     | waits until the barrier's answer is | barrier, while another is open; else unanswered, |
|            |       |        | whole, and gives way to ours        | where an action was forwarded behind it, or quiet|

Where an event is to be replaced (`replace_event`), nothing passes unread until it has come.
"""

import re
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, NamedTuple

_END: Final = b"\r\n\r\n"
_OVERLAP: Final = len(_END) - 1
_RESPONSE: Final = b"Response: "
_NEXT_RESPONSE: Final = _END + _RESPONSE
_LIST: Final = re.compile(rb"\r\nEventList: *start", re.IGNORECASE)
_ORIGINATED: Final = b"Event: OriginateResponse\r\n"
_LONGEST_EVENT: Final = 64 * 1024
_MOST_REPLACED: Final = 100
_HEAD_LINES: Final = 3
_LONGEST_HEAD: Final = 4096
"""More than a response's first three lines can have: its status, `ActionID` (at most 1,024 bytes) and `EventList`."""


class Expected(Enum):
    """What Asterisk still has to answer."""

    ACTION = auto()
    LOGIN = auto()
    BARRIER = auto()


class _Unanswered(NamedTuple):
    """An answer of our own; without a nonce it waits for the next end of a message."""

    nonce: bytes
    octets: bytes
    told: Callable[[bytes], bytes] | None = None


class ServerStream:
    """What Asterisk sends, chunk by chunk, with our answers put in.

    Args:
        on_login: told whether a `Login` succeeded, once it is answered.
    """

    def __init__(self, on_login: Callable[[bool], None]) -> None:
        self._on_login = on_login
        self._expected: deque[Expected] = deque()
        self._waiting: deque[_Unanswered] = deque()
        self._pending = b""  # received and not passed on
        self._tail = b""  # the last bytes passed on; equal to _END between two messages
        self._replaced: dict[bytes, tuple[bytes, Callable[[], None]]] = {}
        self._greeted = False
        self._listing = False  # the last answer opened a list, whose end is not looked for
        self._swallowing = False  # what comes, to the message's end, is Asterisk's answer to a barrier

    @property
    def quiet(self) -> bool:
        """Whether everything forwarded is known to be answered, and nothing waits."""
        return self._greeted and not (self._expected or self._waiting or self._listing)

    @property
    def waiting(self) -> int:
        """How many answers of our own wait for their place."""
        return len(self._waiting)

    def forwarded(self, expected: Expected = Expected.ACTION) -> None:
        """An action was forwarded to Asterisk."""
        self._expected.append(expected)

    def answer(self, octets: bytes) -> bytes:
        """Give an answer of our own while all is `quiet`; what can be sent at once."""
        if self._tail == _END:
            return octets
        self._waiting.append(_Unanswered(b"", octets))
        return b""

    def answer_behind(self, nonce: bytes, octets: bytes, told: Callable[[bytes], bytes] | None = None) -> None:
        """Give an answer of our own in the place of Asterisk's to a barrier, which the caller sends.

        Args:
            nonce: the barrier's id.
            octets: our answer.
            told: is given Asterisk's answer, and gives what is to be put behind ours.
        """
        self._expected.append(Expected.BARRIER)
        self._waiting.append(_Unanswered(nonce, octets, told))

    def replace_event(self, nonce: bytes, octets: bytes, came: Callable[[], None]) -> None:
        """Put an event of our own in the place of the `OriginateResponse` with this id, if Asterisk sends it.

        Args:
            nonce: the id.
            octets: our event.
            came: told when it has come.
        """
        if len(self._replaced) >= _MOST_REPLACED:
            del self._replaced[next(iter(self._replaced))]
        self._replaced[nonce] = (octets, came)

    def passes(self, chunk: bytes) -> bool:
        """Whether what has come is to be passed on as it is; then it counts as received."""
        if self._expected or self._waiting or self._pending or self._replaced or not self._greeted:
            return False
        self._passed(chunk)
        return True

    def receive(self, chunk: bytes) -> bytes:
        """What to pass on of what has come."""
        if self.passes(chunk):
            return chunk
        data = self._pending + chunk
        self._pending = b""
        if not self._greeted:
            return self._greeting(data)
        return self._scan(data)

    def finish(self) -> bytes:
        """What is left to pass on when Asterisk has closed the connection."""
        pending = b"" if self._swallowing else self._pending
        self._pending = b""
        return pending + b"".join(item.octets for item in self._waiting if not item.nonce)

    def _passed(self, piece: bytes) -> None:
        self._tail = piece[-4:] if len(piece) >= len(_END) else (self._tail + piece)[-4:]

    def _greeting(self, data: bytes) -> bytes:
        """The line before all messages, with no empty line behind it."""
        end = data.find(b"\n") + 1
        if not end and len(data) < _LONGEST_HEAD:
            self._pending = data
            return b""
        self._greeted = True
        self._tail = _END
        return data[:end] + (self._scan(data[end:]) if len(data) > end else b"")

    def _scan(self, data: bytes) -> bytes:
        out: list[bytes] = []
        at = 0
        while at < len(data):
            if self._swallowing:
                at = self._swallow(data, at, out)
            elif self._tail == _END and data.startswith(_RESPONSE[: len(data) - at], at):
                at = self._response(data, at, out)
            elif self._replaced and self._tail == _END and data.startswith(_ORIGINATED[: len(data) - at], at):
                at = self._originated(data, at, out)
            else:
                end = self._next_stop(data, at)
                self._emit(data[at:end], out)
                at = end
            self._release(out)
        return b"".join(out)

    def _emit(self, piece: bytes, out: list[bytes]) -> None:
        out.append(piece)
        self._passed(piece)

    def _release(self, out: list[bytes]) -> None:
        """Between two messages, give what waits for nothing else."""
        while self._waiting and not self._waiting[0].nonce and self._tail == _END:
            out.append(self._waiting.popleft().octets)

    def _next_stop(self, data: bytes, at: int) -> int:
        """Where the next response begins, or the next message where an answer waits for its place."""
        any_message = bool(self._replaced) or (bool(self._waiting) and not self._waiting[0].nonce)
        needle = _END if any_message else _NEXT_RESPONSE
        # The end of a message can lie across two chunks.
        seam = self._tail[-_OVERLAP:] + data[at : at + len(needle)]
        found = seam.find(needle)
        if 0 <= found < _OVERLAP:
            return at + found + len(_END) - len(self._tail[-_OVERLAP:])
        found = data.find(needle, at)
        if found >= 0:
            return found + len(_END)
        return len(data) if any_message else self._before_partial_response(data, at)

    def _before_partial_response(self, data: bytes, at: int) -> int:
        """The end of the data, or where what may become a response begins there."""
        if data.endswith(b"\n"):
            return len(data)  # as no beginning of a response does
        seam = self._tail[-_OVERLAP:] + data[at:][-len(_NEXT_RESPONSE) :]
        for length in range(1, min(len(_RESPONSE), len(data) - at)):
            if seam.endswith(_END + _RESPONSE[:length]):
                return len(data) - length
        return len(data)

    def _response(self, data: bytes, at: int, out: list[bytes]) -> int:
        """A response begins here: count it, once its first lines are there."""
        head = _head(data, at)
        if not head:
            self._pending = data[at:]
            return len(data)
        if self._waiting and b"\r\nActionID: " + self._waiting[0].nonce + b"\r\n" in head and self._waiting[0].nonce:
            self._swallowing = True
            return at
        if self._expected and self._expected[0] is not Expected.BARRIER:
            self._answered(self._expected.popleft(), head)
        self._listing = _LIST.search(head) is not None
        self._emit(data[at : at + len(_RESPONSE)], out)
        return at + len(_RESPONSE)

    def _swallow(self, data: bytes, at: int, out: list[bytes]) -> int:
        end = data.find(_END, at)
        if end < 0:
            self._pending = data[at:]
            return len(data)
        self._swallowing = False
        self._listing = False
        # Whatever was forwarded before the barrier has had its answer, or will never get one.
        while (expected := self._expected.popleft()) is not Expected.BARRIER:
            self._answered(expected, b"")
        item = self._waiting.popleft()
        out.append(item.octets)
        if item.told is not None:
            out.append(item.told(data[at : end + len(_END)]))
        return end + len(_END)

    def _originated(self, data: bytes, at: int, out: list[bytes]) -> int:
        """An `OriginateResponse` begins here: it may be one that is to be replaced."""
        end = data.find(_END, at)
        if end < 0 and len(data) - at < _LONGEST_EVENT:
            self._pending = data[at:]
            return len(data)
        stop = end + len(_END) if end >= 0 else len(data)
        event = data[at:stop]
        nonce = next((one for one in self._replaced if b"\r\nActionID: " + one + b"\r\n" in event), None)
        if nonce is None:
            self._emit(event, out)
            return stop
        octets, came = self._replaced.pop(nonce)
        out.append(octets)
        came()
        return stop

    def _answered(self, expected: Expected, head: bytes) -> None:
        if expected is Expected.LOGIN:
            self._on_login(head.startswith(b"Response: Success\r\n"))


def _head(data: bytes, at: int) -> bytes:
    """A response's first lines, or b"" where more must come to tell them."""
    end = at
    for _ in range(_HEAD_LINES):
        end = data.find(b"\n", end) + 1
        if not end:
            return data[at:] if len(data) - at >= _LONGEST_HEAD else b""
        if data[end - 4 : end] == _END:
            break
    return data[at:end]
