"""A scrub under a country's law, and the gates: who is kept may be called when it is said, who is removed never."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from gatekeeper.clock import micros_of
from gatekeeper.config import Settings
from gatekeeper.consents import ConsentStore
from gatekeeper.consents.model import GivenConsent, GivenEvent, SharedTerms, WrittenBy
from gatekeeper.daemon.wiring import open_scrubber
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.policy import Verdict
from gatekeeper.policy.ledger import ALL_ITEMS, EventKind, Slot
from gatekeeper.scrub import door
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.preview import preview
from gatekeeper.scrub.run import Scrubber
from tests.consents.segments import into_segment
from tests.scrub.conftest import certificate, removed_rows

FIRST = 33_612_000_000
COUNT = 240
BY = WrittenBy("test", "command line")
EVENINGS = Slot(weekdays=0b0011111, begins=18 * 60, ends=20 * 60)
REUNION = 262_692_000_000


def moment(text: str) -> int:
    """By the clock of Paris in winter."""
    return micros_of(datetime.fromisoformat(f"{text}+01:00"))


GIVEN = moment("2026-09-01T12:00")
MOMENTS = [moment(text) for text in ("2026-11-30T10:30", "2026-11-30T07:00", "2026-11-29T12:00", "2026-11-30T13:30")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Consents of every sort, objections, contracts and a red list, over the numbers in turn."""
    made = Settings.model_validate(
        {
            "daemon": {"data_dir": str(tmp_path_factory.mktemp("law") / "data")},
            "law": {"default": "fr"},
            "lists": {"contracts": {"kind": "contract"}, "bloctel": {"kind": "wash", "registry": "bloctel"}},
            "campaigns": {
                "default": {"principal": "Assurances SA", "goods": ["insurance"], "caller_ids": ["+33162000001"]},
                "nobody": {"principal": "Assurances SA", "goods": ["insurance"]},
            },
        }
    )
    folder = made.daemon.data_dir
    numbers = [*range(FIRST, FIRST + COUNT), *range(REUNION, REUNION + 12)]
    with ListStore(folder) as store:
        store.ensure("bloctel", ListKind.WASH)
        store.ensure("contracts", ListKind.CONTRACT)
        rows = (f"+{one};Assurances SA;insurance;2020-01-01;2099-12-31\n" for one in numbers[::7])
        (folder / "contracts.csv").write_text("number;principal;subject;from;until\n" + "".join(rows))
        store.import_file(folder / "contracts.csv", "contracts")
        store.add("red", numbers[::11], by="test")
    plain = SharedTerms("Assurances SA", goods=("insurance",), items=ALL_ITEMS)
    kinds = [
        plain,
        plain._replace(slots=(EVENINGS,)),
        plain._replace(items=frozenset()),
        plain._replace(principal="Énergies SA"),
    ]
    with ConsentStore(folder) as consents:
        consents.add(
            [
                GivenConsent(one, "", GIVEN, 0, kinds[place % 5], "ref:1" if place % 13 else "")
                for place, one in enumerate(numbers)
                if place % 5 < len(kinds)
            ],
            BY,
        )
        into_segment(consents, "imported")
        said = [EventKind.OBJECTION, EventKind.REFUSAL, EventKind.WITHDRAWAL]
        events = [GivenEvent(one, "", said[at % 3], GIVEN + at, "Assurances SA") for at, one in enumerate(numbers[::9])]
        consents.record(events, BY)
    return made


@pytest.fixture
def scrubber(site: Settings) -> Iterator[Scrubber]:
    """The scrub of that site."""
    with open_scrubber(site, "test") as opened:
        yield opened


def contacts(folder: Path) -> Path:
    """A file of all numbers."""
    path = folder / "contacts.csv"
    numbers = [*range(FIRST, FIRST + COUNT), *range(REUNION, REUNION + 12)]
    path.write_text("id;telephone\n" + "".join(f"{at};+{one}\n" for at, one in enumerate(numbers)))
    return path


@pytest.mark.parametrize("at", MOMENTS)
def test_a_scrub_and_the_gates_agree(scrubber: Scrubber, tmp_path: Path, at: int) -> None:
    """Who is kept may be called from when it is said; who is removed is blocked then and later."""
    options = ScrubOptions(at=at, callable_from=True, ground=True)
    door.scrub(scrubber, contacts(tmp_path), options)
    with (tmp_path / "contacts.clean.csv").open(newline="") as file:
        kept = list(csv.DictReader(file, delimiter=";"))
    question = scrubber.question(options)
    for row in kept:
        finding = scrubber.screening.find(question._replace(dialled=row["telephone"]), at)
        since = row["gatekeeper_callable_from"]
        if not since:
            continue
        told = micros_of(datetime.fromisoformat(since))
        assert (finding.decision.verdict is Verdict.ALLOW) == (told <= at), row
        if told > at:
            assert scrubber.screening.with_retry(finding=finding, question=question).decision.retry_at == told
            finding = scrubber.screening.found(question, finding.number, told)
        decision = finding.decision
        assert (row["gatekeeper_ground"], row["gatekeeper_provision"]) == (decision.reason.value, decision.provision)
        assert row["gatekeeper_proof"] == str(decision.proof or "")
    removed = removed_rows(tmp_path / "contacts.removed.csv")
    for row in removed:
        finding = scrubber.screening.find(question._replace(dialled=row["telephone"]), at)
        assert finding.decision.verdict is Verdict.BLOCK
        assert scrubber.screening.with_retry(question, finding).decision.retry_at == 0
    assert {row["gatekeeper_provision"] for row in removed} >= {"FR-BASIS", "FR-CONS-FORM", "FR-PROOF", "FR-OBJECT"}
    assert len(kept) > 40
    assert {row["gatekeeper_ground"] for row in kept} == {"CONSENT", "CONTRACT"}
    made = certificate(tmp_path)
    (law,) = made["laws"]
    assert law["name"] == "fr"
    assert law["fingerprint"]
    assert law["sources_of"]
    assert sum(made["numbers_by_provision"].values()) > len(removed) / 2


@pytest.mark.parametrize("at", MOMENTS)
def test_a_preview_counts_what_the_gates_would_say(scrubber: Scrubber, tmp_path: Path, at: int) -> None:
    """Now, today, within seven days and never: as asked one by one; nothing is written."""
    found = preview(scrubber, contacts(tmp_path), ScrubOptions(), at)
    question = scrubber.question(ScrubOptions())
    now = soon = 0
    for line in (tmp_path / "contacts.csv").read_text().splitlines()[1:]:
        finding = scrubber.screening.find(question._replace(dialled=line.split(";")[1]), at)
        if finding.decision.verdict is Verdict.ALLOW:
            now += 1
        elif scrubber.screening.with_retry(question, finding).decision.retry_at:
            soon += 1
    assert (found.now, found.today + found.week + found.later) == (now, soon)
    assert found.contacts == found.now + found.today + found.week + found.later + found.never == COUNT + 12
    assert sum(one.contacts for one in found.why) == found.contacts - found.now
    assert max(found.hours.values()) > 0 or at == MOMENTS[2]
    assert [path.name for path in tmp_path.iterdir()] == ["contacts.csv"]


def test_without_a_caller_id_the_scrub_is_refused(scrubber: Scrubber, tmp_path: Path) -> None:
    """The law would refuse every call, and taking all contacts out would be no answer."""
    with pytest.raises(Exception, match="caller ID"):
        door.scrub(scrubber, contacts(tmp_path), ScrubOptions(campaign="nobody"))
