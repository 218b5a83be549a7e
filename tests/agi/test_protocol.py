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


BAD = {
    # A newline in a value
    "another number": environment("0612345678", agi_calleridname="x\nagi_arg_1: 0699999999"),
    "an early end": environment("0612345678", agi_calleridname="x\nagi_arg_1: 0699999999\n\nagi_x: 1"),
    "a rest": environment("0612345678", agi_calleridname="x\ny"),
    "a variable of no AGI": environment(agi_calleridname="x\nfoo: 1"),
    "an empty name": environment(agi_calleridname="x\n: 1"),
    # Not what Asterisk writes
    "a request of HTTP": b"GET / HTTP/1.1\nHost: x\n\n",
    "no blank after the colon": b"agi_network:yes\n\n",
    "upper case": b"AGI_NETWORK: yes\n\n",
    "a NUL": environment(agi_calleridname="\0"),
    "nothing": b"\n\n",
    "only blank lines": b"agi_network: yes\n\n\n",
    # Too much
    "a long line": environment(agi_calleridname="x" * 1024),
    "a long name": b"agi_" + b"x" * 80 + b": 1\n\n",
    "a long environment": environment(*["x" * 1000] * 17),
    "no end": b"agi_network: yes\n" * 1200,
    "no newline": b"x" * 20_000,
    "something behind it": environment() + b"agi_arg_1: 0\n",
}


@CHUNKS
@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_what_asterisk_does_not_write_is_refused(data: bytes, size: int) -> None:
    """At whatever chunk size it comes, and without waiting for its end when that is far."""
    with pytest.raises(ProtocolError):
        whole_session(data, size)


def whole_session(data: bytes, size: int) -> None:
    """Feed an environment; what comes after it, before an answer, is a broken protocol to a connection, too."""
    parser = EnvironmentParser()
    for start in range(0, len(data), size):
        if parser.feed(data[start : start + size]) is not None and start + size < len(data):
            raise ProtocolError("more")


def test_a_line_without_end_is_cut_off() -> None:
    """A gigabyte of one line is refused with the first chunk that is too much for a line."""
    parser = EnvironmentParser()
    assert parser.feed(b"agi_x: " + b"y" * 1000) is None
    with pytest.raises(ProtocolError, match="line longer"):
        parser.feed(b"y" * 1000)


def test_an_environment_without_end_is_cut_off() -> None:
    """A gigabyte of good lines is refused with the first chunk too many."""
    parser = EnvironmentParser()
    for number in range(16):
        assert parser.feed(b"agi_x%d: %b\n" % (number, b"y" * 1000)) is None
    with pytest.raises(ProtocolError, match="environment is longer"):
        parser.feed(b"agi_z: %b\n" % (b"y" * 1000))


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_make_a_request_an_error_or_wait_for_more(data: bytes, size: int) -> None:
    """No other error gets out, and chunks make no difference."""
    outcomes = []
    for chunk in (size, 10_000):
        try:
            parser, found = EnvironmentParser(), None
            for start in range(0, len(data), chunk):
                found = parser.feed(data[start : start + chunk])
                if found is not None:
                    break
            outcomes.append(found)
        except ProtocolError:
            outcomes.append(None)
    assert all(outcome is None or outcome.variables for outcome in outcomes)


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
    command = set_variables({"A": "x", "B": "", "C_1": "01.5-a_b+c"})
    assert command == b'SET VARIABLE ARRAY(A,B,C_1) "x,,01.5-a_b+c"\n'


@given(st.text(min_size=1, max_size=20))
def test_what_array_would_take_apart_is_refused(value: str) -> None:
    """A value is a plain word, or there is no command."""
    if re.fullmatch(r"[A-Za-z0-9_.+-]+", value):
        assert set_variables({"A": value}).decode() == f'SET VARIABLE ARRAY(A) "{value}"\n'
    else:
        with pytest.raises(ValueError, match="ARRAY"):
            set_variables({"A": value})


@pytest.mark.parametrize("values", [{"A)": "x"}, {"A,B": "x"}, {"": "x"}, {f"A{n}": "x" * 100 for n in range(20)}])
def test_a_command_for_several_that_would_not_be_one_is_refused(values: dict[str, str]) -> None:
    """A name that is none, or a command longer than Asterisk reads."""
    with pytest.raises(ValueError, match=r"variable|longer"):
        set_variables(values)
