"""Reading a cell of contacts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from gatekeeper.phone.cells import read_cell, read_code

HOMES = {home: Normaliser(DialPlan(home=home)) for home in ("FR", "BE", "DK", "HK", "SG", "US")}
TWO = {  # two numbers as they are written at home, and their country code
    "FR": ("0612345678", "0745678901", "33"),
    "BE": ("0470123456", "0485123456", "32"),
    "DK": ("71234567", "81234567", ""),
    "HK": ("51234567", "61234567", ""),
    "SG": ("91234567", "81234567", ""),
    "US": ("2125551234", "6465551234", "1"),
}
BETWEEN = [
    "/",
    " / ",
    ";",
    "; ",
    ",",
    ", ",
    "\n",
    "\r\n",
    " ou ",
    " or ",
    " et ",
    " & ",
    "|",
    " | ",
    "  ",
    " ",
    "\t",
    "\\",
]


def numbers(text: str, home: str = "FR", code: str = "") -> list[int]:
    """What is read; 0 for what is not understood."""
    return [number.e164 for number in read_cell(text, HOMES[home], code)]


@pytest.mark.parametrize("between", BETWEEN, ids=repr)
@pytest.mark.parametrize("home", TWO)
def test_every_number_of_a_cell_is_read(home: str, between: str) -> None:
    """Whatever stands between them, and of three as well."""
    first, second, _ = TWO[home]
    expected = numbers(first, home) + numbers(second, home)
    assert 0 not in expected
    assert numbers(f"{first}{between}{second}", home) == expected
    assert numbers(f"{second}{between}{first}{between}{second}", home) == expected[::-1]


@pytest.mark.parametrize("home", TWO)
@pytest.mark.parametrize(
    "more", ["/7", "&79", " ou 79", "/1234567", ";1234567", "x81234567", ",1234567890123456", "\n1"]
)
def test_what_is_partly_understood_is_not_understood(home: str, more: str) -> None:
    """A number with something beside it that may be another one."""
    assert numbers(TWO[home][0] + more, home) == [0]


def test_one_number_is_one_number() -> None:
    """However it is spelled, with an extension, and as a spreadsheet keeps it a text."""
    spelled = ["06/12/34/56/78", "06.12.34.56.78", "+33 (0)6 12 34 56 78", "0612345678,,12", "0612345678;ext=12",
               '="0612345678"', "'0612345678", "0612345678 /", "tel:+33-6-12-34-56-78"]  # fmt: skip
    assert {text: numbers(text) for text in spelled} == {text: [33612345678] for text in spelled}
    assert numbers("0470/12.34.56", "BE") == [32470123456]
    assert numbers("") == numbers(" \n") == []


@settings(max_examples=200, deadline=None)
@given(st.integers(610_000_000, 638_999_999), st.sampled_from(["", "33", "+33"]), st.integers(1, 3))
def test_a_float_is_the_number_it_was(number: int, before: str, zeros: int) -> None:
    """With its zero in front lost, as pandas, Excel, Java and a French spreadsheet write it."""
    text = f"{before}{number}"
    digits = text.removeprefix("+")
    power = f"{digits[0]}.{digits[1:]}E{len(digits) - 1}"
    ways = [f"{text}.{'0' * zeros}", f"{text},{'0' * zeros}", power, power.replace(".", ","), power.replace("E", "e+")]
    assert {way: numbers(way) for way in ways} == {way: [33_000_000_000 + number] for way in ways}


@pytest.mark.parametrize("text", ["6,58E+08", "6.58E8", "6.58106E+08", "6E8", "3.36581E+10", "6.581055675E8"])
def test_a_rounded_number_is_not_understood(text: str) -> None:
    """Nobody knows its last digits."""
    assert numbers(text) == [0]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("32", "470123456", [32470123456]),
        ("32", "0470/12.34.56", [32470123456]),
        ("32", "32470123456", [32470123456]),
        ("33", "0612345678", [33612345678]),
        ("33", "612345678", [33612345678]),
        ("33", "493012345", [33493012345]),
        ("49", "3012345678", [493012345678]),
        ("1", "2125551234", [12125551234]),
        ("33", "+32470123456", [32470123456]),
        ("32", "0032470123456", [32470123456]),
        ("32", "470123456 / 485123456", [32470123456, 32485123456]),
        ("32", "0612", [0]),
        ("32", "470123456.0", [32470123456]),
    ],
)
@pytest.mark.parametrize("home", ["FR", "BE", "US"])
def test_a_country_code_beside_it_says_whose_it_is(code: str, text: str, expected: list[int], home: str) -> None:
    """Wherever home is; a number that is written in full says it itself."""
    if text.startswith("00") and home == "US":
        return
    assert numbers(text, home, code) == expected


def test_country_codes_are_read_as_people_write_them() -> None:
    """As people and dialers write them."""
    assert {read_code(text) for text in ("33", "+33", "0033", " 33.0", "FR", "fr", "(33)")} == {"33"}
    assert read_code("") == ""
    assert [read_code(text) for text in ("FRA", "999", "x", "33 6", "514", "0")] == [None] * 6


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("0123456789 +/;,.ou\nxEe()-"), max_size=30), st.sampled_from(["", "33", "32"]))
def test_a_cell_is_understood_whole_or_not_at_all(text: str, code: str) -> None:
    """Several numbers are all understood; and one cell that is not empty never reads as nothing."""
    found = read_cell(text, HOMES["FR"], code)
    assert bool(found) == bool(text.strip())
    assert len(found) == 1 or all(number.kind is NumberKind.E164 for number in found)
