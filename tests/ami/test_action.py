import pytest

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.wire import ActionFramer


def read(octets: bytes) -> Action:
    """The first action of some bytes."""
    framer = ActionFramer()
    framer.feed(octets)
    raw = framer.next_action()
    assert raw is not None
    return Action(raw)


@pytest.mark.parametrize(
    ("lines", "header", "expected"),
    [
        # names
        (b"Channel: a", "Channel", "a"),
        (b"CHANNEL: a", "channel", "a"),
        (b"channel:a", "Channel", "a"),
        (b" Channel: a", "Channel", ""),
        (b"Channel : a", "Channel", ""),
        (b"Channels: a", "Channel", ""),
        # values
        (b"Channel: \t\x01  a b ", "Channel", "a b "),
        (b"Channel: a: b", "Channel", "a: b"),
        (b"Channel:", "Channel", ""),
        (b"Channel: caf\xc3\xa9", "Channel", "café"),
        # the first counts, even an empty one
        (b"Channel: a\r\nChannel: b", "Channel", "a"),
        (b"Channel:\r\nChannel: b", "Channel", ""),
    ],
)
def test_headers_are_read_as_asterisk_reads_them(lines: bytes, header: str, expected: str) -> None:
    """The value of a header is what `astman_get_header` would give."""
    assert expected == read(lines + b"\r\n\r\n").get(header)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b"Action: Ping", "ping"),
        (b"Action:\r\nAction: Ping\r\nAction: Originate", "ping"),
        (b"Action: Originate ", "originate "),
        (b"Foo: bar", ""),
    ],
)
def test_the_action_is_the_first_that_is_not_empty(lines: bytes, expected: str) -> None:
    """Of several `Action` headers the first that says something counts."""
    assert expected == read(lines + b"\r\n\r\n").name


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", True),
        ("YES", True),
        ("1", True),
        ("on", True),
        ("t", True),
        ("false", False),
        ("2", False),
        ("", False),
    ],
)
def test_async_is_what_asterisk_takes_for_true(value: str, expected: bool) -> None:
    """`Async` is what Asterisk takes for true."""
    assert expected is read(f"Async: {value}\r\n\r\n".encode()).is_true("Async")
