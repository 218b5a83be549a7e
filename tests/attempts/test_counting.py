"""What each decision means for the attempts: over the real log and book, without a network."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from gatekeeper.attempts import AttemptBook, AttemptKey
from gatekeeper.journal import AttemptMark, DecisionRow
from gatekeeper.policy import Gate, Reason, Verdict
from gatekeeper.screening import Question
from gatekeeper.screening.adopting import AdoptingJournal
from gatekeeper.screening.counting import Counting
from gatekeeper.screening.records import Finding
from tests.attempts.books import fill_up, make_room
from tests.journal.rows import row
from tests.screening.test_once import E164, NUMBER, Bench, play
from tests.waiting import until

KEY = AttemptKey(E164, principal="acme")
RESERVED, GIVEN_BACK, LEFT, _EXPIRES, _KEPT = AttemptMark


class CountingBench(Bench):
    """Screening that counts what is called for `summer`, and nothing else."""

    def begin(self, most: int = 1000) -> None:
        """A service and a book that remember nothing, as after a restart."""
        super().begin(most)
        self.book = AttemptBook(self.journal)
        self.screening.counting = Counting(self.book, self.key_of)

    @staticmethod
    def key_of(_question: Question, finding: Finding) -> AttemptKey | None:
        """By what a call is counted."""
        return KEY if finding.attempt.campaign.name == "summer" else None

    def count(self) -> int:
        """How many attempts count."""
        return len(self.book.times(KEY, 0, by_principal=True, by_subject=False))

    def marks(self) -> list[int]:
        """What is said in the file."""
        return sorted(one.mark for one in self.journal.attempts(E164, 0))


A, B = Verdict.ALLOW, Verdict.BLOCK
PROXY, DIALPLAN, PREDIAL, WATCHDOG = Gate.AMI_PROXY, Gate.GOSUB, Gate.PREDIAL, Gate.WATCHDOG
FIRST, SECOND = "SIP_GATE/one", "SIP_GATE/two"
"""The SIP gate, and INVITEs of a call: each has a `Call-ID`."""

RETRIED = "SIP_GATE/one, with a password"
"""The first of them, once more, as its carrier has demanded it."""


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(
    ("met", "counted", "marks"),
    [
        # One gate, or several: one attempt.
        ([(PROXY, A)], 1, [RESERVED]),
        ([(PROXY, A), (DIALPLAN, A)], 1, [RESERVED]),
        ([(PROXY, A), (DIALPLAN, A), (WATCHDOG, A)], 1, [RESERVED, LEFT]),
        ([(PROXY, A), (DIALPLAN, A), (WATCHDOG, A), (WATCHDOG, A)], 1, [RESERVED, LEFT]),
        # Our own blocks are none.
        ([(PROXY, B)], 0, []),
        ([(WATCHDOG, B)], 0, []),
        # A later gate stops the call before it leaves.
        ([(PROXY, A), (DIALPLAN, B)], 0, [RESERVED, GIVEN_BACK]),
        # The watchdog sees it when it has left, and cuts it: the phone may have rung.
        ([(DIALPLAN, A), (WATCHDOG, B)], 1, [RESERVED, LEFT]),
        # A call that no gate saw, and that goes on.
        ([(WATCHDOG, A)], 1, [RESERVED, LEFT]),
        # Stopped, and tried once more with the same decision: that is another attempt.
        ([(PROXY, A), (DIALPLAN, B), (PREDIAL, A)], 1, [RESERVED, RESERVED, GIVEN_BACK]),
        ([(PROXY, A), (DIALPLAN, B), (PREDIAL, A), (PREDIAL, A)], 2, [RESERVED] * 3 + [GIVEN_BACK]),
        ([(PROXY, A), (FIRST, B), (SECOND, A)], 1, [RESERVED, RESERVED, GIVEN_BACK]),
        # The SIP gate is the last of them.
        ([(FIRST, A)], 1, [RESERVED]),
        ([(FIRST, B)], 0, []),
        ([(PROXY, A), (FIRST, A)], 1, [RESERVED]),
        ([(PROXY, A), (DIALPLAN, A), (FIRST, A)], 1, [RESERVED]),
        ([(PROXY, A), (DIALPLAN, A), (FIRST, A), (WATCHDOG, A)], 1, [RESERVED, LEFT]),
        # The carrier demands a password: the same call.
        ([(FIRST, A), (RETRIED, A)], 1, [RESERVED]),
        ([(DIALPLAN, A), (FIRST, A), (RETRIED, A)], 1, [RESERVED]),
        ([(DIALPLAN, A), (FIRST, A), (RETRIED, B)], 0, [RESERVED, GIVEN_BACK]),
        ([(FIRST, A), (RETRIED, B)], 0, [RESERVED, GIVEN_BACK]),
        # Nobody has demanded anything: it is dialled again.
        ([(FIRST, A), (FIRST, A)], 2, [RESERVED, RESERVED]),
        ([(DIALPLAN, A), (FIRST, A), (FIRST, B)], 1, [RESERVED]),
        # Dialled again, with or without asking the dialplan's gate.
        ([(DIALPLAN, A), (FIRST, A), (SECOND, A)], 2, [RESERVED, RESERVED]),
        ([(DIALPLAN, A), (FIRST, A), (SECOND, B)], 1, [RESERVED]),
        ([(DIALPLAN, A), (FIRST, A), (DIALPLAN, A)], 2, [RESERVED, RESERVED]),
        # It stops what the others let by.
        ([(PROXY, A), (DIALPLAN, A), (FIRST, B)], 0, [RESERVED, GIVEN_BACK]),
    ],
)
def test_what_a_call_counts(
    tmp_path: Path, met: Sequence[tuple[Gate | str, Verdict]], counted: int, marks: list[int], restarts: bool
) -> None:
    """Gates with their verdicts, how many attempts count in the end, and what the file says of them."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, CountingBench)
        earlier = ""
        for gate, verdict in met:
            bench.lists.holds = {E164} if verdict is B else set()
            if restarts:
                bench.begin()
            if isinstance(gate, Gate):
                answer = await bench.ask(gate, earlier, campaign="summer")
            else:
                answer = await bench.ask(
                    Gate.SIP_GATE,
                    earlier,
                    campaign="summer",
                    uniqueid=FIRST if gate is RETRIED else gate,
                    linkedid="",
                    channel="SIP_GATE/trunk",
                    retried=gate is RETRIED,
                )
            assert answer.verdict is verdict
            earlier = earlier or answer.id
            bench.now += 1000
        assert (bench.count(), bench.marks()) == (counted, marks)
        assert bench.book._standing == {}

    play(tmp_path, scene, CountingBench)


