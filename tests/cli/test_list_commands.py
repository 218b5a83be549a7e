"""`gatekeeper list …` on real databases."""

import json
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

FILE = "Telephone;Id\n0612345678;1\n06 12 34 56 79;2\n0612345678;3\n+33612345680;4\n"


def states(site: Any) -> dict[str, dict[str, Any]]:
    """What `list status --json` says, by list."""
    return {one["list"]: one for one in map(json.loads, site.run("list", "status", "--json").out.splitlines())}


def test_import_reports_every_line(site: Any) -> None:
    """The report accounts for every line, and status shows the list from then on."""
    result = site.run("list", "import", "bloctel", site.file(FILE), "--json")
    assert result.code == 0, result.err
    report = json.loads(result.out)
    assert (report["read"], report["imported"], report["duplicates"], report["rejected"]) == (4, 3, 1, 0)
    state = states(site)["bloctel"]
    assert (state["state"], state["count"], state["source"]) == ("fresh", 3, "list.csv")
    text = site.run("list", "import", "bloctel", site.file(FILE)).out
    assert "3 numbers imported; version 2 is in force" in text
    assert "duplicates               1" in text
    assert report["sha256"] in text


def test_import_options_are_passed_on(site: Any) -> None:
    """Column, delimiter, heading, country, source and dates reach the importer."""
    path = site.file("a|2025550100\nb|2025550101\n")
    result = site.run(
        *("list", "import", "bloctel", path, "--column", "2", "--delimiter", "|", "--no-header", "--country", "us"),
        *("--source", "the registry", "--source-date", "2026-11-01T00:00Z", "--valid-until", "2030-01-01T00:00Z"),
    )
    assert result.code == 0, result.err
    state = states(site)["bloctel"]
    assert (state["count"], state["source"]) == (2, "the registry")
    assert (state["source_date"], state["valid_until"]) == ("2026-11-01T00:00:00Z", "2030-01-01T00:00:00Z")
    assert "on bloctel" in site.run("list", "show", "+12025550101").out


def test_a_refused_import_changes_nothing(site: Any) -> None:
    """Too many unreadable lines refuse the file with exit code 2; --reject-limit and --force allow it."""
    site.run("list", "import", "bloctel", site.file(FILE))
    bad = site.file("0612345690\nnothing\n", "bad.txt")
    result = site.run("list", "import", "bloctel", bad)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("gatekeeper: ")
    assert states(site)["bloctel"]["count"] == 3
    assert site.run("list", "import", "bloctel", bad, "--reject-limit", "50").code == 0
    assert site.run("list", "import", "bloctel", bad, "--force").code == 0
    assert states(site)["bloctel"]["count"] == 1


def test_dry_run_changes_nothing(site: Any) -> None:
    """A dry run counts and leaves the list as it was."""
    result = site.run("list", "import", "bloctel", site.file(FILE), "--dry-run")
    assert result.code == 0
    assert "3 numbers would be imported; nothing was changed" in result.out
    assert states(site)["bloctel"]["state"] == "missing"


