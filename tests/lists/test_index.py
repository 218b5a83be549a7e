"""The serving view: what is committed is in force for the next call, and answers need no filter to be right."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gatekeeper.errors import UnknownListError
from gatekeeper.lists import ImportReport, ListIndex, ListKind, ListStore

Load = Callable[..., ImportReport]
FIRST = 33612000000
BOTH = ("red", "bloctel")


@pytest.fixture
def index(store: ListStore, data_dir: Path) -> Iterator[ListIndex]:
    """The store, opened for serving."""
    opened = ListIndex.open(data_dir, rebuild=False)
    yield opened
    opened.close()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 30 s"
        time.sleep(0.02)


def test_lists_without_a_version_hold_nothing(index: ListIndex) -> None:
    """The red list is there from the start."""
    assert index.find(FIRST, BOTH) is None
    assert index.fingerprint == "bloctel@0 red@0"
    assert index.states()["red"].kind is ListKind.RED
    assert index.states()["bloctel"].imported_at is None


def test_an_import_is_in_force_after_the_next_refresh(
    index: ListIndex, load: Load, national: Callable[..., bytes]
) -> None:
    """Until then the old version answers; the states tell of it."""
    assert not index.refresh()
    load(national(1000))
    assert index.find(FIRST, BOTH) is None
    assert index.refresh()
    assert index.find(FIRST, BOTH) == ("bloctel", "1")
    assert index.find(FIRST + 1000, BOTH) is None
    state = index.states()["bloctel"]
    assert (state.version, state.count, state.title) == (1, 1000, "Bloctel")
    assert state.imported_at is not None
    assert not index.refresh()


def test_false_hits_are_counted_and_list_nobody(index: ListIndex, load: Load, national: Callable[..., bytes]) -> None:
    """What the filter lets pass and the exact store does not hold; counted on through the next version."""
    load(national(1000))
    index.refresh()
    assert index.false_hits() == {"bloctel": 0, "red": 0}
    assert index.states()["bloctel"].filter_bytes > 1000
    strangers = range(FIRST + 1000, FIRST + 60_000)
    assert not any(index.find(number, ("bloctel",)) for number in strangers)
    found = index.false_hits()["bloctel"]
    assert 0 < found < len(strangers) / 20
    assert all(index.find(number, ("bloctel",)) for number in range(FIRST, FIRST + 1000))
    load(national(1001))
    index.refresh()
    assert index.false_hits()["bloctel"] == found


def test_changes_by_hand_are_in_force_at_once(
    index: ListIndex, store: ListStore, load: Load, national: Callable[..., bytes]
) -> None:
    """Additions and removals, over a version and without one."""
    load(national(10))
    steps: list[tuple[Callable[..., int], str, int, object]] = [
        # Without a version below.
        (store.add, "red", 5, ("red", "0+1")),
        (store.remove, "red", 5, None),
        # Of numbers that the version does not hold.
        (store.add, "bloctel", FIRST + 77, ("bloctel", "1+1")),
        (store.remove, "bloctel", FIRST + 77, None),
        # Of numbers that it holds.
        (store.remove, "bloctel", FIRST + 3, None),
        (store.add, "bloctel", FIRST + 3, ("bloctel", "1+4")),
        (store.remove, "bloctel", FIRST + 3, None),
    ]
    for change, name, number, wanted in steps:
        assert change(name, [number], by="test") == 1
        assert index.refresh()
        assert index.find(number, BOTH) == wanted
    assert index.states()["bloctel"].count == 9
    assert index.fingerprint == "bloctel@1+5 red@0+2"
    fresh = ListIndex.open(index._layout.data_dir, rebuild=False)
    assert fresh.fingerprint == index.fingerprint
    assert fresh.states() == index.states()
    assert fresh.find(FIRST + 3, BOTH) is None
    fresh.close()


def test_the_first_list_that_holds_a_number_is_named(index: ListIndex, store: ListStore) -> None:
    """In the order asked."""
    store.add("red", [7], by="test")
    store.add("bloctel", [7], by="test")
    index.refresh()
    assert index.find(7, ("red", "bloctel")) == ("red", "0+1")
    assert index.find(7, ("bloctel", "red")) == ("bloctel", "0+1")
    assert index.find(7, ()) is None


def test_a_list_that_is_not_there_is_no_list_without_numbers(index: ListIndex) -> None:
    """Asking it is an error, never a no."""
    with pytest.raises(UnknownListError, match="there are bloctel, red"):
        index.find(7, ("nosuch",))


def test_with_filter_and_without_the_answers_are_the_same(load: Load, store: ListStore, data_dir: Path) -> None:
    """The filter saves time and decides nothing; the loop written out is the filter's own question."""
    drawn = random.Random(5)
    listed = drawn.sample(range(612000000, 612400000), 20000)
    load(b"".join(b"0%d\n" % number for number in listed))
    with_filter = ListIndex.open(data_dir, rebuild=False)
    assert with_filter.states()["bloctel"].filter_ready
    (data_dir / "lists/bloctel/1.bloom").unlink()
    without = ListIndex.open(data_dir, rebuild=False)
    assert not without.states()["bloctel"].filter_ready
    saved = next(iter(with_filter._snapshot.served.values())).filter
    assert saved is not None
    passed = 0
    for number in drawn.sample(range(33612000000, 33612400000), 60000):
        answer = with_filter.find(number, ["bloctel"])
        assert answer == without.find(number, ["bloctel"])
        passed += answer is None and number in saved.filter
    assert passed < 150
    with_filter.close()
    without.close()


