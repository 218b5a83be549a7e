"""A call that meets several gates is one decision: over the real log, without a network."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.journal import DecisionFilter, DecisionRow, JournalWriter, StoredDecision, new_ident
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from gatekeeper.law import find_profile
from gatekeeper.lists import ListKind, ListState
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Campaign, Gate, Hit, Reason, Verdict
from gatekeeper.screening import Answer, Question
from gatekeeper.screening.history import History
from gatekeeper.screening.recent import LASTS_US, RecentCalls
from gatekeeper.screening.service import Screening

NUMBER = "0612345678"
E164 = 33612345678
RED = ListState("red", ListKind.RED, 0, 0, None, None, True, "")
HOUR = LASTS_US


class OneList:
    """A red list that holds what it is told to."""

    def __init__(self) -> None:
        self.holds: set[int] = set()
        self.fingerprint = "red@1"

    def refresh(self) -> bool:
        """Nothing is loaded."""
        return False

    def states(self) -> Mapping[str, ListState]:
        """The one list."""
        return {"red": RED}

    def find(self, number: int, lists: Sequence[str], /) -> Hit | None:
        """Whether it holds the number."""
        return Hit("red", "1") if "red" in lists and number in self.holds else None


class Bench:
    """Screening over a real log, with a clock that is set by hand."""

    def __init__(self, folder: Path) -> None:
        self.lists = OneList()
        self.now = 1_800_000_000_000_000
        self.path = folder / "journal.sqlite3"
        self.journal = JournalWriter(SqliteBackend(self.path))
        self.screening: Screening
        self.begin()

    def begin(self, most: int = 1000) -> None:
        """A screening service that remembers nothing, as after a restart."""
        normaliser = Normaliser(DialPlan(internal=("1[0-9]{3}",)))
        history = History(SqliteReader(self.path), normaliser)
        campaigns = {"summer": Campaign("summer", (), "acme")}
        self.screening = Screening(
            normaliser,
            self.lists,
            find_profile("lists_only"),
            {**campaigns, "default": Campaign("default", ())},
            {},
            self.journal,
            lambda: self.now,
            RecentCalls(history.attempt, most),
        )

    async def ask(
        self, gate: Gate, earlier: str = "", uniqueid: str = "1.1", linkedid: str = "1.0", **more: Any
    ) -> Answer:
        """Ask as a gate does."""
        dialled = more.pop("dialled", NUMBER)
        return await self.screening.screen(
            Question(dialled, gate, earlier=earlier, uniqueid=uniqueid, linkedid=linkedid, **more)
        )

    def rows(self) -> list[StoredDecision]:
        """The log."""
        with SqliteReader(self.path) as reader:
            return reader.latest(DecisionFilter(), 1000)


Scene = Callable[[Bench], Awaitable[None]]


def play(folder: Path, scene: Scene, kind: type[Bench] = Bench) -> Bench:
    """Play a scene and give what is left."""

    async def run() -> Bench:
        bench = kind(folder)
        # The ULIDs of rows carry the real time; the scene's clock must be near it.
        bench.now = time.time_ns() // 1000
        await bench.journal.start()
        await scene(bench)
        await bench.journal.close()
        return bench

    return asyncio.run(run())


def gates(bench: Bench) -> list[str]:
    """The gates of each row."""
    return [one.gates for one in bench.rows()]


def test_three_gates_on_one_call_make_one_row(tmp_path: Path) -> None:
    """Proxy, dialplan and watchdog on one call: one row, one id, the gates in order."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.AMI_PROXY, uniqueid="", linkedid="", campaign="summer")
        second = await bench.ask(Gate.GOSUB, first.id, uniqueid="1.2")
        third = await bench.ask(Gate.PREDIAL, second.id, uniqueid="1.3")
        fourth = await bench.ask(Gate.WATCHDOG, third.id, uniqueid="1.3")
        assert {first.id} == {second.id, third.id, fourth.id}
        assert [one.met_before for one in (first, second, third, fourth)] == [False, True, True, True]

    assert gates(play(tmp_path, scene)) == ["AMI_PROXY GOSUB PREDIAL WATCHDOG"]


