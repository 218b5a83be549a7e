"""Scrubbing a dialer's table on a real MariaDB, while others work on it."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from gatekeeper.config import Settings
from gatekeeper.contacts.table_rows import TableSpec
from gatekeeper.scrub import door
from gatekeeper.scrub.options import ScrubOptions, TableOptions
from gatekeeper.scrub.run import Scrubber
from lab.mariadb import MariaDb
from tests.scrub.conftest import FIRST, certificate, may_be_called, national, removed_rows
from tests.scrub.leads import Leads


@pytest.fixture(scope="module")
def server() -> Iterator[MariaDb]:
    """A MariaDB for these tests."""
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="gk-") as folder, MariaDb(Path(folder) / "m") as running:
        yield running


@pytest.fixture
def leads(server: MariaDb, request: pytest.FixtureRequest) -> Iterator[Leads]:
    """A table of leads."""
    made = Leads(server.url, f"db_{abs(hash(request.node.name)) % 10**9}")
    yield made
    made.engine.dispose()


def number_of(phone: str) -> int:
    """The national number without its zero."""
    return int(phone.lstrip("0"))


def drawn(draw: random.Random, count: int) -> list[str]:
    """Numbers of which about one in six is listed."""
    return [national(FIRST + draw.randrange(6000)) for _ in range(count)]


class Office:
    """Agents and loaders at work: leads come in, numbers are corrected, leads are called, some are deleted."""

    def __init__(self, leads: Leads) -> None:
        self._leads = leads
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(seed,)) for seed in range(3)]
        self.changes = 0
        self.errors: list[Exception] = []
        for thread in self._threads:
            thread.start()

    def go_home(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, seed: int) -> None:
        draw = random.Random(seed)
        try:
            while not self._stop.is_set():
                self._one(draw)
        except Exception as error:  # noqa: BLE001 - shown by the test
            self.errors.append(error)

    def _one(self, draw: random.Random) -> None:
        with self._leads.engine.begin() as connection:
            (highest,) = connection.execute(text("SELECT MAX(lead_id) FROM vicidial_list")).one()
            lead = {"lead": draw.randrange(1, highest + 1), "phone": drawn(draw, 1)[0]}
            what = draw.randrange(4)
            if what == 0:
                self._leads.insert(connection, drawn(draw, 3))
            elif what == 1:
                # A corrected number makes it a new lead, as the CRM would.
                connection.execute(
                    text("UPDATE vicidial_list SET phone_number = :phone, status = 'NEW' WHERE lead_id = :lead"), lead
                )
            elif what == 2:
                connection.execute(
                    text(
                        "UPDATE vicidial_list SET called_count = called_count + 1, comments = 'nrp' "
                        "WHERE lead_id = :lead"
                    ),
                    lead,
                )
            else:
                connection.execute(text("DELETE FROM vicidial_list WHERE lead_id = :lead"), lead)
        self.changes += 1


def test_while_rows_are_inserted_updated_and_deleted(scrubber: Scrubber, leads: Leads, tmp_path: Path) -> None:
    """Nothing is missed, nobody is marked for a number that is not the lead's, and nothing else is touched."""
    with leads.engine.begin() as connection:
        leads.insert(connection, drawn(random.Random(99), 3000))
    office = Office(leads)
    passes = 0

    def progress(done: int, _total: int) -> None:
        nonlocal passes
        passes += done <= 100
        if passes == 2:
            # The office closes early in the second pass: the promise is about what was there when the last one began.
            office.go_home()

    try:
        spec = TableSpec(leads.scrub_url, "vicidial_list", mark=("status", "DNC"))
        options = ScrubOptions(folder=tmp_path, in_place=True, table=TableOptions(batch=100))
        outcome = door.scrub(scrubber, spec, options, progress)
    finally:
        office.go_home()
    assert office.errors == []
    assert office.changes > 100
    assert outcome.columns == ("phone_number", "alt_phone")
    assert outcome.certificate.details["settled"] == "yes"
    after = leads.all()
    assert [
        lead for lead, (phone, status) in after.items() if status != "DNC" and not may_be_called(number_of(phone))
    ] == []
    touched = leads.touched()
    assert len(touched) > 300
    for lead, before, now, _, status, rest_is_same in touched:
        assert (now, status, rest_is_same) == (before, "DNC", 1), lead
        assert not may_be_called(number_of(before))
    assert outcome.tally.kept == sum(status != "DNC" for _, status in after.values())
    rows = removed_rows(tmp_path / "vicidial_list.removed.csv", ",")
    assert [(int(row["lead_id"]), row["phone_number"], row["status"]) for row in rows] == [
        (lead, before, was) for lead, before, _, was, _, _ in touched
    ]


def test_killed_half_way_and_resumed(site: Settings, leads: Leads, tmp_path: Path) -> None:
    """Killed twice between two commits, the scrub ends with every lead decided on, and each accounted for once."""
    with leads.engine.begin() as connection:
        leads.insert(connection, drawn(random.Random(7), 4000))
        leads.insert(connection, drawn(random.Random(8), 200), "DNC")
    before = leads.all()
    config = tmp_path / "gatekeeper.toml"
    config.write_text(
        f'[daemon]\ndata_dir = "{site.daemon.data_dir}"\n[lists.bloctel]\n[lists.other]\n'
        '[law]\ndefault = "lists-only"\n'
        '[campaigns.default]\nlists = ["bloctel"]\n'
    )
    command = [sys.executable, "-m", "gatekeeper", "--config", str(config), "scrub", leads.scrub_url]
    command += ["--table", "vicidial_list", "--mark", "status=DNC", "--in-place", "--batch", "40"]
    command += ["--output", str(tmp_path), "--lang", "fr"]
    marked = [_kill_after(command, leads, goal) for goal in (1, 500)]
    assert 0 < marked[0] < marked[1]
    assert not (tmp_path / "vicidial_list.removed.csv").exists()
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    out = {lead for lead, (phone, status) in before.items() if status != "DNC" and not may_be_called(number_of(phone))}
    assert marked[1] < len(out)
    assert {lead for lead, (_, status) in leads.all().items() if status == "DNC"} == out | {
        lead for lead, (_, status) in before.items() if status == "DNC"
    }
    assert sorted(lead for lead, *_ in leads.touched()) == sorted(out)
    rows = removed_rows(tmp_path / "vicidial_list.removed.csv", ",")
    assert sorted(int(row["lead_id"]) for row in rows) == sorted(out)
    counts = certificate(tmp_path, "vicidial_list")["counts"]
    assert (counts["contacts_read"], counts["contacts_removed"]) == (4000, len(out))
    assert "4\u202f000 contacts" in ended.stdout


def _kill_after(command: list[str], leads: Leads, goal: int) -> int:
    """Start, kill when so many leads are marked, and say how many were in the end."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 30
        while leads.marked() < goal and child.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        os.kill(child.pid, signal.SIGKILL)
    finally:
        child.kill()
        _, errors = child.communicate()
    assert child.returncode == -signal.SIGKILL, errors.decode()
    return leads.marked()
