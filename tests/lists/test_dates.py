"""Of when a delivery is, by the dates in it."""

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from gatekeeper.errors import ImportRefused
from gatekeeper.lists import ImportOptions, ImportReport, ListKind, ListStore
from gatekeeper.registries.formats import Answers, Format, SourceKind, TextLayout, find_format, words
from gatekeeper.registries.reading.answers import read_date

Load = Callable[..., ImportReport]

TODAY = datetime.now().astimezone().date()
LONG_AGO = TODAY - timedelta(days=150)
OWN = Format("own", "Declared", country="BE", layout=TextLayout(column="tel", date="vom"))
BELGIAN = ["0470123456", "025551234", "0495987654"]
CHINESE = ["23456789", "21234567", "61234567"]


def micros(day: date) -> int:
    """The beginning of a day of this site."""
    return round(datetime.combine(day, time()).astimezone().timestamp()) * 1_000_000


def delivered(form: str, days: list[str], *, quote: str = "") -> tuple[bytes, dict[str, object]]:
    """A file with these dates, and how it is to be imported."""
    if form == "hongkong":
        text = "".join(f"{quote}{n}{quote},{day}\n" for n, day in zip(CHINESE, days, strict=False))
        content = text.encode()
        return content, {"format": find_format(form), "sha256": hashlib.sha256(content).hexdigest()}
    head = "tel;vom;x\n" if form == "own" else ""
    text = head + "".join(f"{quote}{n}{quote};{day};\n" for n, day in zip(BELGIAN, days, strict=False))
    return text.encode(), {"format": OWN if form == "own" else find_format(form)}


@pytest.mark.parametrize("form", ["belgium", "hongkong", "own"])
@pytest.mark.parametrize("written", ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y", "%d.%m.%Y"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_the_latest_date_in_a_file_is_that_of_the_list(
    load: Load, store: ListStore, form: str, written: str, quote: str
) -> None:
    """However it is written; the report says so, a dry run too, and what is told goes before it."""
    days = [(LONG_AGO - timedelta(days=back)).strftime(written) for back in (40, 0, 7)]
    content, options = delivered(form, days, quote=quote)
    preview = load(content, **options, dry_run=True)
    assert preview.source_date == micros(LONG_AGO)
    assert any(str(LONG_AGO) in note for note in preview.notes)
    assert load(content, **options).source_date == micros(LONG_AGO)
    assert store.versions("bloctel")[0].source_date == micros(LONG_AGO)
    now = datetime.now(UTC)
    told = load(content, **options, source_date=now)
    assert (told.source_date, told.notes) == (round(now.timestamp() * 1_000_000), ())


@pytest.mark.parametrize("form", ["belgium", "hongkong", "own"])
@pytest.mark.parametrize("odd", ["2062-01-01", "1919-01-01", "soon"])
def test_a_date_that_can_be_none_is_told_and_left_aside(load: Load, form: str, odd: str) -> None:
    """Beside good ones; where there is no other, the import asks of when the file is."""
    odd = str(TODAY + timedelta(days=3)) if odd == "soon" else odd
    content, options = delivered(form, [str(LONG_AGO), odd])
    report = load(content, **options)
    assert report.source_date == micros(LONG_AGO)
    assert any("1 line has a date that is to come or long past" in note for note in report.notes)
    content, options = delivered(form, [odd, odd])
    with pytest.raises(ImportRefused, match="every date in it is to come or long past: say of when it is"):
        load(content, **options)
    assert load(content, **options, source_date=datetime.now(UTC)).version == 2


def test_a_file_without_a_readable_date_says_so(load: Load) -> None:
    """Its age counts from the import."""
    content, options = delivered("belgium", ["soon", ""])
    report = load(content, **options)
    assert report.source_date is None
    assert "no date could be read in it" in report.notes[0]
    assert load(b"0612345678\n").notes == ()


def test_an_older_delivery_does_not_replace_a_newer_one(load: Load) -> None:
    """By the dates in both."""
    content, options = delivered("belgium", [str(LONG_AGO)])
    older, _ = delivered("belgium", [str(LONG_AGO - timedelta(days=1))])
    load(content, **options)
    with pytest.raises(ImportRefused, match="older than the one in force"):
        load(older, **options)


