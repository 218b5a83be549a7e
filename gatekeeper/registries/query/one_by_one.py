"""Asking a registry about one number a request: GET with everything in the address, or POST with a JSON body."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.errors import QueryError
from gatekeeper.registries.query.placeholders import Json, in_json, in_url
from gatekeeper.registries.query.provider import QueryRequest, evidence_of
from gatekeeper.registries.query.source import QueryAnswer, QuerySubject
from gatekeeper.registries.query.wording import Wording, at_field, number_in, parsed, word_of
from gatekeeper.translation import phrase


@dataclass(frozen=True, slots=True)
class OneByOne:
    """A registry that answers about one number (`Provider`).

    Attributes:
        url: with placeholders (`placeholders.py`).
        wording: what its answers mean.
        body: of a POST, with placeholders in its texts; None for GET.
        date_format: how dates are written, as `strftime` has it.
        number_field: where an answer names its number: one that names another is none. "" looks at none.
    """

    url: str
    wording: Wording
    body: Json = None
    date_format: str = "%Y-%m-%d"
    number_field: str = ""

    most: ClassVar[int] = 1

    def request(self, subjects: Sequence[QuerySubject], /) -> QueryRequest:
        """Make a request, see `Provider.request`."""
        (subject,) = subjects
        url = in_url(self.url, subject, self.date_format)
        if self.body is None:
            return QueryRequest("GET", url)
        return QueryRequest("POST", url, json.dumps(in_json(self.body, subject, self.date_format)).encode())

    def read(self, subjects: Sequence[QuerySubject], body: bytes, /) -> list[QueryAnswer | QueryError]:
        """Read a response, see `Provider.read`."""
        (subject,) = subjects
        if self.number_field:
            nanp = "{nanp}" in self.url or "{nanp}" in json.dumps(self.body)
            if number_in(parsed(body), self.number_field, nanp=nanp) != str(subject.number):
                raise QueryError(phrase("its answer is about another number"))
        if self.wording.field:
            word = word_of(at_field(parsed(body), self.wording.field))
        else:
            word = body.decode("utf-8", "replace").strip()
        outcome = self.wording.outcome(word)
        return [QueryAnswer(outcome, self.wording.holds[outcome], *evidence_of(body))]
