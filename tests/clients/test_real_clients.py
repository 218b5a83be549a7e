"""Manager clients that others wrote, unmodified but for the port they connect to, on both Asterisks."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from lab.ami import ticking
from lab.clients import node_client, perl_client
from lab.errors import LabError
from lab.guarded import guarded_site
from lab.roots import AsteriskRoot
from lab.site import LabSite

PROGRAMS: Final = Path(__file__).with_name("programs")
LISTED: Final = "0612345678"
ADDED: Final = (
    "gatekeeperreason",
    "gatekeeperlist",
    "gatekeeperdecision",
    "gatekeeperprovision",
    "gatekeeperretryat",
)

Seen = dict[str, Any]
"""What a program printed; header names in lower case, for each client writes them in its own way."""


def python() -> tuple[list[str], dict[str, str]]:
    """This very Python."""
    return [sys.executable], {}


CLIENTS: Final[dict[str, tuple[str, Callable[[], tuple[list[str], dict[str, str]]]]]] = {
    "panoramisk": ("panoramisk_client.py", python),
    "pyst2": ("pyst2_client.py", python),
    "asterisk-manager": ("asterisk_manager.js", node_client),
    "Telephony::Asterisk::AMI": ("telephony_asterisk_ami.pl", perl_client),
}


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSite]:
    """A site for all clients of one release."""
    with guarded_site(asterisk_root, tmp_path_factory.mktemp("clients"), listed=(LISTED,)) as running:
        yield running


@pytest.fixture(scope="module", params=list(CLIENTS))
def runs(request: pytest.FixtureRequest, site: LabSite) -> tuple[Seen, Seen, str]:
    """What a client sees over the proxy, what it sees straight at Asterisk, and the prefix of the numbers it called."""
    program, interpreter = CLIENTS[request.param]
    try:
        command, environment = interpreter()
    except LabError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))
    prefix = f"01234{list(CLIENTS).index(request.param)}"
    with ticking(site.asterisk.ami_port):
        through = run([*command, str(PROGRAMS / program)], environment, site.proxy_port, prefix + "00", LISTED)
        # Asterisk knows no lists: there it is a trunk that does not exist which makes a call fail.
        straight = run(
            [*command, str(PROGRAMS / program)], environment, site.asterisk.ami_port, prefix + "11", "06@nobody"
        )
    return through, straight, prefix + "00"


def run(command: list[str], environment: dict[str, str], port: int, prefix: str, listed: str) -> Seen:
    """Run a client's program."""
    arguments = [str(port), prefix + "01", prefix + "02", listed]
    result = subprocess.run(
        ["env", *(f"{name}={value}" for name, value in environment.items()), *command, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    seen = lowered(json.loads(result.stdout))
    assert isinstance(seen, dict)
    return seen


def lowered(value: Any) -> Any:
    """The same with all keys in lower case."""
    if isinstance(value, dict):
        return {name.lower(): lowered(item) for name, item in value.items()}
    return [lowered(item) for item in value] if isinstance(value, list) else value


def test_it_logs_in_pings_commands_and_logs_off(runs: tuple[Seen, Seen, str]) -> None:
    """What has nothing to do with calls is answered as Asterisk answers it."""
    through, straight, _ = runs
    assert through["login"]["response"] == "Success"
    assert (through["ping"]["response"], through["ping"]["ping"]) == ("Success", "Pong")
    assert through["command"]["output"].startswith("Asterisk ")
    assert through["command"]["output"] == straight["command"]["output"]
    assert through["logoff"]["response"] == "Goodbye"


def test_it_gets_the_events(runs: tuple[Seen, Seen, str]) -> None:
    """The events of its calls reach it as they do without the proxy."""
    through, straight, _ = runs
    wanted = {"FullyBooted", "Newchannel", "Newstate", "DialBegin", "DialEnd"}
    assert wanted <= set(through["events"])
    assert wanted <= set(straight["events"])


def test_an_allowed_originate_succeeds(runs: tuple[Seen, Seen, str], site: LabSite) -> None:
    """Synchronous and asynchronous, the client sees what it would see without the proxy, and the carrier one call."""
    through, straight, prefix = runs
    (answer,) = through["sync_allowed"]
    assert (answer["response"], answer["message"]) == ("Success", "Originate successfully queued")
    queued, event = through["async_allowed"]
    assert (queued["response"], event["event"], event["response"]) == ("Success", "OriginateResponse", "Success")
    assert [set(one) for one in through["sync_allowed"]] == [set(one) for one in straight["sync_allowed"]]
    assert [set(one) for one in through["async_allowed"]] == [set(one) for one in straight["async_allowed"]]
    numbers = [invite.number for invite in site.carrier.settle()]
    assert [numbers.count(prefix + end) for end in ("01", "02")] == [1, 1]


def test_a_blocked_originate_fails_as_any(runs: tuple[Seen, Seen, str], site: LabSite) -> None:
    """Synchronous and asynchronous, the client sees a failed call with our headers added, the carrier nothing."""
    through, straight, _ = runs
    (answer,) = through["sync_blocked"]
    assert (answer["response"], answer["message"]) == ("Error", "Originate failed")
    queued, event = through["async_blocked"]
    assert (queued["response"], event["event"], event["response"]) == ("Success", "OriginateResponse", "Failure")
    theirs = straight["sync_blocked"] + straight["async_blocked"]
    added = [set(ADDED), set(), set(ADDED)]
    for ours, their, new in zip((answer, queued, event), theirs, added, strict=True):
        assert set(ours) - {"timestamp"} == set(their) - {"timestamp"} | new
    for one in (answer, event):
        assert (one["gatekeeperreason"], one["gatekeeperlist"]) == ("LISTED", "bloctel")
    assert LISTED not in [invite.number for invite in site.carrier.settle()]


def test_the_log_holds_what_it_was_told(runs: tuple[Seen, Seen, str], site: LabSite) -> None:
    """Each blocked originate is in the journal under the id that the client was told; each allowed one is, too."""
    through, _, prefix = runs
    told = [through[form][-1]["gatekeeperdecision"] for form in ("sync_blocked", "async_blocked")]
    rows = {row["id"]: row for row in site.daemon.journal()}
    assert [(rows[ident]["verdict"], rows[ident]["dialled"], rows[ident]["gate"]) for ident in told] == [
        ("BLOCK", LISTED, "AMI_PROXY")
    ] * 2
    allowed = [row["dialled"] for row in rows.values() if row["dialled"].startswith(prefix)]
    assert (sorted(allowed), {row["verdict"] for row in rows.values() if row["dialled"] in allowed}) == (
        [prefix + "01", prefix + "02"],
        {"ALLOW"},
    )
