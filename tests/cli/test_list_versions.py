"""`gatekeeper list versions|diff|rollback`, the preview of an import, and what `list status` tells monitoring."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

THREE = "0612345678\n0612345679\n0612345680\n"
TWO = "0612345679\n0612345681\nno-telephone\n"

WASH = """
[lists.washed]
kind = "wash"
format = "bloctel-return"
max_shrink = 10
"""


def imported(site: Any, text: str, *options: str, name: str = "bloctel") -> Any:
    """Import a text, which must succeed."""
    result = site.run("list", "import", name, site.file(text), *options)
    assert result.code == 0, result.err
    return result


def test_versions_compared_and_brought_back(site: Any) -> None:
    """What `versions` lists, `diff` compares, and `rollback` puts in force."""
    imported(site, THREE)
    imported(site, TWO, "--force")
    found = [json.loads(line) for line in site.run("list", "versions", "bloctel", "--json").out.splitlines()]
    assert [(one["version"], one["in_force"], one["count"]) for one in found] == [(2, True, 2), (1, False, 3)]
    assert "2 in force" in site.run("list", "versions", "bloctel").out
    out = site.folder / "changes.csv"
    result = site.run("list", "diff", "bloctel", "1", "2", "--out", str(out), "--json")
    assert json.loads(result.out) == {"list": "bloctel", "old": 1, "new": 2, "added": 1, "dropped": 2, "unchanged": 1}
    assert len(out.read_text().splitlines()) == 4
    assert site.run("list", "rollback", "bloctel", "--note", "cut off").out == "bloctel: version 1 is in force\n"
    assert "on bloctel" in site.run("list", "show", "0612345678").out
    again = site.run("list", "rollback", "bloctel", "7")
    assert (again.code, again.err) == (2, "gatekeeper: the list bloctel has no version 7; the newest is 2\n")


def test_a_comparison_of_answers_is_not_said_to_be_importable(site: Any) -> None:
    """Changes are imported into red and opposition lists alone."""
    site.config.write_text(site.config.read_text() + WASH)
    for answer in ("OK", "KO"):
        imported(site, f"0612345678;x;{answer}\n", name="washed")
    out = str(site.folder / "changes.csv")
    assert "--format changes" not in site.run("list", "diff", "washed", "1", "2", "--out", out).out
    imported(site, THREE)
    imported(site, TWO, "--force")
    assert "--format changes" in site.run("list", "diff", "bloctel", "1", "2", "--out", out).out


def test_a_preview_shows_numbers_only_where_asked(site: Any) -> None:
    """Counts and rejected lines by their numbers; telephone numbers only with --show-numbers."""
    imported(site, THREE)
    shy = imported(site, TWO, "--force", "--dry-run")
    for text in ("new                      1", "gone                     2", "unchanged                1", "line 3: "):
        assert text in shy.out
    assert "12345" not in shy.out
    assert "no-telephone" not in shy.out
    assert "12345" not in imported(site, TWO, "--force", "--dry-run", "--json").out
    bold = imported(site, TWO, "--force", "--dry-run", "--show-numbers").out
    assert "new: +33612345681" in bold
    assert "gone: +33612345678, +33612345680" in bold
    assert "no-telephone" in bold
    assert [one["count"] for one in map(json.loads, site.run("list", "status", "--json").out.splitlines())] == [3, 0]


def test_limits_come_from_the_configuration(site: Any) -> None:
    """A list that shrinks by more than `max_shrink` needs --accept."""
    with site.config.open("a") as file:
        file.write("\n[lists.tps]\nmax_shrink = 10\n")
    many = "".join(f"06123{n:05}\n" for n in range(1200))
    imported(site, many, name="tps")
    refused = site.run("list", "import", "tps", site.file(many[: 11 * 1000]))
    assert refused.code == 2
    assert "shrinks by 16.7%" in refused.err
    imported(site, many[: 11 * 1000], "--accept", name="tps")


@pytest.mark.parametrize(
    ("days_ago", "state", "left", "code"),
    [(0, "fresh", 29, 0), (22, "fresh", 7, 0), (24, "due", 5, 3), (31, "stale", -2, 4)],
)
def test_status_warns_in_time(site: Any, days_ago: int, state: str, left: int, code: int) -> None:
    """Seven days before a list ends it is due, and the exit code says so; then it is stale."""
    of_when = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
    imported(site, THREE, "--source-date", of_when)
    result = site.run("list", "status", "--json")
    (one,) = [one for one in map(json.loads, result.out.splitlines()) if one["list"] == "bloctel"]
    assert (one["state"], one["days_left"], result.code) == (state, left, code)
    assert site.run("list", "status").code == code


def test_status_of_a_wash_list(site: Any) -> None:
    """It holds until its last answer ends; before the first return it is missing."""
    with site.config.open("a") as file:
        file.write(WASH)
    imported(site, THREE)
    assert site.run("list", "status").code == 4
    imported(site, "0612345678;1;OK\n0612345679;2;KO\n", "--format", "bloctel-return", name="washed")
    result = site.run("list", "status", "--json")
    (one,) = [one for one in map(json.loads, result.out.splitlines()) if one["list"] == "washed"]
    assert (one["state"], one["days_left"], one["cleared"], one["count"], result.code) == ("fresh", 29, 1, 1, 0)
    shown = site.run("list", "show", "0612345678").out
    assert f"no, until {time.strftime('%Y-%m-%d', time.localtime(time.time() + 30 * 86_400))}" in shown
    check = site.run("check", "0612345690", "--json")
    assert (json.loads(check.out)["reason"], check.code) == ("NOT_SCRUBBED", 1)
