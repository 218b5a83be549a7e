import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.agi import AgiRequest, EnvironmentParser, ReplyParser, set_variable, set_variables
from gatekeeper.errors import ProtocolError
from tests.agi.environments import environment

CHUNKS = pytest.mark.parametrize("size", [4096, 128, 16, 1])


def fed(parser: EnvironmentParser, data: bytes, size: int) -> AgiRequest | None:
    """What comes of bytes in chunks of one size."""
    request = None
    for start in range(0, len(data), size):
        assert request is None
        request = parser.feed(data[start : start + size])
    return request


@CHUNKS
def test_an_environment_is_read_in_chunks_of_any_size(size: int) -> None:
    """The request is there with the last byte, not before, and holds every variable."""
    request = fed(EnvironmentParser(), environment("0612345678", "sales", "", "gosub", "17.1"), size)
    assert request is not None
    assert request.script == "screen"
    assert request.get("agi_channel") == "Local/0612345678@out-00000000;2"
    assert [request.argument(n) for n in range(1, 7)] == ["0612345678", "sales", "", "gosub", "17.1", ""]
    assert len(request.variables) == 27


@pytest.mark.parametrize(
    ("path", "script"),
    [("screen", "screen"), ("/screen/", "screen"), ("screen?0612345678&sales", "screen"), ("a/b", "a/b"), ("", "")],
)
def test_the_script_is_the_urls_path(path: str, script: str) -> None:
    """Without slashes around it and without the query."""
    request = EnvironmentParser().feed(environment(agi_network_script=path))
    assert request is not None
    assert request.script == script


SPOILT = {
    # A newline in a value
    "another number": environment("0612345678", agi_calleridname="x\nagi_arg_1: 0699999999"),
    "an early end": environment("0612345678", agi_calleridname="x\nagi_arg_1: 0699999999\n\nagi_x: 1"),
    "a rest": environment("0612345678", agi_calleridname="x\ny"),
    "blank lines": environment("0612345678", agi_calleridname="x\n\n\n"),
    "a variable of no AGI": environment(agi_calleridname="x\nfoo: 1"),
    "an empty name": environment(agi_calleridname="x\n: 1"),
    # Not what Asterisk writes
    "a NUL": environment(agi_calleridname="\0"),
    "a long name": environment(agi_calleridname="x\nagi_" + "x" * 80 + ": 1"),
    # Too much
    "a long argument": environment("x" * 1025),
    "a long channel": environment("0612345678", agi_channel="x" * 1025),
    "a long environment": environment(*["x" * 1000] * 70),
    "no end": b"agi_network: yes\n" * 1200,
    "a line without end": b"agi_network: yes\nagi_x: " + b"x" * 200_000,
    # Too little
    "half of it": environment("0612345678")[:-40],
    "no empty line": environment("0612345678")[:-1],
    "its first line": b"agi_network: yes\n",
    # Something behind it
    "something behind it": environment() + b"agi_arg_1: 0\n",
}
STRANGE = {
    "a request of HTTP": b"GET / HTTP/1.1\nHost: x\n\n",
    "no blank after the colon": b"agi_network:yes\n\n",
    "upper case": b"AGI_NETWORK: yes\n\n",
    "not Asterisk's first line": b"agi_" + b"x" * 80 + b": 1\n\n",
    "nothing": b"\n\n",
    "less": b"",
    "no newline": b"x" * 70_000,
}


def session(data: bytes, size: int) -> AgiRequest:
    """What comes of a whole session; what comes after a request, before an answer, spoils it to a connection, too."""
    parser = EnvironmentParser()
    for start in range(0, len(data), size):
        request = parser.feed(data[start : start + size])
        if request is not None:
            return request if start + size >= len(data) or request.fault else request._replace(fault="more")
    request = parser.cut_short("it ended")
    if request is None:
        raise ProtocolError("nothing was asked")
    return request