def test_a_wash_return_holds_from_the_date_in_it(load: Load, store: ListStore) -> None:
    """And not from when its file was written: thirty days after it, it is over."""
    answers = Answers(words(callable=("OK",)), column=3)
    form = Format("w", "W", kind=SourceKind.WASH, country="FR", layout=TextLayout(column=1, date=2, answers=answers))
    store.ensure("washed", ListKind.WASH)
    with pytest.raises(ImportRefused, match="these are over"):
        load(f"0612345678;{LONG_AGO};OK\n".encode(), "washed", format=form)
    report = load(f"0612345678;{TODAY - timedelta(days=10)};OK\n".encode(), "washed", format=form)
    assert (report.cleared, report.source_date) == (1, micros(TODAY - timedelta(days=10)))


def returned(store: ListStore, path: Path, line: str, days: int, **options: object) -> ImportReport:
    """Import Bloctel's return of one line, whose file was written so many days ago."""
    path.write_text(line)
    os.utime(path, ((datetime.now(UTC) - timedelta(days=days)).timestamp(),) * 2)
    asked = ImportOptions(format=find_format("bloctel-return"), **options)  # type: ignore[arg-type]
    return store.import_file(path, "washed", options=asked)


@pytest.mark.parametrize("told", [None, 1])
def test_an_older_wash_return_clears_nothing_that_a_newer_one_marks(
    store: ListStore, tmp_path: Path, told: int | None
) -> None:
    """Bloctel's has no date: it is of when its file was written, whether the newer one's date was told or not."""
    store.ensure("washed", ListKind.WASH)
    newer = {} if told is None else {"source_date": datetime.now(UTC) - timedelta(days=told)}
    returned(store, tmp_path / "new.csv", "0612345678;x;KO\n", 1, **newer)
    shown = returned(store, tmp_path / "old.csv", "0612345678;x;OK\n", 9, dry_run=True)
    assert "the source is older than the one in force" in shown.warnings
    with pytest.raises(ImportRefused, match="older than the one in force"):
        returned(store, tmp_path / "old.csv", "0612345678;x;OK\n", 9)
    assert set(store.numbers("washed")) == {33612345678}
    assert returned(store, tmp_path / "newest.csv", "0612345678;x;OK\n", 0).count == 0


def test_an_older_wash_return_that_was_accepted_makes_the_others_no_older(store: ListStore, tmp_path: Path) -> None:
    """What came between the two is refused as before."""
    store.ensure("washed", ListKind.WASH)
    returned(store, tmp_path / "new.csv", "0612345678;x;KO\n", 1)
    returned(store, tmp_path / "old.csv", "0623456789;x;OK\n", 9, accept=True)
    with pytest.raises(ImportRefused, match="older than the one in force"):
        returned(store, tmp_path / "between.csv", "0612345678;x;OK\n", 5)


def test_a_wash_return_that_clears_nothing_has_no_end(store: ListStore, tmp_path: Path) -> None:
    """Marked numbers stay so: such a list holds, and not until 1970."""
    store.ensure("washed", ListKind.WASH)
    returned(store, tmp_path / "new.csv", "0612345678;x;KO\n", 1)
    assert store.versions("washed")[0].valid_until is None


@pytest.mark.parametrize(
    ("option", "away", "says"),
    [("valid_until", -1, "is past"), ("source_date", 1, "is to come"), ("source_date", 999, "is to come")],
)
@pytest.mark.parametrize("kind", [ListKind.OPPOSITION, ListKind.WASH, ListKind.CONTRACT, ListKind.RED])
def test_a_moment_that_can_not_be_meant_is_refused(
    load: Load, store: ListStore, kind: ListKind, option: str, away: int, says: str
) -> None:
    """Of every kind of list, and by a dry run, too."""
    store.ensure("l", kind)
    form = find_format("bloctel-return") if kind is ListKind.WASH else None
    moment = datetime.now(UTC) + timedelta(days=away)
    content = b"number;principal\n0612345678;x\n" if kind is ListKind.CONTRACT else b"0612345678;x;OK\n"
    for dry_run in (False, True):
        with pytest.raises(ImportRefused, match=says):
            load(content, "l", format=form, dry_run=dry_run, **{option: moment})


def test_dates_are_read_as_people_write_them() -> None:
    """And nothing else is one."""
    day = date(2026, 11, 3)
    for text in ("2026-11-03", "2026-11-03T10:00", "2026/11/03", "2026.11.03", "20261103", "03/11/2026", "3.11.2026"):
        assert read_date(text) == day
    for text in ("", "2026", "31/02/2026", "11/2026", "0612345678", "3.11.26"):
        assert read_date(text) is None
