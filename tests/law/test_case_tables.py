"""Tables of cases as other people write them: how the runner reads a file and its cells, what it says of mistakes."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.consents.slot_text import slots_text
from gatekeeper.policy.ledger import ALL_ITEMS, ConsentItem, EventKind
from tests.law.cases.row import COLUMNS, number_of
from tests.law.cases.run import main
from tests.law.cases.table import read_cases
from tests.law.cases.times import exact_slots_of, windows_of
from tests.law.cases.words import answers_in, attempts_of, consents_of, contracts_of, events_of, items_of

ROW = {
    "case": "x-1",
    "number": "+33612345678",
    "zone": "Europe/Paris",
    "at": "2026-11-25T11:00",
    "purpose": "prospecting",
    "sector": "insurance",
    "goods": "insurance",
    "dial_mode": "manual",
    "callee": "consumer",
    "caller_id": "+33148000001",
    "principal": "ACME",
    "consent": "principal=ACME;goods=insurance;collected=2026-08-20T10:00;until=2027-08-20;proof=yes;items=all",
    "verdict": "ALLOW",
    "provision": "FR-BASIS",
}


def table(columns: tuple[str, ...] = COLUMNS, delimiter: str = ",", end: str = "\n", **cells: str) -> str:
    """A table of one row."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerow(columns)
    writer.writerow([(ROW | cells).get(name.casefold(), "") for name in columns])
    return text.getvalue()