@CHUNKS
@pytest.mark.parametrize("data", SPOILT.values(), ids=SPOILT.keys())
def test_what_can_not_be_relied_on_is_a_request_with_a_fault(data: bytes, size: int) -> None:
    """At whatever chunk size it comes: Asterisk gets a refusal, and waits for it."""
    request = session(data, size)
    assert request.fault
    assert request.script in ("screen", "")


@pytest.mark.parametrize("cut", [0, 17, 40])
@pytest.mark.parametrize("times", [1, 2])
def test_a_hangup_behind_the_environment_is_told(cut: int, times: int) -> None:
    """A question that waited until its channel was gone is seen as such, but never relied on."""
    data = environment("0612345678")
    parser = EnvironmentParser()
    assert parser.feed(data[:cut]) is None
    request = parser.feed(data[cut:] + b"HANGUP\n" * times)
    assert request is not None
    assert request.hung_up
    assert request.fault


@CHUNKS
@pytest.mark.parametrize("data", STRANGE.values(), ids=STRANGE.keys())
def test_who_does_not_begin_as_asterisk_is_not_heard(data: bytes, size: int) -> None:
    """At whatever chunk size it comes."""
    with pytest.raises(ProtocolError):
        session(data, size)


UNREAD = ("agi_calleridname", "agi_dnid", "agi_rdnis", "agi_context", "agi_accountcode", "agi_request", "agi_language")


@CHUNKS
@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.parametrize("value", ["x" * 1025, "x" * 8000, "é" * 3000, b"\xff" * 5000])
def test_a_line_that_nobody_reads_may_be_long(name: str, value: str | bytes, size: int) -> None:
    """A caller's name of any length and in any encoding is no fault."""
    request = session(environment("0612345678", **{name: value}), size)
    assert (request.fault, request.argument(1)) == ("", "0612345678")


def test_an_environment_without_end_is_not_kept() -> None:
    """Of a gigabyte no more than the bound is held, and at some point it is answered."""
    parser, taken = EnvironmentParser(), 0
    request = parser.feed(b"agi_network: yes\n")
    while request is None and taken < 1 << 30:
        request = parser.feed(b"y" * 65536)
        taken += 65536
    assert request is not None
    assert request.fault
    assert taken < 2 << 20


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_make_a_request_an_error_or_wait_for_more(data: bytes, size: int) -> None:
    """No other error gets out, whatever comes behind Asterisk's first line."""
    for chunk in (size, 10_000):
        for beginning in (b"", b"agi_network: yes\n"):
            with contextlib.suppress(ProtocolError):
                assert session(beginning + data, chunk).variables


@given(st.dictionaries(st.from_regex(r"\Aagi_[a-z0-9_]{1,20}\Z"), st.binary(max_size=40), min_size=1))
def test_what_was_written_is_read(values: dict[str, bytes]) -> None:
    """Any values without newline and NUL come out as they went in, in any encoding."""
    clean = {name: re.sub(rb"[\n\0]", b"", value) for name, value in values.items()}
    text = b"".join(name.encode() + b": " + value + b"\n" for name, value in clean.items())
    request = EnvironmentParser().feed(text + b"\n")
    assert request is not None
    for name, value in clean.items():
        assert request.get(name) == value.decode("utf-8", "replace")


@given(st.text(max_size=200))
def test_a_value_stays_within_its_quotes(value: str) -> None:
    """Whatever the value, the command is one line with one quoted word at its end."""
    command = set_variable("GATEKEEPER_LIST", value)
    assert re.fullmatch(rb'SET VARIABLE GATEKEEPER_LIST "(?:[^"\\\n\r\x00-\x1f]|\\["\\])*"\n', command)


@pytest.mark.parametrize(
    ("value", "command"),
    [
        ("ALLOW", b'SET VARIABLE V "ALLOW"\n'),
        ("", b'SET VARIABLE V ""\n'),
        ('a"\nHANGUP\n', b'SET VARIABLE V "a\\" HANGUP "\n'),
        ("\\", b'SET VARIABLE V "\\\\"\n'),
        ("a\r\0b\u2028c\x85d", b'SET VARIABLE V "a  b c d"\n'),
        ("é", 'SET VARIABLE V "é"\n'.encode()),
        ("\ud800", b'SET VARIABLE V "?"\n'),
    ],
)
def test_values_are_escaped_as_asterisk_reads_them(value: str, command: bytes) -> None:
    """Backslash and quote are escaped, control characters become blanks."""
    assert set_variable("V", value) == command