def test_an_import_reads_standard_input(site: Any) -> None:
    """`-` reads the file from standard input; off a terminal there is no progress bar."""
    done = site.start("list", "import", "bloctel", "-", "--source", "a pipe", stdin=FILE.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert states(site)["bloctel"]["source"] == "a pipe"


def test_an_interrupted_import_changes_nothing(site: Any) -> None:
    """Ctrl-C in the middle of an import leaves the old list in force, and says so."""
    site.run("list", "import", "bloctel", site.file(FILE))
    command = [sys.executable, "-m", "gatekeeper", "--config", str(site.config), "list", "import", "bloctel", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        # More than a pipe holds: when it is written, the import is reading.
        process.stdin.write(b"0612345690\n" * 500_000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err == b"gatekeeper: the import of bloctel was interrupted; nothing was changed\n"
    state = states(site)["bloctel"]
    assert (state["version"], state["count"], state["problem"]) == (1, 3, "")


def test_an_unknown_list_is_refused_with_the_one_meant(site: Any) -> None:
    """A list that is neither configured nor there is refused with the one that was probably meant."""
    for words in (["import", "blocktel", site.file(FILE)], ["add", "blocktel", "0612345678"]):
        result = site.run("list", *words)
        assert result.code == 2
        assert "there is no list 'blocktel'. Did you mean 'bloctel'?" in result.err
        assert "[lists.NAME]" in result.err
    assert set(states(site)) == {"red", "bloctel"}


def test_adding_and_removing_are_kept_in_the_history(site: Any) -> None:
    """Numbers are put on a list and taken off it, and the history keeps who, when and why."""
    assert site.run("list", "add", "red", "0612345678", "06.12.34.56.79", "--note", "by phone").out == "red: 2 added\n"
    assert site.run("list", "add", "red", "+33612345678").out == "red: 0 added, 1 already listed\n"
    assert site.run("list", "remove", "red", "0033612345678").out == "red: 1 removed\n"
    shown = site.run("list", "show", "0612345678")
    assert "+33612345678: on no list" in shown.out
    assert "by phone" in shown.out
    (record,) = [json.loads(line) for line in site.run("list", "show", "0612345679", "--json").out.splitlines()]
    assert (record["list"], record["listed"], record["source"]) == ("red", True, "hand")
    assert [(one["op"], one["note"]) for one in record["changes"]] == [("add", "by phone")]


def test_bad_numbers_do_not_hinder_the_good(site: Any) -> None:
    """What is no number is named by its place, without being repeated; the others are taken; the exit code is 2."""
    result = site.run("list", "add", "red", "0612345678", "123456789012345678", "112", "0612345679")
    assert (result.code, result.out) == (2, "red: 2 added\n")
    lines = result.err.splitlines()
    assert [line.partition(": ")[2].rpartition(":")[0] for line in lines] == [
        "not taken: number 2",
        "not taken: number 3",
    ]
    assert "123456789012345678" not in result.err
    done = site.start(
        "list", "add", "red", "-", stdin=b"0612345680\n\n; a note\n\xff\xfe\n 06 12 34 56 81 \r\n" + b"x" * 5000
    )
    assert done.returncode == 2
    assert done.stdout == b"red: 2 added\n"
    assert b"line 4 of standard input" in done.stderr
    assert b"line 6 of standard input" in done.stderr


def test_an_empty_standard_input_is_an_error(site: Any) -> None:
    """An empty standard input is an error, not a success that did nothing."""
    done = site.start("list", "add", "red", "-")
    assert done.returncode == 2
    assert b"no number was given" in done.stderr


def test_show_wants_a_number(site: Any) -> None:
    """What can't be looked up is refused, without being repeated."""
    result = site.run("list", "show", "0000987654321999")
    assert result.code == 2
    assert result.err.startswith("gatekeeper: the number can't be looked up: ")
    assert "987654321" not in result.err


def test_notes_can_not_move_the_cursor(site: Any) -> None:
    """Control characters of a note are shown escaped."""
    site.run("list", "add", "red", "0612345678", "--note", "a\x1b[2Jb\u202ec")
    out = site.run("list", "show", "0612345678").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\\x1b[2Jb" in out


@pytest.mark.parametrize("columns", ["80", "160"])
def test_the_status_keeps_to_the_width(site: Any, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """The table keeps to the width, and shows whole values."""
    site.run("list", "import", "bloctel", site.file(FILE))
    site.run("list", "add", "red", "0612345678")
    monkeypatch.setenv("COLUMNS", columns)
    out = site.run("list", "status").out
    assert max(map(len, out.splitlines())) <= int(columns)
    assert "bloctel" in out
    assert time.strftime("%Y-") in out
    assert "…" not in out
    assert ("opposition" in out) == (columns == "160")


def test_stale_and_missing_lists_show(site: Any) -> None:
    """A list past its time is stale, one never imported is missing, the red list is in force."""
    assert {name: one["state"] for name, one in states(site).items()} == {"red": "in force", "bloctel": "missing"}
    site.run("list", "import", "bloctel", site.file(FILE), "--valid-until", "2020-01-01T00:00Z", "--force")
    assert states(site)["bloctel"]["state"] == "stale"
    site.run("list", "import", "bloctel", site.file(FILE))
    assert states(site)["bloctel"]["state"] == "fresh"


@pytest.mark.parametrize(
    ("given", "listed"),
    [
        ("658105567.0", ["+33658105567"]),
        ("6,58105567E+08", ["+33658105567"]),
        ("'+33612345678", ["+33612345678"]),
        ("0612345678 / 0145678901", ["+33612345678", "+33145678901"]),
    ],
)
def test_what_a_spreadsheet_made_of_a_number_is_added_by_hand(site: Any, given: str, listed: list[str]) -> None:
    """As it is imported: a number of Singapore is not meant."""
    result = site.run("list", "add", "red", given)
    assert result.code == 0, result.err
    assert states(site)["red"]["count"] == len(listed)
    assert all("on red" in site.run("list", "show", number).out for number in listed)


def test_numbers_left_out_refuse_the_import(site: Any) -> None:
    """With the option that says what is meant."""
    path = site.file("tel;x\n" + "0612345678;\n" * 300 + ";0761234567\n0612345679;0761234567\n")
    result = site.run("list", "import", "bloctel", path)
    assert (result.code, result.out) == (2, "")
    assert "in column 'x' (2) were not taken: say every column" in result.err
    assert site.run("list", "import", "bloctel", path, "--column", "tel").code == 0
    assert states(site)["bloctel"]["count"] == 2
    assert site.run("list", "import", "bloctel", path, "--column", "tel", "--column", "2").code == 0
    assert states(site)["bloctel"]["count"] == 3


def test_a_list_that_is_old_when_it_comes_is_told_and_shown(site: Any) -> None:
    """By the dates in it: of June in November, of 2024 today."""
    path = site.file("0470123456;2024-06-28\n025551234;2024-06-01\n")
    result = site.run("list", "import", "bloctel", path, "--format", "belgium")
    assert result.code == 0
    assert "the source is of 2024-06-28, the latest date in it" in result.out
    assert "too old to be relied on" in result.err
    state = states(site)["bloctel"]
    assert (state["state"], state["source_date"][:7]) == ("stale", "2024-06")
    assert site.run("list", "status").code == 4
    assert site.run("list", "import", "bloctel", path, "--format", "belgium", "--source-date", "today").code == 0
    assert states(site)["bloctel"]["state"] == "fresh"
