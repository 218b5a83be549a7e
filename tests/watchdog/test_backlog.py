"""What the dialplan decided while the gate was down reaches the journal."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import pytest

from gatekeeper.ami.client import LinkSettings
from gatekeeper.journal import DecisionRow
from gatekeeper.phone import DialPlan, Normaliser, PhoneNumber
from gatekeeper.watchdog.astdb_backlog import Backlog
from gatekeeper.watchdog.watchdog import Watchdog, WatchdogSettings
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.waiting import until
from tests.watchdog.site import DIALPLAN, Site, running_site
from tests.watchdog.test_link import accept, linked, read_action, serving

OPEN = """
[globals](+)
GATEKEEPER_FAIL_OPEN_open = unchecked-calls-allowed
"""


@pytest.fixture
def site(asterisk_root: AsteriskRoot, tmp_path: Path) -> Iterator[Site]:
    """Both Asterisks in turn."""
    with running_site(asterisk_root, tmp_path, dialplan=(DIALPLAN, OPEN), answer_after_ms=0) as running:
        yield running


def left(site: Site) -> str:
    """What is still in AstDB."""
    return site.ami.command("database show gatekeeper-down")


def test_what_was_decided_meanwhile_is_logged_once_in_order(site: Site) -> None:
    """Calls refused and let through while the daemon was down are in the journal when it is back: once, in order."""
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
    wait_until(lambda: "0 results found" in left(site), 60, "AstDB to be emptied")
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


def test_a_record_found_again_is_not_doubled(site: Site) -> None:
    """A record that is found again after its row was committed is not doubled."""
    site.daemon.stop()
    number = site.number()
    site.originate(f"Local/{number}@out")
    (line,) = [line for line in left(site).splitlines() if number in line]
    key, _, value = line.partition(": ")
    site.daemon.start()
    wait_until(lambda: "0 results found" in left(site), 60, "AstDB to be emptied")
    # As a daemon that is killed before the deletion leaves it.
    put = site.ami.action("DBPut", Family="gatekeeper-down", Key=key.strip().rpartition("/")[2], Val=value.strip())
    assert put["Response"] == "Success"
    site.daemon.restart()
    wait_until(lambda: "0 results found" in left(site), 60, "AstDB to be emptied")
    assert len(site.rows(number)) == 1


WHOLE = "v=1&verdict=BLOCK&reason=GATE_DOWN&number=0612345678"
ODD = {
    "2026-01-01T00:00:00.000000Z-1": "v=1&reason=LISTED",
    "1969-12-31T23:59:59.999999Z-1": WHOLE,
    "0001-01-01T00:00:00.000000Z-1": WHOLE,
    "9999-12-31T23:59:59.999999Z-1": WHOLE,
    "9999999-01-01T00:00:00.000000Z-1": WHOLE,
    "-1-01-01T00:00:00.000000Z-1": WHOLE,
    "NaN": WHOLE,
    "2026-01-01T00:00:00.000000Z-2": "v=1&verdict=BLOCK&reason=NaN&number=0612345678",
    "2026-01-01T00:00:00.000000Z-3": "v=1&verdict=BLOCK&reason=GATE_DOWN&number=%FF%FE" + "&x=%00" * 40,
    "2026-01-01T00:00:00.000000Z-4": "é€",
    "2026-01-01T00:00:00.000000Z-é": WHOLE,
}


def test_records_that_are_none_keep_nothing_back(site: Site) -> None:
    """What can't be read is told and left where it is; other records come in, and what was missed is looked for."""
    site.daemon.stop()
    for key, value in ODD.items():
        assert site.ami.action("DBPut", Family="gatekeeper-down", Key=key, Val=value)["Response"] == "Success"
    number, listed = site.number(), site.number()
    site.originate(f"Local/{number}@out")
    site.add(listed)
    site.ami.send(
        "Originate",
        {"Channel": f"PJSIP/{listed}@trunk", "Application": "Wait", "Data": "30", "Async": "true"},
    )
    wait_until(lambda: listed in site.carrier.numbers(), 60, "the call that nobody sees")
    site.daemon.start()
    assert site.rows(number)[0]["reason"] == "GATE_DOWN"
    wait_until(lambda: number not in left(site), 60, "the record to be deleted")
    assert site.rows(listed)[0]["reason"] == "RED_LIST"
    site.quiet()
    assert f"{len(ODD)} results found" in left(site)
    said = site.daemon.log_path.read_text()
    assert said.count("can't be read into the journal") == len(ODD)
    assert "0612345678" not in said
    # The next time, too.
    site.daemon.freeze()
    other = site.number()
    site.originate(f"Local/{other}@out")
    site.daemon.thaw()
    wait_until(lambda: "GATE_DOWN" in {row["reason"] for row in site.rows(other)}, 60, "the row")
    assert [row["dialled"] for row in site.journal()] == [number, listed, *[other] * (len(site.journal()) - 2)]


