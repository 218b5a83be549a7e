import asyncio
import contextlib
import grp
import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper import __version__
from gatekeeper.control import AskServer, ask
from gatekeeper.control.protocol import QuestionParser, encode, parse_question, question_of
from gatekeeper.errors import DaemonError, ListError, ProtocolError
from gatekeeper.net.limits import Limits
from gatekeeper.policy import Gate
from gatekeeper.screening import Question
from gatekeeper.screening.call import Said
from tests.agi.gate import BLOCKED, Screen, heard

CHUNKS = pytest.mark.parametrize("size", [4096, 128, 16, 1])
SCREENED = {
    "verdict": "BLOCK",
    "reason": "LISTED",
    "list": "bloctel",
    "decision": BLOCKED.id,
    "cause": 21,
    "provision": "FR-HOURS",
    "retry_at": "2026-11-26T09:59:00Z",
}


UNANSWERED = (
    b'{"error": "this question could not be answered: the daemon\'s log says why", "passing": true, "unknown": true}\n'
)


@CHUNKS
def test_a_question_is_read_in_chunks_of_any_size(size: int) -> None:
    """It is there with the newline, not before."""
    asked = {"op": "screen", "dialled": '+33 6 12\n"é\u2028'}
    data = encode(asked)
    parser = QuestionParser()
    found = [parser.feed(data[start : start + size]) for start in range(0, len(data), size)]
    assert found == [None] * (len(found) - 1) + [asked]


@pytest.mark.parametrize("field", ["emergency", "caller", "living", "timeless", "counted", "begun", "goods"])
@pytest.mark.parametrize("value", ["", "1", "true"])
def test_nobody_may_say_what_the_daemon_finds_out_itself(field: str, value: str) -> None:
    """A question is refused that says that a number is an emergency, that a call was counted, or when it began."""
    with pytest.raises(ProtocolError, match="no fields but"):
        question_of({"op": "screen", "dialled": "0612345678", field: value})


def test_a_question_says_what_the_call_says_of_itself() -> None:
    """In one text, as it stands in the script's argument; what can't be read is a fault, not an error."""
    asked = {"dialled": "0612345678", "said": "&goods=insurance&contact=4711"}
    assert question_of(asked).said == Said(goods="insurance", contact="4711")
    assert question_of({**asked, "said": "garbage"}).said.fault


@CHUNKS
@pytest.mark.parametrize(
    "data",
    [
        b"\n",
        b"hello\n",
        b"[]\n",
        b'"x"\n',
        b"{}\n{}\n",
        b'{"dialled": 33612345678}\n',
        b'{"dialled": null}\n',
        b'{"dialled": {"x": "y"}}\n',
        b'{"dialled": "1", "dialled": "2"}\n',
        b'{"dialled": "\xff"}\n',
        b'{"dialled": "' + b"1" * 1025 + b'"}\n',
        b'{"dialled": "1"' + b" " * 262_144,
        b"[" * 10_000 + b"\n",
        b"x" * 262_144 + b"\n",
    ],
)
def test_what_is_no_question_is_refused(data: bytes, size: int) -> None:
    """At any chunk size."""
    parser = QuestionParser()
    with pytest.raises(ProtocolError):
        all(parser.feed(data[start : start + size]) != {"?": "?"} for start in range(0, len(data), size))


@given(st.binary(max_size=200))
def test_any_line_is_a_question_or_an_error(line: bytes) -> None:
    """Nothing else gets out."""
    with contextlib.suppress(ProtocolError):
        assert all(isinstance(value, str) for value in parse_question(line).values())


