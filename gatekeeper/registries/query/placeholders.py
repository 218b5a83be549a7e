"""Placeholders for the number, the date of consent and the state, in an address or a JSON body."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from gatekeeper.errors import QueryError
from gatekeeper.registries.query.source import QuerySubject
from gatekeeper.translation import phrase

NAMES = ("number", "e164", "nanp", "consent", "region")
"""`number`: E.164 without plus; `e164`: with it; `nanp`: the ten digits of a North American number."""

ITEMS = "{items}"
"""In the body of a request about many numbers: where the list of them goes."""

_PLACEHOLDER = re.compile(r"\{(" + "|".join(NAMES) + r")\}")
_NANP = re.compile(r"1([2-9][0-9]{9})")

Json = Any
"""What `json.loads` gives."""


def names_in(*texts: str) -> frozenset[str]:
    """The placeholders that stand in some texts."""
    return frozenset(name for text in texts for name in _PLACEHOLDER.findall(text))


def names_a_number(*texts: str) -> bool:
    """Whether some texts say where the number goes."""
    return not names_in(*texts).isdisjoint(("number", "e164", "nanp"))


def in_url(url: str, subject: QuerySubject, date_format: str) -> str:
    """An address with everything put in, encoded as in a URL.

    Raises:
        QueryError: the registry has no such numbers.
    """
    values = {name: quote(value, safe="") for name, value in _values(names_in(url), subject, date_format).items()}
    return _filled(url, values)


def in_json(value: Json, subject: QuerySubject, date_format: str) -> Json:
    """A JSON value with everything put into its texts: nothing can break out of one.

    Raises:
        QueryError: the registry has no such numbers.
    """
    if isinstance(value, str):
        return _filled(value, _values(names_in(value), subject, date_format))
    if isinstance(value, list):
        return [in_json(one, subject, date_format) for one in value]
    if isinstance(value, dict):
        return {key: in_json(one, subject, date_format) for key, one in value.items()}
    return value


def with_items(value: Json, items: list[Json]) -> Json:
    """A JSON value with a list in place of each text `{items}`."""
    if value == ITEMS:
        return items
    if isinstance(value, list):
        return [with_items(one, items) for one in value]
    if isinstance(value, dict):
        return {key: with_items(one, items) for key, one in value.items()}
    return value


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def _values(wanted: frozenset[str], subject: QuerySubject, date_format: str) -> dict[str, str]:
    values = {"number": str(subject.number), "e164": f"+{subject.number}", "region": subject.region}
    values["consent"] = subject.consent.strftime(date_format) if subject.consent is not None else ""
    if "nanp" in wanted:
        match = _NANP.fullmatch(str(subject.number))
        if match is None:
            raise QueryError(phrase("it has North American numbers only; name them in `prefixes`"))
        values["nanp"] = match[1]
    return values
