"""What is reserved over the interface: held until its program tells of the call, for a quarter of an hour at most."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from gatekeeper.errors import JournalError, OutcomeToldError, ProtocolError
from gatekeeper.journal import AttemptMark, JournalWriter, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.policy import Gate, Verdict
from gatekeeper.screening.counting import UNTOLD_US
from gatekeeper.screening.outcomes import CallOutcome, Outcomes
from tests.attempts.test_counting import KEY, CountingBench
from tests.screening.test_once import E164, Bench, play

RESERVED, GIVEN_BACK, LEFT, EXPIRES, KEPT = AttemptMark
MADE, BACK = CallOutcome
CALL, ASK, DIALPLAN, WATCHDOG = Gate.API, Gate.API_ASK, Gate.GOSUB, Gate.WATCHDOG
WAIT = "a quarter of an hour passes"
LISTED = "the number comes on the red list"
DAY = "a day passes"


class OutcomeBench(CountingBench):
    """The bench, with what takes outcomes."""

    def begin(self, most: int = 1000) -> None:
        """As after a restart."""
        super().begin(most)
        recent = self.screening.recent
        lookup = recent._lookup
        assert lookup is not None
        self.outcomes = Outcomes(recent, lookup, self.journal, self.screening.counting, lambda: self.now)

    def count(self) -> int:
        """How many attempts count now."""
        return len(self.book.times(KEY, 0, by_principal=True, by_subject=False, now=self.now))


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(
    ("steps", "counted", "marks"),
    [
        # Held, and what a program tells of it.
        ([CALL], 1, [RESERVED, EXPIRES]),
        ([CALL, MADE], 1, [RESERVED, LEFT, EXPIRES]),
        ([CALL, MADE, WAIT], 1, [RESERVED, LEFT, EXPIRES]),
        ([CALL, MADE, MADE], 1, [RESERVED, LEFT, EXPIRES]),
        ([CALL, BACK], 0, [RESERVED, GIVEN_BACK, EXPIRES]),
        ([CALL, BACK, BACK], 0, [RESERVED, GIVEN_BACK, EXPIRES]),
        # It told that it was not made, and finds that it was.
        ([CALL, BACK, MADE], 1, [RESERVED, GIVEN_BACK, LEFT, EXPIRES]),
        # A program that dies costs no more than the time; what it tells too late is taken all the same.
        ([CALL, WAIT], 0, [RESERVED, EXPIRES]),
        ([CALL, WAIT, MADE], 1, [RESERVED, LEFT, EXPIRES]),
        ([CALL, DAY, MADE], 1, [RESERVED, LEFT, EXPIRES]),
        # One that never tells reaches the cap.
        ([CALL, WAIT, CALL, WAIT], 1, [RESERVED] * 2 + [EXPIRES] * 2),
        ([CALL, WAIT, CALL, WAIT, CALL, WAIT], 2, [RESERVED] * 3 + [EXPIRES] * 3),
        ([CALL, WAIT, CALL, MADE, WAIT], 1, [RESERVED] * 2 + [LEFT] + [EXPIRES] * 2),
        # A question reserves nothing, whatever comes of it.
        ([ASK], 0, []),
        ([ASK, ASK, WAIT], 0, []),
        # The call is dialled on this site: it is an attempt like any other.
        ([CALL, DIALPLAN], 1, [RESERVED, EXPIRES, KEPT]),
        ([CALL, DIALPLAN, WAIT], 1, [RESERVED, EXPIRES, KEPT]),
        ([CALL, DIALPLAN, BACK], 0, [RESERVED, GIVEN_BACK, EXPIRES, KEPT]),
        ([CALL, WATCHDOG, WAIT], 1, [RESERVED, LEFT, EXPIRES]),
        ([CALL, LISTED, DIALPLAN], 0, [RESERVED, GIVEN_BACK, EXPIRES]),
        # What was given back, or only asked about, and is dialled then is another attempt.
        ([CALL, BACK, DIALPLAN], 1, [RESERVED, RESERVED, GIVEN_BACK, EXPIRES]),
        ([ASK, DIALPLAN], 1, [RESERVED]),
        ([ASK, WATCHDOG], 1, [RESERVED, LEFT]),
    ],
)
def test_what_is_reserved_counts_while_it_is_held(
    tmp_path: Path, steps: Sequence[Gate | CallOutcome | str], counted: int, marks: list[int], restarts: bool
) -> None:
    """What happens, how many attempts count in the end, and what the file says of them."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, OutcomeBench)
        earlier = ""
        for step in steps:
            if restarts:
                bench.begin()
            bench.now += 1000
            if isinstance(step, CallOutcome):
                assert await bench.outcomes.tell(earlier, step)
            elif isinstance(step, Gate):
                over = step in (CALL, ASK)
                place = {"uniqueid": "", "linkedid": ""} if over else {}
                answer = await bench.ask(step, "" if over else earlier, campaign="summer", **place)
                assert answer.verdict is (Verdict.BLOCK if bench.lists.holds else Verdict.ALLOW)
                earlier = answer.id if over else earlier
            elif step == LISTED:
                bench.lists.holds = {E164}
            else:
                bench.now += UNTOLD_US * (1 if step == WAIT else 96)
        assert (bench.count(), bench.marks()) == (counted, marks)
        assert bench.book._standing == {}

    play(tmp_path, scene, OutcomeBench)