@given(st.dictionaries(st.text(max_size=10).filter(lambda name: name != "attempts"), st.text(max_size=20)))
def test_what_was_asked_is_read(asked: dict[str, str]) -> None:
    """Encoded and parsed, a question is the same; the line has no newline but its own."""
    line = encode(asked)
    assert line.count(b"\n") == 1
    assert parse_question(line[:-1]) == asked


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ({"dialled": "0612345678"}, Question("0612345678", Gate.AGI_SCRIPT)),
        ({"op": "screen", "dialled": "1", "gate": "CLI", "campaign": "c"}, Question("1", Gate.CLI, "c")),
        ({"dialled": "\ud800"}, Question("?", Gate.AGI_SCRIPT)),
        # Not to be answered
        ({}, None),
        ({"dialled": ""}, None),
        ({"dialled": "1", "gate": "x"}, None),
        ({"dialled": "1", "verdict": "ALLOW"}, None),
    ],
)
def test_a_question_has_its_own_fields_and_a_gate(asked: dict[str, str], question: Question | None) -> None:
    """Only those of a question, with the script as the gate where none is named."""
    if question is None:
        with pytest.raises(ProtocolError):
            question_of(asked)
    else:
        assert question_of(asked) == question


@contextlib.asynccontextmanager
async def serving(path: Path, screen: Screen | None = None, **options: object) -> AsyncIterator[AskServer]:
    """A server on a socket."""

    async def fails(_: Mapping[str, str]) -> Mapping[str, object]:
        raise ListError("no such list")

    async def crashes(asked: Mapping[str, str]) -> Mapping[str, object]:
        raise RuntimeError(asked["secret"])

    screen = screen or Screen(BLOCKED)
    server = AskServer.for_screening(screen, {"fails": fails, "crashes": crashes}, path=path, **options)  # type: ignore[arg-type]
    await server.start()
    try:
        yield server
    finally:
        await server.stop(0.1)


async def asked(path: Path, data: bytes) -> bytes:
    """What a peer hears that sends this."""
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(data)
    answer = await heard(reader)
    writer.close()
    return answer


async def test_a_question_gets_its_answer(tmp_path: Path) -> None:
    """With all that a gate needs, in one line; then the connection is closed."""
    async with serving(tmp_path / "s") as server:
        answer = await asyncio.to_thread(ask, tmp_path / "s", {"dialled": "0612345678"})
        assert answer == SCREENED
        pong = json.loads(await asked(tmp_path / "s", b'{"op": "ping"}\n'))
        assert pong == {"pong": True, "version": __version__}
        assert server.seen.answered == 2


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"hello\n", "JSON"),
        (b'{"op": "nothing"}\n', "op is one of"),
        (b'{"op": "fails"}\n', "no such list"),
        (b'{"op": "screen"}\n', "dialled"),
        (b"x" * 262_144, "longer"),
        (b'{"dialled": "1", "refused": "LISTED"}\n', "refused is one of"),
    ],
)
async def test_a_question_that_cannot_be_answered_is_told_why(tmp_path: Path, data: bytes, error: str) -> None:
    """In the answer; the next question is none the worse."""
    async with serving(tmp_path / "s"):
        assert error in json.loads(await asked(tmp_path / "s", data))["error"]
        with pytest.raises(DaemonError, match="says: op is one of"):
            await asyncio.to_thread(ask, tmp_path / "s", {"op": "nothing"})
        assert json.loads(await asked(tmp_path / "s", b'{"dialled": "1"}\n')) == SCREENED


