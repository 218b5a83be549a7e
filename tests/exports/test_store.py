"""The store of exports: bounds, who may have what, what a dead process leaves, what is swept."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gatekeeper.clock import HOUR_US, now_micros
from gatekeeper.errors import ExportError
from gatekeeper.exports.filter_words import words_of
from gatekeeper.exports.job import ExportState, JobState
from gatekeeper.exports.order import order_text, read_order
from gatekeeper.exports.store import ExportLimits, ExportStore
from gatekeeper.journal import DecisionFilter
from gatekeeper.storage import FileLock
from gatekeeper.words import Language
from tests.exports.orders import PARIS, order
from tests.standing_clock import StandingClock

FULL = DecisionFilter(
    since=datetime(2026, 11, 1, tzinfo=UTC),
    until=datetime(2026, 12, 1, tzinfo=UTC),
    number=33612345678,
    reasons=frozenset({"RED_LIST", "LISTED"}),
    campaigns=frozenset({"été\x1b"}),
    would_block=True,
    id="01KASBXG2V5T4E9M8R7QZ0W3JH",
)


@pytest.fixture
def clock() -> StandingClock[int]:
    """A clock that the test moves."""
    return StandingClock(1_000 * HOUR_US)


@pytest.fixture
def store(tmp_path: Path, clock: StandingClock[int]) -> ExportStore:
    """An empty store for two of a person at a time."""
    return ExportStore(tmp_path / "exports", ExportLimits(waiting=2, kept=3, free_bytes=0), clock)


def test_an_order_comes_back_as_it_was(store: ExportStore) -> None:
    """Every field of the filter, through the file."""
    given = order("xlsx", FULL, principals=frozenset({"Énergies SA"}))
    job = store.add(given)
    found = store.find(job.id)
    assert found is not None
    assert found.order == given
    assert read_order(order_text(order())) == order()
    assert found.state.state is ExportState.QUEUED
    with pytest.raises(ExportError):
        read_order('{"wanted": {"unknown": 1}}')


def test_a_filter_in_words() -> None:
    """Every field that is set is told, in both languages; nothing that can't be seen gets in."""
    english, french = (words_of(FULL, language, PARIS) for language in (Language.EN, Language.FR))
    assert english.period == ("from 2026-11-01 01:00:00 (Europe/Paris) until before 2026-12-01 01:00:00 (Europe/Paris)")
    assert english.conditions == (
        "number: +33612345678",
        "reason: LISTED, RED_LIST",
        "campaign: été\\x1b",
        "that shadow would have blocked",
        "decision: 01KASBXG2V5T4E9M8R7QZ0W3JH",
    )
    assert len(french.conditions) == 5
    assert words_of(DecisionFilter(), Language.FR, PARIS).conditions == ("toutes les décisions",)


def test_nobody_takes_all_of_it(store: ExportStore) -> None:
    """So many may wait, and so many are kept, of one person; others are not in the way."""
    first, _ = store.add(order()), store.add(order())
    with pytest.raises(ExportError, match=r"exports en attente sont au nombre permis \(2\)"):
        store.add(order())
    store.add(order(owner="anne"))
    store.save(first.id, JobState(state=ExportState.DONE))
    third = store.add(order())
    store.save(third.id, JobState(state=ExportState.DONE))
    with pytest.raises(ExportError, match=r"Vos exports sont au nombre permis \(3\)"):
        store.add(order())
    store.remove(third.id)
    store.add(order())


def test_nobody_fills_the_queue(tmp_path: Path) -> None:
    """So many may wait of all people together; what is ready does not count."""
    store = ExportStore(tmp_path / "exports", ExportLimits(waiting=2, waiting_in_all=3, free_bytes=0))
    first = min((store.add(order(owner=name)) for name in ("a", "b", "c")), key=lambda one: one.order.owner)
    with pytest.raises(ExportError, match=r"au nombre permis, toutes personnes confondues \(3\)"):
        store.add(order(owner="d"))
    store.save(first.id, JobState(state=ExportState.DONE))
    store.add(order(owner="d"))


def test_a_full_disk_takes_no_order(tmp_path: Path) -> None:
    """Calls need the room for the journal."""
    store = ExportStore(tmp_path / "exports", ExportLimits(free_bytes=1 << 60))
    with pytest.raises(ExportError, match="plus de place"):
        store.add(order())


def test_who_may_have_it(store: ExportStore) -> None:
    """Its owner and admins; who was bound to principals afterwards gets what is of these alone."""
    one, two = frozenset({"one"}), frozenset({"one", "two"})
    free = store.add(order())
    bound = store.add(order(principals=one))
    for job, person, principals, admin, may in (
        (free, "zoé", None, False, True),
        (free, "anne", None, False, False),
        (free, "anne", None, True, True),
        (free, "zoé", one, False, False),
        (bound, "zoé", one, False, True),
        (bound, "zoé", two, False, True),
        (bound, "zoé", None, False, True),
        (bound, "zoé", frozenset({"two"}), False, False),
        (bound, "anne", one, False, False),
    ):
        assert job.is_for(person, principals, admin=admin) is may, (person, principals, admin)


