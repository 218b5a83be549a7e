"""Change lists, wash returns and contract registers: what each import leaves in force."""

import csv
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.errors import ImportRefused, ListError
from gatekeeper.lists import ImportOptions, ImportReport, ListIndex, ListKind, ListStore
from gatekeeper.lists.serving.bulk import BulkIndex
from gatekeeper.lists.version.merge import aligned
from gatekeeper.registries.formats import Answers, Format, SourceKind, TextLayout, find_format, words

FIRST = 33612000000
DAY = 86_400_000_000
CHANGES = Format(
    "changes",
    "",
    kind=SourceKind.DELTA,
    layout=TextLayout(delimiter=";", column=1, answers=Answers(words(listed=("A",), removed=("D",)), column=2)),
)
RETURN = find_format("bloctel-return")
Load = Callable[..., ImportReport]


def micros(moment: datetime) -> int:
    """Microseconds since the epoch."""
    return round(moment.timestamp() * 1_000_000)


def lines(answers: dict[int, str], between: str = ";") -> bytes:
    """A file with an answer to each number."""
    return b"".join(b"0%d%s%s\n" % (n - 33_000_000_000, between.encode(), a.encode()) for n, a in answers.items())


def in_force(store: ListStore, name: str = "bloctel") -> set[int]:
    """The numbers that are listed."""
    return set(store.numbers(name))


@pytest.fixture
def wash(store: ListStore) -> ListStore:
    """A store with a wash list, `washed`."""
    store.ensure("washed", ListKind.WASH)
    return store


@pytest.fixture
def index(wash: ListStore, data_dir: Path) -> Iterator[ListIndex]:
    """The lists, serving."""
    opened = ListIndex.open(data_dir, rebuild=False)
    yield opened
    opened.close()


def accounted(report: ImportReport) -> bool:
    """Whether no line was lost."""
    return report.read == report.imported + report.duplicates + report.rejected


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.sets(st.integers(0, 60), min_size=1),
    changes=st.lists(st.tuples(st.integers(0, 80), st.sampled_from("AD")), min_size=1, max_size=60),
)
def test_a_delta_is_set_arithmetic(
    store: ListStore, load: Load, before: set[int], changes: list[tuple[int, str]]
) -> None:
    """The new version is the old one without the removed numbers, with the added; every line is accounted for."""
    load(b"".join(b"0%d\n" % (612000000 + n) for n in before))
    file = b"".join(b"0%d;%s\n" % (612000000 + n, op.encode()) for n, op in changes)
    report = load(file, format=CHANGES)
    added = {n for n, op in changes if op == "A"}
    removed = {n for n, op in changes if op == "D"} - added
    assert in_force(store) == {FIRST + n for n in (before - removed) | added}
    assert accounted(report)
    assert (report.imported, report.removed) == (len(added) + len(removed), len(removed))
    assert (report.added, report.dropped) == (len(added - before), len(removed & before))
    assert report.count == len((before - removed) | added)


def test_a_delta_over_many_ranges_changes_what_it_names(
    store: ListStore, load: Load, national: Callable[..., bytes]
) -> None:
    """A change list to a list of several ranges changes what it names, and nothing else."""
    load(national(600_000))
    gone, come = [5, 299_999, 599_999], [600_000, 700_000]
    file = b"".join(b"0%d;D\n" % (612000000 + n) for n in gone) + b"".join(b"0%d;A\n" % (612000000 + n) for n in come)
    report = load(file, format=CHANGES)
    assert (report.added, report.dropped, report.unchanged, report.count) == (2, 3, 599_997, 599_999)
    assert in_force(store) == (set(range(FIRST, FIRST + 600_000)) - {FIRST + n for n in gone}) | {
        FIRST + n for n in come
    }
    assert store.verify("bloctel") == []


def test_a_delta_needs_a_list_to_change(load: Load) -> None:
    """Without a full list before it, what a delta leaves out would be taken for not listed."""
    with pytest.raises(ImportRefused, match="import the full list first"):
        load(b"0612000001;A\n", format=CHANGES)


