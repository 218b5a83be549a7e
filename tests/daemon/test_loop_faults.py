"""What fails in the event loop and is waited for by nobody: told with its place, and without anybody's number."""

import asyncio
import logging
import os
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
import uvloop

from gatekeeper.daemon.loop_faults import telling_faults
from lab.daemon import GatekeeperDaemon
from lab.fastagi import ask
from tests.desk.daemon_site import short_folder
from tests.desk.site import make_site

NUMBER = "0612345678"
FAULT = f"""
import asyncio

def fail(number):
    raise RuntimeError(number)

def begin():
    asyncio.get_running_loop().call_soon(fail, "{NUMBER}")
"""
OF_DAEMON = """
from gatekeeper.daemon.runtime import Runtime

def summary(self):
    begin()
    return before(self)

before, Runtime.summary = Runtime.summary, summary
"""
OF_DESK = """
import uvicorn

async def startup(self, *given, **named):
    begin()
    await before(self, *given, **named)

before, uvicorn.Server.startup = uvicorn.Server.startup, startup
"""


def fail(number: str) -> NoReturn:
    """As a callback does that gets what it does not understand."""
    raise RuntimeError(number)


async def work() -> str:
    """A callback that fails, a task that nobody waits for, and the work that goes on."""
    loop = asyncio.get_running_loop()
    loop.call_soon(fail, NUMBER)

    async def alone() -> None:
        fail(NUMBER)

    task = asyncio.create_task(alone())
    await asyncio.wait([task])
    del task
    loop.call_exception_handler({"message": "something is left over"})
    return "done"


@pytest.mark.parametrize("runner", ["asyncio", "uvloop"])
def test_faults_are_told_without_numbers(runner: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the error's text nor the callback's arguments; where it was, and what goes on goes on."""
    run = asyncio.run if runner == "asyncio" else uvloop.run
    with caplog.at_level(logging.DEBUG):
        assert run(telling_faults(work())) == "done"
    told = [one.getMessage() for one in caplog.records if one.name == "gatekeeper.daemon.loop_faults"]
    assert [one.partition("\n")[0] for one in told] == [
        "something failed that nobody waited for (RuntimeError, a fault of Gatekeeper); it happened here:",
        "something failed that nobody waited for (RuntimeError, a fault of Gatekeeper); it happened here:",
        "the event loop says: something is left over",
    ]
    assert "test_loop_faults.py" in told[0]
    assert NUMBER not in caplog.text


def with_fault(folder: Path, where: str) -> dict[str, str]:
    """The environment of a program whose code has a fault."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(FAULT + where)  # Python runs it before the program
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))}


def test_a_daemon_with_a_fault_goes_on(tmp_path: Path) -> None:
    """Its log has the place, once, and nobody's number."""
    with GatekeeperDaemon(tmp_path / "site", environment=with_fault(tmp_path / "code", OF_DAEMON)) as daemon:
        assert ask(daemon.fastagi_port, NUMBER)["GATEKEEPER_VERDICT"] == "ALLOW"
    assert faults(daemon.log_path) == 1


def test_a_desk_with_a_fault_goes_on(tmp_path: Path) -> None:
    """The same."""
    with short_folder() as folder:
        with make_site(Path(folder)).serving(with_fault(tmp_path / "code", OF_DESK)) as url:
            assert httpx.get(f"{url}/healthz", trust_env=False, timeout=60).status_code == httpx.codes.OK
        assert faults(Path(folder) / "desk.log") == 1


def faults(path: Path) -> int:
    """How many faults a log tells, none of them with a number."""
    log = path.read_text()
    assert NUMBER not in log
    return log.count("something failed that nobody waited for (RuntimeError, a fault of Gatekeeper)")
