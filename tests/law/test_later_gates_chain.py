"""A lawful call meets one gate after another, over the real law, ledger and journal: it stays lawful."""

import asyncio
from pathlib import Path

import pytest

from gatekeeper.attempts import AttemptBook
from gatekeeper.consents import ConsentStore, GivenConsent, SharedTerms, WrittenBy
from gatekeeper.journal import DecisionFilter, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from gatekeeper.law import find_profile
from gatekeeper.lists import ListIndex, ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Call, Campaign, DialMode, Gate, Reason, Verdict
from gatekeeper.policy.ledger import ALL_ITEMS
from gatekeeper.policy.needs import AttemptsNeed
from gatekeeper.screening import Answer, Question
from gatekeeper.screening.call import Said
from gatekeeper.screening.facts.attempts import CountedAttempts
from gatekeeper.screening.history import History
from gatekeeper.screening.recent import RecentCalls
from gatekeeper.screening.service import Screening
from tests.law.test_profile import moment

NOW = "2026-11-26T11:30"
"""A Thursday, by the clock of Paris an hour at which the law lets people be called."""

SAID = Said(goods="insurance", contact="C1", postcode="75011")
"""The consent is the contact's, for these goods: a gate that knows of neither finds none."""


class Site:
    """Screening under the French law, over stores of its own."""

    def __init__(self, folder: Path) -> None:
        terms = SharedTerms(principal="acme", goods=("insurance",), channel="web", items=ALL_ITEMS, zone="Europe/Paris")
        with ListStore(folder) as lists:
            lists.ensure("red", ListKind.RED)
        with ConsentStore(folder) as store:
            given = GivenConsent(0, "C1", moment("2026-11-01T12:00"), moment("2027-06-01"), terms, "ref:17")
            store.add([given], WrittenBy("test", "test"))
        self.folder = folder
        self.now = moment(NOW)
        self.path = folder / "journal.sqlite3"
        self.backend = SqliteBackend(self.path)
        self.journal = JournalWriter(self.backend)

    def begin(self, shadow: tuple[str, ...] = ()) -> Screening:
        """A screening service that remembers nothing, as after a restart; some provisions are in shadow."""
        may = frozenset({"contact", "goods"})
        campaign = Campaign("summer", (), "acme", call=Call(dial_mode=DialMode.MANUAL), call_may_loosen=may)
        normaliser = Normaliser(DialPlan())
        return Screening(
            normaliser,
            ListIndex.open(self.folder),
            find_profile("fr").in_shadow(shadow),
            {"summer": campaign, "default": Campaign("default", ())},
            {},
            self.journal,
            lambda: self.now,
            RecentCalls(History(SqliteReader(self.path), normaliser).attempt),
            data_dir=self.folder,
            facts={AttemptsNeed: CountedAttempts(AttemptBook(self.backend))},
        )


def question(gate: Gate, first: Answer | None = None, **more: object) -> Question:
    """A gate's question: the first says all there is to say of the call, a later one what it sees."""
    if first is None:
        plain = Question("0612345678", gate, "summer", caller_id="0144556677", uniqueid="1", linkedid="1", said=SAID)
    else:
        seen = "anonymous" if gate is Gate.WATCHDOG else ""
        plain = Question("0612345678", gate, caller_id=seen, uniqueid="2", linkedid="1", earlier=first.id)
    return plain._replace(**more)  # type: ignore[arg-type] # any field


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize(
    "gates",
    [
        (Gate.GOSUB, Gate.WATCHDOG),
        (Gate.AMI_PROXY, Gate.WATCHDOG),
        (Gate.AMI_PROXY, Gate.PREDIAL, Gate.WATCHDOG),
        (Gate.AGI_SCRIPT, Gate.CONTEXT),
    ],
)
def test_a_lawful_call_stays_lawful(tmp_path: Path, gates: tuple[Gate, ...], *, restart: bool) -> None:
    """The watchdog sees a withheld caller ID and no goods; the dialplan behind the proxy is told nothing at all."""
    site = Site(tmp_path)

    async def run() -> None:
        await site.journal.start()
        screening = site.begin()
        first = await screening.screen(question(gates[0]))
        assert (first.verdict, first.reason, first.provision) == (Verdict.ALLOW, Reason.CONSENT, "FR-BASIS")
        for gate in gates[1:]:
            screening = site.begin() if restart else screening
            again = await screening.screen(question(gate, first))
            assert (again.verdict, again.id, again.met_before) == (Verdict.ALLOW, first.id, True)
        # Who is shown nothing of the call judges what there is to see.
        alone = await screening.screen(question(Gate.WATCHDOG, first, earlier="", linkedid="9", campaign="summer"))
        assert alone.verdict is Verdict.BLOCK
        await site.journal.close()

    asyncio.run(run())
    with SqliteReader(site.path) as reader:
        one, _ = reader.latest(DecisionFilter(), 9)
    assert one.gates.split() == [gate.value for gate in gates]
    row = one.row
    assert (row.provision, row.law, row.proof, row.attempt_no) == ("FR-BASIS", "fr", 1, 1)
    assert row.basis.startswith("C. consom., art. L.223-1")
    assert (row.purpose, row.sector, row.goods) == ("prospecting", "insurance", "insurance")
    assert (row.dial_mode, row.callee, row.contact, row.postcode) == ("manual", "consumer", "C1", "75011")


