"""Which columns of a list are read, and that no number elsewhere is left out in silence."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.errors import ImportRefused
from gatekeeper.lists import ImportOptions, ImportReport, ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from gatekeeper.registries.reading.dialect import ListDialect
from gatekeeper.registries.reading.extract import Extractor
from gatekeeper.registries.reading.text import Block
from tests.lists.formats.reading import read, refusal

Load = Callable[..., ImportReport]

A, B, C = 33612345678, 33145678901, 33761234567
LATE = 300
"""Rows that no beginning of a file reaches."""

SPARSE = [
    # The heading, what stands in the rows but the last, and in that one: the number elsewhere.
    ("tel;remarque", "0612345678;x", "0612345678;0761234567"),
    ("tel;remarque", "0612345678;", "0612345678;+33761234567"),
    ("tel;remarque", "0612345678;", "0612345678;06 12 34 56 79"),
    ("tel;remarque", '0612345678;"a;b"', '0612345678;"+32470123456"'),
    ("nom;tel;x", "Zoé;0612345678;", "Zoé;0612345678;;0761234567"),
    ("nom;tel;x", "Zoé;0612345678;", "Zoé;0612345678;761234567.0"),
    ("nom;tel;x", "Zoé;0612345678;", "0145678901;0612345678;"),
    ("nom;tel;x", "Zoé;0612345678;1", "Zoé;0612345678;0145678901 / 0761234567"),
]


@pytest.mark.parametrize(("heading", "row", "last"), SPARSE)
def test_numbers_in_columns_that_are_not_taken_refuse_the_import(load: Load, heading: str, row: str, last: str) -> None:
    """However far down they stand; told which columns count, or that it is accepted, the import goes through."""
    content = "\n".join([heading, *[row] * LATE, last]).encode()
    with pytest.raises(ImportRefused, match=r"numbers? in columns? .* not taken"):
        load(content)
    assert any("not taken" in warning for warning in load(content, dry_run=True).warnings)
    assert any("not taken" in warning for warning in load(content, accept=True).warnings)
    assert load(content, column="tel").warnings == ()


@pytest.mark.parametrize(
    "name", ["tel2", "Téléphone 2", "alt_phone", "Mobile", "GSM", "Telefoon", "Rufnummer", "móvil"]
)
@pytest.mark.parametrize("quoted", [False, True])
def test_a_column_whose_name_says_so_is_always_taken(name: str, quoted: bool) -> None:
    """With all its numbers far down, and none of its empty cells counted as a reject."""
    note = '"a;b"' if quoted else "x"
    rows = [f"0612345678;;{note}"] * LATE + [f"0145678901;0761234567;{note}", f";0761234567;{note}", f";;{note}"]
    found = read("\n".join([f"téléphone;{name};notes", *rows]).encode())
    assert (found.listed.count(A), found.listed.count(B), found.listed.count(C)) == (LATE, 1, 2)
    assert [reject.reason for reject in found.rejects] == ["no number"]


def test_a_heading_is_known_without_a_number_near_it() -> None:
    """The first 300 rows have none."""
    rows = ["Zoé;"] * LATE + ["Noël;0612345678"]
    found = read("\n".join(["nom;téléphone", *rows]).encode(), force=True)
    assert (found.listed, found.headers, len(found.rejects)) == ([A], 1, LATE)


@pytest.mark.parametrize(
    "content",
    [
        b"siren;tel\n652014051;0612345678\n552100554;0145678901\n",
        b"latitude;longitude;tel\n48.856614;2.3522219;0612345678\n48.8584;02.2945;0145678901\n",
        b"code postal;tel;date\n75001;0612345678;20261123\n69002;0145678901;20261124\n",
        b"tel;copie\n0612345678;x\n0612345678;y\n0145678901;0145678901\n",
    ],
)
def test_what_is_no_telephone_by_its_name_or_stands_there_twice_is_no_stray(content: bytes) -> None:
    """SIREN, latitude, postcode, date; and the number that is taken already."""
    found = read(content)
    assert set(found.listed) == {A, B}
    assert not found.reader.strays


def test_two_columns_can_be_told() -> None:
    """By name or number."""
    content = b"a;b;c\n0612345678;0145678901;0761234567\n"
    assert "say which to take" in refusal(content)
    assert read(content, column=("a", 3)).listed == [A, C]
    assert "no column 'd'" in refusal(content, column=("a", "d"))


CELLS = [
    ("658105567.0", [33658105567]),
    ("658105567,00", [33658105567]),
    ("6,58105567E+08", [33658105567]),
    ("6.58105567e8", [33658105567]),
    ("33658105567.0", [33658105567]),
    ("3.3658105567E10", [33658105567]),
    ("6,581E+08", []),
    ("'+33612345678", [A]),
    ("'0612345678", [A]),
    ("0612345678 / 0145678901", [A, B]),
    ("0612345678/0145678901", [A, B]),
    ("0612345678,0145678901", [A, B]),
    ("0612345678 ou 0145678901", [A, B]),
    ("0612345678 0145678901", [A, B]),
    ("06 12 34 56 78 01 45 67 89 01", [A, B]),
    ("06.12.34.56.78 - 01.45.67.89.01", [A, B]),
    ("0612345678 0612345678", [A]),
    ("0612345678 et plus", []),
    ("06/12/34/56/78", [A]),
    ("48.856614", []),
    ('="0612345678"', [A]),
    ("0612345678 x0145678", []),
    ("0612345678 ext. 12", [A]),
    ("0612345678/79", []),
]
EIGHT = [
    ("23456789;21234567", [85223456789, 85221234567]),
    ("23456789,21234567", [85223456789, 85221234567]),
    ("2345 6789 2123 4567", [85223456789, 85221234567]),
    ("2345 6789", [85223456789]),
    ("2345678.0", []),
    ("23456789x21234567", []),
    ("23456789,12#", [85223456789]),
    ("23456789.0", [85223456789]),
]


READERS = {home: Normaliser(DialPlan(home=home, prefixes=(), internal=())) for home in ("FR", "HK")}


@pytest.mark.parametrize(
    ("cell", "numbers", "country"), [(*row, "FR") for row in CELLS] + [(*row, "HK") for row in EIGHT]
)
@pytest.mark.parametrize("many", [False, True])
def test_a_cell_is_read_as_what_it_was(cell: str, numbers: list[int], country: str, many: bool) -> None:
    """Alone on its line, beside a column, and where there are so many that they are read in bulk."""
    times = 1500 if many else 1
    lone = Extractor(READERS[country], ListDialect(b"", 0, 1, header=False)).read(
        Block(f"{cell}\n".encode() * times, 1)
    )
    assert lone.numbers.tolist() == numbers * times
    buffer = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if many else csv.QUOTE_MINIMAL
    csv.writer(buffer, delimiter=";", lineterminator="\n", quoting=quoting).writerows([["y", cell]] * times)
    extractor = Extractor(READERS[country], ListDialect(b";", 1, 2, header=False))
    beside = extractor.read(Block(buffer.getvalue().encode(), 1))
    assert beside.numbers.tolist() == numbers * times
    assert len(beside.rejects) == (0 if numbers else times)


CODED = [
    ("32", "470123456", [32470123456]),
    ("+32", "0470123456", [32470123456]),
    ("0032", "470 12 34 56", [32470123456]),
    ("BE", "0470123456", [32470123456]),
    ("32.0", "470123456.0", [32470123456]),
    ("44", "2083661177", [442083661177]),
    ("1", "2125550123", [12125550123]),
    ("33", "0612345678", [A]),
    ("33", "612345678.0", [A]),
    ("", "0612345678", [A]),
    ("FR", "0612345678", [A]),
    ("999", "470123456", []),
    ("x1", "0612345678", []),
]


@pytest.mark.parametrize(
    ("code", "cell", "numbers", "name", "quote"),
    [(*row, "phone_code", quote) for row in CODED for quote in ("", '"')]
    + [(*CODED[0], name, "") for name in ("Indicatif", "country_code", "code pays", "Landesvorwahl")],
)
def test_a_country_code_beside_the_number_counts(
    code: str, cell: str, numbers: list[int], name: str, quote: str
) -> None:
    """As VICIdial and CRMs write it; one that is none sets the line aside."""
    note = '"a;b"' if quote else "x"
    found = read(f"{name};téléphone;notes\n33;0145678901;{note}\n{code};{cell};{note}\n".encode(), force=True)
    assert found.listed == [B, *numbers]
    assert len(found.rejects) == (not numbers)


TITLED = [
    b"Export du 12/06/2026\nnom;tel\nZo;0612345678\n",
    b"Export du 12/06/2026;\n;\n\nnom;tel\nZo;0612345678\n",
    b'"Liste; rouge"\nnom;tel\nZo;0612345678\n',
    b"Liste rouge\nau 12 juin\nTel\n0612345678\n",
    b'nom;"Tel\n(mobile)";x\nZo;0612345678;y\n',
    b'nom;tel;adresse\nZo;0612345678;"1 rue\nde Paris"\n',
    b'adresse;tel\n"1 rue\nde Paris";0612345678\n',
    b'nom;tel\nZo;"0612345678\n0612345678"\n',
]


@pytest.mark.parametrize("content", TITLED)
def test_titles_and_records_over_several_lines_are_understood(content: bytes) -> None:
    """What stands above a heading is no record; line ends within quotes end none."""
    found = read(content)
    assert (found.listed, found.rejects) == ([A], [])


SWALLOWED = [
    b'0612345678;"Ets Martin\n0145678901;ecran 27"\n0623456789;x\n',
    b'0612345678;"Ets\nMartin\n0145678901;ecran 27"\n0623456789;x\n',
    b'0612345678;"Ets Martin\n06;x\n0145678901;ecran 27"\n0623456789;x\n',
    b'0612345678;"Ets Martin\n"0145678901";"ecran; 27"\n0623456789;x\n',
]


@pytest.mark.parametrize("content", SWALLOWED)
def test_a_quote_that_is_not_closed_swallows_no_number_of_the_lines_behind_it(content: bytes) -> None:
    """Where a further line has a number in its place, another quote mark later closes nothing."""
    assert set(read(b"Tel;Nom\n" + content).listed) == {A, B, 33623456789}


MIXED_ENDS = [
    b"Tel;Nom\n0612345678;Zo\r0145678901;x\r\n",
    "Tel;Nom\n0612345678;é\r0145678901;x\r\n".encode("utf-16"),
    b"0612345678\n" + b"0145678901\r" * 9,
    b'Nom;Tel\r"Zo\rZa";0612345678\nx;"0145678901"\r\n',
    b"Tel;Nom\n" + b"0612345678;x\n" * 40_000 + b"0145678901;y\r" * 40_000,
]


@pytest.mark.parametrize("content", MIXED_ENDS)
def test_a_lone_cr_ends_a_line_beside_others_that_lf_ends(content: bytes) -> None:
    """As in a file that was put together of several; no number behind one is lost, however far it is."""
    found = read(content)
    assert (set(found.listed), found.rejects) == ({A, B}, [])


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1"])
@pytest.mark.parametrize("name", ["x", '"x"', '"a;""b"""'])
def test_no_break_spaces_in_a_number_are_read_in_each_encoding(encoding: str, name: str) -> None:
    """As Excel in French groups digits, also where the file has quotes that only the csv reader understands."""
    text = f"Tel;Nom\n06\u00a012\u00a034\u00a056\u00a078\u00a0;{name}\n"
    found = read(text.encode(encoding))
    assert (found.listed, found.rejects) == ([A], [])