@given(st.lists(st.lists(st.sets(st.integers(0, 50)), max_size=4), min_size=1, max_size=4))
def test_aligned_streams_lose_nothing(streams: list[list[set[int]]]) -> None:
    """Cut anywhere, each stream comes out whole, and what comes first is smaller than what comes later."""
    given_ = []
    for stream in streams:
        flat = sorted(set().union(*stream)) if stream else []
        cuts = np.array_split(np.array(flat, np.uint64), max(1, len(stream)))
        given_.append([part for part in cuts if len(part)])
    seen: list[list[int]] = [[] for _ in given_]
    highest = -1
    for parts in aligned(*given_):
        together = [int(n) for part in parts for n in part]
        assert together
        assert min(together) > highest
        highest = max(together)
        for collected, part in zip(seen, parts, strict=True):
            collected.extend(part.tolist())
    assert seen == [[int(n) for part in stream for n in part] for stream in given_]


def test_a_wash_return_clears_marks_and_forgets(wash: ListStore, load: Load, index: ListIndex) -> None:
    """Cleared numbers hold for thirty days, marked ones until they are cleared, and the others say nothing."""
    now = datetime.now(UTC)
    report = load(
        lines({FIRST + 1: "x;OK", FIRST + 2: "x;KO", FIRST + 3: "x;OK", FIRST + 4: "x;"}),
        "washed",
        format=RETURN,
        force=True,
    )
    assert accounted(report)
    assert (report.imported, report.cleared, report.rejected, report.count) == (3, 2, 1, 1)
    index.refresh()
    at = micros(now)

    def says(number: int, when: int) -> tuple[bool, bool]:
        return index.find(number, ["washed"]) is not None, index.cleared(number, "washed", when)

    assert says(FIRST + 1, at + 29 * DAY) == (False, True)
    assert says(FIRST + 1, at + 31 * DAY) == (False, False)
    assert says(FIRST + 2, at) == (True, False)
    assert says(FIRST + 4, at) == (False, False)
    assert says(FIRST + 5, at) == (False, False)
    # A second return: one changes sides each way, one is new; those that it does not name stay as they were.
    second = load(lines({FIRST + 1: "x;KO", FIRST + 2: "x;OK", FIRST + 5: "x;OK"}), "washed", format=RETURN)
    assert (second.version, second.count) == (2, 1)
    index.refresh()
    assert [says(FIRST + n, at) for n in (1, 2, 3, 5)] == [(True, False), (False, True), (False, True), (False, True)]
    assert [version.cleared for version in wash.versions("washed")] == [3, 2]
    (membership,) = wash.show(FIRST + 3)
    assert not membership.listed
    assert membership.cleared_until is not None


def test_a_wash_return_ends_by_its_own_date(wash: ListStore, load: Load, index: ListIndex) -> None:
    """Thirty days count from the return, the later answer counts where there are two, and what ended is left out."""
    now = datetime.now(UTC)
    older = now - timedelta(days=20)
    load(lines({FIRST + 1: "x;OK", FIRST + 2: "x;OK"}), "washed", format=RETURN, source_date=older)
    load(lines({FIRST + 2: "x;OK"}), "washed", format=RETURN, source_date=now)
    index.refresh()
    assert index.cleared(FIRST + 1, "washed", micros(now) + 9 * DAY)
    assert not index.cleared(FIRST + 1, "washed", micros(now) + 11 * DAY)
    assert index.cleared(FIRST + 2, "washed", micros(now) + 29 * DAY)
    with pytest.raises(ImportRefused, match="older than the one in force"):
        load(lines({FIRST + 9: "x;OK"}), "washed", format=RETURN, source_date=older)
    with pytest.raises(ImportRefused, match="are over"):
        load(lines({FIRST + 9: "x;OK"}), "washed", format=RETURN, source_date=now - timedelta(days=40))


def test_wash_answers_are_found_in_bulk(wash: ListStore, load: Load, index: ListIndex) -> None:
    """Thousands of numbers asked at once are answered as one by one, at every moment."""
    answers = {FIRST + n: "x;KO" if n % 7 == 0 else "x;OK" for n in range(0, 5000, 2)}
    load(lines(answers), "washed", format=RETURN)
    index.refresh()
    numbers = np.arange(FIRST - 5, FIRST + 5005, dtype=np.int64)
    for at in (micros(datetime.now(UTC)), micros(datetime.now(UTC)) + 31 * DAY):
        found = BulkIndex(index).cleared_many(numbers, "washed", at)
        assert found.tolist() == [index.cleared(number, "washed", at) for number in numbers.tolist()]