def test_the_watchdog_knows_the_call_without_its_id(tmp_path: Path) -> None:
    """A call whose channel carries nothing is known by the call's id and the number."""

    async def scene(bench: Bench) -> None:
        await bench.ask(Gate.GOSUB)
        assert (await bench.ask(Gate.WATCHDOG, uniqueid="1.2")).met_before
        assert not (await bench.ask(Gate.WATCHDOG, uniqueid="1.2", dialled="0612345679")).met_before
        assert not (await bench.ask(Gate.WATCHDOG, uniqueid="2.2", linkedid="2.0")).met_before

    bench = play(tmp_path, scene)
    assert gates(bench) == ["GOSUB WATCHDOG", "WATCHDOG", "WATCHDOG"]
    assert [one.row.bypass for one in bench.rows()] == [0, 1, 1]


@pytest.mark.parametrize(
    ("gate", "more"),
    [
        # another number
        (Gate.GOSUB, {"dialled": "0612345679", "uniqueid": "1.2"}),
        (Gate.WATCHDOG, {"dialled": "0612345679"}),
        # the same gate, another channel
        (Gate.AMI_PROXY, {"uniqueid": "9.9"}),
        # another call
        (Gate.PREDIAL, {"linkedid": "9.0"}),
        (Gate.WATCHDOG, {"linkedid": "9.0"}),
    ],
)
def test_an_id_of_another_attempt_is_not_believed(tmp_path: Path, gate: Gate, more: dict[str, str]) -> None:
    """The id of another attempt, shown again, is not believed: a row of its own, without a word on the other."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.AMI_PROXY, uniqueid="1.1", linkedid="1.0")
        await bench.ask(Gate.GOSUB, first.id)
        second = await bench.ask(gate, first.id, **more)
        assert second.id != first.id
        assert not second.met_before

    rows = play(tmp_path, scene).rows()
    assert len(rows) == 2
    assert rows[1].row.supersedes == ""


def test_dialled_again_is_another_attempt(tmp_path: Path) -> None:
    """A gate that is asked again on the same channel after the call was dialled is asked about another attempt."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.GOSUB)
        assert (await bench.ask(Gate.GOSUB, first.id)).id == first.id
        await bench.ask(Gate.WATCHDOG, first.id, uniqueid="1.2")
        # Over a second trunk, after the first had no line free:
        assert (await bench.ask(Gate.WATCHDOG, first.id, uniqueid="1.3")).id == first.id
        assert (await bench.ask(Gate.GOSUB, first.id)).id != first.id

    assert gates(play(tmp_path, scene)) == ["GOSUB WATCHDOG", "GOSUB"]


ONE, TWO, THREE = "Local/0612345678@out-00000001;2", "PJSIP/trunk-00000001", "PJSIP/trunk-00000002"
OTHER = "Local/0612345678@out-00000009;2"


@pytest.mark.parametrize(
    ("more", "same"),
    [
        # the channel that asked the gate dials, over the first trunk and over the second
        ({"channel": TWO, "caller": ONE}, True),
        ({"channel": THREE, "caller": ONE}, True),
        # the channel that is dialled asked (pre-dial handler)
        ({"channel": ONE}, True),
        # another one dials, behind the one that asked: if that one is up
        ({"channel": THREE, "caller": OTHER, "living": (ONE,)}, True),
        ({"channel": THREE, "caller": OTHER}, False),
        ({"channel": THREE, "caller": OTHER, "living": (OTHER,)}, False),
        # nobody dials: originated, with the id of the call that was let by
        ({"channel": THREE}, False),
        ({"channel": THREE, "living": ()}, False),
    ],
)
@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("dialled_before", [True, False])
@pytest.mark.parametrize("restarted", [True, False])
def test_ids_that_repeat_mix_up_no_calls(
    tmp_path: Path, more: dict[str, Any], same: bool, shown: bool, dialled_before: bool, restarted: bool
) -> None:
    """Unique ids may be a client's choice, and a decision's id be shown again: the channels' names tell calls apart."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.GOSUB, uniqueid="1.1", channel=ONE)
        if dialled_before:
            await bench.ask(Gate.WATCHDOG, first.id, uniqueid="1.2", channel=TWO, caller=ONE)
        if restarted:
            bench.begin()
            if not shown:
                return  # without its id, a call of an earlier process is not known at all
        answer = await bench.ask(Gate.WATCHDOG, first.id if shown else "", uniqueid="1.1", **more)
        assert answer.met_before == same
        assert bench.rows()[-1].row.bypass == (not same)

    play(tmp_path, scene)


def test_what_a_doubt_is_about(tmp_path: Path) -> None:
    """Only where a channel dials that is not known is to be asked whether the one that asked the gate is up."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.GOSUB, uniqueid="1.1", channel=ONE)
        question = Question(NUMBER, Gate.WATCHDOG, channel=TWO, uniqueid="1.2", linkedid="1.0", earlier=first.id)
        doubts = bench.screening.doubts
        assert doubts(question._replace(caller=OTHER)) == (ONE,)
        assert doubts(question._replace(caller=ONE)) == ()
        assert doubts(question) == ()
        assert doubts(question._replace(caller=OTHER, linkedid="2.0")) == ()
        assert doubts(question._replace(caller=OTHER, dialled="0612345679")) == ()

    play(tmp_path, scene)


