import asyncio
import contextlib
import json
import os
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from gatekeeper.control import AskServer, DaemonClient
from gatekeeper.errors import DaemonError, ListError
from gatekeeper.net.limits import Limits
from tests.agi.gate import BLOCKED, Screen
from tests.waiting import until


@contextlib.asynccontextmanager
async def serving(path: Path, screen: Screen | None = None) -> AsyncIterator[AskServer]:
    """A daemon's socket, with an operation that fails, one whose answer is long, and one of two kinds."""

    async def fails(_: Mapping[str, str]) -> Mapping[str, object]:
        raise ListError("no such list")

    async def tells(_: Mapping[str, str]) -> Mapping[str, object]:
        return {"told": "é" * 500_000}

    async def record(asked: Mapping[str, str]) -> Mapping[str, object]:
        return {"recorded": asked["kind"]}

    more = {"fails": fails, "tells": tells, "record": record}
    server = AskServer.for_screening(
        screen or Screen(BLOCKED), more, path=path, mode=0o666, own=["tells", "record consent"]
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop(0.1)


async def test_what_is_asked_is_answered(tmp_path: Path) -> None:
    """Many at a time, a long answer whole; an error is raised with the daemon's words."""
    async with serving(tmp_path / "s"):
        client = DaemonClient(tmp_path / "s")
        answers = await asyncio.gather(*(client.ask({"dialled": "0612345678"}) for _ in range(20)))
        assert {str(answer["verdict"]) for answer in answers} == {"BLOCK"}
        assert await client.ask({"op": "tells"}, timeout=60) == {"told": "é" * 500_000}
        for asked, error in (({"op": "fails"}, "says: no such list"), ({"op": "none"}, "says: op is one of")):
            with pytest.raises(DaemonError, match=error):
                await client.ask(asked)


async def test_an_answer_that_does_not_come_is_waited_for_so_long(tmp_path: Path) -> None:
    """And who gives up, or is cancelled, leaves no connection behind."""
    screen = Screen(BLOCKED)
    screen.open.clear()
    async with serving(tmp_path / "s", screen) as server:
        client = DaemonClient(tmp_path / "s", timeout=0.2)
        with pytest.raises(DaemonError, match=r"within 0.2 s"):
            await client.ask({"dialled": "1"})
        asking = asyncio.create_task(client.ask({"dialled": "1"}, timeout=60))
        await until(lambda: len(screen.asked) == 2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await until(lambda: not server.counters()["connections"])


@pytest.mark.parametrize(
    ("said", "error"),
    [(b"", "without an answer"), (b'{"verd', "without an answer"), (b"[]\n", "no object"), (b"x" * 300, "longer than")],
)
async def test_no_answer_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes, error: str) -> None:
    """Whatever listens there: it closes, it says half of something, it says something else, it does not end."""
    monkeypatch.setattr("gatekeeper.control.async_client.MOST_ANSWERED", 100)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(said)
        writer.close()

    server = await asyncio.start_unix_server(answer, tmp_path / "s")
    async with server:
        with pytest.raises(DaemonError, match=error):
            await DaemonClient(tmp_path / "s").ask({"op": "ping"})


async def test_nobody_listens(tmp_path: Path) -> None:
    """No socket, one that a dead daemon left, or one that answers no more: each is told with what to do."""
    with pytest.raises(DaemonError, match="gatekeeper serve"):
        await DaemonClient(tmp_path / "s").ask({"op": "ping"})
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "left"))
        with pytest.raises(DaemonError, match="gatekeeper serve"):
            await DaemonClient(tmp_path / "left").ask({"op": "ping"})


ANOTHER = """
import socket, sys
peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
peer.sendall(sys.argv[2].encode() + b"\\n")
print(peer.makefile().readline())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
async def test_what_is_for_the_daemons_own_user_is_for_nobody_else(tmp_path: Path) -> None:
    """Whoever else may connect asks all the rest."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s"
        path.parent.chmod(0o755)
        async with serving(path):
            for asked, said in (
                ({"op": "tells"}, "tells is asked by the daemon's own user alone"),
                ({"op": "record", "kind": "consent"}, "record consent is asked by the daemon's own user alone"),
                ({"op": "record", "kind": "withdrawal"}, "withdrawal"),
                ({"op": "ping"}, "pong"),
            ):
                assert said in await asyncio.to_thread(_by_nobody, path, asked)


def _by_nobody(path: Path, asked: dict[str, str]) -> str:
    command = ["/usr/bin/env", "python3", "-c", ANOTHER, str(path), json.dumps(asked)]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, user=65534, group=65534
    ).stdout


async def test_what_waits_for_a_disk_has_more_time(tmp_path: Path) -> None:
    """A change that no call waits for is not given up after the second that an answer to a call may take."""

    async def waits(_: Mapping[str, str]) -> Mapping[str, object]:
        await asyncio.sleep(0.6)
        return {"done": True}

    limits = Limits(answer_s=0.2)
    more = {"waits": waits, "hurries": waits}
    server = AskServer.for_screening(Screen(BLOCKED), more, path=tmp_path / "s", limits=limits, slow=["waits"])
    await server.start()
    try:
        client = DaemonClient(tmp_path / "s")
        assert await client.ask({"op": "waits"}) == {"done": True}
        with pytest.raises(DaemonError, match="could not be answered"):
            await client.ask({"op": "hurries"})
    finally:
        await server.stop(0.1)
