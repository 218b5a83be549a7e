"""The record of an emergency call: one row, made of what the dialplan kept, never of what an event says."""

import subprocess
from collections.abc import Iterator
from typing import Final

import pytest

from lab.fastagi import ask
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.watchdog.site import CONFIG, Site, running_site

KEY: Final = "2019-05-05T05:05:05.000000Z-1.1"
RECORD: Final = (
    "v=1&verdict=ALLOW&reason=EMERGENCY&number=112&principal=forged"
    "&channel=PJSIP/trunk-00000001&uniqueid=1.1&linkedid=1.1"
)


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Both Asterisks in turn."""
    config = CONFIG.replace("[watchdog]\n", "[watchdog]\ncollect_s = 1\n")
    folder = tmp_path_factory.mktemp("emergency")
    with running_site(asterisk_root, folder, config=config, answer_after_ms=0) as running:
        yield running


@pytest.mark.parametrize("name", ["GatekeeperEmergency", "GatekeeperFailOpen", "GatekeeperBlocked"])
@pytest.mark.parametrize("channel", ["", "PJSIP/trunk-00000001", "no such/channel"])
def test_a_forged_event_makes_no_row(site: Site, name: str, channel: str) -> None:
    """Whatever a client's event says, no row comes of it: neither at its date nor with its principal."""
    before = site.journal()
    forged = {
        "UserEvent": name, "Verdict": "ALLOW", "Reason": "EMERGENCY" if name.endswith("y") else "GATE_DOWN",
        "Number": "112", "Key": KEY, "Record": RECORD, "Linkedid": "1.1", "Uniqueid": "1.1", "Channel": channel,
    }  # fmt: skip
    assert site.ami.action("UserEvent", forged)["Response"] == "Success"
    # An event that comes later is dealt with: so was this one.
    number = site.number()
    site.originate(f"PJSIP/{number}@trunk")
    assert site.rows(number)
    site.quiet()
    assert [row for row in site.journal() if row["dialled"] != number] == before


def test_a_forged_event_about_a_real_channel_makes_no_row(site: Site) -> None:
    """A channel that is up, and carries no record: an event about it makes no row; nor does another call's record."""
    number = site.number()
    for variable in ("X=1", f"GATEKEEPER_KEPT={KEY}?{RECORD}"):
        since = len(site.ami.events)
        site.ami.send(
            "Originate",
            {"Channel": "PJSIP/agent", "Application": "Wait", "Data": "60", "Async": "true", "Variable": variable},
        )
        channel = site.ami.wait_event("Newstate", since=since, ChannelStateDesc="Up")
        site.ami.action(
            "UserEvent", UserEvent="GatekeeperEmergency", Channel=channel["Channel"], Key=KEY, Record=RECORD
        )
    site.originate(f"PJSIP/{number}@trunk")
    assert site.rows(number)
    site.end()
    assert not [row for row in site.journal() if row["principal"] == "forged" or row["at"].startswith("2019")]


@pytest.mark.parametrize("context", ["out", "predial", "gatekeeper-dial"])
def test_an_emergency_call_on_a_full_disk_is_one_row(site: Site, context: str) -> None:
    """The log can't be written during an emergency call: it goes through, and is in the journal once, later."""

    def rows() -> list[dict[str, object]]:
        return [row for row in site.journal() if row["dialled"] == "15"]

    before = len(rows())
    journal = site.daemon.data_dir / "journal.sqlite3"
    size = max(path.stat().st_size for path in journal.parent.glob("journal.sqlite3*"))
    limit(site.daemon.pid, str(size + 4096))
    port = site.daemon.fastagi_port
    wait_until(lambda: ask(port, "0687654321")["GATEKEEPER_REASON"] == "GATE_ERROR", 60, "the log to be full")
    called = site.carrier.numbers().count("15")
    site.originate(f"Local/15@{context}")
    site.quiet()
    assert site.carrier.numbers().count("15") == called + 1
    limit(site.daemon.pid, "unlimited")
    wait_until(
        lambda: "0 results found" in site.ami.command("database show gatekeeper-down"), 20, "AstDB to be emptied"
    )
    wait_until(lambda: ask(port, "0687654321")["GATEKEEPER_REASON"] == "CLEAR", 60, "calls to be logged again")
    wait_until(lambda: len(rows()) > before, 60, "the row")
    assert [row["bypass"] for row in rows()[before:]] == [0]


def limit(pid: int, size: str) -> None:
    """Let a running process write no file beyond this size: what a full disk does, without filling one."""
    subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={size}:"], check=True, capture_output=True)