def test_a_gate_asked_again_with_the_same_ids(tmp_path: Path) -> None:
    """A second call with the unique id of the first has a row of its own, though the first was never dialled."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.GOSUB, uniqueid="1.1", channel=ONE)
        assert (await bench.ask(Gate.GOSUB, first.id, uniqueid="1.1", channel=ONE)).id == first.id
        assert (await bench.ask(Gate.GOSUB, first.id, uniqueid="1.1", channel=OTHER)).id != first.id

    play(tmp_path, scene)


def let_by_open(ident: str, at: int) -> DecisionRow:
    """The row of what the dialplan let by under FAIL_OPEN."""
    return DecisionRow(
        ident, at, NUMBER, E164, "ALLOW", "FAIL_OPEN", "dialplan", "", "", "", "default", "", "", ONE, "1.1", "1.0",
        "GOSUB", 0,
    )  # fmt: skip


def test_let_by_without_a_look(tmp_path: Path) -> None:
    """What the dialplan let by under FAIL_OPEN no gate has seen: the watchdog judges it, as a bypass, once."""

    async def scene(bench: Bench) -> None:
        open_row = let_by_open(new_ident(bench.now), bench.now)
        await bench.journal.append(open_row)
        bench.screening.recent.add_if_allowed(open_row)
        first = await bench.ask(Gate.WATCHDOG, uniqueid="1.2", channel=TWO, caller=ONE)
        assert not first.met_before
        second = await bench.ask(Gate.WATCHDOG, uniqueid="1.3", channel=THREE, caller=ONE)
        assert (second.met_before, second.id) == (True, first.id)
        _, row = bench.rows()
        assert (row.row.bypass, row.row.supersedes, row.row.reason) == (1, open_row.id, "CLEAR")
        question = Question(NUMBER, Gate.WATCHDOG, uniqueid="1.2", linkedid="1.0")
        assert History(SqliteReader(bench.path), Normaliser(DialPlan())).was_let_by(question)

    play(tmp_path, scene)


def test_what_was_let_by_in_a_gap(tmp_path: Path) -> None:
    """FAIL_OPEN lets nothing by that is to be left alone, nor does a decision from before the call began."""

    async def scene(bench: Bench) -> None:
        history = History(SqliteReader(bench.path), Normaliser(DialPlan()))
        question = Question(NUMBER, Gate.WATCHDOG, uniqueid="1.2", linkedid="1.0")
        ident = new_ident(bench.now)
        await bench.journal.append(let_by_open(ident, bench.now))
        assert not history.was_let_by(question)
        assert not history.was_let_by(question._replace(earlier=ident))
        await bench.ask(Gate.GOSUB)
        assert history.was_let_by(question, bench.now)
        assert not history.was_let_by(question, bench.now + 1)

    play(tmp_path, scene)


def test_a_number_listed_between_two_gates_is_blocked_by_the_second(tmp_path: Path) -> None:
    """A number that is put on a list between two gates is blocked by the second, in place of the first's word."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.AMI_PROXY)
        bench.lists.holds.add(E164)
        second = await bench.ask(Gate.GOSUB, first.id)
        assert (second.verdict, second.reason, second.met_before) == (Verdict.BLOCK, Reason.RED_LIST, True)
        # A refusal can't be shown to get by.
        bench.lists.holds.clear()
        third = await bench.ask(Gate.PREDIAL, second.id, uniqueid="1.2")
        assert (third.verdict, third.met_before) == (Verdict.ALLOW, False)

    rows = play(tmp_path, scene).rows()
    assert [one.row.supersedes for one in rows] == ["", rows[0].row.id, ""]


