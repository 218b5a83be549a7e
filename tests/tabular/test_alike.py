"""Lists and contacts make the same of a column's name: who washes a file and who imports it see the same telephones."""

import pytest

from gatekeeper.contacts.columns import choose_columns, guarded_columns
from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from gatekeeper.registries.reading.columns import choose
from gatekeeper.tabular.column_names import ColumnMeaning, code_rank, column_meaning
from tests.tabular.test_column_names import CASES

NORMALISER = Normaliser(DialPlan())


def is_number(text: str) -> bool:
    """As an import asks it."""
    return NORMALISER.normalise(text).kind is NumberKind.E164


@pytest.mark.parametrize("cell", ["", "0612345678"])
def test_whoever_reads_takes_the_same_columns(cell: str) -> None:
    """By names alone, and where numbers stand in them."""
    telephones = [name for name, meaning in CASES if meaning is ColumnMeaning.NUMBER]
    names = ["nom", *telephones]
    rows = [["Zoé", *[cell] * len(telephones)]] * 3
    expected = tuple(range(1, len(names)))
    assert choose_columns((), names, len(names), rows, NORMALISER) == expected
    assert choose(names, rows, None, is_number, "x").columns == expected


@pytest.mark.parametrize(("name", "meaning"), CASES)
def test_contacts_guard_what_is_surely_something_else(name: str, meaning: ColumnMeaning) -> None:
    """Bare digits there are no numbers; where the name does not say, they may be."""
    open_to_numbers = {ColumnMeaning.NUMBER, ColumnMeaning.PERHAPS, ColumnMeaning.UNKNOWN}
    assert bool(guarded_columns((name,), 1, [])) is (meaning not in open_to_numbers)


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        *[(name, 2) for name in ("phone_code", "indicatif", "Indicatif pays", "dial code", "Landesvorwahl", "Vorwahl")],
        *[(name, 2) for name in ("country calling code", "prefijo país", "phone_country", "dialling code")],
        *[
            (name, 1)
            for name in ("country_code", "code pays", "landcode", "Ländercode", "código país", "CountryCode 2")
        ],
        *[
            (name, 0)
            for name in ("tel", "code", "area_code", "code postal", "indicatif régional", "pays", "country", "")
        ],
    ],
)
def test_how_surely_a_name_is_that_of_country_codes(name: str, rank: int) -> None:
    """A telephone's own goes before a country's, which is often of something else."""
    assert code_rank(name) == rank
    assert rank == 0 or column_meaning(name) in {ColumnMeaning.COUNTRY_CODE, ColumnMeaning.UNKNOWN}
