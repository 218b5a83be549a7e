"""`gatekeeper stats` and `gatekeeper journal`: what they count, and that archives count like the journal's own file."""

import contextlib
import csv
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from gatekeeper.clock import micros_of, now_micros
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.journal.stats import StatKey
from tests.cli.conftest import Site
from tests.journal.rows import row
from tests.journal.test_archives import write

AUGUST, OCTOBER = (micros_of(datetime(2026, month, 10, 12, tzinfo=UTC)) for month in (8, 10))


@pytest.fixture
def called(site: Site) -> Site:
    """A site that called in August and in October; one of its calls was decided twice."""
    rows = []
    for number in range(24):
        at = (AUGUST if number < 16 else OCTOBER) + number * 3_600_000_000
        campaign = "survey" if number % 3 else '=cmd|" /C"!A0'
        blocked = {"verdict": "BLOCK", "reason": "LISTED", "list": "bloctel"} if number % 4 == 0 else {}
        asked_by = ("", "manager:crm", "manager:crm; agent:alice", "agent:alice")[number % 4]
        rows.append(row(at=at, campaign=campaign, bypass=int(number % 8 == 0), asked_by=asked_by, **blocked))
    rows.append(row(at=OCTOBER + 1, supersedes=rows[-1].id, campaign="survey", verdict="BLOCK", reason="RED_LIST"))
    write(site.data / JOURNAL_FILE, rows)
    return site


@pytest.mark.parametrize("by", [*StatKey, "reason,campaign,day", "hour,verdict"])
def test_stats_count_what_the_log_shows(called: Site, by: str) -> None:
    """By any key; in the same numbers as the rows themselves, and after archiving, too."""
    log = [json.loads(line) for line in called.run("log", "--format", "json").out.splitlines()]
    replaced = {one["supersedes"] for one in log}
    wanted: Counter[tuple[str, ...]] = Counter()
    for one in log:
        if one["id"] not in replaced:
            local = datetime.fromisoformat(one["at"]).astimezone()
            times = {"day": f"{local:%Y-%m-%d}", "hour": f"{local:%Y-%m-%d %H:00}"}
            times["agent"] = "alice" if "agent:alice" in one["asked_by"] else ""
            wanted[tuple((one | times)[key] for key in by.split(","))] += 1
    for archived in (False, True):
        if archived:
            assert called.run("journal", "archive", "--keep-months", "1").code == 0
        lines = [json.loads(line) for line in called.run("stats", "--by", by, "--format", "json").out.splitlines()]
        assert {tuple(one[key] for key in by.split(",")): one["calls"] for one in lines} == wanted
        assert sum(one["blocked"] for one in lines) == 7
        assert sum(one["bypasses"] for one in lines) == 3
        assert all(one["allowed"] + one["blocked"] == one["calls"] for one in lines)


def test_stats_for_people_and_spreadsheets(called: Site) -> None:
    """French headings and a total; nothing that a spreadsheet would run; a key that is none is named."""
    shown = called.run("stats", "--by", "reason,verdict", "--lang", "fr").out
    for word in ("Motif", "Bloqués", "Contournements", "bloqué", "total", "liste rouge"):
        assert word in shown
    rows = list(csv.DictReader(io.StringIO(called.run("stats", "--by", "campaign", "--format", "csv").out)))
    assert {one["campaign"] for one in rows} == {"survey", '\'=cmd|" /C"!A0'}
    refused = called.run("stats", "--by", "reason,wether")
    assert refused.code == 2
    assert "'wether' is none of" in refused.err
    assert called.run("stats", "--until", "2020-01-01").out.startswith("No decision.")


def test_the_size_is_told_by_month(called: Site) -> None:
    """Months of the journal's own file and archived ones; a damaged archive is told, and exit code 2."""
    before = json.loads(called.run("journal", "size", "--json").out)
    assert [(one["month"], one["decisions"], one["archive"]) for one in before["months"]] == [
        ("2026-08", 16, ""),
        ("2026-10", 9, ""),
    ]
    assert "2026-08: would be archived" in called.run("journal", "archive", "--keep-months", "1", "--dry-run").out
    assert json.loads(called.run("journal", "archive", "--keep-months", "1", "--json").out)["decisions"] == 16
    assert called.run("journal", "archive", "--keep-months", "1").out == "nothing is older than 1 month\n"
    after = json.loads(called.run("journal", "size", "--json", "--check").out)
    assert [(one["month"], one["decisions"]) for one in after["months"]] == [("2026-08", 16), ("2026-10", 9)]
    assert after["problems"] == []
    assert "2026-08.sqlite3.zst" in called.run("journal", "size").out
    (called.data / "journal" / "2026-08.sqlite3.zst").write_bytes(b"x")
    damaged = called.run("journal", "size", "--check")
    assert damaged.code == 2
    assert "SHA-256 is another" in damaged.err


def test_without_a_number_of_months_nothing_is_archived(called: Site) -> None:
    """The default keeps all."""
    result = called.run("journal", "archive")
    assert (result.code, result.out) == (0, "")
    assert "keep_months is 0" in result.err
    with called.config.open("a") as config:
        config.write("[journal]\nkeep_months = 1\n")
    assert called.run("journal", "archive").out.startswith("2026-08: 16 decisions")


@pytest.fixture
def calling(site: Site) -> Site:
    """A site that calls now."""
    now = now_micros()
    rows = [row(at=now - age * 1_000_000, verdict="BLOCK", reason="LISTED", campaign="a") for age in (900, 300, 3)]
    rows += [row(at=now - age * 1_000_000, campaign="\x1b[2Jb", bypass=1) for age in (30, 2)]
    write(site.data / JOURNAL_FILE, rows)
    return site


def test_top_counts_the_last_minutes(calling: Site) -> None:
    """What is older does not count; what came from outside moves no cursor."""
    shown = calling.run("top", "--once")
    assert shown.code == 0
    lines = {line.split("  ")[0]: line.split()[3:] for line in shown.out.splitlines() if line.startswith("the last")}
    assert lines["the last 10 s"] == ["s", "2", "0.2", "1", "1", "1"]
    assert lines["the last 60 s"] == ["s", "3", "0.1", "2", "1", "2"]
    assert lines["the last 10 min"] == ["min", "4", "0.0", "2", "2", "2"]
    assert "LISTED" in shown.out
    assert "missing" in shown.out
    assert "\x1b[2J" not in shown.out
    assert "Contournements" in calling.run("top", "--lang", "fr").out


def test_top_goes_on_on_a_terminal(calling: Site) -> None:
    """A call that comes is seen without a key; Ctrl-C ends it as if nothing were wrong."""
    terminal, theirs = pty.openpty()
    command = [sys.executable, "-m", "gatekeeper", "--config", str(calling.config), "top", "--every", "0.2"]
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as process:
        os.close(theirs)
        assert _read_until(terminal, b"LISTED")
        write(calling.data / JOURNAL_FILE, [row(verdict="BLOCK", reason="RED_LIST")])
        assert _read_until(terminal, b"RED_LIST")
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(OSError):
            while os.read(terminal, 4096):
                pass
        assert process.wait(10) == 0
    os.close(terminal)


def _read_until(terminal: int, wanted: bytes) -> bytes:
    """What a terminal shows, up to a word."""
    found = b""
    end = time.monotonic() + 20
    while wanted not in found:
        assert time.monotonic() < end, found[-2000:]
        if select.select([terminal], [], [], 0.5)[0]:
            found += os.read(terminal, 4096)
    return found