def test_campaign_and_principal_come_along(tmp_path: Path) -> None:
    """The watchdog judges by the campaign that the gate knew."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.GOSUB, campaign="summer")
        bench.lists.holds.add(E164)
        await bench.ask(Gate.WATCHDOG, first.id, campaign="lax")

    (_, second) = play(tmp_path, scene).rows()
    assert (second.row.campaign, second.row.principal, second.row.bypass) == ("summer", "acme", 0)


async def at_the_trunk(bench: Bench, earlier: str, call_id: str = "a@pbx", **more: Any) -> Answer:
    """Ask as the SIP gate does, which knows an INVITE and no channel."""
    return await bench.ask(Gate.SIP_GATE, earlier, uniqueid=call_id, linkedid="", channel="SIP_GATE/trunk", **more)


@pytest.mark.parametrize("restarted", [True, False])
@pytest.mark.parametrize("watched", [True, False])
def test_four_gates_on_one_call_make_one_row(tmp_path: Path, restarted: bool, watched: bool) -> None:
    """Proxy, dialplan and SIP gate, this twice where the carrier demands a password; the watchdog knows it, too."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.AMI_PROXY, uniqueid="", linkedid="", campaign="summer")
        await bench.ask(Gate.PREDIAL, first.id, uniqueid="1.3", channel=TWO)
        if restarted:
            bench.begin()
        again = [await at_the_trunk(bench, first.id, retried=retried) for retried in (False, True)]
        if watched:
            again.append(await bench.ask(Gate.WATCHDOG, first.id, uniqueid="1.3", channel=TWO))
        assert {one.id for one in again} == {first.id}
        assert all(one.met_before for one in again)

    bench = play(tmp_path, scene)
    assert gates(bench) == ["AMI_PROXY PREDIAL SIP_GATE" + " WATCHDOG" * watched]
    assert bench.rows()[0].row.bypass == 0


def test_the_watchdog_knows_an_originate_that_the_sip_gate_met(tmp_path: Path) -> None:
    """The SIP gate knows no channel, so that what it met tells the watchdog of none either."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.AMI_PROXY, uniqueid="", linkedid="")
        await at_the_trunk(bench, first.id)
        assert (await bench.ask(Gate.WATCHDOG, first.id, channel=TWO)).id == first.id

    assert gates(play(tmp_path, scene)) == ["AMI_PROXY SIP_GATE WATCHDOG"]


@pytest.mark.parametrize("restarted", [True, False])
def test_a_call_id_is_used_for_one_attempt(tmp_path: Path, restarted: bool) -> None:
    """Who dials again with the same `Call-ID` and the same decision, and no carrier has asked for that, dials anew."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.GOSUB, channel=ONE)
        assert (await at_the_trunk(bench, first.id)).id == first.id
        if restarted:
            bench.begin()
        assert (await at_the_trunk(bench, first.id)).id != first.id

    assert gates(play(tmp_path, scene)) == ["GOSUB SIP_GATE", "SIP_GATE"]


@pytest.mark.parametrize("restarted", [True, False])
@pytest.mark.parametrize(
    "more", [{"call_id": "b@pbx"}, {"dialled": "0612345679"}, {"call_id": "a@pbx", "dialled": "0612345679"}]
)
def test_an_invite_of_its_own_is_an_attempt_of_its_own(tmp_path: Path, more: dict[str, str], restarted: bool) -> None:
    """Another `Call-ID` or number with the decision of a call that the SIP gate has met: a row of its own."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.GOSUB, channel=ONE)
        await at_the_trunk(bench, first.id)
        if restarted:
            bench.begin()
        second = await at_the_trunk(bench, first.id, **more)
        assert (second.id != first.id, second.met_before) == (True, False)
        # Nor does the dialplan, when it asks again, ask about what was dialled.
        assert (await bench.ask(Gate.GOSUB, first.id, channel=ONE)).id != first.id

    assert gates(play(tmp_path, scene)) == ["GOSUB SIP_GATE", "SIP_GATE", "GOSUB"]


@pytest.mark.parametrize("restarted", [True, False])
def test_what_a_later_gate_stopped_is_not_met_again(tmp_path: Path, restarted: bool) -> None:
    """The SIP gate's refusal takes the place of what was let by; what is let by later has a row of its own."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.GOSUB)
        bench.lists.holds.add(E164)
        bench.now += 1000
        second = await at_the_trunk(bench, first.id)
        assert (second.verdict, second.reason, second.met_before) == (Verdict.BLOCK, Reason.RED_LIST, True)
        bench.lists.holds.clear()
        bench.now += 1000
        if restarted:
            bench.begin()
        for call_id in ("b@pbx", "c@pbx"):
            assert (await at_the_trunk(bench, first.id, call_id)).id != first.id

    rows = play(tmp_path, scene).rows()
    assert [one.row.supersedes for one in rows] == ["", *[rows[0].row.id] * 3]
    assert [one.row.verdict for one in rows] == ["ALLOW", "BLOCK", "ALLOW", "ALLOW"]


