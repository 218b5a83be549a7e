"""Versions: kept, compared, brought back, and refused where they are doubtful."""

import csv
import resource
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gatekeeper.errors import ImportRefused, ListError
from gatekeeper.lists import ImportReport, ListIndex, ListStore

FIRST = 33612000000
Load = Callable[..., ImportReport]
National = Callable[..., bytes]


def there(data_dir: Path) -> set[str]:
    """The files of the list's versions."""
    return {path.name for path in (data_dir / "lists" / "bloctel").iterdir() if path.suffix in (".sqlite3", ".bloom")}


def test_old_versions_go_and_stay_on_record(store: ListStore, load: Load, national: National, data_dir: Path) -> None:
    """The newest are kept as told; of the others the record stays."""
    for count in range(1, 6):
        load(national(count), keep_versions=3)
    assert there(data_dir) == {f"{n}.{end}" for n in (3, 4, 5) for end in ("sqlite3", "bloom")}
    found = store.versions("bloctel")
    assert [(one.version, one.kept, one.in_force, one.count) for one in found] == [
        (5, True, True, 5),
        (4, True, False, 4),
        (3, True, False, 3),
        (2, False, False, 2),
        (1, False, False, 1),
    ]
    assert all(len(one.sha256) == 64 and one.source == "list.txt" for one in found)
    assert store.sweep() == []


def test_the_version_in_force_is_never_removed(
    store: ListStore, load: Load, national: National, data_dir: Path
) -> None:
    """Not even where it is an old one that was brought back."""
    load(national(1))
    load(national(2))
    assert store.rollback("bloctel", 1, by="test") == 1
    with pytest.raises(ImportRefused):
        load(b"nothing\n")
    assert {"1.sqlite3", "2.sqlite3"} <= there(data_dir)
    load(national(3), keep_versions=2)
    load(national(4), keep_versions=2)
    assert there(data_dir) == {f"{n}.{end}" for n in (3, 4) for end in ("sqlite3", "bloom")}


def test_going_back_is_in_force_for_the_next_call(
    store: ListStore, load: Load, national: National, data_dir: Path
) -> None:
    """The serving view follows; what was changed by hand stays; a second step goes to the version before."""
    load(national(10))
    load(national(5))
    store.add("bloctel", [FIRST + 77], by="test")
    index = ListIndex.open(data_dir, rebuild=False)
    try:
        assert index.find(FIRST + 9, ["bloctel"]) is None
        assert store.rollback("bloctel", by="test", note="5 were missing") == 1
        assert index.refresh()
        assert index.find(FIRST + 9, ["bloctel"]) == ("bloctel", "1+1")
        assert index.find(FIRST + 77, ["bloctel"]) == ("bloctel", "1+1")
        assert index.states()["bloctel"].count == 11
        assert store.rollback("bloctel", by="test") == 2
        assert index.refresh()
        assert index.find(FIRST + 9, ["bloctel"]) is None
    finally:
        index.close()


def test_what_can_not_be_brought_back(store: ListStore, load: Load, national: National) -> None:
    """The text says why."""
    with pytest.raises(ListError, match="no version to go back to"):
        store.rollback("bloctel", by="test")
    for count in range(1, 4):
        load(national(count), keep_versions=2)
    for version, complaint in [
        (3, "in force already"),
        (9, "no version 9; the newest is 3"),
        (1, "removed for its age"),
    ]:
        with pytest.raises(ListError, match=complaint):
            store.rollback("bloctel", version, by="test")
    assert store.versions("bloctel")[0].in_force


def test_a_damaged_version_is_not_brought_back(
    store: ListStore, load: Load, national: National, data_dir: Path
) -> None:
    """It is read whole first."""
    load(national(20_000))
    load(national(5))
    file = data_dir / "lists" / "bloctel" / "1.sqlite3"
    content = bytearray(file.read_bytes())
    content[60_000:90_000] = bytes(30_000)
    file.write_bytes(content)
    with pytest.raises(ListError, match="damaged"):
        store.rollback("bloctel", 1, by="test")
    assert store.versions("bloctel")[0].in_force


