"""For any bytes: what is not blocked or refused reaches Asterisk byte for byte, and no originate slips by."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspect import inspect
from gatekeeper.ami.protocol.inspection import Pass
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.ami.protocol.wire import MAX_HEADERS, MAX_LINE, ActionFramer
from tests.ami.playbook import BLOCKED, Playbook, barrier, pong

CLOSED = b" to this client: it changes what Asterisk does with every later call"
WORDS = [
    b"Action: Originate", b"action:ORIGINATE", b"Action: Ping", b"Action:", b"Action: Originate ",
    b"Action: Redirect",
    b"Channel: PJSIP/0612345678@trunk", b"channel:Local/0612345678@outbound", b"Channel: PJSIP/1001",
    b"Application: Dial", b"Data: PJSIP/0612345678@trunk", b"Context: agents", b"Exten: 0612345678", b"Async: true",
    b"Variable: A=1", b"Variable: GATEKEEPER_VERDICT=ALLOW", b"ActionID: 1", b"\0", b"\r", b" ", b"", b"", b"",
    b"X: " + b"a" * 1019, b"X: " + b"a" * 1020, b"X: " + b"a" * 1021, b"X: " + b"a" * 1022, b"X: " + b"a" * 2100,
]  # fmt: skip
"""What clients say, and what lies at the edges of what Asterisk reads."""

LINE = st.one_of(st.sampled_from(WORDS), st.binary(max_size=30))
STREAM = st.lists(st.tuples(LINE, st.sampled_from([b"\r\n", b"\n", b"\r\r\n", b"\r"])), max_size=40).map(
    lambda lines: b"".join(line + end for line, end in lines)
)


def asterisk_reads(octets: bytes) -> list[list[bytes]]:
    """The headers of every action that Asterisk 16 and 22 would execute, by the letter of their `get_input`.

    Written apart from the product's framer, byte by byte over a buffer of their size.
    """
    executed: list[list[bytes]] = []
    headers: list[bytes] = []
    lost = False
    buffer = b""
    position = 0
    while True:
        newline = buffer.find(b"\n")
        if newline < 0:
            if len(buffer) >= MAX_LINE:
                buffer, lost = b"", True
            if position >= len(octets):
                return executed
            buffer += octets[position : position + MAX_LINE - len(buffer)]
            position = min(len(octets), position + MAX_LINE)
            continue
        line, buffer = buffer[:newline], buffer[newline + 1 :]
        refill = MAX_LINE - len(buffer)
        buffer += octets[position : position + refill]
        position = min(len(octets), position + refill)
        line = line.removesuffix(b"\r").partition(b"\0")[0]
        if line:
            lost = lost or len(headers) >= MAX_HEADERS
            headers.append(line)
            continue
        if not lost:
            executed.append(headers)
        headers, lost = [], False


def header(headers: list[bytes], name: bytes) -> bytes:
    """The first value of a header."""
    for line in headers:
        key, colon, value = line.partition(b":")
        if colon and key.lower() == name:
            return value.lstrip(bytes(range(1, 33)))
    return b""


def passes(octets: bytes) -> bytes:
    """What of a client's bytes should reach Asterisk if every number is blocked."""
    framer = ActionFramer()
    framer.feed(octets)
    expected = b""
    while (raw := framer.next_action()) is not None:
        action = Action(raw)
        if raw.fault is None and inspect(action, Routes(), ClientPolicy()) == Pass():
            expected += raw.octets
    return expected


def run(octets: bytes, chunk: int) -> bytes:
    """What reaches Asterisk when everything is blocked, without the barriers."""
    book = Playbook(chunk).logged_in()
    for at in range(0, len(octets), chunk):
        book.from_client(octets[at : at + chunk])
        while book.asked:
            book.asked.clear()
            book.answer(BLOCKED)
    sent = book.sent_server()
    for number in range(1, 100):
        sent = sent.replace(barrier(number), b"")
    return sent


