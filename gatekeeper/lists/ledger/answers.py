"""The record of what registries were asked about numbers, and answered. Only added to."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from gatekeeper.errors import ListError
from gatekeeper.lists.ledger.overlay import list_row
from gatekeeper.lists.model import ListKind
from gatekeeper.lists.tables import answers, lists
from gatekeeper.registries.query.source import QueryAnswer, QueryOutcome, QuerySubject
from gatekeeper.translation import phrase


class AnswerRecord(NamedTuple):
    """An answer as evidence. Times are in microseconds since the epoch.

    Attributes:
        list: the registry's list.
        consent: the date of consent that it was asked with (YYYY-MM-DD), or "".
        region: the state that it was asked with, or "".
        outcome: what it said.
        asked_at: when.
        until: until when the answer holds.
        sha256: of the response as it came; "" of one from before this was kept.
        text: its beginning; of a response about many numbers, the part about this one.
    """

    list: str
    consent: str
    region: str
    outcome: QueryOutcome
    asked_at: int
    until: int
    sha256: str
    text: str


def keep(connection: Connection, name: str, given: Sequence[tuple[QuerySubject, QueryAnswer]], asked_at: int) -> None:
    """Add the answers of one registry, asked at a moment.

    Raises:
        ListError: there is no such list, or it is of another kind.
    """
    row = list_row(connection, name)
    if row.kind != ListKind.QUERY:
        raise ListError(phrase("the list {name} is of the kind {kind}: it keeps no answers", name=name, kind=row.kind))
    rows = [
        {
            "list_id": row.id,
            "number": subject.number,
            "consent": subject.consent.isoformat() if subject.consent else "",
            "region": subject.region,
            "outcome": answer.outcome.value,
            "asked_at": asked_at,
            "until": asked_at + answer.hold,
            "sha256": answer.sha256,
            "text": answer.text,
        }
        for subject, answer in given
    ]
    if rows:
        connection.execute(insert(answers), rows)


def of_number(connection: Connection, number: int) -> list[AnswerRecord]:
    """Every answer about a number (E.164), oldest first."""
    query = (
        select(
            lists.c.name,
            answers.c.consent,
            answers.c.region,
            answers.c.outcome,
            answers.c.asked_at,
            answers.c.until,
            answers.c.sha256,
            answers.c.text,
        )
        .join(lists, lists.c.id == answers.c.list_id)
        .where(answers.c.number == number)
        .order_by(answers.c.id)
    )
    return [
        AnswerRecord(name, consent, region, QueryOutcome(outcome), *rest)
        for name, consent, region, outcome, *rest in connection.execute(query)
    ]
