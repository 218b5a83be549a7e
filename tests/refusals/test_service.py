"""Refusals, whichever way they come: one limiter, one history, one reading of decisions."""

import ast
import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ulid import ULID

from gatekeeper.clock import now_micros
from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.errors import StoreError
from gatekeeper.journal import DecisionRow
from gatekeeper.lists import LISTS_FILE, ListStore
from gatekeeper.phone import DialPlan, Normaliser, emergency_numbers
from gatekeeper.policy.ledger import EventKind
from gatekeeper.refusals import service
from gatekeeper.refusals.red_list import RedListWriter, adding_to
from gatekeeper.refusals.service import Add, Refusal, Refusals, Refused
from gatekeeper.refusals.store_thread import StoreThread
from gatekeeper.screening.recent import RecentCalls

PACKAGE = Path(__file__).parents[2] / "gatekeeper"
VIAS = ("feature code", "UserEvent", "socket", "command line")
NUMBER = 33612345678
PER_MINUTE = 3


def let_by(number: int) -> DecisionRow:
    """The row of a call that a gate has just let by."""
    told = dict.fromkeys(DecisionRow._fields, "")
    row = DecisionRow(**told)  # type: ignore[arg-type] # what is not said here is not looked at
    return row._replace(id=str(ULID()), at=now_micros(), number=number, verdict="ALLOW", gate="GOSUB", micros=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ListStore]:
    """Lists with nothing but a red list."""
    with ListStore(tmp_path) as opened:
        yield opened


@pytest.fixture
def consents(tmp_path: Path) -> Iterator[ConsentStore]:
    """The consent ledger beside them."""
    with ConsentStore(tmp_path) as opened:
        yield opened


def objections(consents: ConsentStore) -> list[tuple[EventKind, str, str]]:
    """What the ledger has of the number, and who wrote it down."""
    ledger = ConsentLedger.open(consents.layout.data_dir)
    held = consents.sources([entry.source for entry in ledger.entries(NUMBER)])
    events = ledger.dossier(NUMBER).events
    ledger.close()
    assert all((event.principal, event.goods) == ("", "") for event in events)
    return [(event.kind, one.by, one.note) for event, one in zip(events, held.values(), strict=True)]


def taking(add: Add, recent: RecentCalls | None = None) -> Refusals:
    """What takes refusals, as a site in France has it."""
    plan = DialPlan(home="FR", emergency=emergency_numbers("FR"))
    return Refusals(Normaliser(plan), RecentCalls() if recent is None else recent, add, PER_MINUTE, now_micros)


def kept(store: ListStore) -> list[tuple[str, str]]:
    """By whom and why the number is on the red list."""
    return [(change.by, change.note) for one in store.show(NUMBER) for change in one.changes]


@pytest.mark.parametrize("via", VIAS)
@pytest.mark.parametrize("threaded", [True, False], ids=["by a thread", "at once"])
async def test_every_way_keeps_the_same_history(
    store: ListStore, consents: ConsentStore, tmp_path: Path, via: str, threaded: bool
) -> None:
    """Who, by which way, in which call; a second refusal is kept, too, and is told from the first.

    Each is an objection in the consent ledger, on the disk before the answer.
    """
    writer = RedListWriter(tmp_path, "red")
    refusals = taking(writer.add if threaded else adding_to(store, consents, "red"))
    refusal = Refusal(via, "06 12 34 56 78", agent="anna", uniqueid="17.9", note="by\nletter")
    assert [await refusals.refuse(refusal) for _ in range(2)] == [Refused.ADDED, Refused.ALREADY]
    await writer.close()
    assert kept(store) == [(f"anna ({via})", f"refused by {via}: agent anna, uniqueid 17.9, note by letter")] * 2
    assert objections(consents) == [(EventKind.OBJECTION, *said) for said in kept(store)]


@pytest.mark.parametrize("via", VIAS)
async def test_a_decision_names_the_number_more_surely_than_who_says_it(
    store: ListStore, consents: ConsentStore, via: str
) -> None:
    """By every way: what was said to be the number does not count beside the call that was let by."""
    row, recent = let_by(NUMBER), RecentCalls()
    recent.add(row)
    assert (
        await taking(adding_to(store, consents, "red"), recent).take(Refusal(via, "0699999999", row.id))
        is Refused.ADDED
    )
    assert kept(store) == [(f"unknown agent ({via})", f"refused by {via}: decision {row.id}")]