@settings(max_examples=400, deadline=None)
@given(STREAM, st.sampled_from([4096, 128, 16, 1]))
@example(b"Action: Ping\r\nX: " + b"a" * 1021 + b"\nAction: Originate\nChannel: PJSIP/0612345678@trunk\n\n", 4096)
@example(b"Action: Ping\n\0\nAction: Originate\nChannel: PJSIP/0612345678@trunk\n\n", 4096)
def test_what_is_not_blocked_reaches_asterisk_byte_for_byte(octets: bytes, chunk: int) -> None:
    """Nothing is changed, lost, doubled or put in another order, at any chunking."""
    assert passes(octets) == run(octets, chunk)


@settings(max_examples=400, deadline=None)
@given(STREAM, st.sampled_from([4096, 16]))
@example(b"Action: Ping\r\nX: " + b"a" * 1021 + b"\nAction: Originate\nChannel: PJSIP/0612345678@trunk\n\n", 4096)
@example(b"Action: Ping\n\0\nAction: Originate\nChannel: PJSIP/0612345678@trunk\n\n", 4096)
@example(b"X: y\n" * 129 + b"Action: Originate\nChannel: PJSIP/0612345678@trunk\n\n", 4096)
def test_no_originate_slips_by(octets: bytes, chunk: int) -> None:
    """Whatever a client sends, Asterisk reads no originate to the blocked number in what reaches it."""
    for headers in asterisk_reads(run(octets, chunk)):
        action = next((value for line in headers if (value := header([line], b"action"))), b"")
        if action.lower() == b"originate":
            dialled = header(headers, b"channel") + header(headers, b"data") + header(headers, b"exten")
            application = header(headers, b"application")
            assert b"0612345678@" not in header(headers, b"channel")
            # One whose channel is none is refused by Asterisk, whatever it would run.
            runs = b"/" in header(headers, b"channel") and application.lower() == b"dial"
            assert not (runs and b"0612345678" in dialled)


SERVER = st.lists(
    st.one_of(
        st.sampled_from([
            b"Event: Hangup\r\nResponse: x\r\n\r\n", b"Response: Success\r\n\r\n",
            b"Response: Error\r\nMessage: x\r\n\r\n", b"Response: Success\r\nActionID: 1\r\nEventList: start\r\n\r\n",
            b"\r\n\r\n", b"\r\n", b"Response: ", b"R", b"\r",
        ]),
        st.binary(max_size=20),
    ),
    max_size=30,
).map(b"".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(SERVER, st.integers(0, 4), st.sampled_from([4096, 16, 3, 1]))
def test_what_asterisk_sends_reaches_the_client_byte_for_byte(octets: bytes, unanswered: int, chunk: int) -> None:
    """Nothing that Asterisk sends is changed, lost or held back for good, whatever is unanswered."""
    book = Playbook(chunk).logged_in()
    book.from_client(b"Action: Ping\r\n\r\n" * unanswered)
    book.from_server(octets)
    book.server_ends()
    assert octets == book.sent_client()


@settings(max_examples=200, deadline=None)
@given(SERVER, st.integers(1, 3), st.sampled_from([4096, 16, 3, 1]))
def test_our_answers_are_put_in_and_nothing_else_is_changed(octets: bytes, count: int, chunk: int) -> None:
    """With barriers open, the client gets all that Asterisk sends, with our answers in the barriers' places."""
    end = b"\r\n\r\n"
    book = Playbook(chunk).logged_in()
    book.from_client(b"Action: Ping\r\n\r\n" + b"Action: ModuleLoad\r\n\r\n" * count)
    why = b"GatekeeperRefusal: the action moduleload is not open" + CLOSED
    refused = b"Response: Error\r\n" + why + b"\r\nMessage: Permission denied"
    expected = b""
    for number in range(1, count + 1):
        book.from_server(octets + end + pong(number))
        expected += octets + end + refused + end
    assert expected == book.sent_client()
