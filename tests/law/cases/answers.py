"""Answers of registries that are asked, in a cell of a table of cases: `rnd:no@2026-11-24T10:00`.

The answer is put into the registry's own response, and read and judged by the code that does so with real ones.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from gatekeeper.config.sections.queries import QuerySection
from gatekeeper.errors import QueryError
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.registries.query.source import QuerySubject
from gatekeeper.registries.query.terms import Known
from tests.law.cases.row import Case
from tests.law.cases.words import answers_in, pairs

PROVIDERS: Final = {"rnd": "reassigned", "reassigned": "reassigned", "litigator": "litigator"}
"""The registries that are asked, by the words of a cell."""

_ANSWERS: Final = {
    "reassigned": {"no": "no", "yes": "yes", "no-data": "no_data", "free": "no", "ok": "no", "listed": "yes"},
    "litigator": {"false": "false", "true": "true", "no": "false", "yes": "true", "free": "false", "listed": "true"},
}
"""By provider the word of its response for that of a cell."""

_SILENT: Final = "error"
"""The answer of a registry that gave none."""

_PREFIXES: Final = {"reassigned": ("1",)}
_KEYS: Final = ("consent", "hold")
_HOURS: Final = "24"


class Answered(NamedTuple):
    """An answer.

    Attributes:
        provider: of which registry.
        word: its own word; "" where it gave none.
        asked_at: when it was asked, in microseconds since the epoch.
        consent: the date of consent that it was asked with, as it is written; "" for that of the consumer's consent.
        hours: for how many hours the answer holds.
    """

    provider: str
    word: str
    asked_at: int
    consent: str
    hours: int


def is_answer(part: str) -> bool:
    """Whether a part of the cell is of a registry that is asked."""
    return part.partition(":")[0].casefold() in PROVIDERS


def answers_of(case: Case) -> list[Answered]:
    """The answers of a row.

    Raises:
        ValueError: one can't be read.
    """
    return [_read(case, part) for part in answers_in(case["wash"]) if is_answer(part)]


def _read(case: Case, part: str) -> Answered:
    plain, *more = part.split(";")
    registry, _, rest = plain.partition(":")
    said, _, when = rest.casefold().partition("@")
    provider = PROVIDERS[registry.casefold()]
    words = _ANSWERS[provider]
    if said not in {*words, _SILENT} or not when:
        there = ", ".join((*words, _SILENT))
        raise ValueError(f"{part!r}: write {registry}:ANSWER@2026-11-24T10:00, with one of the answers {there}")
    if not str(case.number).startswith(_PREFIXES.get(provider, "")):
        raise ValueError(f"{part!r}: it is asked about North American numbers only")
    known = pairs(";".join(more), _KEYS)
    hours = known.get("hold", _HOURS)
    if not hours.isdecimal() or not int(hours):
        raise ValueError(f"hold={hours}: write for how many hours the answer holds")
    asked_at = case.moment(when.upper()) if ":" in when else min(case.end_of(when) - 1, case.at)
    return Answered(provider, words.get(said, ""), asked_at, known.get("consent", ""), int(hours))


def sections_of(answers: list[Answered]) -> tuple[dict[str, object], dict[str, object]]:
    """The lists and the queries that a site has whose registries answered so."""
    hours = {one.provider: one.hours for one in answers}
    return (
        {provider: {"kind": "query"} for provider in hours},
        {
            provider: {
                "provider": provider,
                "url": "http://127.0.0.1:9/",  # nobody is there: what is kept is judged
                "mode": "always",
                "prefixes": _PREFIXES.get(provider, ()),
                "hold_hours": hold,
            }
            for provider, hold in hours.items()
        },
    )


def keep(
    case: Case, answers: list[Answered], queries: Mapping[str, QuerySection], store: ListStore, known: Known
) -> None:
    """Keep the answers, as far as they were there before the call.

    Args:
        case: the row.
        answers: its answers.
        queries: how the registries are asked.
        store: where answers are kept.
        known: tells the date of the consumer's consent.

    Raises:
        ValueError: a registry is asked with a date of consent, and there is none.
    """
    for provider in queries:
        store.ensure(provider, ListKind.QUERY)
    for one in sorted(answers, key=lambda answered: answered.asked_at):
        if one.word and one.asked_at <= case.at:
            section = queries[one.provider].model_copy(update={"hold_hours": one.hours})
            subject = section.as_terms().asked_with(QuerySubject(case.number, _consent(case, one, known)))
            if not section.as_terms().is_askable(subject):
                raise ValueError("it is asked with a date of consent, and there was none: write ;consent=2026-09-01")
            (read,) = section.as_query(one.provider).provider.read([subject], _response(one, subject))
            if isinstance(read, QueryError):
                raise ValueError(str(read))
            store.keep_answers(one.provider, [(subject, read)], one.asked_at)


def _consent(case: Case, one: Answered, known: Known) -> date | None:
    if one.consent:
        try:
            return date.fromisoformat(one.consent)
        except ValueError:
            raise ValueError(f"consent={one.consent}: write the day, as in consent=2026-09-01") from None
    return known(case.number, case["principal"], one.asked_at).consent


def _response(one: Answered, subject: QuerySubject) -> bytes:
    """The response of the registry, in its own words."""
    said = {"reassigned": {"answer": one.word}, "litigator": {"litigator": one.word == "true"}}[one.provider]
    return json.dumps({"results": [{"number": str(subject.number), **said}]}).encode()