@pytest.mark.parametrize("ident", ["", ".", "..", "../x", "a" * 31, "A" * 32, "a" * 32, "a" * 32 + "\n", "/etc/passwd"])
def test_an_id_is_no_path(store: ExportStore, ident: str) -> None:
    """What is no id of an export leads nowhere."""
    assert store.find(ident) is None


def test_a_file_is_one_of_the_export(store: ExportStore) -> None:
    """No other name is a path."""
    job = store.add(order())
    assert store.path_of(job, "order.json") is None
    assert store.path_of(job, "../x") is None


def test_what_a_dead_process_leaves_is_begun_again_thrice(store: ExportStore) -> None:
    """One that lives is left alone."""
    job = store.add(order())
    running = JobState(state=ExportState.RUNNING, rows=5)
    store.save(job.id, running)
    lock = store.lock(job.id)
    lock.take(wait=False)
    assert store.next_waiting() is None
    lock.release()
    for tries in (1, 2):
        assert store.next_waiting() == job.id
        found = store.find(job.id)
        assert found is not None
        assert (found.state.tries, found.state.rows) == (tries, 0)
        store.save(job.id, found.state._replace(state=ExportState.RUNNING))
    assert store.next_waiting() is None
    found = store.find(job.id)
    assert found is not None
    assert (found.state.state, "trois fois" in found.state.why) == (ExportState.FAILED, True)


def test_the_oldest_goes_first_and_what_was_called_off_never(store: ExportStore, clock: StandingClock[int]) -> None:
    """In the order in which they were asked for."""
    first = store.add(order())
    clock.now += 1
    second = store.add(order(owner="anne"))
    assert store.next_waiting() == first.id
    store.cancel(first.id)
    assert store.next_waiting() == second.id
    found = store.find(first.id)
    assert found is not None
    assert found.state.state is ExportState.CANCELLED


def test_it_is_kept_for_a_day(store: ExportStore, clock: StandingClock[int]) -> None:
    """From its end on; what waits stays."""
    done, waiting = store.add(order()), store.add(order())
    clock.now += 5 * HOUR_US
    store.save(done.id, JobState(state=ExportState.DONE))
    clock.now += 23 * HOUR_US
    store.sweep()
    assert {job.id for job in store.jobs()} == {done.id, waiting.id}
    clock.now += 2 * HOUR_US
    store.sweep()
    assert [job.id for job in store.jobs()] == [waiting.id]


def test_what_nobody_can_read_any_more_goes_as_well(store: ExportStore, clock: StandingClock[int]) -> None:
    """An export that another version has written is shown to nobody, and its files are of people all the same."""
    job, others = store.add(order()), store.add(order())
    folder = store.folder_of(job.id)
    (folder / "journal.csv").write_text("+33612345678")
    (folder / "order.json").write_text('{"order": "{}", "made_at": 1}')
    assert store.find(job.id) is None
    clock.now = now_micros() + 23 * HOUR_US
    store.sweep()
    assert folder.exists()
    clock.now += 2 * HOUR_US
    store.sweep()
    assert not folder.exists()
    assert [one.id for one in store.jobs()] == [others.id]


def test_an_order_of_before_all_calendars_is_shown() -> None:
    """One that is stored takes no page away from others."""
    wanted = DecisionFilter(since=datetime.fromisoformat("0001-01-01T00:00:00+14:00"))
    assert "0001-01-01 00:00:00+14:00" in words_of(wanted, Language.EN, PARIS).period


def test_one_that_comes_to_its_end_while_it_is_looked_for_stays_done(
    store: ExportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process, of a desk that was killed, ends between the look at its state and the look whether it lives."""
    job = store.add(order())
    store.save(job.id, JobState(state=ExportState.RUNNING, tries=2))
    lock = store.lock

    def ending(ident: str) -> FileLock:
        store.save(ident, JobState(state=ExportState.DONE, tries=2))
        return lock(ident)

    monkeypatch.setattr(store, "lock", ending)
    assert store.next_waiting() is None
    found = store.find(job.id)
    assert found is not None
    assert found.state.state is ExportState.DONE


def test_one_that_is_removed_by_two_people_is_gone(store: ExportStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by the second while the first is at it: nothing is put into the folder that goes."""
    job, rmtree = store.add(order()), shutil.rmtree

    def removing(path: Path, **how: bool) -> None:
        store.remove(job.id)
        rmtree(path, **how)

    monkeypatch.setattr(shutil, "rmtree", removing)
    for _ in range(2):
        store.remove(job.id)
    assert [path.name for path in store.folder_of(job.id).parent.iterdir()] == [".lock"]