@pytest.mark.parametrize("damage", ["missing", "cut", "flipped", "of another version"])
def test_a_filter_that_does_not_fit_is_rebuilt_aside(
    load: Load, data_dir: Path, national: Callable[..., bytes], damage: str
) -> None:
    """Meanwhile the exact store answers; then the filter is taken over without a restart."""
    load(national(500))
    load(national(600))
    path = data_dir / "lists/bloctel/2.bloom"
    good = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(good[:-1])
    elif damage == "flipped":
        path.write_bytes(good[:-7] + bytes([good[-7] ^ 255]) + good[-6:])
    else:
        path.write_bytes((data_dir / "lists/bloctel/1.bloom").read_bytes())
    index = ListIndex.open(data_dir)
    assert not index.states()["bloctel"].filter_ready
    assert index.find(FIRST + 599, ["bloctel"]) == ("bloctel", "2")
    assert index.find(FIRST + 600, ["bloctel"]) is None

    def ready() -> bool:
        index.refresh()
        return index.states()["bloctel"].filter_ready

    wait_for(ready)
    assert path.read_bytes() == good
    assert index.find(FIRST + 599, ["bloctel"]) == ("bloctel", "2")
    index.close()


def test_closing_the_index_stops_a_rebuilding(load: Load, data_dir: Path, national: Callable[..., bytes]) -> None:
    """No process is left behind."""
    load(national(500))
    (data_dir / "lists/bloctel/1.bloom").unlink()
    index = ListIndex.open(data_dir)
    process = next(iter(index._snapshot.served.values()))._process
    assert process is not None
    index.close()
    assert process.returncode is not None


def test_serving_imports_neither_numpy_nor_alembic(load: Load, data_dir: Path, national: Callable[..., bytes]) -> None:
    """They would double the daemon's start and its memory."""
    load(national(100))
    code = (
        "import sys; from pathlib import Path; from gatekeeper.lists import ListIndex, ListStore\n"
        f"store = ListStore(Path({str(data_dir)!r})); index = ListIndex.open(Path({str(data_dir)!r}))\n"
        "store.add('red', [5], by='x'); index.refresh()\n"
        "assert index.find(5, ['red']); index.find(33612000001, ['bloctel'])\n"
        "index.close(); store.close()\n"
        "print(sorted({'numpy', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_nothing_is_heard_after_an_addition_returned(
    store: ListStore, data_dir: Path, load: Load, national: Callable[..., bytes]
) -> None:
    """Another process adds and removes; from the moment it says so, every answer follows."""
    load(national(1000))
    code = (
        "import sys; from pathlib import Path; from gatekeeper.lists import ListStore\n"
        f"store = ListStore(Path({str(data_dir)!r}))\n"
        "for line in sys.stdin:\n"
        "    op, number = line.split()\n"
        "    getattr(store, op)('red', [int(number)], by='other')\n"
        "    print(line, end='', flush=True)\n"
    )
    index = ListIndex.open(data_dir)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin
        assert other.stdout
        for turn in range(100):
            number = FIRST + 2000 + turn % 7
            op = "remove" if turn % 14 >= 7 else "add"
            print(op, number, file=other.stdin, flush=True)
            while not index.refresh():
                pass
            other.stdout.readline()
            index.refresh()
            assert (index.find(number, BOTH) is not None) == (op == "add")
        other.stdin.close()
    index.close()