@pytest.mark.parametrize(("name", "value"), [("A B", "x"), ('A"', "x"), ("", "x"), ("A\n", "x"), ("A", "x" * 2000)])
def test_a_command_that_would_not_be_one_is_refused(name: str, value: str) -> None:
    """A name that is none, or a command longer than Asterisk reads."""
    with pytest.raises(ValueError, match=r"variable|longer"):
        set_variable(name, value)


OK = b"200 result=1\n"
REPLIES = {
    # replies, how many were refused
    "all done": (OK * 3, 0),
    "and the hangup that ends a session": (OK * 3 + b"HANGUP\n", 0),
    "a hangup in between": (OK + b"HANGUP\n" + b"511 Command Not Permitted on a dead channel\n" * 2, 2),
    "trying first": (b"100 Trying...\n" + OK * 3, 0),
    "an unknown command": (OK * 2 + b"510 Invalid or unknown command\n", 1),
    "a usage in several lines": (
        OK
        + b"520-Invalid command syntax.  Proper usage follows:\n Usage: x\nagi_x: 1\n520 End of proper usage.\n"
        + OK,
        1,
    ),
}


@CHUNKS
@pytest.mark.parametrize(("data", "refused"), REPLIES.values(), ids=REPLIES.keys())
def test_replies_are_counted(data: bytes, refused: int, size: int) -> None:
    """At any chunk size: when each command has its reply, and how many were not carried out."""
    parser = ReplyParser(3)
    states = [parser.feed(data[start : start + size]) for start in range(0, len(data), size)]
    assert states[-1]
    assert states == sorted(states)
    assert parser.refused == refused


@CHUNKS
@pytest.mark.parametrize(
    "data",
    [
        b"agi_callingpres: 0\n" + OK * 3,
        b"\n" + OK * 3,
        OK * 4,
        b"999 x\n",
        b"200\x00\n",
        b"200 " + b"x" * 1100 + b"\n",
        b"200 " + b"x" * 20_000,
        b"520-x\n" + b"y\n" * 10_000,
    ],
)
def test_what_is_no_reply_is_refused(data: bytes, size: int) -> None:
    """The rest of an environment above all."""
    parser = ReplyParser(3)
    with pytest.raises(ProtocolError):
        all(parser.feed(data[start : start + size]) is not None for start in range(0, len(data), size))


def test_several_variables_are_set_by_one_command() -> None:
    """Of plain words, in their order; an empty one stays empty."""
    command = set_variables({"A": "x", "B": "", "C_1": "01.5-a_b+c", "D": "09:00:00Z"})
    assert command == b'SET VARIABLE ARRAY(A,B,C_1,D) "x,,01.5-a_b+c,09:00:00Z"\n'


@given(st.text(min_size=1, max_size=20))
def test_what_array_would_take_apart_is_refused(value: str) -> None:
    """A value is a plain word, or there is no command."""
    if re.fullmatch(r"[A-Za-z0-9_.+:-]+", value):
        assert set_variables({"A": value}).decode() == f'SET VARIABLE ARRAY(A) "{value}"\n'
    else:
        with pytest.raises(ValueError, match="ARRAY"):
            set_variables({"A": value})


@pytest.mark.parametrize("values", [{"A)": "x"}, {"A,B": "x"}, {"": "x"}, {f"A{n}": "x" * 100 for n in range(20)}])
def test_a_command_for_several_that_would_not_be_one_is_refused(values: dict[str, str]) -> None:
    """A name that is none, or a command longer than Asterisk reads."""
    with pytest.raises(ValueError, match=r"variable|longer"):
        set_variables(values)
