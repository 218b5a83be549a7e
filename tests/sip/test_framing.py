"""Streams of SIP messages: the same messages come out whatever the pieces are in which they came."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.sip.protocol.framing import PING, MessageFramer
from gatekeeper.sip.protocol.message import MAX_HEAD, MAX_MESSAGE, read_message
from tests.sip.messages import request, response

MESSAGES = (
    request(),
    request("REGISTER"),
    request("OPTIONS", without=("Content-Length",), more=(("l", "0"),)),
    request(body=b"\r\n\r\n" * 10),
    response(request(), "180 Ringing"),
)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Bytes cut in some places."""
    places = sorted({place % (len(data) + 1) for place in places})
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


@given(
    st.lists(st.sampled_from(range(len(MESSAGES))), min_size=1, max_size=5),
    st.lists(st.integers(0, 4000), max_size=30),
    st.booleans(),
)
@settings(deadline=None)  # a shared machine may stand still
def test_pieces_make_no_difference(chosen: list[int], places: list[int], alive: bool) -> None:
    """With single empty lines between them, which are nothing, and without."""
    sent = [MESSAGES[one] for one in chosen]
    framer = MessageFramer()
    stream = (b"\r\n" if alive else b"").join(sent)
    found = [message for piece in cut(stream, places) for message in framer.feed(piece)]
    assert found == sent
    assert (framer.pending, framer.fault) == (0, "")
    assert all(read_message(one, stream=True) is not None for one in found)


def test_byte_by_byte() -> None:
    """The slowest peer there is."""
    framer = MessageFramer()
    found = [message for octet in MESSAGES[0] * 2 for message in framer.feed(bytes([octet]))]
    assert found == [MESSAGES[0]] * 2


@pytest.mark.parametrize(
    ("pieces", "pings"),
    [
        ([PING], 1),
        ([b"\r", b"\n", b"\r", b"\n"], 1),
        ([b"\r\n"], 0),
        ([PING + MESSAGES[0] + PING], 2),
        ([b"\r\n" + MESSAGES[0]], 0),
        ([PING * 1000], 1),
    ],
    ids=range(6),
)
def test_pings_are_told(pieces: list[bytes], pings: int) -> None:
    """Those between messages, once for several in a row; those in a body are part of it."""
    framer = MessageFramer()
    found = [message for piece in pieces for message in framer.feed(piece)]
    assert found.count(PING) == pings
    assert [one for one in found if one != PING] == [MESSAGES[0]] * (MESSAGES[0] in b"".join(pieces))


@pytest.mark.parametrize(
    "stream",
    [
        request(without=("Content-Length",)),
        request(Content_Length="x"),
        request(Content_Length="-1"),
        request(Content_Length="65536"),
        request(Content_Length="999999999999"),
        request(more=(("l", "119"),)),
        b"a" * (MAX_HEAD + 1),
        b"INVITE sip:1@x SIP/2.0\r\n" * 1200,
    ],
    ids=range(8),
)
def test_what_can_not_be_cut_ends_the_stream(stream: bytes) -> None:
    """It is given out once, to be answered; nothing behind it is looked at, and nothing is kept."""
    framer = MessageFramer()
    found = [message for piece in cut(stream + MESSAGES[0], [1000]) for message in framer.feed(piece)]
    assert len(found) == 1
    assert framer.fault
    assert len(found[0]) <= MAX_MESSAGE
    message = read_message(found[0], stream=True)
    assert message is None or message.fault
    assert framer.feed(MESSAGES[0]) == []
    assert framer.pending == 0


@given(st.lists(st.binary(max_size=3000), max_size=60))
@settings(deadline=None)  # a shared machine may stand still
def test_what_is_kept_is_bounded(pieces: list[bytes]) -> None:
    """Whatever comes, no more than one message waits."""
    framer = MessageFramer()
    for piece in pieces:
        framer.feed(piece)
        assert framer.pending <= MAX_MESSAGE


def test_a_head_that_grows_slowly_takes_no_more_time_than_it_has_bytes() -> None:
    """The end is looked for in what is new: a search from the beginning each time would be quadratic."""
    framer = MessageFramer()
    looked = 0
    for _ in range(MAX_HEAD):
        before = framer._looked_at
        framer.feed(b"a")
        looked += framer.pending - before
    assert looked <= 2 * MAX_HEAD
