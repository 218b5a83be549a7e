"""Changes by hand: their history, their life across imports, and many hands at once."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.errors import ListError, UnknownListError
from gatekeeper.lists import ImportReport, ListKind, ListStore

Load = Callable[..., ImportReport]
FIRST = 33612000000


def test_who_when_and_why_are_kept(store: ListStore) -> None:
    """Additions and removals are rows of a history, not a state that is written over."""
    store.add("red", [FIRST], by="alice", note="asked by letter")
    store.remove("red", [FIRST], by="bob", note="wrong number")
    store.add("red", [FIRST], by="carol")
    [shown] = store.show(FIRST)
    assert [(change.seq, change.op, change.by, change.note) for change in shown.changes] == [
        (1, "add", "alice", "asked by letter"),
        (2, "remove", "bob", "wrong number"),
        (3, "add", "carol", ""),
    ]
    assert [change.at for change in shown.changes] == sorted(change.at for change in shown.changes)
    assert (shown.listed, shown.source, shown.since, shown.by) == (True, "hand", shown.changes[2].at, "carol")


def test_a_number_is_shown_with_where_it_comes_from(
    store: ListStore, load: Load, national: Callable[..., bytes]
) -> None:
    """By an import, by hand, or no more."""
    load(national(10), file="bloctel-2026.txt", by="alice")
    [shown] = store.show(FIRST)
    assert (shown.list, shown.listed, shown.version, shown.source, shown.by, shown.note) == (
        "bloctel",
        True,
        "1",
        "import",
        "alice",
        "bloctel-2026.txt",
    )
    store.remove("bloctel", [FIRST], by="bob", note="by order")
    [shown] = store.show(FIRST)
    assert (shown.listed, shown.source, shown.by, shown.note) == (False, "", "bob", "by order")
    assert store.show(FIRST + 10) == []


def test_only_what_changes_is_counted(store: ListStore, load: Load, national: Callable[..., bytes]) -> None:
    """Adding what is listed and removing what is not change nothing."""
    load(national(10))
    assert store.add("bloctel", [FIRST, FIRST + 100, FIRST + 100], by="x") == 1
    assert store.remove("bloctel", [FIRST + 100, FIRST + 101], by="x") == 1
    assert store.remove("bloctel", [FIRST + 100], by="x") == 0
    assert len(store.show(FIRST + 101)) == 0
    status = store.status()[0]
    assert (status.count, status.added_by_hand, status.removed_by_hand) == (10, 1, 0)


@pytest.mark.parametrize("bad", [0, -5, 10**15])
def test_what_is_no_number_is_refused_and_nothing_done(store: ListStore, bad: int) -> None:
    """All the numbers of a call, or none."""
    with pytest.raises(ListError, match="1 to 15 digits"):
        store.add("red", [FIRST, bad], by="x")
    assert store.show(FIRST) == []


def test_unknown_lists_and_bad_names(store: ListStore) -> None:
    """The error names the lists that there are."""
    with pytest.raises(UnknownListError, match="there are bloctel, red"):
        store.add("nosuch", [FIRST], by="x")
    with pytest.raises(UnknownListError):
        store.import_file(Path("x"), "nosuch")
    for name in ("", "Red", "../x", "a b", "x" * 33, "-x"):
        with pytest.raises(ListError, match="can't name a list"):
            store.ensure(name, ListKind.RED)


def test_a_list_keeps_its_kind(store: ListStore) -> None:
    """The title can change."""
    store.ensure("bloctel", ListKind.OPPOSITION, "New")
    assert store.status()[0].title == "New"
    store.ensure("bloctel", ListKind.OPPOSITION)
    assert store.status()[0].title == "New"
    with pytest.raises(ListError, match="is there as opposition"):
        store.ensure("bloctel", ListKind.RED)


@pytest.mark.parametrize("name", ["red", "bloctel"])
def test_an_addition_by_hand_outlives_imports(
    store: ListStore, load: Load, national: Callable[..., bytes], name: str
) -> None:
    """Whoever objected is not forgotten because a file does not have them."""
    load(national(10), name=name)
    store.add(name, [FIRST + 50, FIRST + 5], by="x")
    load(national(3), name=name)
    assert list(store.numbers(name)) == [FIRST, FIRST + 1, FIRST + 2, FIRST + 5, FIRST + 50]
    status = next(status for status in store.status() if status.name == name)
    assert (status.version, status.count, status.added_by_hand) == (2, 5, 2)


def test_a_removal_from_the_red_list_outlives_imports(
    store: ListStore, load: Load, national: Callable[..., bytes]
) -> None:
    """The company's word stands over its own file."""
    load(national(3), name="red")
    store.remove("red", [FIRST], by="x")
    report = load(national(4), name="red")
    assert report.lapsed == 0
    assert list(store.numbers("red")) == [FIRST + 1, FIRST + 2, FIRST + 3]
    assert store.status()[1].count == 3


def test_a_removal_from_a_registry_s_list_ends_when_it_delivers_the_number_again(
    store: ListStore, load: Load, national: Callable[..., bytes]
) -> None:
    """That is recorded, and counted in the report."""
    load(national(3))
    store.remove("bloctel", [FIRST, FIRST + 2], by="x")
    report = load(national(2), by="importer")
    assert report.lapsed == 1
    assert list(store.numbers("bloctel")) == [FIRST, FIRST + 1]
    [shown] = store.show(FIRST)
    assert [(change.op, change.by) for change in shown.changes] == [("remove", "x"), ("lapse", "importer")]
    assert store.status()[0].removed_by_hand == 0
    load(national(3))
    assert list(store.numbers("bloctel")) == [FIRST, FIRST + 1, FIRST + 2]


def test_many_processes_may_change_a_list_at_once(store: ListStore, data_dir: Path) -> None:
    """Nothing is lost, nothing counted twice."""
    code = (
        "import sys; from pathlib import Path; from gatekeeper.lists import ListStore\n"
        f"store = ListStore(Path({str(data_dir)!r}), busy_timeout_ms=60000); start = int(sys.argv[1])\n"
        "for turn in range(30):\n"
        "    store.add('red', [start + turn, 5], by=sys.argv[1])\n"
        "    if turn % 3 == 0: store.remove('red', [start + turn], by=sys.argv[1])\n"
    )
    starts = [1000, 2000, 3000, 4000]
    others = [subprocess.Popen([sys.executable, "-c", code, str(start)]) for start in starts]
    assert [other.wait() for other in others] == [0] * len(starts)
    wanted = sorted([5, *(start + turn for start in starts for turn in range(30) if turn % 3)])
    assert list(store.numbers("red")) == wanted
    assert store.status()[1].count == len(wanted)
    [five] = store.show(5)
    assert len(five.changes) == 120
    assert five.version == "0+280"
