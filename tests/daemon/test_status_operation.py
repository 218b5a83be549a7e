"""The daemon tells over its socket how it and its parts are."""

from pathlib import Path

import pytest

from gatekeeper.control import ask
from gatekeeper.daemon.measuring import Observed
from gatekeeper.daemon.operations.status import status_operation
from gatekeeper.daemon.part import Closed
from gatekeeper.errors import ProtocolError
from lab.daemon import GatekeeperDaemon


class Ailing(Closed):
    """A part that has a trouble."""

    trouble = "Asterisk does not answer"


async def test_tells_what_does_not_work(tmp_path: Path) -> None:
    """Parts in trouble are named with it; only lists, journal and screening keep calls from being decided."""
    observed = Observed(tmp_path, {})
    observed.screening = type("Fine", (), {"trouble": ""})()  # type: ignore[assignment]  # all that is looked at
    observed.parts += [Closed("the journal", lambda: None), Ailing("the watchdog", lambda: None)]
    answer = await status_operation(observed)({"op": "status"})
    assert answer["ready"]
    assert answer["beside"] == ["the watchdog: Asterisk does not answer"]
    assert answer["parts"] == [
        {"name": "the journal", "address": "", "trouble": ""},
        {"name": "the watchdog", "address": "", "trouble": "Asterisk does not answer"},
    ]
    observed.parts.append(Ailing("the lists", lambda: None))
    assert not (await status_operation(observed)({"op": "status"}))["ready"]
    with pytest.raises(ProtocolError):
        await status_operation(observed)({"op": "status", "list": "x"})


def test_a_daemon_answers(tmp_path: Path) -> None:
    """A running daemon is ready, and names its gates with where they listen."""
    daemon = GatekeeperDaemon(tmp_path / "gk")
    daemon.init()
    with daemon:
        answer = ask(daemon.socket_path, {"op": "status"})
    assert answer["ready"] is True
    parts = answer["parts"]
    assert isinstance(parts, list)
    assert {"the lists", "the journal", "the control socket", "the FastAGI server"} <= {one["name"] for one in parts}
