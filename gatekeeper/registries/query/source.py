"""Registries that are asked number by number: what screening needs of one."""

from typing import NamedTuple, Protocol


class QueryAnswer(NamedTuple):
    """What a registry says of a number.

    Attributes:
        listed: whether the number must not be called.
        hold: for how long that holds, in microseconds.
    """

    listed: bool
    hold: int


class QuerySource(Protocol):
    """A registry that can be asked."""

    async def ask(self, number: int, /) -> QueryAnswer:
        """What it says of a number (E.164), within its deadline.

        Raises:
            QueryError: it does not say.
        """


class AnswerBook(Protocol):
    """Where answers are kept, for the next calls and for the record."""

    async def keep(self, name: str, number: int, answer: QueryAnswer, asked_at: int, /) -> None:
        """Return when the answer is in force for the next look at the lists.

        Raises:
            StoreError: it can't be written.
        """