@pytest.mark.parametrize(
    "written",
    [
        table().encode(),
        b"\xef\xbb\xbf" + table().encode(),
        table(end="\r\n").encode(),
        table(end="\r").encode(),
        table(delimiter=";").encode(),
        table(delimiter="\t").encode(),
        table(tuple(reversed(COLUMNS))).encode(),
        table(tuple(name.upper() for name in COLUMNS)).encode(),
        table((*COLUMNS, "postcode")).encode(),
        (table() + ",,,\n\n").encode(),
        table(number="+33 6 12 34 56 78", caller_id="01 48 00 00 01", purpose="Prospecting", verdict="allow").encode(),
        table(at="2026-11-25 11:00:00", callee="CONSUMER", dial_mode="MANUAL", provision="fr-basis").encode(),
        table(purpose="service+promotion").encode(),
        table(purpose="Sales").encode(),
        table(at="2026-11-25T10:00:00+00:00", number="0033612345678").encode(),
        table(consent=f"{ROW['consent'].replace('goods=insurance', 'goods=telecom')} {ROW['consent']}").encode(),
        table(history="refused=2027-01-01T10:00;goods=insurance purchase=2026-09-01", attempts="2026-11-10@X").encode(),
        ("\n".join(line.rsplit(",", 1)[0] for line in table((*COLUMNS, "")).splitlines()) + "\n").encode(),
    ],
)
def test_a_table_may_be_written_in_many_ways(
    tmp_path: Path, written: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Delimiters, ends of lines, a mark of bytes, the columns' order, capitals, blanks: the row is the same."""
    path = tmp_path / "own.csv"
    path.write_bytes(written)
    assert main([str(path)]) == 0, capsys.readouterr()


@pytest.mark.parametrize(
    ("column", "cell", "complaint"),
    [
        ("number", "call me", "'call me' is no number; write it with its country"),
        ("zone", "Europe/Pari", "'Europe/Pari' is no time zone"),
        ("zone", "", "'' is no time zone"),
        ("at", "2026-11-25", "'2026-11-25' is no minute"),
        ("at", "11:00 today", "'11:00 today' is no moment"),
        ("at", "2026-02-29T11:00", "is no moment"),
        ("purpose", "prospection", "is no purpose; there are: prospecting"),
        ("purpose", "service+survey", "are several; write one"),
        ("dial_mode", "manual+robot", "are several; write one"),
        ("dial_mode", "auto", "is no dial mode; there are: manual"),
        ("callee", "person", "is no callee; there are: business, consumer"),
        ("consent", "ACME", "'ACME' says nothing; write key=value"),
        ("consent", "principal=ACME;goods=insurance", "a consent without `collected`"),
        ("consent", "principal=ACME;colected=2026-08-20T10:00", "'colected' is unknown"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;goods=a;goods=b", "'goods' is said twice"),
        ("consent", "principal=ACME;collected=yesterday", "'yesterday' is no moment"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;until=soon", "'soon' is no moment"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;items=most", "'most' is no item; write all, or no-"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;proof=perhaps", "proof=perhaps: write yes or no"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;window=evenings", "a slot is written"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;slot=saturday", "'saturday' is no accepted date"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;slot=2026-11-28/2026-11-29", "is no accepted date"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;slot=2026-11-28T11:00/10:00", "ends before it begins"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;slot=2026-11-28T10:00:30/11:00", "in whole minutes"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;slot=2026-13-28T10:00/11:00", "is no accepted date"),
        ("consent", "principal=ACME;collected=2026-08-20T10:00;slot=2026-11-28T10:00Z/11:00", "in the consumer's time"),
        ("contract", "ACME;insurance;2026", "is no contract; write ACME;subject=insurance;"),
        ("contract", "ACME;subject=insurance;2026-01-01..2026-13-01", "is no day"),
        ("wash", "bloctel", "'bloctel': write REGISTRY:listed@DAY"),
        ("wash", "blocktel:ok@2026-01-01", "REGISTRY: bloctel, ftc"),
        ("wash", "ftc:perhaps@2026-01-01", "write REGISTRY:listed@DAY"),
        ("wash", "bloctel:ok@yesterday", "'yesterday' is no day"),
        ("wash", "rnd:no", "write rnd:ANSWER@2026-11-24T10:00, with one of the answers no, yes, no-data"),
        ("wash", "litigator:perhaps@2026-11-24", "with one of the answers false, true"),
        ("wash", "rnd:no@2026-11-24", "it is asked about North American numbers only"),
        ("wash", "litigator:no@yesterday", "'yesterday' is no day"),
        ("wash", "litigator:no@2026-11-24;hold=long", "hold=long: write for how many hours"),
        ("wash", "litigator:no@2026-11-24;until=2026-11-25", "'until' is unknown; there are: consent, hold"),
        ("switches", "fr-hours", "'fr-hours' says nothing"),
        ("switches", "fr-lunch=open", "'fr-lunch' is unknown; there are: be-energy-accord"),
        ("switches", "fr-preview=perhaps", "unknown choice of the switch fr-preview 'perhaps'; there are: automated"),
        ("attempts", "yesterday", "'yesterday' is no attempt; write DAY"),
        ("attempts", "lost:2026-11-10", "is no attempt; write DAY"),
        ("history", "refusd=2026-11-10T10:00", "is no event; write one of these"),
        ("history", "refused", "'' is no moment"),
        ("history", "requested=2026-11-24T10:00;about=insurance", "'about' is unknown; there are: goods, proof"),
        ("verdict", "MAYBE", "'MAYBE' is no verdict; there are: ALLOW, BLOCK"),
        ("verdict", "", "'' is no verdict"),
    ],
)
def test_a_cell_that_is_not_understood_is_named(
    tmp_path: Path, column: str, cell: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With file, line, column, and what would be right; and the row has not passed."""
    path = tmp_path / "own.csv"
    path.write_text(table(tuple(dict.fromkeys([*COLUMNS, column])), **{column: cell}))
    assert main([str(path)]) == 1
    told = capsys.readouterr().out
    assert f"{path}, line 2, x-1: it can't be read: column {column}: " in told
    assert complaint in told


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda text: text.replace(",wash,", ",washes,", 1), "line 1: the columns must be case,"),
        (lambda text: text.replace(",wash,", ",washes,", 1), "missing: wash; unknown: washes"),
        (lambda text: text.replace(",wash,", ",zone,", 1), "missing: wash; named twice: zone"),
        (lambda text: text.replace("ACME", '"ACME', 1), "line "),
        (lambda text: text.replace("ACME", "\xe9", 1), "it is not in UTF-8"),
        (lambda _text: "", "the columns must be"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, spoil: Callable[[str], str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the file and what is wrong: no row of it counts as passed."""
    path = tmp_path / "own.csv"
    path.write_bytes(spoil(table()).encode("latin-1"))
    assert main([str(path)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(str(path)), told
    assert complaint in told


def test_a_cell_with_a_bare_comma_is_no_shifted_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A slot's comma that nobody put in quotes moves all that follows: the row is refused, not judged."""
    path = tmp_path / "own.csv"
    path.write_text(table(note="a note").replace("a note", "a note, and more"))
    assert main([str(path)]) == 1
    assert "line 2, x-1: it can't be read: it has 21 cells under 20 columns" in capsys.readouterr().out


@pytest.mark.parametrize(
    "written", ["+33612345678", "0033612345678", "06 12 34 56 78", "06.12.34.56.78", "+33 (6) 12345678"]
)
def test_numbers_are_read_as_people_write_them(written: str) -> None:
    """With the country, or as in France."""
    assert number_of(written) == 33612345678


def test_a_number_of_a_territory_is_its_own_however_it_is_written() -> None:
    """As the gate reads it: facts are known of the number that is called."""
    assert number_of("0596 12 34 56") == number_of("+33596123456") == number_of("+596596123456") == 596596123456


def test_several_facts_are_divided_as_people_divide_them() -> None:
    """By blanks, by `|`, by the next consent's principal, or by the next event's word."""
    one, two = "principal=A;collected=2026-08-20;window=tue,thu 18:00-20:00", "principal=B;collected=2026-08-21"
    for cell in (f"{one} {two}", f"{one} | {two}", f"{one}; {two}"):
        assert [words["principal"] for words in consents_of(cell)] == ["A", "B"]
    for cell in (
        "A;subject=x;2026-01-01..2026-12-31 B;subject=y;2026-01-01..",
        "A;subject=x;2026-01-01..|B;2026-01-01..",
    ):
        assert [found.principal for found in contracts_of(cell)] == ["A", "B"]
    for cell in ("purchase=2026-10-25 objected=2026-11-01T10:00", "purchase=2026-10-25;objected=2026-11-01T10:00"):
        assert [found.kind for found in events_of(cell)] == [EventKind.PURCHASE, EventKind.OBJECTION]
    for cell in (
        "requested=2026-11-20T16:00;goods=heat-pump;proof=yes",
        "requested=2026-11-20T16:00; goods=heat-pump; proof=yes;",
    ):
        (asked,) = events_of(cell)
        assert asked.words == {"goods": "heat-pump", "proof": "yes"}
    for cell in ("2026-11-10 2026-11-12", "2026-11-10, 2026-11-12", "2026-11-10;2026-11-12", "2026-11-10 | 2026-11-12"):
        assert [tried.day for tried in attempts_of(cell)] == ["2026-11-10", "2026-11-12"]
    for cell in ("ctps:free@2026-11-20 tps:free@2026-11-20", "ctps:free@2026-11-20; tps:free@2026-11-20;"):
        assert answers_in(cell) == ["ctps:free@2026-11-20", "tps:free@2026-11-20"]
    assert answers_in("rnd:no@2026-11-25; hold=24") == ["rnd:no@2026-11-25;hold=24"]
    (contract,) = contracts_of("ACME; subject=insurance; 2026-01-01 .. 2026-12-31;")
    assert (contract.subject, contract.first, contract.last) == ("insurance", "2026-01-01", "2026-12-31")


@pytest.mark.parametrize(
    ("written", "slots"),
    [
        ("", "()"),
        ("tue,thu 18:00-20:00", "tue,thu 18:00-20:00"),
        ("tue 18:00-20:00,thu 18h00-20h00", "tue 18:00-20:00; thu 18:00-20:00"),
        ("tue,thu 18-20", "tue,thu 18:00-20:00"),
        ("mon-wed,fri", "mon,tue,wed,fri 00:00-24:00"),
        ("10:00-12:00", "mon,tue,wed,thu,fri,sat,sun 10:00-12:00"),
        ("weekdays 10:00-12:00", "mon,tue,wed,thu,fri 10:00-12:00"),
        ("2026-11-28 10:00-12:00", "2026-11-28 10:00-12:00"),
    ],
)
def test_the_windows_of_a_consent_are_days_hours_or_both(written: str, slots: str) -> None:
    """Days without hours are whole days, hours without days are those of every day."""
    assert (slots_text(windows_of(written)) or "()") == slots


@pytest.mark.parametrize(
    ("written", "slots"),
    [
        ("2026-11-28T10:30/2026-11-28T11:30", "2026-11-28 10:30-11:30"),
        ("2026-11-28T10:30 / 11:30", "2026-11-28 10:30-11:30"),
        ("2026-11-28 10:30-11:30", "2026-11-28 10:30-11:30"),
        ("2026-11-28T23:30/2026-11-29T00:30", "2026-11-28 23:30-24:00; 2026-11-29 00:00-00:30"),
        ("2026-11-28T23:30/2026-11-29T00:00", "2026-11-28 23:30-24:00"),
        ("2026-11-28T10:30/11:30,2026-12-05T10:30/11:30", "2026-11-28 10:30-11:30; 2026-12-05 10:30-11:30"),
    ],
)
def test_a_date_and_hour_that_was_accepted_is_exact(written: str, slots: str) -> None:
    """From its first minute to its last, over midnight, too."""
    found = exact_slots_of(written)
    assert slots_text(found) == slots
    assert all(slot.exact for slot in found)


@pytest.mark.parametrize(
    ("written", "lacking"),
    [
        ("all", set()),
        ("no-act", {ConsentItem.ACT}),
        ("browsing", {ConsentItem.ACT}),
        ("no-period", {ConsentItem.PERIOD}),
        ("all,no-period", {ConsentItem.PERIOD}),
        ("all but-withdrawal", {ConsentItem.WITHDRAWAL}),
        ("no-1", {ConsentItem.PRINCIPAL, ConsentItem.GOODS}),
        ("no-third-party", {ConsentItem.PRINCIPAL}),
        ("no-proof,no-choice", {ConsentItem.PROOF_ACCESS, ConsentItem.CHOICE}),
        ("", set(ALL_ITEMS)),
    ],
)
def test_items_are_named_by_what_is_there_or_by_what_is_missing(written: str, lacking: set[ConsentItem]) -> None:
    """By names, or as R.223-1 numbers them."""
    assert ALL_ITEMS - items_of(written) == lacking


@pytest.mark.parametrize(
    ("written", "number", "principal", "counts"),
    [
        ("2026-11-10", 0, "", True),
        ("2026-11-10T10:30@X", 0, "", True),
        ("2026-11-10@X/ACME", 0, "ACME", True),
        ("2026-11-10:+33140000001", 33140000001, "", True),
        ("2026-11-10T10:30>+33140000001", 33140000001, "", True),
        ("+33140000001@2026-11-10", 33140000001, "", True),
        ("2026-11-10+33140000001", 33140000001, "", True),
        ("2026-11-10@+33140000001", 33140000001, "", True),
        ("2026-11-10/+33140000001", 33140000001, "", True),
        ("2026-11-10 +33140000001", 33140000001, "", True),
        ("2026-11-10T10:30@X/ACME +33140000001,", 33140000001, "ACME", True),
        ("2026-11-10/ACME@X", 0, "ACME", True),
        ("2026-11-10T10:30+01:00@X", 0, "", True),
        ("2026-11-10T10:30Z+33140000001", 33140000001, "", True),
        ("failed:2026-11-10/BETA", 0, "BETA", True),
        ("blocked:2026-11-10", 0, "", False),
        ("service:2026-11-10", 0, "", False),
        ("call-back:2026-11-10", 0, "", False),
    ],
)
def test_attempts_say_when_for_whom_and_to_which_number(
    written: str, number: int, principal: str, counts: bool
) -> None:
    """And whether they count: what was blocked, service calls and call-backs do not."""
    (tried,) = attempts_of(written)
    assert (tried.number, tried.principal, tried.counts) == (number, principal, counts)
    assert tried.day.startswith("2026-11-10")


def test_the_lines_of_rows_are_those_of_the_file(tmp_path: Path) -> None:
    """Blank rows count as lines, and not as rows."""
    path = tmp_path / "own.csv"
    lines = table().splitlines()
    path.write_text("\n".join([lines[0], "", lines[1], ",,,", lines[1]]) + "\n")
    assert [case.line for case in read_cases(path)] == [3, 5]
