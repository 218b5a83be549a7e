"""Responses of registries that are asked, read without a socket: an answer counts for the number that it is about."""

import json

import pytest

from gatekeeper.errors import QueryError
from gatekeeper.registries.query.provider import Provider
from gatekeeper.registries.query.shape import QueryShape
from gatekeeper.registries.query.source import QueryAnswer, QueryOutcome, QuerySubject

SUBJECT = QuerySubject(12025550123)
HOLDS = dict.fromkeys(QueryOutcome, 1)
WORDS = {"field": "said.word", "listed": ("yes",), "callable": ("no",)}
BY_E164, BY_NANP = "https://r/{number}", "https://r/{nanp}"


def one_by_one(url: str = BY_E164, number_field: str = "said.tn") -> Provider:
    """A registry that is asked about one number, and names it in its answer."""
    return QueryShape(url=url, number_field=number_field, **WORDS).provider(1, HOLDS)  # type: ignore[arg-type]


def said(number: object, word: str = "no") -> bytes:
    """Its answer."""
    return json.dumps({"said": {"tn": number, "word": word}}).encode()


@pytest.mark.parametrize(
    ("url", "number"),
    [(BY_E164, "12025550123"), (BY_E164, "+1 (202) 555-0123"), (BY_E164, 12025550123), (BY_NANP, "202-555-0123")],
)
def test_an_answer_about_the_number_counts(url: str, number: object) -> None:
    """However the registry writes it."""
    (answer,) = one_by_one(url).read([SUBJECT], said(number))
    assert isinstance(answer, QueryAnswer)
    assert answer.outcome is QueryOutcome.CLEAR


@pytest.mark.parametrize("number", ["12025550124", "2025550123", "", None, 0])
@pytest.mark.parametrize("word", ["yes", "no"])
def test_an_answer_about_another_number_is_none(number: object, word: str) -> None:
    """Nor is one that names none: the call that waits is not cleared by it."""
    with pytest.raises(QueryError, match="about another number"):
        one_by_one().read([SUBJECT], said(number, word))
    with pytest.raises(QueryError, match=r"has no said\.tn"):
        one_by_one().read([SUBJECT], b'{"said": {"word": "no"}}')


def test_where_nobody_says_where_the_number_is_none_is_looked_for() -> None:
    """The registry was asked about it alone."""
    (answer,) = one_by_one(number_field="").read([SUBJECT], said("12025550124"))
    assert isinstance(answer, QueryAnswer)


@pytest.mark.parametrize("body", ['{"said": {"word": "yes", "word": "no"}}', '{"said": {}, "said": {"word": "no"}}'])
def test_an_answer_that_says_something_twice_is_none(body: str) -> None:
    """Which of the two counts is not for us to choose."""
    with pytest.raises(QueryError, match="a name twice"):
        one_by_one(number_field="").read([SUBJECT], body.encode())
