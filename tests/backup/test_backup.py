"""Backups are whole, whatever happens meanwhile, and nothing is put back that is not."""

import contextlib
import errno
import fcntl
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

import gatekeeper
from gatekeeper.alerts import ALERTS_FILE
from gatekeeper.alerts.outbox import Outbox
from gatekeeper.backup import make_backup, restore_backup, verified
from gatekeeper.backup.layout import ABOUT, SUMS
from gatekeeper.backup.parts import PARTS
from gatekeeper.backup.unfinished import remove_left
from gatekeeper.consents.paths import CONSENTS_FILE
from gatekeeper.errors import BackupError
from gatekeeper.hooks import HOOKS_FILE
from gatekeeper.hooks.message import HookEvent, HookMessage
from gatekeeper.hooks.outbox import HookOutbox
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.lists import LISTS_FILE, ListStore
from gatekeeper.storage import FileLock
from gatekeeper.storage.files import DAEMON_LOCK
from tests.backup.conftest import ids, import_list, write_rows
from tests.journal.rows import demand_sound

NOW = 1_800_000_000_000_000
DATABASES = (JOURNAL_FILE, CONSENTS_FILE, LISTS_FILE)


@pytest.fixture
def backup(data: Path, tmp_path: Path) -> Path:
    """A backup of the data folder."""
    return make_backup(data, tmp_path / "backups", now=NOW, by="anna").path


def test_what_was_there_before_a_backup_began_is_in_it(data: Path, tmp_path: Path) -> None:
    """While a process writes to the journal and another to the lists, as fast as they can; and no number is missing."""
    command = [sys.executable, "-m", "tests.journal.appender", str(data / JOURNAL_FILE), "NORMAL"]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as process:
        said: list[str] = []
        assert process.stdout is not None
        reading = threading.Thread(
            target=lambda stream: said.extend(line.strip() for line in stream), args=[process.stdout]
        )
        reading.start()
        stop = threading.Event()
        writing = threading.Thread(target=_change_lists, args=(data, tmp_path, stop))
        writing.start()
        try:
            backups = []
            for _ in range(4):
                while len(said) < 200 * (len(backups) + 1):
                    time.sleep(0.005)
                before = set(said[1:])
                with closing(ListStore(data)) as lists:
                    red = set(lists.numbers("red"))
                backups.append((make_backup(data, tmp_path / "backups", now=NOW, by="anna").path, before, red))
        finally:
            stop.set()
            process.kill()
            writing.join()
            reading.join()
    for path, before, red in backups:
        restored = tmp_path / "restored"
        restore_backup(path, restored, now=NOW)
        assert before <= ids(restored / JOURNAL_FILE)
        demand_sound(restored / JOURNAL_FILE)
        with closing(ListStore(restored)) as lists:
            assert red <= set(lists.numbers("red"))
            assert lists.verify("bloctel") == []
        shutil.rmtree(restored)


def _change_lists(data: Path, folder: Path, stop: threading.Event) -> None:
    with closing(ListStore(data)) as store:
        count = 0
        while not stop.is_set():
            count += 1
            store.add("red", [33612000000 + count], by="test")
            import_list(store, folder, range(40 + count % 10))


def test_a_backup_put_back_is_what_was_backed_up(data: Path, backup: Path, tmp_path: Path) -> None:
    """On another machine: the same rows, and the same files."""
    report = restore_backup(backup, tmp_path / "other", now=NOW)
    assert report.parts == ("accounts", "alerts", "consents", "hooks", "journal", "lists", "scrubs")
    assert (report.aside, report.newer) == (None, {})
    assert ids(tmp_path / "other" / JOURNAL_FILE) == ids(backup / JOURNAL_FILE) == ids(data / JOURNAL_FILE)
    for name in verified(backup):
        if name != ABOUT:
            assert (tmp_path / "other" / name).read_bytes() == (backup / name).read_bytes()
    subprocess.run(["sha256sum", "--check", "--quiet", "--strict", SUMS], cwd=backup, check=True)
    with Outbox(tmp_path / "other" / ALERTS_FILE, ["e-mail"]) as outbox:
        assert (dict(outbox.waiting()), outbox.reached("journal")) == ({"e-mail": 1}, 7)
    with HookOutbox(tmp_path / "other" / HOOKS_FILE, ["crm"]) as hooks:
        assert (dict(hooks.waiting()), hooks.reached("crm")) == ({"crm": 1}, {"changes": 1})
        assert hooks.due("crm", 2, 9)[0].item == HookMessage("1", 1, HookEvent.LIST, {"list": "red"})


