"""`gatekeeper shadow report`: what shadow would have blocked; and what knows no shadow, over the whole chain."""

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.clock import micros_of
from gatekeeper.journal import DecisionRow, new_ident
from gatekeeper.journal.shadow import SPAN_US, ShadowCount, ShadowLine, shadow_report
from tests.cli.test_check_law import ASKED, CONFIG, asked
from tests.cli.test_log import BLANK, NOON, write

HOUR = 3_600_000_000


def call(campaign: str = "a", reason: str = "", provision: str = "", **more: Any) -> DecisionRow:
    """A call that was let by, in shadow where a reason is given."""
    at = more.pop("at", NOON)
    plain = BLANK._replace(id=new_ident(at), at=at, campaign=campaign, would_block=reason, would_provision=provision)
    return plain._replace(**more)


@pytest.fixture
def logged(site: Any) -> Any:
    """Seven calls of two campaigns on two days, of which three are let by only because of shadow."""
    rows = [
        call(),
        call(reason="NO_BASIS", provision="FR-BASIS"),
        call(reason="NO_BASIS", provision="FR-BASIS", at=NOON + 24 * HOUR),
        call("b", "CALL_HOURS", "FR-HOURS", at=NOON + 24 * HOUR),
        call("b"),
        # Blocked all the same: no call of shadow's.
        call("b", "NO_BASIS", "FR-BASIS", at=NOON + 24 * HOUR)._replace(verdict="BLOCK", reason="RED_LIST"),
    ]
    # A later gate decides anew on a call: it counts by that.
    first = call("b", "ATTEMPTS_CAP", "FR-CAP")
    rows += [first, call("b", supersedes=first.id)]
    write(site, rows)
    return site


def test_the_report(logged: Any) -> None:
    """By day, campaign, reason and provision, with calls and share; the same as table, CSV and JSON."""
    found = json.loads(logged.run("shadow", "report", "--format", "json").out)
    assert (found["calls"], found["would_block"], found["share"]) == (7, 3, 0.4286)
    assert [tuple(one.values()) for one in found["totals"]] == [
        ("NO_BASIS", "FR-BASIS", 2),
        ("CALL_HOURS", "FR-HOURS", 1),
    ]
    lines = [tuple(one.values()) for one in found["lines"]]
    assert lines == [
        ("2026-11-20", "a", "NO_BASIS", "FR-BASIS", 1, 2, 0.5),
        ("2026-11-21", "a", "NO_BASIS", "FR-BASIS", 1, 1, 1.0),
        ("2026-11-21", "b", "CALL_HOURS", "FR-HOURS", 1, 2, 0.5),
    ]
    rows = list(csv.reader(io.StringIO(logged.run("shadow", "report", "--format", "csv").out, newline="")))
    assert rows == [[*found["lines"][0]], *([str(cell) for cell in line] for line in lines)]
    shown = logged.run("shadow", "report", "--lang", "fr")
    assert ": 3 sur 7 (42,9\u202f%)" in shown.out
    assert [line.split()[:2] for line in shown.out.splitlines() if line.startswith("2026-")] == [
        ["2026-11-20", "a"],
        ["2026-11-21", "a"],
        ["2026-11-21", "b"],
    ]
    assert "rien n’est à blanc à présent" in shown.err


@pytest.mark.parametrize(
    ("words", "calls", "would"),
    [
        (("--since", "2026-11-21T00:00Z"), 3, 2),
        (("--until", "2026-11-21T00:00Z"), 4, 1),
        (("--campaign", "b"), 4, 1),
        (("--campaign", "a", "--campaign", "b", "--since", "2026-11-22T00:00Z"), 0, 0),
    ],
)
def test_filters(logged: Any, words: tuple[str, ...], calls: int, would: int) -> None:
    """By time and campaign."""
    found = json.loads(logged.run("shadow", "report", "--format", "json", *words).out)
    assert (found["calls"], found["would_block"]) == (calls, would)


ZONES = ["Europe/Paris", "Indian/Reunion", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham"]
COUNTS = st.lists(
    st.builds(
        ShadowCount,
        st.integers(0, 40_000).map(lambda place: 1_790_000_000_000_000 // SPAN_US * SPAN_US + place * SPAN_US),
        st.sampled_from("ab"),
        st.sampled_from(["", "NO_BASIS", "CALL_HOURS"]),
        st.just("P"),
        st.integers(1, 5),
    ),
    max_size=30,
)


@given(COUNTS, st.sampled_from(ZONES))
def test_no_call_is_lost_nor_counted_twice(counts: list[ShadowCount], zone: str) -> None:
    """Lines and totals add up to what was counted, in every zone; no share is above the whole."""
    report = shadow_report(counts, ZoneInfo(zone))
    assert report.calls == sum(one.calls for one in counts)
    would = sum(one.calls for one in counts if one.reason)
    assert (
        report.would_block == would == sum(one.calls for one in report.lines) == sum(one.calls for one in report.totals)
    )
    assert all(0 < one.share <= 1 for one in report.lines)


def test_a_day_is_the_sites() -> None:
    """The quarter of an hour before midnight in Paris is of the day before, and of the next in Reunion."""
    at = micros_of(datetime(2026, 11, 20, 22, 45, tzinfo=UTC))
    for zone, day in (("Europe/Paris", date(2026, 11, 20)), ("Indian/Reunion", date(2026, 11, 21))):
        (line,) = shadow_report([ShadowCount(at, "a", "NO_BASIS", "P", 1)], ZoneInfo(zone)).lines
        assert line == ShadowLine(day, "a", "NO_BASIS", "P", 1, 1)


SHADOWS = ['["fr"]', "campaign"]


@pytest.mark.parametrize("shadow", SHADOWS)
@pytest.mark.parametrize(
    ("number", "expected"),
    [
        # The law in shadow: it says what it would have done, and does not do it.
        ("0612345670", (0, "CLEAR", "NO_BASIS", "FR-BASIS")),
        # What knows none.
        ("0612345671", (1, "RED_LIST", "", "")),
        ("0612345672", (1, "LISTED", "", "")),
        ("112", (0, "EMERGENCY", "", "")),
        ("anonymous", (1, "NUMBER_INVALID", "", "")),
    ],
)
def test_what_knows_no_shadow(site: Any, shadow: str, number: str, expected: tuple[int, str, str, str]) -> None:
    """Red lists, own lists, emergency numbers, what can't be read: decided as ever, and no shadow is told."""
    config = CONFIG.format(shadow="[]" if shadow == "campaign" else shadow).replace("lists = []\n", "")
    if shadow == "campaign":
        config = config.replace("[campaigns.insurance]\n", "[campaigns.insurance]\nshadow = true\n")
    site.config.write_text(f'[daemon]\ndata_dir = "{site.data}"\n[lists.own]\n{config}')
    assert site.run("list", "import", "own", site.file("0612345672\n")).code == 0
    assert site.run("list", "add", "red", "0612345671").code == 0
    assert site.run("list", "import", "bloctel", site.file("0698765432\n"), "--accept").code in {0, 1, 2}
    answer = asked(site, number, *ASKED, code=expected[0])
    assert (answer["reason"], answer["would_block"], answer["would_provision"]) == expected[1:]


def test_init_tells_of_shadow(site: Any) -> None:
    """How a site that calls already takes the law into use: printed, and in the configuration."""
    assert "shadow report" in site.run("init", "--keep").out
    fresh = site.folder / "fresh.toml"
    site._run(["--config", str(fresh), "init", "--data-dir", str(site.folder / "fresh")])
    assert "gatekeeper shadow report" in " ".join(fresh.read_text().replace("\n# ", " ").split())
