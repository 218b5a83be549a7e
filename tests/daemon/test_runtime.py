"""The daemon's parts: their order, what happens when one can't start, and what they tell together."""

import asyncio
import dataclasses
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gatekeeper.config import load
from gatekeeper.daemon.assembly import build_parts
from gatekeeper.daemon.part import Background, Closed, Part
from gatekeeper.daemon.runtime import GRACE_SECONDS, Runtime
from gatekeeper.errors import DaemonError
from lab.ports import free_port
from tests.daemon.configurations import MOST_PARTS

EVERYTHING = (
    MOST_PARTS
    + """
[metrics]
enabled = true
port = {metrics}
[alerts]
enabled = true
syslog = "/dev/log"
"""
)


@dataclasses.dataclass
class Told:
    """A part that tells what is done with it; `fails` says where it fails."""

    name: str
    told: list[str]
    fails: str = ""
    trouble: str = ""

    @property
    def address(self) -> str:
        return f"at {self.name}" if self.name != "b" else ""

    def counters(self) -> Mapping[str, int]:
        return {"told": len(self.told)}

    async def start(self) -> None:
        self._tell("start")

    async def stop(self, grace: float, /) -> None:
        assert grace == GRACE_SECONDS
        self._tell("stop")

    def _tell(self, what: str) -> None:
        self.told.append(f"{what} {self.name}")
        if self.fails == what:
            raise DaemonError(f"{self.name} can't {what}")


async def test_parts_start_in_order_and_stop_in_reverse() -> None:
    """The next one is built when the one before has been started."""
    told: list[str] = []

    def parts() -> Iterator[Part]:
        for name in "abc":
            told.append(f"build {name}")
            yield Told(name, told, trouble="ill" if name != "b" else "")

    async with Runtime(parts()) as runtime:
        assert told == ["build a", "start a", "build b", "start b", "build c", "start c"]
        assert runtime.summary() == "at a; at c"
        assert runtime.trouble() == "ill; ill"
        assert runtime.counters() == {name: {"told": 6} for name in "abc"}
        told.clear()
    assert told == ["stop c", "stop b", "stop a"]


@pytest.mark.parametrize("failing", range(4))
@pytest.mark.parametrize("building", [False, True])
async def test_one_that_cannot_start_stops_those_before_it(failing: int, *, building: bool) -> None:
    """Whichever it is, and whether it can't be built or can't be started; those after it are never built."""
    told: list[str] = []

    def parts() -> Iterator[Part]:
        for place in range(4):
            if building and place == failing:
                raise DaemonError("can't be built")
            yield Told(str(place), told, fails="start" if place == failing else "")

    with pytest.raises(DaemonError):
        async with Runtime(parts()):
            pytest.fail("it is not to be served")
    started = [f"start {place}" for place in range(failing + (not building))]
    assert told == started + [f"stop {place}" for place in reversed(range(failing))]


async def test_one_that_cannot_stop_keeps_no_other_running() -> None:
    """The others are stopped, and the fault is told."""
    told: list[str] = []
    with pytest.raises(DaemonError, match="b can't stop"):
        async with Runtime([Told("a", told), Told("b", told, fails="stop"), Told("c", told)]):
            told.clear()
    assert told == ["stop c", "stop b", "stop a"]


def everything(folder: Path, **taken: int) -> Iterator[Part]:
    """The parts of a daemon with everything switched on."""
    file = folder / "gatekeeper.toml"
    ports = {name: free_port() for name in ("fastagi", "ami", "proxy", "metrics")} | taken
    (folder / "data").mkdir()
    file.write_text(EVERYTHING.format(folder=folder, **ports))
    return build_parts(load(file, {}))


async def test_every_part_of_a_daemon_has_a_name_and_a_place(tmp_path: Path) -> None:
    """Every part has a name of its own, and tells where it is; a database that breaks shows in the health."""
    async with Runtime(everything(tmp_path)) as runtime:
        assert list(runtime.counters()) == [
            "the lists",
            "the journal",
            "the journal's reader",
            "the registries that are asked",
            "the stores of further facts",
            "the red list's writer",
            "the watched inbox",
            "imports that people ask for",
            "the writer of lists and consents",
            "the control socket",
            "the FastAGI server",
            "the AMI proxy",
            "the watchdog",
            "the metrics",
            "the alerts",
        ]
        summary = runtime.summary()
        for said in ("lists: asked (0), red (0)", "inbox /", "socket /", "FastAGI 127.0.0.1:", "AMI 127.0.0.1:"):
            assert said in summary
        assert "watching Asterisk at 127.0.0.1:" in summary
        assert runtime.counters()["the lists"] == {"lists": 2, "numbers": 0, "faults": 0}


def left_open(folder: Path) -> list[str]:
    """The socket and the open write-ahead logs."""
    return [file.name for file in folder.rglob("*") if file.is_socket() or file.name.endswith("-wal")]


@pytest.mark.parametrize("which", ["fastagi", "proxy", "metrics"])
async def test_a_daemon_that_cannot_start_leaves_nothing_open(tmp_path: Path, which: str) -> None:
    """Where another program has the port of a part, neither a socket nor an open log is left behind."""
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(DaemonError, match="can't listen"):
        async with Runtime(everything(tmp_path, **{which: other.getsockname()[1]})):
            pytest.fail("it is not to be served")
    assert left_open(tmp_path) == []


async def test_a_broken_log_is_unhealthy(tmp_path: Path) -> None:
    """The trouble of the journal and of the lists is the daemon's."""
    parts = everything(tmp_path)
    for name in ("journal.sqlite3", "lists.sqlite3"):
        (tmp_path / "data" / name).mkdir()
    async with Runtime(parts) as runtime:
        for said in ("journal.sqlite3", "lists.sqlite3"):
            assert said in runtime.trouble()


async def test_background_work_is_begun_and_ended() -> None:
    """It runs beside the rest, and is ended at once; what only has to be closed is, at the end."""
    told: list[str] = []
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        raise ValueError

    async def close() -> None:
        told.append("closed")

    part = Background("the work", work, "a place")
    await part.start()
    await begun.wait()
    assert "the work failed" in part.trouble
    assert part.counters() == {"faults": 1}
    await part.stop(0)
    for closing in (close, lambda: told.append("closed, too")):
        closed = Closed("a thing", closing)
        await closed.start()
        await closed.stop(0)
    assert told == ["closed", "closed, too"]