def test_every_store_with_a_schema_is_backed_up_and_its_revisions_are_told() -> None:
    """A new store can't be left out of backups, nor a revision out of what upgrades are told by."""
    root = Path(__file__).parents[2]
    packages = [Path(str(gatekeeper.__file__)).parent.rglob("migrations/versions")]
    stores = [folder for found in packages for folder in found]
    assert len(stores) == len(PARTS)
    for name in ("upgrade.md", "fr/mise-a-niveau.md"):
        lines = (root / "docs" / name).read_text(encoding="utf-8").splitlines()
        rows = [line for line in lines if re.match(r"\| (`[a-z]+\.sqlite3`)? ?\| \d{4} \|", line)]
        assert len(rows) == sum(len(list(folder.glob("[0-9]*.py"))) for folder in stores), name
        assert {part.database for part in PARTS} == {row.split("`")[1] for row in rows if "`" in row.split("|")[1]}


@pytest.mark.parametrize("how", ["changed", "cut", "gone"])
def test_a_damaged_backup_changes_nothing(backup: Path, tmp_path: Path, how: str) -> None:
    """Whichever of its files it is."""
    for name in (*verified(backup), SUMS):
        path, kept = backup / name, tmp_path / "kept"
        shutil.copy(path, kept)
        path.chmod(0o600)
        if how == "gone":
            path.unlink()
        elif how == "cut":
            path.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
        else:
            content = bytearray(kept.read_bytes())
            content[len(content) // 2] ^= 0x20
            path.write_bytes(content)
        with pytest.raises(BackupError):
            restore_backup(backup, tmp_path / "other", now=NOW)
        assert not (tmp_path / "other").exists()
        shutil.copy(kept, path)
    restore_backup(backup, tmp_path / "other", now=NOW)


@pytest.mark.parametrize("name", ["../data", "/etc/passwd", "lists/../../x", "./lists"])
def test_no_sum_leads_out_of_the_backup(backup: Path, tmp_path: Path, name: str) -> None:
    """A name that leaves the folder is refused."""
    with (backup / SUMS).open("a") as sums:
        sums.write(f"{'0' * 64}  {name}\n")
    with pytest.raises(BackupError, match="not the sum of a file of a backup"):
        restore_backup(backup, tmp_path / "other", now=NOW)


@pytest.mark.parametrize("database", DATABASES)
def test_what_is_not_sound_is_not_backed_up(data: Path, tmp_path: Path, database: str) -> None:
    """A damaged store, or one whose file is gone, gives an error and no backup."""
    if database == JOURNAL_FILE:
        content = bytearray((data / database).read_bytes())
        content[8192:12288] = b"x" * 4096
        (data / database).write_bytes(content)
    else:
        folder = data / ("lists/bloctel" if database == LISTS_FILE else "proofs")
        for path in folder.iterdir():
            if path.is_file():
                path.unlink()
    with pytest.raises(Exception, match=r"sound|missing|corrupt") as caught:
        make_backup(data, tmp_path / "backups", now=NOW, by="anna")
    assert isinstance(caught.value, BackupError) or "StoreError" in type(caught.value).__name__
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_daemon_or_what_is_there_is_not_overwritten(data: Path, backup: Path) -> None:
    """The daemon's lock, and then each store that is there, are respected."""
    with FileLock(data / DAEMON_LOCK), pytest.raises(BackupError, match="stop it first"):
        restore_backup(backup, data, now=NOW, replace=True)
    before = ids(data / JOURNAL_FILE)
    with pytest.raises(BackupError, match="--replace"):
        restore_backup(backup, data, now=NOW)
    assert ids(data / JOURNAL_FILE) == before


def test_what_is_newer_is_told_and_kept(data: Path, backup: Path) -> None:
    """Rows and changes since the backup are counted, and what was there lies aside, sound."""
    write_rows(data, 7)
    with closing(ListStore(data)) as store:
        store.add("red", [33612000001, 33612000002], by="test")
    assert restore_backup(backup, data, now=NOW, dry_run=True).newer == {
        "journal": {"decisions": 7},
        "lists": {"changes": 2},
    }
    everything = ids(data / JOURNAL_FILE)
    report = restore_backup(backup, data, now=NOW, replace=True, only=["journal", "lists"])
    assert report.parts == ("journal", "lists")
    assert report.aside is not None
    assert ids(data / JOURNAL_FILE) == ids(backup / JOURNAL_FILE)
    assert ids(report.aside / JOURNAL_FILE) == everything
    assert not (report.aside / CONSENTS_FILE).exists()
    with closing(ListStore(report.aside)) as store:
        assert 33612000002 in store.numbers("red")
    write_rows(data, 3)
    demand_sound(data / JOURNAL_FILE)


def test_what_a_killed_backup_left_is_gone_with_the_next(data: Path, tmp_path: Path) -> None:
    """A copy of people's numbers that nobody looks for; one that is being made, and what is somebody else's, stay."""
    folder = tmp_path / "backups"
    code = "import sys, time; from pathlib import Path; from gatekeeper.backup.unfinished import unfinished\n"
    code += f"with unfinished(Path({str(folder)!r}), 'gatekeeper-20200101T000000Z'): print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (left,) = folder.iterdir()
        (left / JOURNAL_FILE).write_bytes(b"numbers")
        (folder / ".other.part").mkdir()
        make_backup(data, folder, now=NOW, by="anna")
        assert left.exists()
        process.kill()
    make_backup(data, folder, now=NOW + 1_000_000, by="anna")
    assert not left.exists()
    assert sorted(path.name.startswith("gatekeeper-") for path in folder.iterdir()) == [False, True, True]


@pytest.mark.parametrize(("hours", "stays"), [(23, True), (25, False)])
def test_without_locks_it_goes_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, stays: bool
) -> None:
    """Some network file systems have none for folders."""

    def flock(_handle: int, _how: int) -> None:
        raise OSError(errno.ENOTSUP, "no locks")

    left = tmp_path / "backups" / ".gatekeeper-20200101T000000Z.part"
    left.mkdir(parents=True)
    os.utime(left, (time.time() - hours * 3600,) * 2)
    monkeypatch.setattr(fcntl, "flock", flock)
    assert remove_left(tmp_path / "backups") == (() if stays else (left,))
    assert left.exists() is stays


