"""Asking a registry about many numbers a request: a list goes out, and a list of answers that name them comes back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gatekeeper.errors import QueryError
from gatekeeper.registries.query.placeholders import Json, in_json, with_items
from gatekeeper.registries.query.provider import QueryRequest, evidence_of
from gatekeeper.registries.query.source import QueryAnswer, QuerySubject
from gatekeeper.registries.query.wording import Wording, at_field, number_in, parsed, word_of
from gatekeeper.translation import phrase


@dataclass(frozen=True, slots=True)
class Batches:
    """A registry that answers about many numbers (`Provider`).

    An answer belongs to the number that it names, wherever it stands: one that is missing, or there twice with
    different words, is not an answer.

    Attributes:
        url: of the registry.
        wording: what its answers mean, within one of the list.
        body: with `{items}` where the list goes.
        item: what stands in the list for each number, with placeholders in its texts (`placeholders.py`).
        results: where the list of answers is: names divided by dots; "" for the whole response.
        number_field: where an answer names its number.
        most: how many numbers a request may have.
        date_format: how dates are written, as `strftime` has it.
    """

    url: str
    wording: Wording
    body: Json
    item: Json
    results: str
    number_field: str
    most: int = 100
    date_format: str = "%Y-%m-%d"

    def request(self, subjects: Sequence[QuerySubject], /) -> QueryRequest:
        """Make a request, see `Provider.request`."""
        items = [in_json(self.item, subject, self.date_format) for subject in subjects]
        return QueryRequest("POST", self.url, json.dumps(with_items(self.body, items)).encode())

    def read(self, subjects: Sequence[QuerySubject], body: bytes, /) -> list[QueryAnswer | QueryError]:
        """Read a response, see `Provider.read`."""
        results = at_field(parsed(body), self.results)
        if not isinstance(results, list):
            raise QueryError(phrase("its answer has no list {name}", name=self.results).rstrip())
        said: dict[str, list[Any]] = {}
        for result in results:
            said.setdefault(self._number(result), []).append(result)
        return [self._answer(said.get(str(subject.number), []), body) for subject in subjects]

    def _answer(self, results: list[Any], body: bytes) -> QueryAnswer | QueryError:
        """What the results that name one number say of it."""
        try:
            found = {self.wording.outcome(word_of(at_field(one, self.wording.field))) for one in results}
        except QueryError as error:
            return error
        if len(found) != 1:
            return QueryError(
                phrase("it answers about the number in two ways") if found else phrase("it leaves the number out")
            )
        outcome = found.pop()
        part = json.dumps(results[0] if len(results) == 1 else results, ensure_ascii=False).encode()
        return QueryAnswer(outcome, self.wording.holds[outcome], *evidence_of(body, part))

    def _number(self, result: Any) -> str:
        """The number that a result names, as digits of E.164; "" for none."""
        try:
            return number_in(result, self.number_field, nanp=self._is_asked_in_nanp)
        except QueryError:
            return ""

    @property
    def _is_asked_in_nanp(self) -> bool:
        return "{nanp}" in json.dumps(self.item)
