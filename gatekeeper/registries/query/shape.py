"""The shape of a registry's interface over HTTP: what a configuration may say of it, and the provider that asks so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.registries.query.batches import Batches
from gatekeeper.registries.query.one_by_one import OneByOne
from gatekeeper.registries.query.placeholders import ITEMS, names_in
from gatekeeper.registries.query.provider import Provider
from gatekeeper.registries.query.source import QueryOutcome
from gatekeeper.registries.query.wording import Wording


@dataclass(frozen=True, slots=True)
class QueryShape:
    """What goes out and what comes back. Placeholders: `placeholders.py`.

    Attributes:
        url: the address.
        body: the JSON body of a POST; "" asks by GET. With `{items}` in it, about many numbers.
        item: the JSON of each number in a list of many.
        results: where the list of answers is.
        number_field: where an answer in it, or the only one, names its number.
        field: where the word is.
        listed: words that mean: must not be called.
        callable: words that mean: may be called.
        no_data: words that mean: nothing is known of it.
        date_format: how dates are written, as `strftime` has it.
    """

    url: str = ""
    body: str = ""
    item: str = ""
    results: str = ""
    number_field: str = ""
    field: str = ""
    listed: tuple[str, ...] = ()
    callable: tuple[str, ...] = ()
    no_data: tuple[str, ...] = ()
    date_format: str = "%Y-%m-%d"

    @property
    def placeholders(self) -> frozenset[str]:
        """What is put into its requests."""
        return names_in(self.url, self.body, self.item)

    @property
    def is_of_many(self) -> bool:
        """Whether its requests are about many numbers."""
        return ITEMS in self.body

    def provider(self, most: int, holds: Mapping[QueryOutcome, int]) -> Provider:
        """What asks so.

        Args:
            most: how many numbers a request may have.
            holds: for how long an answer of each kind holds, in microseconds.

        Raises:
            ValueError: a text is not a JSON.
        """
        words = {
            **dict.fromkeys(self.callable, QueryOutcome.CLEAR),
            **dict.fromkeys(self.no_data, QueryOutcome.NO_DATA),
            **dict.fromkeys(self.listed, QueryOutcome.LISTED),
        }
        wording = Wording(words, holds, self.field)
        body = json.loads(self.body) if self.body else None
        if not self.is_of_many:
            return OneByOne(self.url, wording, body, self.date_format, self.number_field)
        item = json.loads(self.item)
        return Batches(self.url, wording, body, item, self.results, self.number_field, most, self.date_format)
