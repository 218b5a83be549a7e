"""A version's life, step by step: at each, its files and its row are what the ledger's table of states says."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

import gatekeeper.lists.ledger
import gatekeeper.lists.serving.open_version as open_version_module
from gatekeeper.errors import ImportRefused
from gatekeeper.lists import LISTS_FILE, ImportOptions, ImportReport, ListStore, Progress
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.serving.catalog import Catalog
from gatekeeper.lists.serving.open_version import ServedVersion
from gatekeeper.lists.tables import lists, versions
from gatekeeper.lists.version.bloom import SavedFilter
from gatekeeper.lists.version_key import VersionKey
from gatekeeper.storage import open_engine
from tests.state_tables import states

Load = Callable[..., ImportReport]
National = Callable[..., bytes]
SEEN = {(row["files"], row["row"], row["named"]): state for state, row in states(gatekeeper.lists.ledger).items()}


@pytest.fixture
def state(data_dir: Path) -> Iterator[Callable[[int], str]]:
    """Which state of the table a version of the list is in."""
    folder = data_dir / "lists" / "bloctel"
    engine = open_engine(data_dir / LISTS_FILE, create=False)

    def seen(version: int) -> str:
        query = select(versions.c.kept, lists.c.version).join(lists, lists.c.id == versions.c.list_id)
        with engine.connect() as connection:
            found = connection.execute(query.where(lists.c.name == "bloctel", versions.c.version == version)).first()
        both = [(folder / f"{version}.{end}").exists() for end in ("sqlite3", "bloom")]
        assert both[0] == both[1]
        aside = any(folder.glob(f".{version}.*.part"))
        files = "in place" if both[0] else "aside" if aside else "removed"
        row = "none" if found is None else "kept" if found[0] else "not kept"
        named = found is not None and found[1] == version
        return SEEN[files, row, "yes" if named else "no"]

    with contextlib.closing(engine.raw_connection()):
        yield seen
    engine.dispose()


def test_a_version_goes_through_the_states_of_the_ledgers_table(
    store: ListStore, load: Load, national: National, tmp_path: Path, state: Callable[[int], str]
) -> None:
    """Built, put in force, superseded, brought back, retired; another is refused, and its number given again."""
    walked: dict[str, str] = {}

    def watch(step: Progress) -> None:
        walked[step.phase] = walked.get(step.phase) or state(1)

    path = tmp_path / "first.txt"
    path.write_bytes(national(1000))
    store.import_file(path, "bloctel", options=ImportOptions(), progress=watch)
    assert (walked["storing"], walked["activating"], state(1)) == ("building", "built", "in force")
    with pytest.raises(ImportRefused):
        load(national(100), max_shrink=0.1)
    assert (state(1), state(2)) == ("in force", "gone")
    assert load(national(101)).version == 2
    assert (state(1), state(2)) == ("superseded", "in force")
    store.rollback("bloctel", 1, by="test")
    assert (state(1), state(2)) == ("in force", "superseded")
    for count in (102, 103, 104):
        load(national(count), keep_versions=2)
    assert [state(version) for version in range(1, 6)] == ["retired"] * 3 + ["superseded", "in force"]
    assert set(SEEN.values()) == {"building", "built", "in force", "superseded", "retired", "gone"}


def state_of(version: ServedVersion) -> str:
    """Which state of its filter an open version is in."""
    if version.filter is not None:
        return "filtered"
    if version._checking is not None:
        return "checking"
    return "rebuilding" if version._process is not None else "unfiltered"


def test_an_open_version_goes_through_the_states_of_its_table(
    load: Load, national: National, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its filter is relied on in the states where the table says so."""
    load(national(1000))
    with contextlib.closing(Catalog(data_dir / LISTS_FILE)) as catalog:
        row = next(row for row in catalog.rows() if row.name == "bloctel")
    checksum = SavedFilter.intact

    def slow(saved: SavedFilter) -> bool:
        # So small a filter is checked before anybody could look: give the check the time that a large one takes.
        time.sleep(0.05)
        return checksum(saved)

    monkeypatch.setattr(SavedFilter, "intact", slow)
    layout = Layout(data_dir)
    table = states(open_version_module)
    walked: list[str] = []

    def walk(*, rebuild: bool, at_once: bool, until: str, canary: int | None = row.canary) -> None:
        key = VersionKey(row.name, *row.base)
        with contextlib.closing(ServedVersion(layout, key, rebuild=rebuild, at_once=at_once, canary=canary)) as version:
            while True:
                now = state_of(version)
                assert table[now]["filter"] == ("yes" if version.filter is not None else "no")
                if now not in walked[-1:]:
                    walked.append(now)
                if now == until:
                    return
                version.poll()

    walk(rebuild=False, at_once=True, until="filtered")
    walk(rebuild=False, at_once=False, until="filtered")
    layout.filter(row.name, row.version).unlink()
    walk(rebuild=False, at_once=True, until="unfiltered")
    walk(rebuild=True, at_once=True, until="filtered")
    assert walked == ["filtered", "checking", "filtered", "unfiltered", "rebuilding", "checking", "filtered"]
    assert set(walked) == set(table)
