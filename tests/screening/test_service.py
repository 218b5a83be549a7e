"""Screening over real lists and a real log."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gatekeeper.clock import SECOND_US
from gatekeeper.journal import JOURNAL_FILE, DecisionFilter, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from gatekeeper.law import find_profile
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Campaign, Gate, Reason, Verdict
from gatekeeper.screening import Question
from gatekeeper.screening.service import Screening
from tests.standing_clock import StandingClock

ON_BLOCTEL, ON_TPS, ON_RED, ON_NONE = "0612345678", "0623456789", "0634567890", "0645678901"
DAY = 86_400_000_000
PLAN = DialPlan(internal=("[2-7][0-9]{3}",))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two opposition lists and the red list, each with a number of its own, to copy."""
    folder = tmp_path_factory.mktemp("imported")
    with ListStore(folder / "data") as made:
        for name, number in (("bloctel", ON_BLOCTEL), ("tps", ON_TPS)):
            made.ensure(name, ListKind.OPPOSITION)
            file = folder / f"{name}.txt"
            file.write_text(f"{number}\n")
            made.import_file(file, name, options=ImportOptions(by="test"))
        made.add("red", [int(f"33{ON_RED[1:]}")], by="test")
    return folder / "data"


@pytest.fixture
def store(tmp_path: Path, imported: Path) -> Iterator[ListStore]:
    """Those lists, in a folder of the test's own."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    with ListStore(tmp_path) as opened:
        yield opened


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[JournalWriter]:
    """The block log."""
    writer = JournalWriter(SqliteBackend(tmp_path / JOURNAL_FILE))
    await writer.start()
    yield writer
    await writer.close()


@pytest.fixture
def index(store: ListStore, tmp_path: Path) -> Iterator[ListIndex]:
    """The lists, serving."""
    serving = ListIndex.open(tmp_path)
    yield serving
    serving.close()


@pytest.fixture
def clock(index: ListIndex) -> StandingClock[int]:
    """A clock that stands a minute after the import."""
    imported = index.states()["bloctel"].imported_at
    assert imported is not None
    return StandingClock(imported + 60 * SECOND_US)


@pytest.fixture
def screening(index: ListIndex, journal: JournalWriter, clock: StandingClock[int]) -> Screening:
    """Screening with campaigns that differ in their lists."""
    campaigns = {
        "french": Campaign("french", ("bloctel",), "Soleil SARL"),
        "british": Campaign("british", ("tps",)),
        "missing": Campaign("missing", ("dncm",)),
    }
    return Screening(
        Normaliser(PLAN), index, find_profile("lists_only"), campaigns, {"bloctel": 30 * DAY}, journal, clock
    )


@pytest.mark.parametrize(
    ("dialled", "campaign", "reason"),
    [
        # The campaign's own lists, and no other.
        (ON_BLOCTEL, "french", Reason.LISTED),
        (ON_BLOCTEL, "british", Reason.CLEAR),
        (ON_TPS, "british", Reason.LISTED),
        (ON_TPS, "french", Reason.CLEAR),
        # A call without a campaign, or with one that nobody configured, must respect every list.
        (ON_BLOCTEL, "", Reason.LISTED),
        (ON_TPS, "no such campaign", Reason.LISTED),
        # The red list applies to all.
        (ON_RED, "french", Reason.RED_LIST),
        (ON_RED, "", Reason.RED_LIST),
        # A list that was never imported proves nothing.
        (ON_NONE, "missing", Reason.LIST_STALE),
        # What no list is asked about.
        ("112", "missing", Reason.EMERGENCY),
        ("2001", "missing", Reason.INTERNAL),
        ("nonsense", "french", Reason.NUMBER_INVALID),
        (ON_NONE, "french", Reason.CLEAR),
    ],
)
async def test_each_campaign_is_held_to_its_own_lists(
    screening: Screening, dialled: str, campaign: str, reason: Reason
) -> None:
    """Each campaign is held to its own lists, and everybody to the red list."""
    answer = await screening.screen(Question(dialled, Gate.CLI, campaign))
    assert answer.reason is reason
    allowed = reason in (Reason.CLEAR, Reason.EMERGENCY, Reason.INTERNAL)
    assert answer.verdict is (Verdict.ALLOW if allowed else Verdict.BLOCK)
    assert answer.hangup_cause == (0 if allowed else 21)


@pytest.mark.parametrize("dialled", [ON_NONE, ON_RED, "tel:" + ON_NONE, "112", "2001", "36 15", "x" * 500, ""])
@pytest.mark.parametrize("reason", [Reason.NUMBER_INVALID, Reason.GATE_ERROR])
async def test_what_the_gate_refuses_is_refused(
    screening: Screening, tmp_path: Path, dialled: str, reason: Reason
) -> None:
    """Whatever the number is, the answer and its one row say what becomes of the call."""
    answer = await screening.screen(Question(dialled, Gate.GOSUB, refused=reason))
    assert (answer.verdict, answer.reason, answer.hangup_cause) == (Verdict.BLOCK, reason, 21)
    with SqliteReader(tmp_path / JOURNAL_FILE) as reader:
        (stored,) = reader.latest(DecisionFilter(), 10)
    row = stored.row
    assert (row.id, row.verdict, row.reason, row.rule) == (answer.id, "BLOCK", reason, "gate")


async def test_a_list_grows_stale(screening: Screening, clock: StandingClock[int]) -> None:
    """After its thirty days a list blocks its campaigns, and still says who is on it."""
    question = Question(ON_NONE, Gate.CLI, "french")
    clock.now += 29 * DAY
    assert (await screening.screen(question)).reason is Reason.CLEAR
    clock.now += DAY
    answer = await screening.screen(question)
    assert (answer.reason, answer.list) == (Reason.LIST_STALE, "bloctel")
    assert (await screening.screen(question._replace(dialled=ON_BLOCTEL))).reason is Reason.LISTED
    assert (await screening.screen(question._replace(campaign="british"))).reason is Reason.CLEAR


async def test_a_change_is_in_force_for_the_next_question(screening: Screening, store: ListStore) -> None:
    """What another connection commits is respected by the very next decision."""
    question = Question(ON_NONE, Gate.CLI, "french")
    number = int(f"33{ON_NONE[1:]}")
    for _ in range(3):
        assert (await screening.screen(question)).reason is Reason.CLEAR
        store.add("red", [number], by="test")
        assert (await screening.screen(question)).reason is Reason.RED_LIST
        store.remove("red", [number], by="test")


async def test_a_change_that_somebody_else_took_over_counts(
    screening: Screening, store: ListStore, index: ListIndex, tmp_path: Path
) -> None:
    """A list that comes while no call does is in force, though it was the daemon's own look that found it."""
    question = Question(ON_NONE, Gate.CLI, "missing")
    assert (await screening.screen(question)).reason is Reason.LIST_STALE
    store.ensure("dncm", ListKind.OPPOSITION)
    file = tmp_path / "dncm.txt"
    file.write_text("0656789012\n")
    store.import_file(file, "dncm", options=ImportOptions(by="test"))
    assert index.refresh()
    assert (await screening.screen(question)).reason is Reason.CLEAR
    assert (await screening.screen(question._replace(dialled="0656789012"))).reason is Reason.LISTED