@pytest.mark.parametrize("restarts", [False, True])
def test_outcomes_are_taken_of_ones_own_calls_only(tmp_path: Path, restarts: bool) -> None:
    """Not of a question, a block, a call of another company or of a gate, nor of what is no id of ours."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, OutcomeBench)
        call = await bench.ask(CALL, campaign="summer", linkedid="")
        ask = await bench.ask(ASK, campaign="summer", linkedid="")
        gate = await bench.ask(DIALPLAN, campaign="summer")
        bench.lists.holds = {E164}
        block = await bench.ask(CALL, campaign="summer", linkedid="")
        if restarts:
            bench.begin()
        for ident in (ask.id, gate.id, block.id, new_ident(bench.now), "", "x" * 26, "0" * 26):
            assert not await bench.outcomes.tell(ident, MADE)
        assert not await bench.outcomes.tell(call.id, MADE, "other")
        assert await bench.outcomes.tell(call.id, MADE, "acme")
        with pytest.raises(ProtocolError, match="told before"):
            await bench.outcomes.tell(call.id, BACK, "acme")

        with pytest.raises(ProtocolError, match="told before"):
            await bench.outcomes.tell(call.id, BACK)

    bench = play(tmp_path, scene, OutcomeBench)
    assert [one.gates for one in bench.rows()] == ["API API:made", "API_ASK", "GOSUB", "API"]


def test_a_question_is_no_call_that_was_let_by(tmp_path: Path) -> None:
    """Whoever shows a question's decision to a gate, or to the watchdog, shows nothing."""

    async def scene(bench: Bench) -> None:
        ask = await bench.ask(ASK, uniqueid="", linkedid="")
        bench.begin()
        assert not (await bench.ask(DIALPLAN, ask.id)).met_before

    assert [one.gates for one in play(tmp_path, scene).rows()] == ["API_ASK", "GOSUB"]


class DurableBench(OutcomeBench):
    """The bench, with a journal whose commits are waited for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.journal = JournalWriter(SqliteBackend(self.path, "FULL"))
        self.begin()


@pytest.mark.parametrize("gate", [DIALPLAN, WATCHDOG])
def test_a_call_that_is_dialled_while_it_is_given_back_counts(tmp_path: Path, gate: Gate) -> None:
    """It is another attempt from the moment on in which its program tells that it was not made, written or not."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, OutcomeBench)
        call = await bench.ask(CALL, campaign="summer", uniqueid="", linkedid="")
        await asyncio.gather(bench.outcomes.tell(call.id, BACK), bench.ask(gate, call.id, campaign="summer"))
        assert bench.count() == 1

    play(tmp_path, scene, DurableBench)


def test_of_two_outcomes_at_once_the_first_is_known_to_the_second(tmp_path: Path) -> None:
    """That the call was made can't be taken back, also while it is being written; twice told it is written once."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, OutcomeBench)
        call = await bench.ask(CALL, campaign="summer", linkedid="")
        told = [bench.outcomes.tell(call.id, one) for one in (MADE, BACK, MADE)]
        found = await asyncio.gather(*told, return_exceptions=True)
        assert [type(one) for one in found] == [bool, OutcomeToldError, bool]

    bench = play(tmp_path, scene, DurableBench)
    assert [one.gates for one in bench.rows()] == ["API API:made"]


def test_an_outcome_that_could_not_be_written_was_not_told(tmp_path: Path) -> None:
    """It is taken when it is told again, or the other one is."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, OutcomeBench)
        call = await bench.ask(CALL, campaign="summer", linkedid="")
        with closing(sqlite3.connect(bench.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(JournalError):
                await bench.outcomes.tell(call.id, MADE)
        assert await bench.outcomes.tell(call.id, BACK)
        assert bench.count() == 0

    play(tmp_path, scene, DurableBench)
