"""`gatekeeper log` on a real journal."""

import asyncio
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
from datetime import UTC, datetime
from typing import Any

import pytest

from gatekeeper.journal import JOURNAL_FILE, DecisionRow, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend

NOON = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()) * 1_000_000
HOUR = 3_600_000_000

BLANK = DecisionRow(
    id="0" * 26,
    at=NOON,
    dialled="0612345678",
    number=33612345678,
    verdict="ALLOW",
    reason="CLEAR",
    rule="default",
    list="",
    list_version="",
    facts="bloctel@1 red@0",
    campaign="default",
    principal="",
    caller_id="",
    channel="PJSIP/dialer-1",
    uniqueid="1.1",
    linkedid="1.1",
    gate="GOSUB",
    micros=10,
)
ROWS = [
    BLANK._replace(id="A" * 26),
    BLANK._replace(id="B" * 26, at=NOON + HOUR, verdict="BLOCK", reason="LISTED", list="bloctel", list_version="1"),
    BLANK._replace(
        id="C" * 26,
        at=NOON + 2 * HOUR,
        verdict="BLOCK",
        reason="RED_LIST",
        number=33612345679,
        list="red",
        asked_by="manager:crm; agent:alice",
    ),
    BLANK._replace(id="D" * 26, at=NOON + 24 * HOUR, campaign="survey", principal="Énergie SA"),
    BLANK._replace(
        id="E" * 26,
        at=NOON + 25 * HOUR,
        dialled="06\r\nVERDICT=ALLOW\x1b[2J",
        number=None,
        verdict="BLOCK",
        reason="NUMBER_INVALID",
        campaign='=HYPERLINK("http://x")',
        caller_id="@SUM(1)",
        principal="\u202eevil",
        asked_by="agent:alice",
    ),
]


def write(site: Any, rows: list[DecisionRow], *, late: bool = False) -> None:
    """Put rows into the site's log, as the daemon does; `late` as it does where a commit seemed to fail."""

    async def append() -> None:
        writer = JournalWriter(SqliteBackend(site.data / JOURNAL_FILE))
        await writer.start()
        for row in rows:
            writer.keep(row) if late else await writer.append(row)
        await writer.close()

    asyncio.run(append())


@pytest.fixture
def logged(site: Any) -> Any:
    """A site with five decisions in its log."""
    write(site, ROWS)
    return site


def found(site: Any, *words: str) -> str:
    """The first letters of the ids that a filter finds, in order."""
    result = site.run("log", "--format", "json", *words)
    assert result.code == 0, result.err
    return "".join(json.loads(line)["id"][0] for line in result.out.splitlines())


FILTERS = [
    # nothing wanted, everything given
    ((), "ABCDE"),
    # times: with a zone, a day, a day's end
    (("--since", "2026-11-20T13:00Z"), "BCDE"),
    (("--until", "2026-11-20T13:00Z"), "A"),
    (("--since", "2026-11-20T13:00Z", "--until", "2026-11-20T14:00:01+00:00"), "BC"),
    (("--since", "2026-11-21T00:00Z"), "DE"),
    # the number is understood as everywhere
    (("--number", "06 12 34 56 78"), "ABD"),
    (("--number", "+33612345679"), "C"),
    (("--number", "0033612345670"), ""),
    # reasons, in any case and several
    (("--reason", "LISTED"), "B"),
    (("--reason", "listed", "--reason", "RED_LIST"), "BC"),
    (("--verdict", "block"), "BCE"),
    (("--verdict", "ALLOW"), "AD"),
    (("--campaign", "survey"), "D"),
    (("--agent", "alice"), "CE"),
    (("--agent", "manager:crm; agent:alice"), "C"),
    (("--agent", "crm", "--agent", "agent:alice"), "CE"),
    (("--agent", "ali"), ""),
    # the newest
    (("--limit", "2"), "DE"),
    (("--limit", "1", "--verdict", "allow"), "D"),
    # together
    (("--number", "0612345678", "--verdict", "block"), "B"),
]


@pytest.mark.parametrize(("words", "expected"), FILTERS)
def test_each_filter_finds_what_matches(logged: Any, words: tuple[str, ...], expected: str) -> None:
    """Each filter finds what matches, oldest first."""
    assert found(logged, *words) == expected


