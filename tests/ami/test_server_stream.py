"""The states of Asterisk's side of a connection: in each, the stream does what the table in its module says."""

from collections.abc import Callable

import pytest

from gatekeeper.ami.protocol import server_stream
from gatekeeper.ami.protocol.server_stream import Expected, ServerStream
from tests.state_tables import states

EVENT = b"Event: Newchannel\r\nChannel: PJSIP/1001-1\r\n\r\n"
DONE = b"Response: Success\r\nActionID: a\r\n\r\n"
LIST = b"Response: Success\r\nActionID: a\r\nEventList: start\r\n\r\n"
OURS = b"Response: Error\r\nMessage: ours\r\n\r\n"
BARRIERS = b"Response: Success\r\nActionID: nonce\r\nPing: Pong\r\n"


def greeting() -> ServerStream:
    """A stream before anything has come."""
    return ServerStream(lambda _: None)


def quiet() -> ServerStream:
    """A stream that owes nothing."""
    stream = greeting()
    assert stream.receive(b"Asterisk Call Manager/9.0\r\n" + EVENT)
    return stream


def unanswered() -> ServerStream:
    """A stream with an action on its way."""
    stream = quiet()
    stream.forwarded()
    return stream


def listing() -> ServerStream:
    """A stream whose last answer has opened a list."""
    stream = unanswered()
    assert stream.receive(LIST) == LIST
    return stream


def placing() -> ServerStream:
    """A stream with an answer of ours that waits for a message's end."""
    stream = quiet()
    stream.receive(EVENT[:10])
    assert stream.answer(OURS) == b""
    return stream


def barrier() -> ServerStream:
    """A stream with an answer of ours behind a barrier."""
    stream = unanswered()
    stream.answer_behind(b"nonce", OURS)
    return stream


def replacing() -> ServerStream:
    """A stream in the middle of the barrier's answer."""
    stream = barrier()
    stream.receive(DONE)
    assert stream.receive(BARRIERS) == b""
    return stream


REACHED: dict[str, Callable[[], ServerStream]] = {
    made.__name__: made for made in (greeting, quiet, listing, unanswered, placing, barrier, replacing)
}
TABLE = states(server_stream)


def test_the_table_has_every_state() -> None:
    """No state is missing, and none is made up."""
    assert set(TABLE) == set(REACHED)


@pytest.mark.parametrize("state", REACHED)
def test_a_state_is_quiet_and_passes_bytes_unread_as_the_table_says(state: str) -> None:
    """`quiet` decides which way an answer goes, `passes` whether what comes is looked at."""
    stream = REACHED[state]()
    assert stream.quiet == (TABLE[state]["quiet"] == "yes")
    assert stream.passes(EVENT) == (TABLE[state]["unread"] == "yes")


@pytest.mark.parametrize(
    ("state", "comes", "passed", "after"),
    [
        ("greeting", b"Asterisk Call Manager/9.0\r\n", b"Asterisk Call Manager/9.0\r\n", "quiet"),
        ("listing", EVENT, EVENT, "listing"),
        ("unanswered", DONE, DONE, "quiet"),
        ("unanswered", LIST, LIST, "listing"),
        ("unanswered", EVENT, EVENT, "unanswered"),
        ("placing", EVENT[10:], EVENT[10:] + OURS, "quiet"),
        ("barrier", DONE, DONE, "barrier"),
        ("barrier", DONE + BARRIERS + b"\r\n", DONE + OURS, "quiet"),
        ("replacing", b"Timestamp: 1\r\n\r\n", OURS, "quiet"),
    ],
)
def test_a_state_is_left_as_the_table_says(state: str, comes: bytes, passed: bytes, after: str) -> None:
    """What comes from Asterisk is passed on or gives way to ours, and leads to the state that the table names."""
    stream = REACHED[state]()
    assert stream.receive(comes) == passed
    assert stream.quiet == (TABLE[after]["quiet"] == "yes")
    assert stream.passes(EVENT) == (TABLE[after]["unread"] == "yes")


def test_from_listing_the_next_answer_decides() -> None:
    """An action forwarded meanwhile is counted, and its answer, which opens no list, ends the state."""
    stream = listing()
    stream.forwarded(Expected.ACTION)
    assert not stream.passes(EVENT)
    assert stream.receive(DONE) == DONE
    assert stream.quiet