def test_a_comparison_counts_and_lists_what_differs(
    store: ListStore, load: Load, national: National, tmp_path: Path
) -> None:
    """Counts, and each number that differs in a file for its owner alone."""
    load(national(10))
    load(national(10, 4))
    out = tmp_path / "changes.csv"
    assert store.diff("bloctel", 1, 2, out) == (4, 4, 6)
    assert store.diff("bloctel", 2, 1) == (4, 4, 6)
    rows = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["change", "number"]
    assert {(change, int(number.strip("'+"))) for change, number in rows[1:]} == {
        *(("dropped", FIRST + n) for n in range(4)),
        *(("added", FIRST + n) for n in range(10, 14)),
    }
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize("why", ["is a folder", "can't be written"])
def test_a_comparison_that_can_not_be_written_leaves_nothing(
    store: ListStore, load: Load, national: National, tmp_path: Path, why: str
) -> None:
    """The error names its file, and no number stays beside it: where a folder is, and where there is no room."""
    load(national(10))
    load(national(5000))
    folder = tmp_path / "compared"
    out = folder / "changes.csv"
    (out if why == "is a folder" else folder).mkdir(parents=True)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        if why == "can't be written":  # what SQLite keeps in memory is a file, too: it has room
            resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))
        with pytest.raises(ListError, match=f"changes.csv {why}"):
            store.diff("bloctel", 1, 2, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path for path in folder.iterdir() if path != out] == []


@pytest.mark.parametrize(
    ("after", "options", "complaint"),
    [
        (700, {"max_shrink": 0.2}, "shrinks by 30.0%"),
        (800, {"max_shrink": 0.2}, ""),
        (2100, {"max_growth": 1.0}, "grows by 110.0%"),
        (2000, {"max_growth": 1.0}, ""),
        (10, {}, ""),
        (10, {"max_shrink": 0.2, "accept": True}, ""),
    ],
)
def test_a_doubtful_size_is_refused(
    store: ListStore,
    load: Load,
    national: National,
    data_dir: Path,
    after: int,
    options: dict[str, object],
    complaint: str,
) -> None:
    """A list that shrinks or grows too much stays as it is until somebody accepts it; nothing is left behind."""
    load(national(1000))
    if complaint:
        assert complaint in load(national(after), dry_run=True, **options).warnings[0]
        with pytest.raises(ImportRefused, match=complaint):
            load(national(after), **options)
        assert there(data_dir) == {"1.sqlite3", "1.bloom"}
        assert store.status()[0].count == 1000
    else:
        assert load(national(after), **options).count == after


def test_small_lists_are_not_measured(load: Load, national: National) -> None:
    """Of three numbers one is a third."""
    load(national(3))
    assert load(national(1), max_shrink=0.2, max_growth=0.2).version == 2


def test_an_older_source_is_refused(load: Load, national: National) -> None:
    """A file from last month does not replace this month's unless somebody says so."""
    load(national(3), source_date=datetime(2026, 11, 1, tzinfo=UTC))
    older = datetime(2026, 10, 1, tzinfo=UTC)
    with pytest.raises(ImportRefused, match="older than the one in force"):
        load(national(4), source_date=older)
    assert load(national(4), source_date=older, accept=True).warnings != ()


def test_a_dry_run_shows_what_would_change(store: ListStore, load: Load, national: National) -> None:
    """Added, dropped, unchanged, rejected with line and reason; and nothing is changed."""
    load(national(10))
    report = load(national(10, 4) + b"nobody\n", dry_run=True, force=True)
    assert (report.added, report.dropped, report.unchanged, report.count, report.before) == (4, 4, 6, 10, 10)
    assert report.added_sample == tuple(FIRST + n for n in range(10, 14))
    assert report.dropped_sample == tuple(FIRST + n for n in range(4))
    assert [(sample.line, sample.text) for sample in report.samples] == [(11, "nobody")]
    assert [one.version for one in store.versions("bloctel")] == [1]
    assert list(store.numbers("bloctel")) == [FIRST + n for n in range(10)]


def test_the_file_is_kept_as_delivered(store: ListStore, load: Load, national: National) -> None:
    """Byte for byte, for nobody but Gatekeeper's user; of a refused import nothing is kept."""
    load(national(1000), keep_raw=True, file="november.txt")
    (version,) = store.versions("bloctel")
    raw = Path(version.raw)
    assert raw.name == "1-november.txt"
    assert raw.read_bytes() == national(1000)
    assert stat.S_IMODE(raw.stat().st_mode) == 0o600
    with pytest.raises(ImportRefused):
        load(national(1), keep_raw=True, max_shrink=0.2)
    assert [path.name for path in raw.parent.iterdir()] == ["1-november.txt"]