def test_a_number_with_no_break_spaces_beside_the_column_is_a_stray() -> None:
    """In cp1252, too: it is not left out in silence."""
    found = read(b"Tel;Note\n" + b"0612345678;x\n" * 300 + b"0145678901;06\xa023\xa045\xa067\xa089\n")
    assert dict(found.reader.strays) == {"'Note'": 1}


@pytest.mark.parametrize("content", [b"0612345678\r\n0145678901\r\n\x1a", b"0612345678\n0145678901\x1a"])
def test_what_dos_ends_a_text_with_is_no_line(content: bytes) -> None:
    """Nor does it spoil the last number."""
    found = read(content)
    assert (found.listed, found.rejects) == ([A, B], [])


def test_an_answer_behind_a_lone_cr_counts() -> None:
    """The second of two wash answers, where the first line's end is that of an old Mac."""
    found = read(b"0612345678;1;OK\r0145678901;2;NOK\r\n0623456789;3;OK\r\n", "bloctel-return")
    assert (found.callable, found.listed) == ([A, 33623456789], [B])


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


NAMES = ["b.TXT", "b.dat", "b", "B.CSV", "b.asc", "b.lst", "folder/b.2026", "b.tsv", "b.txt.gz.bak"]


@pytest.mark.parametrize("name", NAMES)
def test_every_member_of_a_zip_is_read_whatever_its_name(name: str) -> None:
    """A part of a list may be called anything."""
    found = read(zipped({"a.txt": b"0612345678\n", name: b"0145678901\n"}))
    assert sorted(found.listed) == sorted([A, B])
    nested = zipped({"a.txt": b"0612345678\n", "b.zip": zipped({name: b"0145678901\n"})})
    assert sorted(read(nested).listed) == sorted([A, B])