@pytest.mark.parametrize(
    "senders",
    [
        [{"agent": "anna"}, {"agent": "bert"}],
        [{"channel": "PJSIP/anna-0000001f"}, {"channel": "PJSIP/bert-00000020"}],
        [{"recorded_by": "key crm"}, {"recorded_by": "key shop"}],
        [{"agent": "anna"}, {}],
    ],
)
async def test_each_sender_has_a_limit_of_its_own(
    store: ListStore, consents: ConsentStore, senders: list[dict[str, str]]
) -> None:
    """One agent, telephone or key that has sent its number keeps no other one's refusal from being taken."""
    refusals = taking(adding_to(store, consents, "red"))
    for place, sender in enumerate(senders):
        sent = [Refusal("socket", f"061234{place}5{count:02}", **sender) for count in range(PER_MINUTE + 1)]
        results = [await refusals.take(one) for one in sent]
        assert results == [Refused.ADDED] * PER_MINUTE + [Refused.TOO_MANY]


async def test_a_telephone_is_counted_as_one_over_all_its_calls(store: ListStore, consents: ConsentStore) -> None:
    """Each of its calls has a channel of another name."""
    refusals = taking(adding_to(store, consents, "red"))
    sent = [Refusal("feature code", f"06123456{n:02}", channel=f"PJSIP/anna-{n:08x}") for n in range(PER_MINUTE + 1)]
    assert [await refusals.take(one) for one in sent][-1] is Refused.TOO_MANY