@pytest.mark.parametrize(
    ("decided", "named", "judged"),
    [("summer", "", "summer"), ("summer", "trunk", "summer"), ("", "trunk", "trunk"), ("", "", "default")],
)
def test_the_campaign_of_a_trunk_is_for_calls_that_have_none(
    tmp_path: Path, decided: str, named: str, judged: str
) -> None:
    """What the SIP gate names may be its trunk's campaign: a call keeps the one it was decided for."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.GOSUB, campaign=decided)
        bench.lists.holds.add(E164)
        await at_the_trunk(bench, first.id, campaign=named)

    (_, second) = play(tmp_path, scene).rows()
    assert (second.row.campaign, second.row.principal) == (judged, "acme" if judged == "summer" else "")


def test_what_an_earlier_process_let_by_is_found_in_the_log(tmp_path: Path) -> None:
    """What an earlier process let by, and where it was met, is found in the log."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.AMI_PROXY, uniqueid="", linkedid="")
        await bench.ask(Gate.GOSUB, first.id)
        bench.begin()
        assert (await bench.ask(Gate.WATCHDOG, first.id, uniqueid="1.2")).id == first.id
        assert (await bench.ask(Gate.GOSUB, first.id, uniqueid="7.7", linkedid="7.0")).id != first.id

    assert gates(play(tmp_path, scene)) == ["AMI_PROXY GOSUB WATCHDOG", "GOSUB"]


def test_the_table_is_bounded(tmp_path: Path) -> None:
    """More calls than the table holds: the oldest are forgotten, and found in the log where they are shown."""

    async def scene(bench: Bench) -> None:
        bench.begin(most=10)
        ids = [(await bench.ask(Gate.GOSUB, linkedid=f"{n}.0")).id for n in range(50)]
        assert len(bench.screening.recent) == 10
        again = [await bench.ask(Gate.WATCHDOG, ident, linkedid=f"{n}.0") for n, ident in enumerate(ids)]
        assert [one.id for one in again] == ids
        assert len(bench.screening.recent) == 10

    assert len(play(tmp_path, scene).rows()) == 50


def test_a_decision_is_good_for_an_hour(tmp_path: Path) -> None:
    """A decision is good for an hour."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.AMI_PROXY)
        bench.now += HOUR + 1
        assert (await bench.ask(Gate.GOSUB, first.id)).id != first.id

    assert len(play(tmp_path, scene).rows()) == 2


@pytest.mark.parametrize(
    "earlier", ["x", "&", "&&&", "0" * 26, "7" * 26, "Z" * 5000, "é", "01ARZ3NDEKTSV4RRFFQ69G5FAV"]
)
def test_what_is_no_id_makes_an_attempt_of_its_own(tmp_path: Path, earlier: str) -> None:
    """Whatever a channel carries, the question is answered, and it is an attempt of its own."""

    async def scene(bench: Bench) -> None:
        assert (await bench.ask(Gate.GOSUB, earlier)).verdict is Verdict.ALLOW

    assert gates(play(tmp_path, scene)) == ["GOSUB"]


def test_each_call_of_an_originate_with_two_numbers_finds_its_id(tmp_path: Path) -> None:
    """An originate with two numbers carries two ids; each call finds its own."""

    async def scene(bench: Bench) -> None:
        numbers = ["0612345678", "0612345679"]
        first, second = [await bench.ask(Gate.AMI_PROXY, dialled=one, uniqueid="", linkedid="") for one in numbers]
        both = f"{first.id}&{second.id}"
        assert (await bench.ask(Gate.PREDIAL, both, dialled=numbers[1], uniqueid="1.3")).id == second.id
        assert (await bench.ask(Gate.PREDIAL, both, dialled=numbers[0], uniqueid="1.2")).id == first.id

    assert gates(play(tmp_path, scene)) == ["AMI_PROXY PREDIAL"] * 2


def test_a_log_that_can_not_be_written(tmp_path: Path) -> None:
    """Where the second meeting can't be recorded, the call is refused, as any other."""

    async def scene(bench: Bench) -> None:
        first = await bench.ask(Gate.AMI_PROXY)
        await bench.journal.close()
        second = await bench.ask(Gate.GOSUB, first.id)
        assert (second.verdict, second.reason) == (Verdict.BLOCK, Reason.GATE_ERROR)
        emergency = await bench.ask(Gate.WATCHDOG, dialled="112")
        assert emergency.verdict is Verdict.ALLOW

    assert gates(play(tmp_path, scene)) == ["AMI_PROXY"]