WRONG = [
    ("--number", "12"),
    ("--reason", "WRONG"),
    ("--verdict", "maybe"),
    ("--since", "soon"),
    ("--limit", "0"),
    ("--agent", " "),
    ("--format", "xml"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_filter_not_understood_is_an_error(logged: Any, words: tuple[str, str]) -> None:
    """A filter that can't be understood is an error, not an empty answer."""
    result = logged.run("log", *words)
    assert (result.code, result.out) == (2, "")
    assert result.err


@pytest.mark.parametrize("columns", ["80", "120", "160"])
def test_the_table_has_a_line_to_a_decision(logged: Any, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """The table has a line to a decision, with what came from outside escaped, and explains the codes it shows."""
    monkeypatch.setenv("COLUMNS", columns)
    out = logged.run("log").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    lines = out.splitlines()
    assert lines[0].split()[:4] == ["Time", "Number", "Verdict", "Reason"]
    assert len(lines[1:6]) == len(ROWS)
    assert lines[5].split()[2] == r"06\x0d\x0aVERDICT=ALLOW\x1b[2J"
    assert lines[6] == ""
    assert max(map(len, lines[7:])) <= int(columns)
    assert any(line.startswith("RED_LIST") for line in lines[7:])
    plain = logged.run("log", "--number", "0612345678").out.splitlines()
    assert max(map(len, plain)) <= int(columns)
    assert ("Principal" in plain[0]) == (columns != "80")


def test_the_table_is_there_in_french(logged: Any) -> None:
    """Headings, verdicts and sentences are French; the codes stay."""
    out = logged.run("log", "--lang", "fr").out
    assert out.startswith("Heure")
    assert "bloqué" in out
    assert "RED_LIST" in out
    assert "Heure locale" in out


def test_an_empty_log_says_so(site: Any) -> None:
    """An empty log says so."""
    assert "No decision." in site.run("log").out
    assert "Aucune décision." in site.run("log", "--lang", "fr").out


def test_decisions_left_out_are_told(site: Any) -> None:
    """Where older decisions are left out, that is told."""
    write(site, [BLANK._replace(id=f"{place:026}", at=NOON + place) for place in range(60)])
    result = site.run("log")
    assert len([line for line in result.out.splitlines() if "CLEAR" in line]) == 50 + 1
    assert "newest 50" in result.err
    assert len(site.run("log", "--format", "json").out.splitlines()) == 60


def test_csv_is_safe_in_a_spreadsheet(logged: Any) -> None:
    """No cell can be taken for a formula, no value breaks its row, and numbers stay as they are."""
    rows = list(csv.DictReader(io.StringIO(logged.run("log", "--format", "csv").out, newline="")))
    assert [row["id"][0] for row in rows] == list("ABCDE")
    assert rows[0]["number"] == "+33612345678"
    assert rows[3]["principal"] == "Énergie SA"
    last = rows[4]
    assert last["campaign"] == """'=HYPERLINK("http://x")"""
    assert last["caller_id"] == "'@SUM(1)"
    assert "\n" not in last["dialled"]
    assert last["principal"] == r"\u202eevil"


def test_json_is_unchanged(logged: Any) -> None:
    """JSON has the values as they are, with times in UTC."""
    last = json.loads(logged.run("log", "--format", "json").out.splitlines()[-1])
    assert last["dialled"] == ROWS[4].dialled
    assert last["number"] is None
    assert last["at"] == "2026-11-21T13:00:00.000000Z"


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_follow_shows_what_is_added_at_once(logged: Any, form: str) -> None:
    """What is added shows at once, only what matches, and Ctrl-C ends it cleanly."""
    command = [sys.executable, "-m", "gatekeeper", "--config", str(logged.config), "log", "--follow"]
    words = ["--format", form, "--limit", "1", "--verdict", "block"]
    with subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            seen = read_until(process.stdout.fileno(), b"NUMBER_INVALID")
            write(logged, [BLANK._replace(id="F" * 26, campaign="not-wanted")])
            write(logged, [BLANK._replace(id="G" * 26, verdict="BLOCK", reason="LISTED", campaign="wanted")])
            seen += read_until(process.stdout.fileno(), b"wanted")
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert errors == b""
    assert b"not-wanted" not in seen + rest
    assert b"RED_LIST" not in seen


def read_until(descriptor: int, wanted: bytes, seconds: float = 60) -> bytes:
    """What a pipe gives until it has given this."""
    seen = b""
    end = time.monotonic() + seconds
    while wanted not in seen:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
        assert ready, seen
        got = os.read(descriptor, 65536)
        assert got, seen
        seen += got
    return seen


def test_a_correction_is_shown_in_place_of_what_was_never_answered(logged: Any) -> None:
    """With --corrected both are shown; filters find each by its own verdict."""
    write(logged, [ROWS[0]._replace(verdict="BLOCK", reason="GATE_ERROR", rule="error")], late=True)

    def verdicts(*words: str) -> list[tuple[str, str]]:
        result = logged.run("log", "--format", "json", *words)
        shown = [json.loads(line) for line in result.out.splitlines()]
        return [(one["verdict"], one["supersedes"]) for one in shown if ROWS[0].id in (one["id"], one["supersedes"])]

    assert verdicts() == [("BLOCK", ROWS[0].id)]
    assert verdicts("--corrected") == [("ALLOW", ""), ("BLOCK", ROWS[0].id)]
    assert verdicts("--verdict", "allow") == []
    assert verdicts("--verdict", "allow", "--corrected") == [("ALLOW", "")]


def test_colour_is_for_terminals(logged: Any) -> None:
    """A terminal gets colour, and lines that fit; a pipe gets neither escapes nor cuts."""
    assert b"\x1b" not in logged.start("log").stdout
    screen, child = pty.openpty()
    command = [sys.executable, "-m", "gatekeeper", "--config", str(logged.config), "log"]
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    environ.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdout=child, stderr=child, env=environ) as process:
        os.close(child)
        seen = read_until(screen, b"Times are local")
        process.wait(timeout=60)
    os.close(screen)
    assert b"\x1b[31m" in seen
    assert b"\x1b[2J" not in seen
    assert "…".encode() in seen
