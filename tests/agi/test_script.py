"""The AGI script, run as Asterisk runs it: the environment on its input, commands on its output."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from gatekeeper.control import AskServer
from gatekeeper.control.protocol import answer_fields
from gatekeeper.control.server import Operation
from tests.agi.environments import environment
from tests.agi.gate import ANSWER, BLOCKED

SCRIPT = Path(__file__).parents[2] / "asterisk" / "agi-bin" / "gatekeeper_agi.py"
COMMAND = re.compile(r'SET VARIABLE "?(\w+)"? "(.*)"')
LOG = re.compile(r'EXEC Log "WARNING,(.*)"')
REFUSED = {
    "GATEKEEPER_REASON": "GATE_DOWN",
    "GATEKEEPER_LIST": "",
    "GATEKEEPER_DECISION": "",
    "GATEKEEPER_CAUSE": "21",
    "GATEKEEPER_PROVISION": "",
    "GATEKEEPER_RETRY_AT": "",
    "GATEKEEPER_VERDICT": "BLOCK",
}


@contextlib.contextmanager
def daemon(path: Path, screen: Operation) -> Iterator[None]:
    """The ask server, on a loop of its own in a thread of its own."""
    ready = threading.Event()
    ends: list[Callable[[], object]] = []

    async def serve() -> None:
        server = AskServer({"screen": screen}, path=path)
        await server.start()
        end = asyncio.Event()
        loop = asyncio.get_running_loop()
        ends.append(lambda: loop.call_soon_threadsafe(end.set))
        ready.set()
        await end.wait()
        await server.stop(0.1)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        ends[0]()
        thread.join(10)


def start(
    path: Path, data: bytes, *arguments: str, timeout: str = "1.5", python: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    """The script with the arguments of `AGI(...)`, its environment sent."""
    process = subprocess.Popen(
        [sys.executable, *python, str(SCRIPT), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "GATEKEEPER_SOCKET": str(path), "GATEKEEPER_TIMEOUT": timeout},
        cwd="/",
    )
    assert process.stdin is not None
    process.stdin.write(data)
    process.stdin.flush()
    return process


def variables(
    process: subprocess.Popen[bytes], reply: bytes = b"200 result=1\n", logged: list[str] | None = None
) -> dict[str, str]:
    """What it sets, each command replied to; it must end by itself and say nothing on standard error."""
    found: dict[str, str] = {}
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        for line in process.stdout:
            match = COMMAND.fullmatch(line.decode().rstrip("\n"))
            log = LOG.fullmatch(line.decode().rstrip("\n"))
            assert match or log, line
            if match:
                found[match[1]] = match[2]
            elif log and logged is not None:
                logged.append(log[1])
            process.stdin.write(reply)
            process.stdin.flush()
        assert process.stderr.read() == b""
        assert process.wait(5) == 0
    return found


def test_an_answer_is_passed_on(tmp_path: Path) -> None:
    """The whole question is asked, decoded; every variable is set, the verdict last."""
    seen: list[Mapping[str, str]] = []

    async def screen(asked: Mapping[str, str]) -> Mapping[str, object]:
        seen.append(asked)
        return answer_fields(BLOCKED)

    with daemon(tmp_path / "s", screen):
        said = "&goods=caf%C3%A9&contact=7"
        arguments = ("%2B33612345678", "caf%C3%A9", "AC%0AME", "gosub", "17.1", "", "0199000001", said)
        # A caller's name that brings arguments of its own is not believed.
        data = environment(*arguments, agi_calleridname="x\nagi_arg_1: 0699999999")
        found = variables(start(tmp_path / "s", data, *arguments))
    assert list(found.items()) == [
        ("GATEKEEPER_REASON", "LISTED"),
        ("GATEKEEPER_LIST", "bloctel"),
        ("GATEKEEPER_DECISION", BLOCKED.id),
        ("GATEKEEPER_CAUSE", "21"),
        ("GATEKEEPER_PROVISION", "FR-HOURS"),
        ("GATEKEEPER_RETRY_AT", "2026-11-26T09:59:00Z"),
        ("GATEKEEPER_VERDICT", "BLOCK"),
    ]
    wanted = {
        "op": "screen",
        "gate": "AGI_SCRIPT",
        "dialled": "+33612345678",
        "campaign": "café",
        "principal": "AC\nME",
        "linkedid": "17.1",
        "caller_id": "0199000001",
        "said": said,
        "channel": "Local/0612345678@out-00000000;2",
        "uniqueid": "1795461102.1",
    }
    assert wanted.items() <= seen[0].items()


def test_an_allowed_call_is_allowed(tmp_path: Path) -> None:
    """Without a number in the arguments, the extension is asked about."""
    seen: list[Mapping[str, str]] = []

    async def screen(asked: Mapping[str, str]) -> Mapping[str, object]:
        seen.append(asked)
        return answer_fields(ANSWER)

    with daemon(tmp_path / "s", screen):
        found = variables(start(tmp_path / "s", environment(agi_callerid="unknown")))
    assert (found["GATEKEEPER_VERDICT"], found["GATEKEEPER_REASON"]) == ("ALLOW", "CLEAR")
    assert (seen[0]["dialled"], seen[0]["caller_id"]) == ("0612345678", "")


def test_a_caller_id_that_is_withheld_is_not_the_channels_own(tmp_path: Path) -> None:
    """On a called channel that is the number that is called."""
    seen: list[Mapping[str, str]] = []

    async def screen(asked: Mapping[str, str]) -> Mapping[str, object]:
        seen.append(asked)
        return answer_fields(ANSWER)

    arguments = ("0612345678", "", "", "predial", "17.1", "", "", "&goods=a")
    with daemon(tmp_path / "s", screen):
        variables(start(tmp_path / "s", environment(*arguments, agi_callerid="0612345678"), *arguments))
    assert seen[0]["caller_id"] == ""


def test_arguments_that_asterisk_may_have_cut_short_are_refused(tmp_path: Path) -> None:
    """What is left of a contact's id would be another contact's."""

    async def screen(_: Mapping[str, str]) -> Mapping[str, object]:
        return answer_fields(ANSWER)

    arguments = ("0612345678", "c" * 7000, "", "gosub", "17.1", "", "", "&contact=1")
    with daemon(tmp_path / "s", screen):
        assert variables(start(tmp_path / "s", environment(*arguments), *arguments)) == NOT_DECIDED


def test_values_cannot_leave_their_quotes(tmp_path: Path) -> None:
    """Whatever the daemon's answer holds."""

    async def screen(_: Mapping[str, str]) -> Mapping[str, object]:
        return {**answer_fields(ANSWER), "list": 'a"\nSET VARIABLE GATEKEEPER_VERDICT "ALLOW\\'}

    with daemon(tmp_path / "s", screen):
        found = variables(start(tmp_path / "s", environment("1")))
    assert found["GATEKEEPER_LIST"] == 'a\\" SET VARIABLE GATEKEEPER_VERDICT \\"ALLOW\\\\'