def test_a_call_refused_under_a_hanging_daemon_is_logged(site: Site) -> None:
    """Refused because the daemon did not answer in time: it is in the journal a moment after it goes on."""
    site.wait_watching()
    site.daemon.freeze()
    number = site.number()
    site.originate(f"Local/{number}@out")
    site.daemon.thaw()
    wait_until(lambda: "GATE_DOWN" in {row["reason"] for row in site.rows(number)}, 60, "the row")
    assert number not in site.carrier.numbers()


class Noting(Normaliser):
    """Reads numbers, and is a journal; notes in which order it does what."""

    def __init__(self) -> None:
        super().__init__(DialPlan())
        self.did: list[str] = []

    def normalise(self, dialled: str) -> PhoneNumber:
        """Read a number."""
        self.did.append("read")
        return super().normalise(dialled)

    async def append_once(self, _row: DecisionRow) -> None:
        """Write a row."""
        self.did.append("written")

    def keep(self, row: DecisionRow) -> None:
        """Not asked for here."""


class Manager:
    """A manager that has so many records, and answers every other action with a success."""

    def __init__(self, records: int) -> None:
        self.asked: list[str] = []
        self.events = asyncio.Event()
        self._records = records

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection; with `events` set, tell of refused calls, many at once."""
        await accept(reader, writer)
        telling = asyncio.create_task(self._tell(writer))
        try:
            while True:
                asked = await read_action(reader)
                self.asked.append(asked["Action"])
                writer.write(self._answer(asked["Action"], f"ActionID: {asked['ActionID']}\r\n"))
        finally:
            telling.cancel()

    async def _tell(self, writer: asyncio.StreamWriter) -> None:
        await self.events.wait()
        writer.write(b"Event: UserEvent\r\nUserEvent: GatekeeperBlocked\r\nReason: GATE_DOWN\r\n\r\n" * 200)

    def _answer(self, action: str, ident: str) -> bytes:
        if action != "DBGetTree":
            return f"Response: Success\r\n{ident}\r\n".encode()
        begin = f"Response: Success\r\n{ident}EventList: start\r\nMessage: Result will follow\r\n\r\n"
        end = f"Event: DBGetTreeComplete\r\n{ident}EventList: Complete\r\n\r\n"
        key = "Key: /gatekeeper-down/2026-01-01T00:00:00.{:06}Z-1"
        record = f"Event: DBGetTreeResponse\r\n{ident}{key}\r\nVal: {WHOLE}\r\n\r\n"
        return (begin + "".join(record.format(number) for number in range(self._records)) + end).encode()


async def test_a_long_backlog_holds_up_no_call() -> None:
    """However many records there are, they are read as they are written: questions of calls are answered in between."""
    noting = Noting()
    async with linked(Manager(1_000), answer_s=10.0, ping_s=10.0) as (link, _, _logins):
        await until(lambda: link.connected)
        await Backlog(link, noting, noting, lambda _row: None).collect()
    assert noting.did.count("written") == 1_000
    assert max(len(list(run)) for what, run in groupby(noting.did) if what == "read") <= 100


async def test_records_are_looked_for_once_for_many_calls() -> None:
    """Calls that are refused at once, with the gate out of reach, have AstDB looked through once for all."""
    manager, noting, nothing = Manager(0), Noting(), cast("Any", None)
    async with serving(manager) as port:
        watchdog = Watchdog(
            WatchdogSettings(LinkSettings(port=port, username="u", secret="s")),
            screening=nothing,
            history=nothing,
            journal=noting,
            normaliser=noting,
            on_row=nothing,
            refuse=nothing,
        )
        await watchdog.start()
        await until(lambda: "CoreShowChannels" in manager.asked)
        before = manager.asked.count("DBGetTree")
        manager.events.set()
        await until(lambda: manager.asked.count("DBGetTree") > before)
        await asyncio.sleep(0.3)
        await watchdog.stop()
    assert manager.asked.count("DBGetTree") - before < 20