async def test_more_senders_than_anybody_has_are_counted_together(
    store: ListStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who makes a name up for each refusal is held back all the same, and fills no memory."""

    async def add(_number: int, _by: str, _note: str) -> bool:
        return True

    monkeypatch.setattr(service, "_MOST_SENDERS", 5)
    refusals = taking(add)
    sent = [Refusal("socket", f"06123456{count:02}", agent=f"a{count}") for count in range(5 + PER_MINUTE + 1)]
    results = [await refusals.take(one) for one in sent]
    assert results == [Refused.ADDED] * (5 + PER_MINUTE) + [Refused.TOO_MANY]


@pytest.mark.parametrize("by", ["decision", "linkedid"])
async def test_a_refusal_in_a_call_of_ours_is_taken_however_many_there_are(
    store: ListStore, consents: ConsentStore, by: str
) -> None:
    """The gate let so many calls by; a second refusal in the same call counts as any other."""
    recent = RecentCalls()
    refusals = taking(adding_to(store, consents, "red"), recent)
    rows = [let_by(NUMBER + count)._replace(linkedid=f"17.{count}") for count in range(3 * PER_MINUTE)]
    for row in rows:
        recent.add(row)
    sent = [
        Refusal("socket", decision=row.id)
        if by == "decision"
        else Refusal("socket", f"+{row.number}", linkedid=row.linkedid)
        for row in rows
    ]
    assert {await refusals.take(one) for one in sent} == {Refused.ADDED}
    again = [await refusals.take(one) for one in sent[: PER_MINUTE + 1]]
    assert again == [Refused.ALREADY] * PER_MINUTE + [Refused.TOO_MANY]


async def test_a_call_that_is_not_ours_makes_no_room(store: ListStore, consents: ConsentStore) -> None:
    """An id that no gate gave, and the id of a call to another number, are no way past the limit."""
    recent = RecentCalls()
    recent.add(let_by(NUMBER)._replace(linkedid="17.9"))
    refusals = taking(adding_to(store, consents, "red"), recent)
    sent = [Refusal("socket", f"06998877{n:02}", str(ULID()), linkedid="17.9") for n in range(PER_MINUTE + 1)]
    assert [await refusals.take(one) for one in sent][-1] is Refused.TOO_MANY


async def test_each_way_has_a_limit_of_its_own(store: ListStore, consents: ConsentStore) -> None:
    """One that is flooded keeps no other from being taken."""
    refusals = taking(adding_to(store, consents, "red"))
    for via in VIAS:
        results = [await refusals.take(Refusal(via, f"06123456{count:02}")) for count in range(PER_MINUTE + 1)]
        assert Refused.TOO_MANY not in results[:-1]
        assert results[-1] is Refused.TOO_MANY


@pytest.mark.parametrize(
    ("agent", "recorded_by", "expected"),
    [
        ("anna", "", "anna (socket)"),
        ("", "", "unknown agent (socket)"),
        ("anna", "root", "anna (taken down by root)"),
        ("", "root", "root"),
        ("an\x1bna", "", "an na (socket)"),
        ("a" * 500, "root", "a" * 120 + " (taken down by root)"),
    ],
)
def test_a_refusal_names_the_agent_and_who_wrote_it_down(agent: str, recorded_by: str, expected: str) -> None:
    """The agent who was told, and who wrote it down where that is another."""
    assert Refusal("socket", agent=agent, recorded_by=recorded_by).by == expected


async def test_a_list_that_cant_be_written(store: ListStore) -> None:
    """A gate is answered; whoever asks by hand gets the error itself."""

    async def broken(_number: int, _by: str, _note: str) -> bool:
        raise StoreError("the disk is full")

    refusals = taking(broken)
    assert await refusals.refuse(Refusal("socket", str(NUMBER))) is Refused.FAILED
    with pytest.raises(StoreError, match="disk is full"):
        await refusals.take(Refusal("socket", "0612345678"))
    assert kept(store) == []


async def test_a_ledger_that_cant_be_written(store: ListStore, consents: ConsentStore) -> None:
    """A gate says that it failed; the number is on the red list all the same, for that alone stops the next call."""
    consents.layout.database.unlink()
    consents.layout.database.mkdir()
    refusals = taking(adding_to(store, consents, "red"))
    assert await refusals.refuse(Refusal("socket", str(NUMBER))) is Refused.FAILED
    assert kept(store)


def test_nobody_lists_a_refused_number_by_himself() -> None:
    """Numbers get on a list by a refusal or by hand (`add_by_hand`); a third way would pass limit and history by."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("store.add"):
                found.add(path.relative_to(PACKAGE).as_posix())
    # The canary's number is nobody's.
    assert found == {"refusals/red_list.py", "doctor/canary/trial.py"}


async def test_a_refusal_that_waits_for_its_turn_is_taken_though_nobody_waits_for_it_any_more(
    store: ListStore, consents: ConsentStore, tmp_path: Path
) -> None:
    """Such as those of the last moment before a daemon is stopped, while another program writes the lists."""
    writer = RedListWriter(tmp_path, "red")
    refusals = taking(writer.add)
    with closing(sqlite3.connect(tmp_path / LISTS_FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = [Refusal("UserEvent", number) for number in ("0612345677", "0612345678")]
        taken = [asyncio.create_task(refusals.refuse(one)) for one in said]
        await asyncio.sleep(0.05)
        for task in taken:
            task.cancel()
        await asyncio.gather(*taken, return_exceptions=True)
        other.execute("ROLLBACK")
    await writer.close()
    assert [by for by, _ in kept(store)] == ["unknown agent (UserEvent)"]
    assert len(objections(consents)) == 1


async def test_what_fails_when_nobody_waits_for_it_any_more_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who has left can't be told that it was not written."""
    stores, left = StoreThread(tmp_path, "records"), threading.Event()

    def work(_store: ListStore, _consents: ConsentStore) -> None:
        left.wait()
        raise StoreError("the disk is full")

    asking = asyncio.create_task(stores.run(work))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    left.set()
    await stores.close()
    await asyncio.sleep(0)
    assert "could not be written: the disk is full" in caplog.text


async def test_stores_that_stay_locked_do_not_keep_the_daemon_from_its_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits behind one that can't be written is given up after a while, and that is logged."""
    monkeypatch.setattr("gatekeeper.refusals.store_thread._END_S", 0.05)
    stores, begun, free, done = StoreThread(tmp_path, "records"), threading.Event(), threading.Event(), []

    def work(_store: ListStore, _consents: ConsentStore) -> None:
        begun.set()
        free.wait()
        done.append("work")

    asking = [asyncio.create_task(stores.run(work)) for _ in range(3)]
    await asyncio.to_thread(begun.wait)
    await stores.close()
    free.set()
    await asyncio.gather(*asking, return_exceptions=True)
    assert len(done) == 1
    assert "is lost at the end" in caplog.text


async def test_a_refusal_that_could_not_be_written_is_taken_when_it_is_said_again() -> None:
    """Of a call of ours it is the first one that is taken, however many others have come meanwhile."""
    row, recent, troubled = let_by(NUMBER), RecentCalls(), [True]
    recent.add(row)

    async def add(_number: int, _by: str, _note: str) -> bool:
        if troubled:
            raise StoreError(str(troubled.pop()))
        return True

    refusals = taking(add, recent)
    of_call = Refusal("socket", decision=row.id)
    assert await refusals.refuse(of_call) is Refused.FAILED
    assert [await refusals.refuse(Refusal("socket", f"06123456{place}")) for place in range(10, 10 + PER_MINUTE)] == [
        Refused.ADDED
    ] * PER_MINUTE
    assert [await refusals.refuse(of_call) for _ in range(2)] == [Refused.ADDED, Refused.TOO_MANY]
