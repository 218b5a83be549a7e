"""A column of country codes beside the numbers: `phone_code` and `470123456` are 32 and a Belgian number."""

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.phone import DialPlan, Normaliser, emergency_numbers
from gatekeeper.phone.countries import calling_code, country_of_code
from gatekeeper.registries.reading.answers import Column
from gatekeeper.registries.reading.cell import ListCell, ListCellReader

_CODE = re.compile(r"(?:\+|00)?([1-9]\d{0,2})(?:[.,]0)?", re.ASCII)


class Unreadable(ListCellReader):
    """In the place of a reader where the code is none: what is not understood is set aside."""

    def __init__(self) -> None:
        """Nothing is needed for that."""

    def read(self, text: str) -> ListCell:  # noqa: ARG002 - as every reader
        """No number."""
        return ListCell((), "the country code beside the number is none")


class Coded(NamedTuple):
    """The codes of a block.

    Attributes:
        readers: one for each different code; None for that of the list's own country.
        which: for each line the place of its reader.
    """

    readers: list[ListCellReader | None]
    which: NDArray[np.int64]

    @property
    def foreign(self) -> NDArray[np.bool_]:
        """The lines whose number is not of the list's own country."""
        table = np.array([reader is not None for reader in self.readers] or [False], np.bool_)
        return table[self.which]


class CountryCodes:
    """Readers by what the column says.

    Args:
        country: of numbers beside which nothing is said.
        sheet: as of `ListCellReader`.
    """

    def __init__(self, country: str, *, sheet: bool = False) -> None:
        self._home = calling_code(country)
        self._country = country
        self._sheet = sheet
        self._readers: dict[str, ListCellReader | None] = {"": None}

    def reader(self, text: str) -> ListCellReader | None:
        """The reader for numbers beside which this stands; None for the list's own."""
        text = text.strip().removeprefix("'").upper()
        if text not in self._readers:
            self._readers[text] = self._made(text)
        return self._readers[text]

    def of(self, cells: Column) -> Coded:
        """The readers of a column's cells."""
        return Coded([self.reader(text) for text in cells.texts], cells.which)

    def _made(self, text: str) -> ListCellReader | None:
        code = _CODE.fullmatch(text)
        country = country_of_code(int(code[1])) if code else text
        calling = int(code[1]) if code else calling_code(text) if text.isalpha() else 0
        if country is None or not calling:
            return Unreadable()
        if calling == self._home:
            return None
        plan = DialPlan(home=country, prefixes=(), emergency=emergency_numbers(country), internal=())
        return ListCellReader(Normaliser(plan), country, sheet=self._sheet)
