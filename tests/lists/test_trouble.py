"""Databases that are locked, read-only, missing, corrupt or full: an error with a remedy, and recovery when mended."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.errors import StoreError
from gatekeeper.lists import ImportReport, ListIndex, ListKind, ListStore

Load = Callable[..., ImportReport]
FIRST = 33612000000


def settle(index: ListIndex) -> bool:
    """Refresh until the index has recovered, or took something over; false after ten seconds without."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(StoreError):
            if index.refresh():
                return True
        time.sleep(0.02)
    return False


def settle_into_trouble(index: ListIndex) -> StoreError:
    """Refresh until the index says that it can't answer; it must not get out of that by itself."""
    deadline = time.monotonic() + 10
    trouble = None
    while trouble is None:
        assert time.monotonic() < deadline, "no trouble within ten seconds"
        try:
            index.refresh()
        except StoreError as error:
            trouble = error
        time.sleep(0.02)
    for _ in range(50):
        with pytest.raises(StoreError) as caught:
            index.refresh()
        trouble = caught.value
        time.sleep(0.02)
    return trouble


def unpooled(script: str, *, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, with a limit on the size of files."""
    prefix = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n" if limit else ""
    return subprocess.run([sys.executable, "-c", prefix + script], capture_output=True, text=True, check=False)


def test_a_writer_that_never_ends_is_an_error_in_time(store: ListStore, data_dir: Path) -> None:
    """Adding waits for the other as long as it was told, then says so; answers are not disturbed."""
    store.add("red", [FIRST], by="x")
    index = ListIndex.open(data_dir)
    impatient = ListStore(data_dir, busy_timeout_ms=50)
    other = sqlite3.connect(data_dir / "lists.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="is locked by another process") as caught:
        impatient.add("red", [FIRST + 1], by="x")
    assert "fuser" in caught.value.remedy
    index.refresh()
    assert index.find(FIRST, ["red"]) is not None
    other.execute("ROLLBACK")
    other.close()
    assert impatient.add("red", [FIRST + 1], by="x") == 1
    index.close()
    impatient.close()


def test_there_is_nothing_to_serve_from_a_missing_database(tmp_path: Path) -> None:
    """It is not made by looking for it."""
    with pytest.raises(StoreError, match="does not exist"):
        ListIndex.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_database_taken_away_is_noticed_and_its_return_too(store: ListStore, data_dir: Path) -> None:
    """Refused meanwhile; answered again without a restart."""
    store.add("red", [FIRST], by="x")
    store.close()
    index = ListIndex.open(data_dir)
    (data_dir / "lists.sqlite3").rename(data_dir / "away")
    assert "does not exist" in str(settle_into_trouble(index))
    with pytest.raises(StoreError):
        index.find(FIRST, ["red"])
    (data_dir / "away").rename(data_dir / "lists.sqlite3")
    assert settle(index)
    assert index.find(FIRST, ["red"]) == ("red", "0+1")
    index.close()


def test_a_database_that_was_replaced_is_the_one_that_counts(store: ListStore, data_dir: Path, tmp_path: Path) -> None:
    """A restored backup is in force, with all that is added to it."""
    store.add("red", [FIRST], by="x")
    backup = tmp_path / "backup"
    backup.mkdir()
    with sqlite3.connect(data_dir / "lists.sqlite3") as source, sqlite3.connect(backup / "lists.sqlite3") as target:
        source.backup(target)
    source.close()
    target.close()
    store.add("red", [FIRST + 1], by="x")
    index = ListIndex.open(data_dir)
    for name in ("lists.sqlite3-wal", "lists.sqlite3-shm"):
        (data_dir / name).unlink(missing_ok=True)
    (backup / "lists.sqlite3").replace(data_dir / "lists.sqlite3")
    assert settle(index)
    assert index.find(FIRST + 1, ["red"]) is None
    assert index.find(FIRST, ["red"]) is not None
    with ListStore(data_dir) as again:
        again.add("red", [FIRST + 2], by="x")
    index.refresh()
    assert index.find(FIRST + 2, ["red"]) is not None
    index.close()


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_lost_database_is_not_replaced_by_an_empty_one(
    load: Load, store: ListStore, data_dir: Path, how: str
) -> None:
    """That would allow every call; whoever wants to begin anew says so by moving the versions away."""
    load(b"0612345678\n")
    store.close()
    for path in data_dir.glob("lists.sqlite3*"):
        path.unlink()
    if how == "empty":
        (data_dir / "lists.sqlite3").touch()
    with pytest.raises(StoreError, match=f"is {how}, but .* has versions of lists"):
        ListStore(data_dir)
    (data_dir / "lists").rename(data_dir / "moved")
    with ListStore(data_dir) as fresh:
        assert [status.name for status in fresh.status()] == ["red"]


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_red_list_is_not_begun_anew_beside_a_journal(tmp_path: Path, how: str) -> None:
    """Calls were guarded there before; a person says that it may begin empty."""
    data_dir = tmp_path / "other"
    data_dir.mkdir()
    (data_dir / "journal.sqlite3").write_bytes(b"rows")
    if how == "empty":
        (data_dir / "lists.sqlite3").touch()
    with pytest.raises(StoreError, match=f"is {how}, but there is a journal .*gatekeeper init --keep"):
        ListStore(data_dir)
    with ListStore(data_dir, anew=True) as fresh:
        assert [status.name for status in fresh.status()] == ["red"]


@pytest.mark.parametrize("damage", ["garbage", "cut", "empty"])
def test_a_corrupt_database_is_refused_until_it_is_restored(
    store: ListStore, data_dir: Path, tmp_path: Path, damage: str
) -> None:
    """The error says what to do."""
    store.add("red", [FIRST], by="x")
    store.close()
    path = data_dir / "lists.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(path, tmp_path / "good")
    good = path.read_bytes()
    index = ListIndex.open(data_dir)
    path.write_bytes({"garbage": b"garbage" * 5000, "cut": good[: len(good) // 2], "empty": b""}[damage])
    trouble = settle_into_trouble(index)
    assert "restore it" in str(trouble)
    with pytest.raises(StoreError):
        index.find(FIRST, ["red"])
    for name in ("lists.sqlite3-wal", "lists.sqlite3-shm"):
        (data_dir / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "good", path)
    assert settle(index)
    assert index.find(FIRST, ["red"]) == ("red", "0+1")
    index.close()


@pytest.mark.parametrize("damage", ["missing", "cut", "garbage", "of another list"])
def test_a_version_s_file_that_is_damaged_is_refused_until_it_is_restored(
    load: Load, store: ListStore, data_dir: Path, tmp_path: Path, national: Callable[..., bytes], damage: str
) -> None:
    """While it serves, and when it is opened."""
    load(national(20000))
    load(national(20000), name="red")
    path = data_dir / "lists/bloctel/1.sqlite3"
    shutil.copy(path, tmp_path / "good")
    good = path.read_bytes()
    index = ListIndex.open(data_dir)
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(good[: len(good) // 2])
    elif damage == "garbage":
        path.write_bytes(good[:40000] + b"garbage" * 3000 + good[61000:])
    else:
        shutil.copy(data_dir / "lists/red/1.sqlite3", path)
    settle_into_trouble(index)
    with pytest.raises(StoreError):
        index.find(FIRST, ["bloctel"])
    if damage != "garbage":
        # Opening reads no more than the beginning.
        with pytest.raises(StoreError):
            ListIndex.open(data_dir)
        assert store.status()[0].problem
    assert store.verify("bloctel")
    shutil.copy(tmp_path / "good", path)
    assert settle(index)
    assert index.find(FIRST, ["bloctel"]) == ("bloctel", "1")
    assert store.verify("bloctel") == []
    index.close()


def test_a_file_that_can_not_be_written_is_told(store: ListStore, data_dir: Path) -> None:
    """Read-only for the user that runs Gatekeeper, who is not root."""
    store.add("red", [FIRST], by="x")
    store.close()
    script = (
        "from pathlib import Path; from gatekeeper.lists import ListStore; from gatekeeper.errors import StoreError\n"
        f"folder = Path({str(data_dir)!r})\n"
        "store = ListStore(folder)\n"
        "[path.chmod(0o444) for path in folder.iterdir() if path.is_file()]; folder.chmod(0o555)\n"
        "try: store.add('red', [5], by='x')\n"
        "except StoreError as error: print(error)\n"
        "finally:\n"
        "    folder.chmod(0o755); [path.chmod(0o644) for path in folder.iterdir() if path.is_file()]\n"
    )
    if os.geteuid() == 0:
        # Permissions do not hold root: become nobody, who then owns the folder.
        for path in [data_dir, *data_dir.rglob("*")]:
            os.chown(path, 65534, 65534)
        for folder in [data_dir, *data_dir.parents]:
            if folder.stat().st_uid == 0 and folder.name.startswith(("pytest", "popen-", "test_")):
                folder.chmod(0o755)
        script = "import gatekeeper.lists, sqlalchemy.dialects.sqlite\nimport os; os.setuid(65534)\n" + script
    done = unpooled(script)
    assert "is read-only" in done.stdout or "can't be opened" in done.stdout, done.stderr
    assert "the right to" in done.stdout or "may read and write" in done.stdout


def test_no_room_for_an_import_leaves_the_old_list(
    load: Load, store: ListStore, data_dir: Path, tmp_path: Path, national: Callable[..., bytes]
) -> None:
    """The error says what to do, nothing is left behind, and the next import works."""
    load(national(10))
    path = tmp_path / "large.txt"
    path.write_bytes(national(300_000))
    script = (
        "from pathlib import Path; from gatekeeper.lists import ListStore; from gatekeeper.errors import StoreError\n"
        f"store = ListStore(Path({str(data_dir)!r}))\n"
        f"try: store.import_file(Path({str(path)!r}), 'bloctel')\n"
        "except StoreError as error: print(error)\n"
    )
    for limit in (500_000, 1_500_000, 2_600_000):
        done = unpooled(script, limit=limit)
        assert "can't be" in done.stdout, (limit, done.stdout, done.stderr)
        assert sorted(path.name for path in (data_dir / "lists/bloctel").iterdir()) == [
            "1.bloom",
            "1.sqlite3",
            "import.lock",
        ]
    assert store.status()[0].count == 10
    assert store.import_file(path, "bloctel").imported == 300_000


def test_no_room_for_an_addition_is_told(store: ListStore, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is an error, and nothing is half done."""
    from gatekeeper.storage.sqlite import engine as module

    original = module._ensure_wal

    def full(connection: sqlite3.Connection) -> None:
        original(connection)
        connection.execute("PRAGMA max_page_count=1")

    monkeypatch.setattr(module, "_ensure_wal", full)
    with pytest.raises(StoreError, match="disk is full") as caught:
        store.add("red", range(FIRST, FIRST + 5000), by="x")
    assert caught.value.remedy == "make room on the disk"
    monkeypatch.undo()
    assert store.status()[1].count == 0
    assert store.show(FIRST) == []


def test_a_database_of_a_newer_gatekeeper_is_left_alone(store: ListStore, data_dir: Path) -> None:
    """It is refused, not migrated backwards."""
    with sqlite3.connect(data_dir / "lists.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="schema 9999"):
        ListStore(data_dir)
    with pytest.raises(StoreError, match="schema 9999"):
        ListIndex.open(data_dir)


def test_a_list_that_an_import_is_running_into_is_not_imported_into(
    store: ListStore, data_dir: Path, load: Load
) -> None:
    """The second one is refused, at once."""
    from gatekeeper.errors import ImportRefused
    from gatekeeper.storage import FileLock

    (data_dir / "lists" / "bloctel").mkdir(parents=True)
    with FileLock(data_dir / "lists/bloctel/import.lock"), pytest.raises(ImportRefused, match="another import"):
        load(b"0612345678\n")
    assert load(b"0612345678\n").imported == 1
    assert store.status()[0].kind is ListKind.OPPOSITION
