"""Registries that are asked number by number: what they are asked and answer, and what screening needs of one."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol


class QueryOutcome(StrEnum):
    """What a registry says of a number. That it does not answer is none of these: it is a `QueryError`."""

    CLEAR = "clear"
    """The registry has the number, and nothing speaks against a call."""
    LISTED = "listed"
    """The number must not be called."""
    NO_DATA = "no_data"
    """The registry answers that it knows nothing of the number."""


class QuerySubject(NamedTuple):
    """What a registry is asked about.

    Attributes:
        number: E.164 without plus.
        consent: the date of the consent that the call rests on; None where there is none, or nobody knows.
        region: the state that the number is called in, as ISO 3166-2 has it (`US-FL`), or "".
    """

    number: int
    consent: date | None = None
    region: str = ""


class QueryAnswer(NamedTuple):
    """What a registry says of a number, and the evidence of it.

    Attributes:
        outcome: what it says.
        hold: for how long that holds, in microseconds.
        sha256: of the response as it came.
        text: its beginning; of a response about many numbers, the part about this one.
    """

    outcome: QueryOutcome
    hold: int
    sha256: str = ""
    text: str = ""


class QuerySource(Protocol):
    """A registry that can be asked."""

    async def ask(self, number: int, consent: date | None = None, region: str = "", /) -> QueryAnswer:
        """What it says of a number, within its deadline.

        Raises:
            QueryError: it does not say.
        """


class AnswerBook(Protocol):
    """Where answers are kept, for the next calls and for the record."""

    async def keep(self, name: str, subject: QuerySubject, answer: QueryAnswer, asked_at: int, /) -> None:
        """Return when the answer is in force for the next look at the lists.

        Raises:
            StoreError: it can't be written.
        """