async def test_a_fault_is_told_without_its_text(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is no answer, nor a closed connection, and what was asked is not in the log."""
    async with serving(tmp_path / "s") as server:
        assert await asked(tmp_path / "s", b'{"op": "crashes", "secret": "0612345678"}\n') == UNANSWERED
        assert server.seen.failed == 1
        assert "0612345678" not in caplog.text


async def test_silent_peers_are_closed_and_the_others_answered(tmp_path: Path) -> None:
    """One that does not ask or leaves is closed, one whose answer does not come is told; others are answered."""
    screen = Screen(BLOCKED)
    async with serving(tmp_path / "s", screen, limits=Limits(environment_s=0.3, answer_s=0.3)) as server:
        _, leaving = await asyncio.open_unix_connection(tmp_path / "s")
        leaving.write(b'{"dialled')
        leaving.close()
        silent, writer = await asyncio.open_unix_connection(tmp_path / "s")
        assert json.loads(await asked(tmp_path / "s", b'{"dialled": "1"}\n')) == SCREENED
        assert await asyncio.wait_for(heard(silent), 20) == b""
        writer.close()
        screen.open.clear()
        assert await asyncio.wait_for(asked(tmp_path / "s", b'{"dialled": "1"}\n'), 20) == UNANSWERED
        assert (server.seen.gone, server.seen.late) == (1, 2)


async def test_the_socket_has_its_mode_and_owner_from_the_start(tmp_path: Path) -> None:
    """Nobody sees it with others; it goes with the server."""
    path = tmp_path / "s"
    group = grp.getgrgid(os.getgid()).gr_name
    async with serving(path, mode=0o640, owner=os.getuid(), group=group):
        state = path.stat()
        assert stat.S_IMODE(state.st_mode) == 0o640
        assert (state.st_uid, state.st_gid) == (os.getuid(), os.getgid())
        assert sorted(os.listdir(tmp_path)) == ["s", "s.lock"]  # noqa: PTH208
    assert not path.exists()


async def test_a_socket_that_a_dead_daemon_left_is_replaced(tmp_path: Path) -> None:
    """Left by a process that was killed."""
    path = tmp_path / "s"
    program = "import os, socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); os._exit(0)"
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)  # noqa: ASYNC221 - it ends at once
    assert path.is_socket()
    async with serving(path):
        assert json.loads(await asked(path, b'{"dialled": "1"}\n')) == SCREENED


async def test_a_socket_in_use_is_left_alone(tmp_path: Path) -> None:
    """A second daemon does not start; the first goes on."""
    path = tmp_path / "s"
    async with serving(path):
        with pytest.raises(DaemonError, match="another daemon"):
            async with serving(path):
                pass
        assert json.loads(await asked(path, b'{"dialled": "1"}\n')) == SCREENED


def left_by_another(path: Path) -> socket.socket:
    """A program that is no daemon of ours listens."""
    other = socket.socket(socket.AF_UNIX)
    other.bind(str(path))
    other.listen()
    return other


def a_file(path: Path) -> None:
    """A file is there."""
    path.write_text("precious")


@pytest.mark.parametrize("there", [left_by_another, a_file])
async def test_what_is_not_ours_is_left_alone(tmp_path: Path, there: Callable[[Path], object]) -> None:
    """Whatever is at the path and was not left by a dead daemon stays."""
    path = tmp_path / "s"
    kept = there(path)
    before = path.lstat().st_ino
    with pytest.raises(DaemonError, match=r"\[socket\] path"):
        async with serving(path):
            pass
    assert path.lstat().st_ino == before
    if isinstance(kept, socket.socket):
        kept.close()


@pytest.mark.parametrize(
    ("where", "options", "match"),
    [
        ("missing/s", {}, "folder must exist"),
        ("x" * 120, {}, "too long"),
        ("s", {"group": "no-such-group"}, "owner"),
    ],
)
async def test_a_socket_that_cannot_be_made_is_an_error_that_says_why(
    tmp_path: Path, where: str, options: dict[str, str], match: str
) -> None:
    """And nothing is left of the attempt."""
    with pytest.raises(DaemonError, match=match):
        async with serving(tmp_path / where, **options):
            pass
    assert set(os.listdir(tmp_path)) <= {"s.lock"}  # noqa: PTH208


def test_the_error_where_nobody_listens_says_how_to_start_the_daemon(tmp_path: Path) -> None:
    """The error says how to start the daemon."""
    with pytest.raises(DaemonError, match="gatekeeper serve"):
        ask(tmp_path / "s", {"op": "ping"})


def test_asking_a_daemon_that_does_not_answer(tmp_path: Path) -> None:
    """A frozen daemon, and one that closes without a word, are errors in time."""
    with left_by_another(tmp_path / "s") as frozen:
        with pytest.raises(DaemonError, match="does not answer"):
            ask(tmp_path / "s", {"op": "ping"}, timeout=0.1)
        frozen.accept()[0].close()

        def close_the_next() -> None:
            frozen.accept()[0].close()

        closing = threading.Thread(target=close_the_next)
        closing.start()
        with pytest.raises(DaemonError, match="answer"):
            ask(tmp_path / "s", {"op": "ping"}, timeout=2)
        closing.join()
