"""The wording of a registry's answers, and what it means."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gatekeeper.errors import QueryError
from gatekeeper.registries.query.source import QueryOutcome
from gatekeeper.translation import phrase

_NO_DIGITS = re.compile(r"[^0-9]+")
_NANP_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Wording:
    """What is read out of an answer, and for how long it holds.

    Attributes:
        outcomes: what each word means; all others are not answer.
        holds: for how long an answer of each kind holds, in microseconds.
        field: where the word is in JSON: names divided by dots; "" takes the whole as text.
    """

    outcomes: Mapping[str, QueryOutcome]
    holds: Mapping[QueryOutcome, int] = field(default_factory=lambda: MappingProxyType({}))
    field: str = ""

    def outcome(self, word: str) -> QueryOutcome:
        """What a word means.

        Raises:
            QueryError: nobody has said.
        """
        found = self.outcomes.get(word)
        if found is None:
            raise QueryError(phrase("its answer says neither that the number may be called nor that it may not"))
        return found


def parsed(body: bytes) -> Any:
    """A response as JSON.

    Raises:
        QueryError: it is none.
    """
    try:
        return json.loads(body, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise QueryError(phrase("its answer is no JSON")) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Readers differ in which of the two they take (RFC 8259, 4).
        raise QueryError(phrase("its answer has a name twice in one JSON object"))
    return found


def at_field(value: Any, name: str) -> Any:
    """What stands at a place in JSON, as `result.status`; the whole for "".

    Raises:
        QueryError: there is no such place.
    """
    for part in name.split(".") if name else ():
        if not isinstance(value, dict) or part not in value:
            raise QueryError(phrase("its answer has no {name}", name=name))
        value = value[part]
    return value


def word_of(value: Any) -> str:
    """A value as JSON writes it: `true`, `false`, `1`, and texts without their quotes."""
    return value if isinstance(value, str) else json.dumps(value)


def number_in(value: Any, name: str, *, nanp: bool) -> str:
    """The number at a place in JSON, as digits of E.164.

    Args:
        value: the JSON.
        name: the place, see `at_field`.
        nanp: whether the registry was asked about North American numbers by their ten digits, and answers so.

    Raises:
        QueryError: there is no such place.
    """
    digits = _NO_DIGITS.sub("", word_of(at_field(value, name)))
    return f"1{digits}" if nanp and len(digits) == _NANP_DIGITS else digits
