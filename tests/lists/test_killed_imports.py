"""An import that is killed at any moment leaves the old list in force, or has put the new one in force whole."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.lists import ImportReport, ListIndex, ListStore

Load = Callable[..., ImportReport]
FIRST = 33612000000
NEW = 300_000


def start(data_dir: Path, path: Path) -> "subprocess.Popen[str]":
    """An import in a process of its own, which prints its progress."""
    code = (
        "import sys; from pathlib import Path; from gatekeeper.lists import ListStore\n"
        "def say(step): print(step.phase, step.done, flush=True)\n"
        f"ListStore(Path({str(data_dir)!r})).import_file(Path({str(path)!r}), 'bloctel', progress=say)\n"
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


@pytest.fixture
def new_list(tmp_path: Path, national: Callable[..., bytes]) -> Path:
    """A file whose numbers are none of those of the old list."""
    path = tmp_path / "new.txt"
    path.write_bytes(national(NEW, 100))
    return path


def check(store: ListStore, data_dir: Path, was: int) -> int:
    """The list is wholly the old one or wholly the new one; returns its version."""
    status = store.status()[0]
    assert status.problem == ""
    index = ListIndex.open(data_dir, rebuild=False)
    old = [index.find(number, ["bloctel"]) is not None for number in range(FIRST, FIRST + 10)]
    new = [index.find(number, ["bloctel"]) is not None for number in range(FIRST + 100, FIRST + 100 + NEW, 997)]
    index.close()
    if status.version == was:
        assert not any(new)
        assert all(old)
    else:
        assert all(new)
        assert not any(old)
    return status.version


@pytest.mark.parametrize("phase", ["reading", "storing", "activating 0", "activating 1"])
def test_an_import_killed_in_any_phase_is_swept_by_the_next(
    load: Load, store: ListStore, data_dir: Path, new_list: Path, national: Callable[..., bytes], phase: str
) -> None:
    """SIGKILL as soon as the phase is announced; the next import sweeps and succeeds."""
    load(national(10))
    with start(data_dir, new_list) as victim:
        assert victim.stdout
        for line in victim.stdout:
            if line.startswith(phase):
                break
        victim.kill()
    assert victim.returncode == -signal.SIGKILL or phase == "activating 1"
    if phase == "activating 1":
        assert check(store, data_dir, 1) == 2
    elif phase != "activating 0":
        assert check(store, data_dir, 1) == 1
    else:
        check(store, data_dir, 1)
    report = store.import_file(new_list, "bloctel")
    assert report.imported == NEW
    versions = {path.stem for path in (data_dir / "lists/bloctel").iterdir() if path.suffix != ".lock"}
    assert versions == {str(number) for number in range(1, report.version + 1)}


def test_an_import_killed_at_any_moment_leaves_old_or_new(
    load: Load, store: ListStore, data_dir: Path, new_list: Path, national: Callable[..., bytes]
) -> None:
    """Old or new, never neither and never half."""
    load(national(10))
    drawn = random.Random(3)
    for _ in range(8):
        version = store.status()[0].version
        with start(data_dir, new_list) as victim:
            assert victim.stdout
            victim.stdout.readline()
            time.sleep(drawn.uniform(0, 0.6))
            victim.kill()
        if check(store, data_dir, version) != version:
            load(national(10))
    store.sweep()
    left = [path.name for path in (data_dir / "lists/bloctel").iterdir() if path.name.startswith(".")]
    assert left == []


def test_answers_go_on_while_a_list_is_replaced(
    load: Load, store: ListStore, data_dir: Path, new_list: Path, national: Callable[..., bytes]
) -> None:
    """By the old one, then by the new one; a number of both is found at every moment."""
    load(national(200))
    index = ListIndex.open(data_dir)
    asked = 0
    seen = set()
    with start(data_dir, new_list) as importer:
        assert importer.stdout
        while importer.poll() is None or not index.refresh():
            index.refresh()
            found = index.find(FIRST + 150, ["bloctel"])
            assert found is not None
            seen.add(found.version)
            asked += 1
            if importer.poll() is not None and "2" in seen:
                break
    assert importer.returncode == 0
    assert seen == {"1", "2"}
    assert asked > 100
    assert index.find(FIRST, ["bloctel"]) is None
    index.close()
