import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.ami.protocol.wire import MAX_HEADERS, MAX_LINE, ActionFramer, Fault, RawAction

CHUNKS = (4096, 128, 16, 1)


def frame(octets: bytes, chunk: int = 1 << 20) -> list[RawAction]:
    """The actions of some bytes that come in chunks."""
    framer = ActionFramer()
    found = []
    for at in range(0, len(octets), chunk):
        framer.feed(octets[at : at + chunk])
        while (action := framer.next_action()) is not None:
            found.append(action)
    return found


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        # line ends
        (b"A: 1\r\nB: 2\r\n\r\n", [(b"A: 1", b"B: 2")]),
        (b"A: 1\nB: 2\n\n", [(b"A: 1", b"B: 2")]),
        (b"A: 1\r\nB: 2\n\r\n", [(b"A: 1", b"B: 2")]),
        (b"A: 1\nB: 2\r\n\n", [(b"A: 1", b"B: 2")]),
        # a lone carriage return ends nothing, and only one belongs to a line's end
        (b"A: 1\rB: 2\r\n\r\n", [(b"A: 1\rB: 2",)]),
        (b"A: 1\r\r\n\r\r\n\r\n", [(b"A: 1\r", b"\r")]),
        (b"\r\r\r\n\n", [(b"\r\r",)]),
        # every empty line ends an action
        (b"\r\n", [()]),
        (b"\n\r\nA: 1\n\n\n", [(), (), (b"A: 1",), ()]),
        # blanks are not nothing
        (b" \r\n\t\r\n\r\n", [(b" ", b"\t")]),
        # what is not ended is not there yet
        (b"A: 1\r\n", []),
        (b"A: 1\r\n\r", []),
    ],
)
def test_actions_end_where_asterisk_ends_them(octets: bytes, expected: list[tuple[bytes, ...]], chunk: int) -> None:
    """Lines and actions are cut where Asterisk cuts them, at every chunking."""
    found = frame(octets, chunk)
    assert expected == [action.lines for action in found]
    assert octets.startswith(b"".join(action.octets for action in found))


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_beyond_1024_bytes_makes_the_action_unreadable(end: bytes, chunk: int) -> None:
    """A line of 1,024 bytes with its end is read; one more byte makes the action unreadable."""
    fits = b"X: " + b"a" * (MAX_LINE - 3 - len(end)) + end
    (good,) = frame(b"Action: Ping\r\n" + fits + b"\r\n", chunk)
    assert (good.fault, len(good.lines)) == (None, 2)
    (bad,) = frame(b"Action: Ping\r\nb" + fits + b"ActionID: 7\r\n\r\n", chunk)
    assert (bad.fault, bad.octets) == (Fault.LINE_TOO_LONG, b"")
    assert bad.lines == (b"Action: Ping", b"ActionID: 7")


@pytest.mark.parametrize("chunk", CHUNKS)
def test_headers_beyond_128_make_the_action_unreadable(chunk: int) -> None:
    """128 headers are read; one more makes the action unreadable."""
    line = b"Variable: A=1\r\n"
    (good,) = frame(line * MAX_HEADERS + b"\r\n", chunk)
    assert (good.fault, len(good.lines)) == (None, MAX_HEADERS)
    bad, after = frame(line * (MAX_HEADERS + 1) + b"\r\nA: 1\r\n\r\n", chunk)
    assert (bad.fault, bad.octets, len(bad.lines)) == (Fault.TOO_MANY_LINES, b"", MAX_HEADERS)
    assert after.lines == (b"A: 1",)


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("line", [b"\0", b"\0Action: Originate", b"Channel: PJSIP/1000\0PJSIP/0612345678@trunk"])
def test_no_action_with_a_nul_is_readable(line: bytes, chunk: int) -> None:
    """Asterisk sees no more of a line than what stands before a NUL, so the whole action is unreadable."""
    bad, after = frame(b"Action: Ping\r\n" + line + b"\r\nActionID: 7\r\n\r\nA: 1\r\n\r\n", chunk)
    assert (bad.fault, bad.octets) == (Fault.NUL_BYTE, b"")
    assert after.lines == (b"A: 1",)


@pytest.mark.parametrize("flood", [b"a", b"a: b\r\n", b"\0\r\n", b"\r", b"a" * 2000 + b"\n"])
def test_what_is_held_is_bounded(flood: bytes) -> None:
    """However much a client sends without ending its action, little of it is kept."""
    framer = ActionFramer()
    for _ in range(200):
        framer.feed(flood * (8192 // len(flood)))
        framer.next_action()
    assert framer.buffered <= MAX_HEADERS * MAX_LINE + 16384


@pytest.mark.parametrize("chunk", CHUNKS)
def test_an_action_of_a_hundred_kilobytes_is_read_whole(chunk: int) -> None:
    """An action of 100 KB is read whole."""
    octets = b"Action: UserEvent\r\n" + b"".join(b"H%d: %s\r\n" % (n, b"x" * 1000) for n in range(100)) + b"\r\n"
    (action,) = frame(octets, chunk)
    assert (octets, 101) == (action.octets, len(action.lines))


LINES = st.lists(
    st.tuples(
        st.sampled_from([b"", b"", b"A: 1", b"B:", b"\0", b"\r", b"x" * 500, b"x" * (MAX_LINE - 2)]),
        st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r\r\n", b"\r"]),
    ),
    max_size=12,
).map(lambda lines: b"".join(line + end for line, end in lines))


@given(LINES, st.integers(1, 40))
def test_the_short_way_is_the_long_one(octets: bytes, chunk: int) -> None:
    """Usual actions that come whole are read in a quicker way, to the same end as byte by byte."""
    assert frame(octets) == frame(octets, chunk) == frame(octets, 1)
