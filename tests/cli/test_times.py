"""Times as people write them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import typer

from gatekeeper.cli.times import iso, read_moment, shown, shown_zone
from gatekeeper.clock import micros_of
from tests.cli.conftest import Site

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine stands in Paris."""
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


READ = [
    # with a zone
    ("2026-11-23T14:30+01:00", "2026-11-23T13:30:00+00:00", False),
    ("2026-11-23T14:30Z", "2026-11-23T14:30:00+00:00", False),
    ("2026-11-23 14:30:05.5Z", "2026-11-23T14:30:05.500000+00:00", False),
    # local
    ("2026-11-23T14:30", "2026-11-23T13:30:00+00:00", True),
    ("2026-07-14T14:30", "2026-07-14T12:30:00+00:00", True),
    # days
    ("2026-11-23", "2026-11-22T23:00:00+00:00", True),
    ("today", "2026-11-22T23:00:00+00:00", True),
    ("yesterday", "2026-11-21T23:00:00+00:00", True),
    # that long ago
    ("90m", "2026-11-23T13:00:00+00:00", False),
    ("24h", "2026-11-22T14:30:00+00:00", False),
    ("7d", "2026-11-16T14:30:00+00:00", False),
    ("2w", "2026-11-09T14:30:00+00:00", False),
    ("now", "2026-11-23T14:30:00+00:00", False),
]


@pytest.mark.parametrize(("text", "expected", "assumed"), READ)
def test_every_form_of_a_time_is_read_as_meant(text: str, expected: str, assumed: bool) -> None:
    """Every form is read as it is meant, and a zone that was assumed is told."""
    moment = read_moment(text, "--at", now=NOW)
    assert moment.at.isoformat() == expected
    assert bool(moment.note) == assumed
    assert ("CE" in moment.note) == assumed


def test_a_day_as_an_end_counts_to_its_end() -> None:
    """A day as an end counts to its end, on the days when the clocks change, too."""
    assert read_moment("2026-11-30", "--until", end_of_day=True).at.isoformat() == "2026-11-30T23:00:00+00:00"
    assert read_moment("2026-03-29", "--until", end_of_day=True).at.isoformat() == "2026-03-29T22:00:00+00:00"
    assert read_moment("2026-11-30T10:00Z", "--until", end_of_day=True).at.isoformat() == "2026-11-30T10:00:00+00:00"


def test_a_day_that_begins_with_a_skipped_hour_begins_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Chile the clocks go forward at midnight; the day before ends then, too."""
    monkeypatch.setenv("TZ", "America/Santiago")
    time.tzset()
    assert read_moment("2026-09-06", "--at").at.isoformat() == "2026-09-06T04:00:00+00:00"
    assert read_moment("2026-09-05", "--at", end_of_day=True).at.isoformat() == "2026-09-06T04:00:00+00:00"


def test_hours_that_are_skipped_or_come_twice() -> None:
    """Local times that are not plain are told."""
    assert "is skipped" in read_moment("2026-03-29T02:30", "--at").note
    assert "comes twice" in read_moment("2026-10-25T02:30", "--at").note
    assert "clocks" not in read_moment("2026-10-25T04:30", "--at").note


@pytest.mark.parametrize(
    "text",
    ["", "noon", "23/11/2026", "2026-13-01", "2026-11-23T25:00", "12", "20261123", "9" * 30 + "d", "999999w", "-1d"],
)
def test_what_is_no_time_is_refused_with_the_forms(text: str) -> None:
    """Anything else is refused with the forms that are understood."""
    with pytest.raises(typer.BadParameter, match="write one of"):
        read_moment(text, "--at", now=NOW)


def test_times_are_local_for_people_and_utc_for_programs() -> None:
    """Times are shown in local time for people and in UTC for programs."""
    at = micros_of(datetime(2026, 11, 23, 13, 30, 5, 250_000, tzinfo=UTC))
    assert shown(at) == "2026-11-23 14:30:05"
    assert iso(at) == "2026-11-23T13:30:05.250000Z"
    assert (shown(None), iso(None)) == ("", None)
    assert shown_zone() in {"CET, UTC+01:00", "CEST, UTC+02:00"}


def test_a_list_is_not_valid_until_a_day_that_has_passed(site: Site) -> None:
    """It would be too old at once; the text says what to do, and --force imports it all the same."""
    file = site.file("0612345678\n")
    result = site.run("list", "import", "bloctel", file, "--valid-until", "2020-01-01")
    assert result.code == 2
    assert "is past" in result.err
    assert "--force" in result.err
    assert site.run("list", "import", "bloctel", file, "--valid-until", "2020-01-01", "--force").code == 0
    assert site.run("list", "import", "bloctel", file, "--valid-until", "2099-01-01", "--force").code == 0