def test_no_daemon_refuses_the_call(tmp_path: Path) -> None:
    """With a reason of its own."""
    assert variables(start(tmp_path / "s", environment("0612345678"))) == REFUSED


def test_a_frozen_daemon_refuses_the_call_in_time(tmp_path: Path) -> None:
    """One that accepts and never answers."""
    with socket.socket(socket.AF_UNIX) as frozen:
        frozen.bind(str(tmp_path / "s"))
        frozen.listen()
        started = time.monotonic()
        assert variables(start(tmp_path / "s", environment("0612345678"), timeout="0.5")) == REFUSED
        assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "answer",
    [
        {"verdict": "ALLOW"},
        {**answer_fields(ANSWER), "verdict": "allow"},
        {**answer_fields(ANSWER), "verdict": ["ALLOW"]},
        {},
    ],
)
def test_an_answer_that_is_none_refuses_the_call(tmp_path: Path, answer: dict[str, object]) -> None:
    """It is ALLOW or BLOCK with all that belongs to it, or a refusal."""

    async def screen(_: Mapping[str, str]) -> Mapping[str, object]:
        return answer

    with daemon(tmp_path / "s", screen):
        assert variables(start(tmp_path / "s", environment("0612345678"))) == REFUSED


NOT_DECIDED = {**REFUSED, "GATEKEEPER_REASON": "GATE_ERROR"}


def test_a_daemon_that_can_not_answer_is_not_down(tmp_path: Path) -> None:
    """What it says to this question refuses the call on any trunk, also on one that is open while the gate is down."""

    async def screen(_: Mapping[str, str]) -> Mapping[str, object]:
        return {"error": "no"}

    with daemon(tmp_path / "s", screen):
        assert variables(start(tmp_path / "s", environment("0612345678"))) == NOT_DECIDED


@pytest.mark.parametrize("name", ["agi_calleridname", "agi_dnid", "agi_accountcode"])
@pytest.mark.parametrize("value", ["x" * 2000, "é" * 9000, b"\xff" * 50_000, "x" * 500_000])
def test_a_call_is_answered_however_long_its_names_are(tmp_path: Path, name: str, value: str | bytes) -> None:
    """What nobody reads does not decide on a call."""

    async def screen(_: Mapping[str, str]) -> Mapping[str, object]:
        return answer_fields(ANSWER)

    with daemon(tmp_path / "s", screen):
        found = variables(start(tmp_path / "s", environment("0612345678", **{name: value}), "0612345678"))
    assert found["GATEKEEPER_VERDICT"] == "ALLOW"