@pytest.mark.parametrize(
    ("kind", "form", "complaint"),
    [
        # A list is only filled by what means what it means.
        (ListKind.WASH, None, "name the format"),
        (ListKind.WASH, "text", "name the format"),
        (ListKind.OPPOSITION, "bloctel-return", 'kind "wash"'),
        (ListKind.RED, "bloctel-return", 'kind "wash"'),
        (ListKind.WASH, "bloctel-deposit", "import what comes back"),
        (ListKind.OPPOSITION, "bloctel-deposit", "import what comes back"),
        (ListKind.CONTRACT, "bloctel-return", "contract register"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused(
    store: ListStore, load: Load, kind: ListKind, form: str | None, complaint: str
) -> None:
    """Nobody becomes callable, and nobody listed, by a file taken for another."""
    store.ensure("other", kind)
    with pytest.raises(ImportRefused, match=complaint):
        load(lines({FIRST: "x;OK"}), "other", format=find_format(form) if form else None)


REGISTER = """\
Numéro;Mandant;Objet;Du;Au
0612000001;Soleil  SARL;entretien;2026-01-01;2026-12-31
0612000001;Lune SA;;01/01/2026;
0612000002;soleil sarl;assurance;;2026-06-30
0612000003;Soleil SARL;entretien;2026-05-01;2026-04-01
0612000003;Soleil SARL;entretien;never;
nobody;Soleil SARL;;;
0612000001;SOLEIL SARL;Entretien;2026-01-01;2026-12-31
"""


def test_a_contract_is_found_for_its_principal_subject_and_time(store: ListStore, load: Load, index: ListIndex) -> None:
    """A contract is found for its principal, its subject and its time; what is none is set aside with a reason."""
    store.ensure("contracts", ListKind.CONTRACT)
    report = load(REGISTER.encode(), "contracts", max_reject_share=0.5)
    assert accounted(report)
    assert (report.read, report.imported, report.duplicates, report.rejected) == (7, 3, 1, 3)
    assert [sample.line for sample in report.samples] == [5, 6, 7]
    index.refresh()

    def runs(number: int, principal: str, day: str, *subjects: str) -> bool:
        at = micros(datetime.fromisoformat(day).astimezone())
        return index.contract(FIRST + number, ["contracts"], principal, subjects, at) == ("contracts", "1")

    assert runs(1, "Soleil SARL", "2026-01-01T00:00")
    assert runs(1, "soleil sarl", "2026-12-31T23:59", "assurance", "ENTRETIEN")
    assert not runs(1, "Soleil SARL", "2027-01-01T00:00")
    assert not runs(1, "Soleil SARL", "2025-12-31T23:59")
    assert not runs(1, "Soleil SARL", "2026-05-01T12:00", "assurance")
    assert not runs(1, "Mars SAS", "2026-05-01T12:00")
    assert not runs(1, "", "2026-05-01T12:00")
    assert runs(1, "Lune SA", "2099-05-01T12:00")
    assert runs(2, "Soleil SARL", "1999-01-01T00:00")
    assert not runs(2, "Soleil SARL", "2026-07-01T00:00")
    assert not runs(3, "Soleil SARL", "2026-05-01T12:00")
    # By hand a contract is ended, never made.
    store.remove("contracts", [FIRST + 1], by="test")
    index.refresh()
    assert not runs(1, "Soleil SARL", "2026-05-01T12:00")
    with pytest.raises(ListError, match="register of contracts"):
        store.add("contracts", [FIRST + 7], by="test")


def test_a_register_with_line_ends_of_several_kinds_is_read_whole(store: ListStore, load: Load) -> None:
    """A lone CR beside LF, too."""
    store.ensure("contracts", ListKind.CONTRACT)
    report = load(b"number;principal\n0612345678;Acme\r0623456789;Acme\r\n0634567890;Acme\n", "contracts")
    assert (report.imported, report.rejected) == (3, 0)


def test_a_contract_until_the_year_9999_has_no_end(store: ListStore, load: Load) -> None:
    """What databases write for no end is none; a year that no register has is set aside, and the rest is taken."""
    store.ensure("contracts", ListKind.CONTRACT)
    rows = "0612000001;Lune SA;;;31/12/9999\n0612000002;Lune SA;;0001-01-01;\n0612000003;Lune SA;;;0001-01-01\n"
    report = load(f"Numéro;Mandant;Objet;Du;Au\n{rows}".encode(), "contracts", max_reject_share=0.7)
    assert (report.imported, [one.line for one in report.samples]) == (1, [3, 4])
    assert [one.until for one in store.contracts(FIRST + 1)] == [None]


def test_a_line_of_a_register_that_can_not_be_divided_is_shown(store: ListStore, load: Load) -> None:
    """In the file of rejects, with a reason in words of our own."""
    store.ensure("contracts", ListKind.CONTRACT)
    long = b'0623456789;"' + b"x" * 60_000 + b"\n" + (b"x" * 60_000 + b"\n") * 3 + b'"\n'
    report = load(b"number;principal\n0612345678;Acme\n" + long, "contracts", force=True)
    assert report.rejects_file is not None
    first = next(csv.DictReader(report.rejects_file.read_text(encoding="utf-8").splitlines()))
    assert first["text"].startswith('0623456789;"xxx')
    assert "a quote is opened and not closed" in first["reason"]


def test_a_register_without_a_heading_is_refused(store: ListStore, load: Load) -> None:
    """Which column is which can't be guessed."""
    store.ensure("contracts", ListKind.CONTRACT)
    with pytest.raises(ImportRefused, match="no column of numbers"):
        load(b"0612000001;Soleil SARL\n", "contracts")


def test_a_list_had_by_area_covers_no_other_number_of_its_country(
    store: ListStore, load: Load, index: ListIndex
) -> None:
    """A list had by area code does not cover its country's other numbers, and says nothing of other countries'."""
    store.ensure("ftc", ListKind.OPPOSITION)
    store.ensure("canada", ListKind.OPPOSITION)
    load(b"212,5550100\n212,5550101\n718,5550100\n", "ftc", format=find_format("ftc"))
    load(b"416,5550100\n", "canada", format=find_format("canada"))
    load(b"0612000001\n")
    index.refresh()
    new_york, miami, toronto, paris = 12125550199, 13055550100, 14165550199, FIRST + 9
    table = [
        # Alone.
        (["ftc"], [new_york], [miami, toronto, paris]),
        # Beside a list of the same numbering plan.
        (["ftc", "canada"], [new_york, toronto], [miami, paris]),
        # Beside a list that is not limited: it covers the countries that no limited list is of.
        (["bloctel", "ftc"], [new_york, paris], [miami, toronto]),
        (["bloctel"], [new_york, miami, toronto, paris], []),
    ]
    for lists, covered, not_covered in table:
        assert [index.uncovered(number, lists) for number in covered] == [None] * len(covered), lists
        assert [index.uncovered(number, lists) for number in not_covered] == [("ftc", "1")] * len(not_covered), lists
    assert index.states()["ftc"].limited
    assert {one.name: one.prefixes for one in store.status()}["ftc"] == ("1212", "1718")


def test_only_kinds_that_have_them_carry_more_tables(store: ListStore, load: Load, data_dir: Path) -> None:
    """An opposition list's version file is what it was: numbers, and what it is."""
    load(b"0612000001\n")
    connection = sqlite3.connect(data_dir / "lists" / "bloctel" / "1.sqlite3")
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert names == {"number", "about"}


def test_options_default_to_thirty_days() -> None:
    """What nothing else limits holds for thirty days."""
    assert ImportOptions().hold_days == 30


def test_cells_of_a_contract_register_are_read_as_those_of_lists(store: ListStore, load: Load) -> None:
    """A fraction is no number of Singapore; two numbers in a cell are set aside."""
    store.ensure("contracts", ListKind.CONTRACT)
    rows = "number;principal\n658105567.0;x\n6,58105568E+08;x\n0612345678 / 0612345679;x\n"
    assert load(rows.encode(), "contracts", max_reject_share=0.5).rejected == 1
    assert list(store.numbers("contracts")) == [33658105567, 33658105568]