def test_what_no_cap_counts_reserves_nothing(tmp_path: Path) -> None:
    """Calls of another campaign, emergencies, internal numbers, and what is decided on the command line."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, CountingBench)
        await bench.ask(Gate.GOSUB, campaign="service")
        await bench.ask(Gate.GOSUB, campaign="summer", dialled="112")
        await bench.ask(Gate.GOSUB, campaign="summer", dialled="1234")
        assert bench.marks() == []

    play(tmp_path, scene, CountingBench)


def test_what_the_dialplan_let_by_on_its_own_counts(tmp_path: Path) -> None:
    """Calls of FAIL_OPEN, told of once or twice; not those that it refused, and no emergency."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, CountingBench)
        journal = AdoptingJournal(bench.journal, bench.screening.adopted)
        let_by = _kept("FAIL_OPEN", "ALLOW", bench.now)
        for kept in (let_by, let_by, _kept("GATE_DOWN", "BLOCK", bench.now), _kept("EMERGENCY", "ALLOW", bench.now)):
            await journal.append_once(kept)
        assert (bench.count(), bench.marks()) == (1, [RESERVED])
        # What the watchdog sees of that call meanwhile takes its place.
        bench.screening.recent.add(let_by)
        assert (await bench.ask(Gate.WATCHDOG, let_by.id, campaign="summer")).verdict is A
        assert (bench.count(), bench.marks()) == (1, [RESERVED, RESERVED, GIVEN_BACK, LEFT])

        def fault(question: Question, finding: Finding) -> AttemptKey:
            raise LookupError("no key")

        bench.screening.counting = Counting(bench.book, fault)
        await journal.append_once(_kept("FAIL_OPEN", "ALLOW", bench.now))

    assert len(play(tmp_path, scene, CountingBench).rows()) == 5


def _kept(reason: str, verdict: str, at: int) -> DecisionRow:
    """What the dialplan decided while the gate was down."""
    return row(
        at=at,
        number=E164,
        dialled=NUMBER,
        campaign="summer",
        reason=reason,
        verdict=verdict,
        linkedid="1.0",
        channel="",
    )


def test_what_cannot_be_counted_is_not_let_by(tmp_path: Path) -> None:
    """A fault in the counting refuses the call, and is logged as any."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, CountingBench)

        def fault(question: Question, finding: Finding) -> AttemptKey:
            raise LookupError("no key")

        bench.screening.counting = Counting(bench.book, fault)
        answer = await bench.ask(Gate.GOSUB, campaign="summer")
        assert (answer.verdict, answer.reason) == (B, Reason.GATE_ERROR)

    bench = play(tmp_path, scene, CountingBench)
    assert [one.row.reason for one in bench.rows()] == ["GATE_ERROR"]


def test_a_call_that_could_not_be_recorded_does_not_count(tmp_path: Path) -> None:
    """It was refused; with room again, the log says so, and the attempt was never made."""

    async def scene(bench: Bench) -> None:
        assert isinstance(bench, CountingBench)
        first = await bench.ask(Gate.AMI_PROXY, campaign="summer")
        most = fill_up(bench.journal)
        asked = [await bench.ask(Gate.GOSUB, campaign="summer", uniqueid=f"2.{place}") for place in range(40)]
        let_by = sum(answer.verdict is A for answer in asked)
        assert let_by < 40
        assert bench.count() == 1 + let_by
        # A gate that stops the first call now: it is stopped, and counts until that can be written.
        bench.lists.holds = {E164}
        stopped = await bench.ask(Gate.GOSUB, first.id, campaign="summer")
        assert stopped.verdict is B
        assert bench.count() == let_by
        make_room(bench.journal, most)
        await until(lambda: bench.journal.unwritten == 0)
        bench.begin()
        assert bench.count() == let_by

    play(tmp_path, scene, CountingBench)
