"""The running tally says what a count of the whole journal says, in whatever parts it was read."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gatekeeper.clock import DAY_US, HOUR_US, SECOND_US, micros_of, moment_of
from gatekeeper.desk.reading import running_tally
from gatekeeper.desk.reading.running_tally import OTHER, RunningTally, TallyKind
from gatekeeper.desk.reading.today import CallFigures, TodayFigures, today_figures
from gatekeeper.journal import DecisionFilter, DecisionRow, new_ident
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from gatekeeper.journal.stats import StatKey, stat_lines
from tests.journal.rows import row

PARIS = ZoneInfo("Europe/Paris")
NOW = micros_of(datetime(2026, 11, 26, 17, 20, tzinfo=UTC))
REASONS = (("ALLOW", "CLEAR"), ("ALLOW", "CONSENT"), ("BLOCK", "LISTED"), ("BLOCK", "GATE_ERROR"))


class Site:
    """A journal that is written as a test likes, with a clock that stands."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.sqlite3"
        self.backend = SqliteBackend(self.path)
        self.backend.open()
        self.draw = random.Random(26)
        self.now = NOW
        self.looks = 0
        self.tally = self.new_tally()

    def new_tally(self, part: int = 7) -> RunningTally:
        """A tally that has counted nothing yet."""
        return RunningTally(lambda: SqliteReader(self.path), lambda: self.now, part)

    def write(self, *rows: DecisionRow) -> None:
        """Write rows, a commit each."""
        for one in rows:
            self.backend.write((one,))

    def some(self, count: int, days: float = 3) -> list[DecisionRow]:
        """Decisions of the last days, in the order of time."""
        return [self.decision(at) for at in sorted(NOW - self.draw.randrange(int(days * DAY_US)) for _ in range(count))]

    def decision(self, at: int, **changed: object) -> DecisionRow:
        """A decision of a moment."""
        verdict, reason = self.draw.choice(REASONS)
        words = {
            "verdict": verdict,
            "reason": reason,
            "campaign": self.draw.choice("abc"),
            "principal": self.draw.choice(("One SA", "Two SA", "")),
            "asked_by": self.draw.choice(("manager:x", "")),
            "gate": self.draw.choice(("SIP_GATE", "FASTAGI", "API_ASK")),
            "bypass": int(self.draw.random() < 0.1),
        }
        return row(at=at, id=new_ident(at), **{**words, **changed})

    def figures(self, tally: RunningTally | None = None, principals: frozenset[str] | None = None) -> TodayFigures:
        """What is told once all is counted."""
        tally = tally or self.tally
        while True:
            tally._looked = 0.0
            tally.refresh()
            if not tally.counted_since():
                return today_figures(tally, self.now, PARIS, principals)
            time.sleep(0.01)

    def counted(self, key: StatKey, principals: frozenset[str] | None = None, **more: object) -> dict[str, list[int]]:
        """The same out of the whole journal."""
        since = datetime.combine(moment_of(self.now).astimezone(PARIS).date(), datetime.min.time(), PARIS)
        wanted = DecisionFilter(since=since, until=since + timedelta(days=1), principals=principals, **more)
        with SqliteReader(self.path) as reader:
            lines = stat_lines(reader.counts(wanted, [key]), [key], PARIS)
        return {one.values[0]: [one.calls, one.blocked, one.bypasses] for one in lines}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A journal."""
    made = Site(tmp_path)
    yield made
    made.tally.close()
    made.backend.close()


def _as_dict(lines: list[CallFigures]) -> dict[str, list[int]]:
    return {one.value: [one.calls, one.blocked, one.bypasses] for one in lines}


def _demand_equal(site: Site, found: TodayFigures, principals: frozenset[str] | None = None) -> None:
    reasons = site.counted(StatKey.REASON, principals)
    assert {**_as_dict(found.grounds), **_as_dict(found.reasons)} == reasons
    for key, lines in (
        (StatKey.CAMPAIGN, found.campaigns),
        (StatKey.PRINCIPAL, found.principals),
        (StatKey.ASKED_BY, found.agents),
        (StatKey.GATE, found.gates),
    ):
        assert _as_dict(lines) == site.counted(key, principals), key
    assert [found.total.calls, found.total.blocked] == [
        sum(one[0] for one in reasons.values()),
        sum(one[1] for one in reasons.values()),
    ]
    hours = {f"{moment_of(int(one.value)).astimezone(PARIS):%Y-%m-%d %H:00}": one for one in found.hours if one.calls}
    assert {hour: [one.calls, one.blocked, one.bypasses] for hour, one in hours.items()} == site.counted(
        StatKey.HOUR, principals
    )


@pytest.mark.parametrize("part", [1, 7, 1000])
def test_equals_a_count_of_the_journal(site: Site, part: int) -> None:
    """What was there before, and what came after, is counted once, in parts of any size."""
    site.write(*site.some(150))
    tally = site.new_tally(part)
    _demand_equal(site, site.figures(tally))
    site.write(*(site.decision(NOW - place * SECOND_US) for place in range(40, 0, -1)))
    _demand_equal(site, site.figures(tally))
    for principals in (frozenset({"One SA"}), frozenset({"One SA", ""}), frozenset[str]()):
        _demand_equal(site, site.figures(tally, principals), principals)
    tally.close()


@pytest.mark.parametrize("part", [1, 3, 1000])
@pytest.mark.parametrize("late", [True, False], ids=["counted before", "counted together"])
def test_what_was_replaced_counts_no_more(site: Site, part: int, *, late: bool) -> None:
    """A call on which a later gate decided anew, and a decision that was corrected, count once, by what is in force."""
    gate = {"gate": "SIP_GATE"}
    first = site.decision(NOW - HOUR_US, verdict="ALLOW", reason="CLEAR", **gate)
    second = site.decision(NOW - HOUR_US + 9, verdict="BLOCK", reason="LISTED", supersedes=first.id, **gate)
    third = site.decision(NOW - HOUR_US + 10, verdict="BLOCK", reason="RED_LIST", supersedes=first.id, **gate)
    wrong = site.decision(NOW - HOUR_US + 20, verdict="ALLOW", reason="CONSENT", campaign="odd", **gate)
    tally = site.new_tally(part)
    site.write(*site.some(20), first, wrong)
    if late:
        site.figures(tally)
    site.write(second, third)
    site.backend.write_late([wrong._replace(verdict="BLOCK", reason="GATE_ERROR")])
    found = site.figures(tally)
    _demand_equal(site, found)
    assert _as_dict(found.campaigns)["odd"] == [1, 1, wrong.bypass]
    tally.close()


def test_days_are_those_of_the_visitor(site: Site) -> None:
    """Each of the last fourteen days has its calls, by the clock of the visitor; older ones are not kept."""
    evening = micros_of(datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    site.write(*(site.decision(at, gate="FASTAGI") for at in (NOW - 30 * DAY_US, evening, evening + HOUR_US // 4, NOW)))
    days = _as_dict(site.figures().days)
    assert {day: counts[0] for day, counts in days.items() if counts[0]} == {"2026-11-21": 2, "2026-11-26": 1}
    assert len(days) == 14


def test_a_night_passes(site: Site) -> None:
    """On the next day today is empty, and yesterday keeps its sum."""
    site.write(*(one._replace(gate="FASTAGI") for one in site.some(30, days=0.5)))
    before = site.figures()
    site.now += DAY_US + 6 * HOUR_US
    after = site.figures()
    assert after.total.calls == 0
    assert after.reasons == after.grounds == after.campaigns == []
    assert sum(one.calls for one in after.days) == sum(one.calls for one in before.days) == 30


def test_a_shorter_journal_is_counted_anew(site: Site, tmp_path: Path) -> None:
    """A journal that was brought back out of a backup is not added to what was there before."""
    site.write(*site.some(30, days=0.2))
    site.figures()
    site.backend.close()
    for path in tmp_path.glob("journal.sqlite3*"):
        path.unlink()
    site.backend = SqliteBackend(site.path)
    site.backend.open()
    site.write(*site.some(12, days=0.2))
    _demand_equal(site, site.figures())


@pytest.mark.parametrize("ahead", ["from the start on", "for a while"])
def test_a_clock_that_was_ahead_counts_the_days_anew(site: Site, ahead: str) -> None:
    """When it has been put back, today is what it was, and not empty until the desk is started again."""
    site.write(*site.some(30, days=0.2))
    if ahead == "for a while":
        site.figures()
    site.now += 300 * DAY_US
    site.figures()
    site.now -= 300 * DAY_US
    _demand_equal(site, site.figures())


def test_made_up_campaigns_do_not_fill_the_memory(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a bound, values are counted together; the sums stay true."""
    monkeypatch.setattr(running_tally, "MOST_CELLS", 20)
    rows = [
        site.decision(NOW - SECOND_US, campaign=f"made up {place}", principal=f"p{place}", gate="FASTAGI")
        for place in range(300)
    ]
    site.backend.write(rows)
    found = site.figures()
    assert found.total.calls == 300
    assert sum(one.calls for one in found.campaigns) == 300
    assert len(found.campaigns) < 40
    assert OTHER in {one.value for one in found.campaigns}
    assert len(site.tally.cells(0, NOW, None)) <= 20 + 20 + len(TallyKind)