async def test_the_log_has_what_the_decision_rests_on(screening: Screening, tmp_path: Path) -> None:
    """The row names number, campaign, principal, list and its version, and which versions were asked."""
    answer = await screening.screen(
        Question("06 12 34 56 78", Gate.GOSUB, "french", "", "0162000000", "PJSIP/1", "1.1", "1.0")
    )
    with SqliteReader(tmp_path / JOURNAL_FILE) as reader:
        (stored,) = reader.latest(DecisionFilter(id=answer.id), 10)
    row = stored.row
    assert (row.dialled, row.number, row.campaign, row.principal) == (
        "06 12 34 56 78",
        33612345678,
        "french",
        "Soleil SARL",
    )
    assert (row.list, row.list_version, row.reason, row.rule) == ("bloctel", "1", "LISTED", "opposition")
    assert "bloctel@1" in row.facts
    assert (row.caller_id, row.channel, row.uniqueid, row.linkedid, row.gate) == (
        "0162000000",
        "PJSIP/1",
        "1.1",
        "1.0",
        "GOSUB",
    )


async def test_a_fault_refuses_and_an_emergency_gets_through(
    screening: Screening, index: ListIndex, tmp_path: Path
) -> None:
    """With the lists closed under it, screening refuses with GATE_ERROR and logs whom, but for emergency numbers."""
    index.close()
    answer = await screening.screen(Question(ON_NONE, Gate.CLI))
    assert answer.reason is Reason.GATE_ERROR
    assert (await screening.screen(Question("112", Gate.CLI))).verdict is Verdict.ALLOW
    with SqliteReader(tmp_path / JOURNAL_FILE) as reader:
        (stored,) = reader.latest(DecisionFilter(number=int(f"33{ON_NONE[1:]}")), 10)
    assert stored.row.id == answer.id


async def test_a_fault_beside_the_lists_does_not_block_an_emergency(
    screening: Screening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks on the way, also where a call names an earlier decision, an emergency number is allowed."""

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(screening.recent, "named", broken)
    question = Question("112", Gate.GOSUB, earlier="01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert (await screening.screen(question)).reason is Reason.EMERGENCY
    assert (await screening.screen(question._replace(dialled=ON_NONE))).reason is Reason.GATE_ERROR
