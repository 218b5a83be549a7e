"""What the dialplan decided while the gate was down reaches the log."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.watchdog.site import DIALPLAN, Site, running_site, wait_watching

OPEN = """
[globals](+)
GATEKEEPER_FAIL_OPEN_open = unchecked-calls-allowed
[open]
exten => _[+0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},summer,,open))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20)
"""


@pytest.fixture
def site(asterisk_root: AsteriskRoot, tmp_path: Path) -> Iterator[Site]:
    """Both Asterisks in turn."""
    with running_site(asterisk_root, tmp_path, dialplan=(DIALPLAN, OPEN), answer_after_ms=0) as running:
        yield running


def left(site: Site) -> str:
    """What is still in AstDB."""
    return site.ami.command("database show gatekeeper-down")


def test_once_each_in_order_at_their_time(site: Site) -> None:
    """Calls refused and let through while the daemon was down are in the log when it is back: once, in order."""
    site.daemon.stop()
    before = datetime.now(UTC)
    numbers = [site.number() for _ in range(5)]
    for number in numbers[:4]:
        site.originate(f"Local/{number}@out", CallerID="0199000000")
    site.originate(f"Local/{numbers[4]}@open")
    site.originate("Local/18@out")
    after = datetime.now(UTC)
    site.quiet()
    site.daemon.start()
    wait_until(lambda: "0 results found" in left(site), 10, "AstDB to be emptied")
    rows = site.journal()
    assert [row["dialled"] for row in rows] == [*numbers, "18"]
    assert [row["reason"] for row in rows] == ["GATE_DOWN"] * 4 + ["FAIL_OPEN", "EMERGENCY"]
    assert [row["verdict"] for row in rows] == ["BLOCK"] * 4 + ["ALLOW"] * 2
    times = [datetime.fromisoformat(row["at"]) for row in rows]
    assert times == sorted(times)
    assert before <= times[0] <= times[-1] <= after
    first = rows[0]
    assert (first["campaign"], first["gate"], first["rule"], first["caller_id"]) == (
        "summer",
        "GOSUB",
        "dialplan",
        "0199000000",
    )
    assert first["number"] == f"+33{numbers[0][1:]}"
    assert first["linkedid"]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


def test_killed_between_log_and_deletion(site: Site) -> None:
    """A record that is found again after its row was committed is not doubled."""
    site.daemon.stop()
    number = site.number()
    site.originate(f"Local/{number}@out")
    (line,) = [line for line in left(site).splitlines() if number in line]
    key, _, value = line.partition(": ")
    site.daemon.start()
    wait_until(lambda: "0 results found" in left(site), 10, "AstDB to be emptied")
    # As a daemon that is killed before the deletion leaves it.
    put = site.ami.action("DBPut", Family="gatekeeper-down", Key=key.strip().rpartition("/")[2], Val=value.strip())
    assert put["Response"] == "Success"
    site.daemon.restart()
    wait_until(lambda: "0 results found" in left(site), 10, "AstDB to be emptied")
    assert len(site.rows(number)) == 1


def test_a_record_that_is_none_stays(site: Site) -> None:
    """What can't be read is left where it is, and keeps nothing else back."""
    site.daemon.stop()
    site.ami.action("DBPut", Family="gatekeeper-down", Key="2026-01-01T00:00:00.000000Z-1", Val="v=1&reason=LISTED")
    number = site.number()
    site.originate(f"Local/{number}@out")
    site.daemon.start()
    assert site.rows(number)[0]["reason"] == "GATE_DOWN"
    wait_until(lambda: number not in left(site), 10, "the record to be deleted")
    assert "reason=LISTED" in left(site)
    assert "can't be read" in site.daemon.log_path.read_text()


def test_a_daemon_that_hangs(site: Site) -> None:
    """Refused because the daemon did not answer in time: it is in the log a moment after it goes on."""
    wait_watching(site.asterisk)
    site.daemon.freeze()
    number = site.number()
    site.originate(f"Local/{number}@out")
    site.daemon.thaw()
    wait_until(lambda: "GATE_DOWN" in {row["reason"] for row in site.rows(number)}, 10, "the row")
    assert number not in site.carrier.numbers()