def test_a_block_says_when_it_ends(tmp_path: Path) -> None:
    """Row and answer have the provision and the moment."""
    site = Site(tmp_path)
    site.now = moment("2026-11-26T21:00")

    async def run() -> Answer:
        await site.journal.start()
        answer = await site.begin().screen(question(Gate.GOSUB))
        await site.journal.close()
        return answer

    answer = asyncio.run(run())
    assert (answer.reason, answer.provision, answer.retry_at) == (
        Reason.CALL_HOURS,
        "FR-HOURS",
        moment("2026-11-27T10:00"),
    )
    with SqliteReader(site.path) as reader:
        (one,) = reader.latest(DecisionFilter(), 9)
    assert (one.row.provision, one.row.retry_at) == (answer.provision, answer.retry_at)


SATURDAY = "2026-11-28T21:00"
"""Neither a day nor an hour at which the law lets people be called."""


@pytest.mark.parametrize(
    ("shadow", "verdict", "provision", "would"),
    [
        ((), Verdict.BLOCK, "FR-DAYS", ("", "")),
        # What is not in shadow blocks all the same, and the row says what shadow would have done before it.
        (("FR-DAYS",), Verdict.BLOCK, "FR-HOURS", ("CALL_DAY", "FR-DAYS")),
        (("FR-HOURS",), Verdict.BLOCK, "FR-DAYS", ("", "")),
        (("FR-DAYS", "FR-HOURS"), Verdict.ALLOW, "FR-BASIS", ("CALL_DAY", "FR-DAYS")),
    ],
)
def test_shadow_is_journalled(
    tmp_path: Path, shadow: tuple[str, ...], verdict: Verdict, provision: str, would: tuple[str, str]
) -> None:
    """A provision in shadow is judged and told, and does not block; the first that would have blocked is named."""
    site = Site(tmp_path)
    site.now = moment(SATURDAY)

    async def run() -> list[Answer]:
        await site.journal.start()
        screening = site.begin(shadow)
        answers = [await screening.screen(question(Gate.GOSUB))]
        if verdict is Verdict.ALLOW:
            answers.append(await screening.screen(question(Gate.WATCHDOG, answers[0])))
        await site.journal.close()
        return answers

    answers = asyncio.run(run())
    assert {(one.verdict, one.provision) for one in answers} == {(verdict, provision)}
    with SqliteReader(site.path) as reader:
        (one,) = reader.latest(DecisionFilter(), 9)
        assert len(reader.latest(DecisionFilter(would_block=True), 9)) == bool(would[0])
        counted = [(count.reason, count.provision, count.calls) for count in reader.shadow_counts(DecisionFilter())]
    assert (one.row.would_block, one.row.would_provision) == would
    # Only what shadow alone lets by is its call.
    assert counted == [(*(would if verdict is Verdict.ALLOW else ("", "")), 1)]