def test_what_a_killed_restore_left_is_gone_with_the_next(data: Path, backup: Path) -> None:
    """A copy of people's numbers that nobody looks for."""
    left = data / ".restore-20200101T000000Z"
    left.mkdir()
    (left / JOURNAL_FILE).write_bytes(b"numbers")
    restore_backup(backup, data, now=NOW, replace=True)
    assert not left.exists()


def test_a_restore_that_is_killed_can_be_done_again(data: Path, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whichever of its steps; nothing that was there is lost, and there is never an empty store instead."""
    write_rows(data, 1)
    everything = ids(data / JOURNAL_FILE)
    plain = Path.rename
    for step in range(1, 40):
        left = step

        def rename(path: Path, target: Path) -> Path:
            nonlocal left
            left -= 1
            if not left:
                raise KeyboardInterrupt
            return plain(path, target)

        monkeypatch.setattr(Path, "rename", rename)
        with contextlib.suppress(KeyboardInterrupt):
            restore_backup(backup, data, now=NOW + step * 1_000_000, replace=True)
        monkeypatch.setattr(Path, "rename", plain)
        if left > 0:
            break
        restore_backup(backup, data, now=NOW + (step + 100) * 1_000_000, replace=True)
        assert ids(data / JOURNAL_FILE) == ids(backup / JOURNAL_FILE)
        places = [path for path in data.glob(f"before-restore-*/{JOURNAL_FILE}") if ids(path) == everything]
        assert len(places) == 1
        plain(places[0], data / JOURNAL_FILE)
    else:
        pytest.fail("it has more steps than that")
    assert step > 8


def test_no_new_database_ever_stands_beside_an_old_log(
    data: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed there, SQLite would apply the old write-ahead log to it: each step is a place to be killed at."""
    old = {name: (data / name).stat().st_ino for name in DATABASES}
    plain, looked = Path.rename, 0

    def rename(path: Path, target: Path) -> Path:
        nonlocal looked
        moved = plain(path, target)
        new = [name for name in DATABASES if (data / name).exists() and (data / name).stat().st_ino != old[name]]
        looked += len(new)
        assert not [name for name in new for end in ("-wal", "-shm") if (data / f"{name}{end}").exists()]
        return moved

    with contextlib.ExitStack() as open_ones:
        for name in DATABASES:
            held = open_ones.enter_context(closing(sqlite3.connect(data / name)))
            held.execute("CREATE TABLE later (x)")
            assert (data / f"{name}-wal").stat().st_size
        monkeypatch.setattr(Path, "rename", rename)
        restore_backup(backup, data, now=NOW, replace=True)
    assert looked >= len(DATABASES)


def test_old_backups_are_removed_where_that_is_asked(data: Path, tmp_path: Path) -> None:
    """The newest stay, and what is none of ours stays."""
    folder = tmp_path / "backups"
    (folder / "gatekeeper-mine").mkdir(parents=True)
    for day in range(4):
        made = make_backup(data, folder, now=NOW + day * 86_400_000_000, by="anna", keep=2)
    assert len(made.removed) == 1
    assert (folder / "gatekeeper-mine").is_dir()
    assert len(list(folder.iterdir())) == 3


def test_backups_that_are_dated_later_are_neither_counted_nor_removed(data: Path, tmp_path: Path) -> None:
    """A clock that was wrong costs neither the new backup nor the sound ones before it."""
    folder = tmp_path / "backups"
    year = 365 * 86_400_000_000
    ahead = make_backup(data, folder, now=NOW + year, by="anna").path
    before = make_backup(data, folder, now=NOW - year, by="anna").path
    made = make_backup(data, folder, now=NOW, by="anna", keep=1)
    assert (made.removed, made.later) == ((before,), (ahead,))
    assert verified(made.path)
    assert ahead.is_dir()


def test_the_tenth_backup_of_a_second_is_newer_than_its_second(data: Path, tmp_path: Path) -> None:
    """Their numbers count, not the letters."""
    made = [make_backup(data, tmp_path / "backups", now=NOW, by="anna", keep=3).path for _ in range(11)]
    assert set((tmp_path / "backups").iterdir()) == set(made[-3:])


def test_an_older_backup_that_can_not_be_removed_is_told(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new one is made, and the others are removed all the same."""
    folder = tmp_path / "backups"
    old = [make_backup(data, folder, now=NOW + number, by="anna").path for number in range(3)]
    remove = shutil.rmtree

    def busy(path: Path, *args: object, **options: object) -> None:
        if path == old[0]:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        remove(path, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(shutil, "rmtree", busy)
    made = make_backup(data, folder, now=NOW + 9, by="anna", keep=1)
    assert (made.kept, made.removed) == (((old[0], "Permission denied"),), tuple(old[1:]))
    assert verified(made.path)


def test_two_restores_within_a_second_move_nothing_over_what_the_first_has_moved(data: Path, backup: Path) -> None:
    """What was there before the first stays."""
    journal = (data / JOURNAL_FILE).read_bytes()
    first = restore_backup(backup, data, now=NOW, replace=True).aside
    second = restore_backup(backup, data, now=NOW, replace=True).aside
    assert first is not None
    assert second not in (None, first)
    assert (first / JOURNAL_FILE).read_bytes() == journal


def test_a_backup_does_not_lie_in_the_data_folder(data: Path) -> None:
    """It would be lost with it."""
    with pytest.raises(BackupError, match="lies in the data folder"):
        make_backup(data, data / "backups", now=NOW, by="anna")
