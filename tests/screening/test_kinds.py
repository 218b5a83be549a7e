"""Wash lists, contracts and exempt purposes, from the lists to the log; asked one by one and all at once."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.journal import JOURNAL_FILE, DecisionFilter, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from gatekeeper.law import find_profile
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Campaign, Gate, Period, Purpose, Reason, Verdict
from gatekeeper.policy.rules.exempt_purpose import ExemptPurpose
from gatekeeper.registries.formats import find_format
from gatekeeper.screening import Question
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.screening.service import Screening

OK, MARKED, UNKNOWN, OK_AND_LISTED, CUSTOMER, RED = (f"06123456{n}" for n in (10, 20, 30, 40, 50, 60))
LISTED_CUSTOMER, AMERICAN = "0612345670", "+13055550100"
DAY = 86_400_000_000
FILES = {
    "bloctel": (ListKind.WASH, f"{OK};1;OK\n{MARKED};2;KO\n{OK_AND_LISTED};3;OK\n{RED};4;OK\n", "bloctel-return"),
    "tps": (ListKind.OPPOSITION, f"{OK_AND_LISTED}\n{LISTED_CUSTOMER}\n", "text"),
    "ftc": (ListKind.OPPOSITION, "212,5550100\n", "ftc"),
    "contracts": (
        ListKind.CONTRACT,
        "number;principal;subject\n"
        + "".join(f"{number};Soleil SARL;energie\n" for number in (CUSTOMER, LISTED_CUSTOMER, RED)),
        "text",
    ),
}
CAMPAIGNS = {
    "washed": Campaign("washed", ("bloctel",)),
    "both": Campaign("both", ("bloctel", "tps")),
    "soleil": Campaign("soleil", ("bloctel", "tps"), "Soleil SARL"),
    "other subject": Campaign("other subject", ("tps",), "Soleil SARL", subjects=("telephone",)),
    "poll": Campaign("poll", ("bloctel", "tps", "ftc"), purpose=Purpose.SURVEY),
    "past": Campaign("past", ("tps",), purpose=Purpose.PRESS),
    "abroad": Campaign("abroad", ("tps", "ftc")),
    "stale": Campaign("stale", ("never",), "Soleil SARL"),
}
LAW = find_profile("lists_only").with_parameters(
    ExemptPurpose, lambda _: {"periods": {Purpose.SURVEY: Period(0, 1 << 62), Purpose.PRESS: Period(0, 1)}}
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ListIndex]:
    """Lists of each kind, serving; no test changes them."""
    folder = tmp_path_factory.mktemp("kinds")
    with ListStore(folder) as store:
        for name, (kind, text, form) in FILES.items():
            store.ensure(name, kind)
            file = folder / f"{name}.csv"
            file.write_text(text)
            store.import_file(file, name, options=ImportOptions(format=find_format(form), by="test"))
        store.add("red", [int(f"33{RED[1:]}")], by="test")
    serving = ListIndex.open(folder)
    yield serving
    serving.close()


def screening_of(index: ListIndex, journal: JournalWriter | None = None) -> Screening:
    """Screening over the lists."""
    return Screening(Normaliser(DialPlan()), index, LAW, CAMPAIGNS, {}, journal)


TABLE = [
    # A wash list: what it clears, what it marks, and of what it says nothing.
    ("washed", OK, Reason.CLEAR, ""),
    ("washed", MARKED, Reason.LISTED, "bloctel"),
    ("washed", UNKNOWN, Reason.NOT_SCRUBBED, "bloctel"),
    # Beside another list: neither makes up for the other.
    ("both", OK_AND_LISTED, Reason.LISTED, "tps"),
    ("both", OK, Reason.CLEAR, ""),
    ("", OK_AND_LISTED, Reason.LISTED, "tps"),
    # A running contract with the principal lifts both, and says which; with another it does not.
    ("soleil", CUSTOMER, Reason.CONTRACT, "bloctel"),
    ("soleil", LISTED_CUSTOMER, Reason.CONTRACT, "tps"),
    ("soleil", UNKNOWN, Reason.NOT_SCRUBBED, "bloctel"),
    ("soleil", OK, Reason.CLEAR, ""),
    ("both", CUSTOMER, Reason.NOT_SCRUBBED, "bloctel"),
    ("other subject", LISTED_CUSTOMER, Reason.LISTED, "tps"),
    ("stale", CUSTOMER, Reason.CONTRACT, "never"),
    ("stale", UNKNOWN, Reason.LIST_STALE, "never"),
    # A purpose lifts them while it is exempt.
    ("poll", MARKED, Reason.EXEMPT_PURPOSE, "bloctel"),
    ("poll", UNKNOWN, Reason.EXEMPT_PURPOSE, "bloctel"),
    ("past", OK_AND_LISTED, Reason.LISTED, "tps"),
    # Nothing lifts the red list.
    ("soleil", RED, Reason.RED_LIST, "red"),
    ("poll", RED, Reason.RED_LIST, "red"),
    # A list that is had by prefix.
    ("abroad", AMERICAN, Reason.NOT_SCRUBBED, "ftc"),
    ("abroad", "+12125550111", Reason.CLEAR, ""),
    ("abroad", "+12125550100", Reason.LISTED, "ftc"),
    ("abroad", UNKNOWN, Reason.CLEAR, ""),
]


@pytest.mark.parametrize(("campaign", "dialled", "reason", "name"), TABLE)
def test_each_kind_of_list_says_what_it_has_to_say(
    index: ListIndex, campaign: str, dialled: str, reason: Reason, name: str
) -> None:
    """Each kind of list says what it has to say, and what lifts it is named."""
    question = Question(dialled, Gate.CLI, campaign)
    decision = screening_of(index).find(question, time.time_ns() // 1000).decision
    assert (decision.reason, decision.hit.list if decision.hit else "") == (reason, name)
    allowed = reason in (Reason.CLEAR, Reason.CONTRACT, Reason.EXEMPT_PURPOSE)
    assert decision.verdict is (Verdict.ALLOW if allowed else Verdict.BLOCK)


def test_an_answer_runs_out(index: ListIndex) -> None:
    """After thirty days a cleared number is not scrubbed any more, and a marked one is still marked."""
    screening, now = screening_of(index), time.time_ns() // 1000
    for days, reason in ((29, Reason.CLEAR), (31, Reason.NOT_SCRUBBED)):
        assert screening.find(Question(OK, Gate.CLI, "washed"), now + days * DAY).decision.reason is reason
    assert screening.find(Question(MARKED, Gate.CLI, "washed"), now + 31 * DAY).decision.reason is Reason.LISTED


@pytest.mark.parametrize("campaign", [*CAMPAIGNS, ""])
def test_a_scrub_decides_alike(index: ListIndex, campaign: str) -> None:
    """All numbers judged at once are judged as one by one, now and when answers have run out."""
    screening, now = screening_of(index), time.time_ns() // 1000
    numbers = [33612345600 + n for n in range(100)] + [13055550100, 12125550100, 12125550111, 442079460018]
    for at in (now, now + 31 * DAY):
        judge = BulkScreening(screening, Question("", Gate.CLI, campaign), at)
        codes = judge.numbers(np.array(numbers, np.int64))
        for number, code in zip(numbers, codes.tolist(), strict=True):
            expected = screening.find(Question(f"+{number}", Gate.CLI, campaign), at).decision
            assert judge.decisions[code] == expected, (number, at - now)


async def test_the_log_says_on_what_ground(index: ListIndex, tmp_path: Path) -> None:
    """A listed number that was called is in the log with the ground and with the list that was lifted."""
    journal = JournalWriter(SqliteBackend(tmp_path / JOURNAL_FILE))
    await journal.start()
    try:
        screening = screening_of(index, journal)
        answers = [
            await screening.screen(Question(dialled, Gate.GOSUB, campaign))
            for dialled, campaign in ((LISTED_CUSTOMER, "soleil"), (MARKED, "poll"))
        ]
    finally:
        await journal.close()
    with SqliteReader(tmp_path / JOURNAL_FILE) as reader:
        rows = [reader.latest(DecisionFilter(id=answer.id), 10)[0].row for answer in answers]
    assert [(row.verdict, row.reason, row.rule, row.list, row.list_version, row.principal) for row in rows] == [
        ("ALLOW", "CONTRACT", "contract", "tps", "1", "Soleil SARL"),
        ("ALLOW", "EXEMPT_PURPOSE", "exempt_purpose", "bloctel", "1", ""),
    ]


def test_age_counts_from_the_source(tmp_path: Path) -> None:
    """A list that was old when it was imported did not grow younger by it."""
    file = tmp_path / "old.txt"
    file.write_text(f"{OK}\n")
    with ListStore(tmp_path) as store:
        store.ensure("tps", ListKind.OPPOSITION)
        past = datetime.fromtimestamp(time.time() - 40 * 86_400, UTC)
        store.import_file(file, "tps", options=ImportOptions(source_date=past))
    index = ListIndex.open(tmp_path)
    try:
        screening = Screening(Normaliser(DialPlan()), index, LAW, CAMPAIGNS, {"tps": 28 * DAY})
        question = Question(UNKNOWN, Gate.CLI, "past")
        assert screening.find(question, time.time_ns() // 1000).decision.reason is Reason.LIST_STALE
    finally:
        index.close()