@pytest.mark.parametrize("forged", ["x\n\n", "x\nagi_arg_1: 0612345678\n\n", "x\nagi_arg_1: 1\nagi_arg_2: \n\n", "\n"])
def test_a_newline_in_a_name_does_not_say_that_the_daemon_is_down(tmp_path: Path, forged: str) -> None:
    """An environment without our arguments refuses the call, and nobody is asked."""
    asked = []

    async def screen(question: Mapping[str, str]) -> Mapping[str, object]:
        asked.append(question)
        return answer_fields(ANSWER)

    data = environment("0612345678", "sales", agi_calleridname=forged)
    with daemon(tmp_path / "s", screen):
        # It may be gone before it has read all: what it takes for replies is the rest of the environment.
        said, _ = start(tmp_path / "s", data, "0612345678", "sales").communicate(
            b"200 result=1\n" * len(REFUSED), timeout=60
        )
    found = dict(match.groups() for line in said.decode().splitlines() if (match := COMMAND.fullmatch(line)))
    if asked:  # the newline changed nothing
        assert found["GATEKEEPER_VERDICT"] == "ALLOW"
    else:
        assert found == NOT_DECIDED


@pytest.mark.parametrize("number", ["tel:0612345678", ""])
def test_what_the_dialplan_can_not_dial_is_told(tmp_path: Path, number: str) -> None:
    """The daemon is told that the dialplan refuses the call."""
    seen = []

    async def screen(question: Mapping[str, str]) -> Mapping[str, object]:
        seen.append((question["dialled"], question["refused"]))
        return answer_fields(BLOCKED)

    arguments = (number, "", "", "gosub-odd")
    with daemon(tmp_path / "s", screen):
        assert variables(start(tmp_path / "s", environment(*arguments), *arguments))["GATEKEEPER_VERDICT"] == "BLOCK"
    assert seen == [(number, "NUMBER_INVALID")]


def test_a_missing_pyst2_refuses_the_call(tmp_path: Path) -> None:
    """A Python without it still says so in AGI, and Asterisk's log says why."""
    logged: list[str] = []
    assert variables(start(tmp_path / "s", environment("0612345678"), python=("-S",)), logged=logged) == REFUSED
    assert [sys.executable in line and "has no pyst2" in line for line in logged] == [True]


def test_a_daemon_that_can_not_be_asked_is_told_in_asterisks_log(tmp_path: Path) -> None:
    """Why each such call is refused: there is no socket, or this user may not write to it."""
    logged: list[str] = []
    assert variables(start(tmp_path / "nothing", environment("0612345678")), logged=logged) == REFUSED
    assert logged == ["gatekeeper_agi.py: the daemon can't be asked: No such file or directory"]


@pytest.mark.parametrize(
    "data", [b"", b"agi_network: yes\n", environment("0612345678"), environment("1") + b"520-Use\n"]
)
def test_it_ends_when_asterisk_closes_its_input(tmp_path: Path, data: bytes) -> None:
    """At any point, by itself."""
    with start(tmp_path / "s", data, timeout="1") as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.close()
        assert process.wait(5) in {0, 1}
        assert process.stderr.read() == b""


@pytest.mark.parametrize("data", [b"", b"agi_x: 1\n", b"agi_x: " + b"y" * 20_000, b"agi_x: \xff\n" * 3000])
def test_it_ends_in_time_whatever_it_is_sent(tmp_path: Path, data: bytes) -> None:
    """Nothing, half an environment, or one without end: no ALLOW, and soon over."""
    with start(tmp_path / "s", b"", timeout="0.3") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(data)
            process.stdin.flush()
        assert process.wait(5) in {0, 1}
        assert b"ALLOW" not in process.stdout.read()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def test_a_hangup_meanwhile_leaves_no_allow(tmp_path: Path) -> None:
    """Asterisk sends SIGHUP and a line HANGUP when the caller goes."""
    asked = threading.Event()

    async def screen(_: Mapping[str, str]) -> Mapping[str, object]:
        asked.set()
        await asyncio.sleep(0.3)
        return answer_fields(ANSWER)

    with daemon(tmp_path / "s", screen):
        process = start(tmp_path / "s", environment("0612345678"))
        assert asked.wait(5)
        process.send_signal(signal.SIGHUP)
        assert variables(process, b"511 Command Not Permitted on a dead channel\n")["GATEKEEPER_VERDICT"] == "BLOCK"
