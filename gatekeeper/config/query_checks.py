"""Checks of `[queries.NAME]`: mistakes that show only when two settings are seen together."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from gatekeeper.config.problems import Problem
from gatekeeper.config.sections.queries import QuerySection
from gatekeeper.config.settings import Settings
from gatekeeper.translation import phrase

_FIELD_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD_VALUE: Final = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")


def query_problems(settings: Settings) -> Iterator[Problem]:
    """Everything that is wrong with the registries that are asked."""
    lists = {name for name, section in settings.lists.items() if section.kind == "query"}
    for name in sorted(lists - settings.queries.keys()):
        yield Problem(
            ("lists", name, "kind"),
            phrase('is "query", and nothing says how it is asked: add [queries.{name}]', name=name),
        )
    for name, section in settings.queries.items():
        if name not in lists:
            yield Problem(("queries", name), phrase('has no list: add [lists.{name}] with kind = "query"', name=name))
        yield from (Problem(("queries", name, key), text) for key, text in _of_one(section))


def _of_one(section: QuerySection) -> Iterator[tuple[str, str]]:
    """What is wrong with one, as its key and what is to be said of it."""
    if section.prefixes and section.mode != "always":
        yield (
            "prefixes",
            phrase('is for mode = "always" only: a number that no list covers needs an answer, whichever number it is'),
        )
    yield from _header(section)
    yield from _request(section)
    yield from _answer(section)


def _header(section: QuerySection) -> Iterator[tuple[str, str]]:
    """A header's name and value as HTTP has them (RFC 9110, 5.5 and 5.6.2); a secret is never shown."""
    if section.header and not _FIELD_NAME.fullmatch(section.header):
        yield "header", phrase('is "{header}": the name of a header has letters, digits and -', header=section.header)
    if not _FIELD_VALUE.fullmatch(section.secret.get_secret_value()):
        yield (
            "secret",
            phrase("can't be a header's value: that is ASCII on one line, without a blank at its ends"),
        )


def _request(section: QuerySection) -> Iterator[tuple[str, str]]:
    shape = section.as_shape()
    if not shape.url:
        yield "url", phrase("is missing")
        return
    if shape.is_of_many and not (shape.item and shape.number_field):
        missing = "number_field" if shape.item else "item"
        yield missing, phrase('is missing: the body has "{items}" in it, so it is asked about many numbers')
        return
    if shape.item and not shape.is_of_many:
        yield "item", phrase('is of no use: the body has no "{items}", where the list of numbers goes')
    if shape.number_field and not shape.is_of_many and not shape.field:
        yield "number_field", phrase("is of no use: without `field` the whole answer is the word")
    where = ("item", shape.item) if shape.is_of_many else ("url", shape.url)
    if shape.placeholders.isdisjoint(("number", "e164", "nanp")):
        yield where[0], phrase('is "{where}": it must have {{number}} in it, or the body must', where=where[1])
    if shape.is_of_many and "{" in shape.url:
        yield (
            "url",
            phrase(
                'is "{url}": where many numbers are asked about, they stand in the item and not here', url=shape.url
            ),
        )
    if section.provider == "reassigned" and "consent" not in shape.placeholders:
        yield (
            where[0],
            phrase(
                'is "{where}": the registry is asked with the date of consent; put {{consent}} there', where=where[1]
            ),
        )


def _answer(section: QuerySection) -> Iterator[tuple[str, str]]:
    shape = section.as_shape()
    if not shape.listed or not shape.callable:
        missing = "callable" if shape.listed else "listed"
        yield missing, phrase("is empty: give the words that the registry answers with")
    words = {"listed": shape.listed, "callable": shape.callable, "no_data_words": shape.no_data}
    for (first, some), (second, others) in combinations(words.items(), 2):
        for word in sorted(set(some) & set(others)):
            yield second, phrase('has "{word}", and so has {first}: a word means one thing', word=word, first=first)