@pytest.mark.parametrize("name", ["README", "readme.txt", "LISEZMOI.txt", "License.md", "doc/README.md", "NOTICE"])
def test_a_readme_is_told_and_not_read(load: Load, name: str) -> None:
    """The report says so; alone in the zip, it is what there is."""
    report = load(zipped({"a.txt": b"0612345678\n", name: b"How to read this: call 0145678901\n"}), file="list.zip")
    assert (report.imported, report.passed_over) == (1, (name,))


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"\x89PNG\r\n", bytes(range(32)) * 40, b"Rar!\x1a"])
def test_a_member_that_can_not_be_read_refuses_the_zip(content: bytes) -> None:
    """By its name, with what to do."""
    assert "'b'" in refusal(zipped({"a.txt": b"0612345678\n", "b": content}))
    assert read(zipped({"a.txt": b"0612345678\n", "b": content}), member="a.txt").listed == [A]


NORMALISER = Normaliser(DialPlan(prefixes=(), emergency=frozenset({"112"})))
numbers = st.integers(612_000_000, 612_000_400).map(lambda n: f"0{n}")
anything = st.one_of(
    numbers,
    numbers.map(lambda n: "+33" + n[1:]),
    numbers.map(lambda n: " ".join([n[:2], n[2:6], n[6:]])),
    st.sampled_from(["", "x", "12", "75001", "+32470123456", "0032470123456", "442083661177", "２0612345678"]),
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12),
)
tables = st.lists(st.lists(anything, min_size=1, max_size=5), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(tables, st.sampled_from(["téléphone;a;b", "a;tel;b", "a;b;c", "tel;tel2", "indicatif;tel;x"]), st.booleans())
def test_no_number_in_any_cell_is_lost(rows: list[list[str]], heading: str, quote: bool) -> None:
    """Each that the reader would accept is listed, or counted as a stray, or stands in a line that was set aside."""
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    csv.writer(buffer, delimiter=";", lineterminator="\n", quoting=quoting).writerows([["1", "0612345678", "2"], *rows])
    content = f"{heading}\n{buffer.getvalue()}".encode()
    try:
        found = read(content, delimiter=";", header=True, force=True)
    except ImportRefused:
        return
    aside = {reject.line for reject in found.rejects}
    there = [
        (line, kind.e164)
        for line, row in enumerate(rows, start=3)
        for cell in row
        if (kind := NORMALISER.normalise(cell.strip())).kind is NumberKind.E164
    ]
    lost = [number for line, number in there if number not in found.listed and line not in aside]
    assert len(lost) <= sum(found.reader.strays.values())


def test_an_inbox_or_a_pipe_is_no_other_way(store: ListStore) -> None:
    """A stream is refused for the same reason as a file."""
    content = b"tel;x\n" + b"0612345678;\n" * LATE + b"0612345678;0761234567\n"
    store.ensure("l", ListKind.OPPOSITION)
    with pytest.raises(ImportRefused, match="not taken"):
        store.import_file(io.BytesIO(content), "l", options=ImportOptions())
