"""What registries answered: of wash lists, of lists by prefix, and of registries that are asked number by number."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from gatekeeper.policy import Hit
from gatekeeper.registries.query.source import QueryOutcome, QuerySubject
from gatekeeper.registries.query.terms import NO_QUERIES, Queries
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.ports import Index

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers


class Answered(NamedTuple):
    """What registries have against a number.

    Attributes:
        listed: the registry that was asked and lists the number.
        unsaid: the list that ought to say something of it and does not.
        reassigned: the registry that says that the number was given up since the consent. Then nothing else is told.
    """

    listed: Hit | None = None
    unsaid: Hit | None = None
    reassigned: Hit | None = None


NOTHING: Final = Answered()


class RegistryAnswers:
    """Asks what every applied list that has to speak of a number says.

    Args:
        index: the lists, opened for serving.
        queries: what the answers of registries that are asked number by number are worth.
    """

    def __init__(self, index: Index, queries: Queries = NO_QUERIES) -> None:
        self._index = index
        self._queries = queries

    def one(self, number: int, asked: Asked, applied: Applied, /) -> Answered:
        """What was answered about a number, as far as it holds at the moment of the call.

        Raises:
            StoreError: the answers can't be read.
        """
        at = asked.attempt.at
        reassigned = self._reassigned(number, asked, applied)
        if reassigned is not None:
            return Answered(reassigned=reassigned)
        for name, unsaid in applied.washes:
            if not self._index.cleared(number, name, at):
                return Answered(unsaid=unsaid)
        always, gaps = self._parted(applied)
        answered = self._asked(number, always, asked)
        if answered != NOTHING:
            return answered
        uncovered = self._index.uncovered(number, applied.covering) if applied.limited else None
        if not gaps or (applied.covering and uncovered is None):
            return Answered(unsaid=uncovered)
        return self._asked(number, gaps, asked)

    def subject(self, name: str, number: int, principal: str, at: int) -> QuerySubject:
        """What a registry is asked about a call."""
        return self._queries.of(name).asked_with(self._queries.subject(number, principal, at))

    def of_reassigned(self, name: str) -> bool:
        """Whether a list's registry tells which numbers were given up since the consent."""
        return self._queries.of(name).of_reassigned

    def said(self, name: str, subject: QuerySubject, at: int) -> QueryOutcome | None:
        """What a registry says of a number, as far as it holds at a moment; None where it has to be asked.

        Raises:
            StoreError: the answers can't be read.
        """
        return self._queries.of(name).outcome(self._index.answers(subject.number, name), subject, at)

    def _parted(self, applied: Applied) -> tuple[tuple[tuple[str, Hit], ...], tuple[tuple[str, Hit], ...]]:
        """The registries whose answer each call needs, and those that fill gaps."""
        if not applied.queries:
            return (), ()
        always = tuple(one for one in applied.queries if self._queries.of(one[0]).always)
        return always, tuple(one for one in applied.queries if one not in always)

    def _asked(self, number: int, queries: tuple[tuple[str, Hit], ...], asked: Asked) -> Answered:
        """What the first of some registries has against a call."""
        if not queries:
            return NOTHING
        at = asked.attempt.at
        subject = self._queries.subject(number, asked.attempt.principal, at)
        for name, hit in queries:
            terms = self._queries.of(name)
            if not terms.concerns(number):
                continue
            outcome = self.said(name, subject, at)
            if outcome is QueryOutcome.LISTED:
                return Answered(listed=hit)
            if outcome is None or (outcome is QueryOutcome.NO_DATA and not terms.no_data_clears):
                return Answered(unsaid=hit)
        return NOTHING

    def _reassigned(self, number: int, asked: Asked, applied: Applied) -> Hit | None:
        """The registry that has answered that the number was given up, whenever its answer is needed."""
        for name, hit in applied.queries:
            terms, attempt = self._queries.of(name), asked.attempt
            if terms.of_reassigned and terms.concerns(number):
                subject = self._queries.subject(number, attempt.principal, attempt.at)
                if self.said(name, subject, attempt.at) is QueryOutcome.LISTED:
                    return hit
        return None

    def clears(self, number: int, applied: Applied) -> Hit | None:
        """The list by which a number may be called that none speaks against; None where none was to say anything.

        Raises:
            StoreError: the lists can't be read.
        """
        if applied.washes:
            return applied.washes[0][1]
        if applied.covering and not (applied.limited and self._index.uncovered(number, applied.covering)):
            return Hit(applied.covering[0], "")
        return next((hit for name, hit in applied.queries if self._queries.of(name).concerns(number)), None)

    def clears_many(self, numbers: "Numbers", applied: Applied) -> "Many[Hit | None]":
        """The same for many numbers.

        Raises:
            StoreError: the lists can't be read.
        """
        from gatekeeper.screening.facts.many import of_each, same  # NumPy

        if not applied.queries:
            return same(self.clears(0, applied._replace(limited=False)), len(numbers))
        return of_each(self.clears(number, applied) for number in numbers.tolist())

    def many(self, numbers: "Numbers", asked: Asked, applied: Applied, /) -> "Many[Answered]":
        """The same for many numbers: each step is taken with those that the steps before it left open.

        Raises:
            StoreError: the answers can't be read.
        """
        import numpy as np  # not where calls are served

        from gatekeeper.screening.facts.many import Many

        at = asked.attempt.at
        lists = self._index.bulk()
        values: list[Answered] = [NOTHING]
        which = np.zeros(len(numbers), np.intp)
        left = np.arange(len(numbers))

        def ask(answer: Callable[[int], Answered]) -> None:
            nonlocal left
            said = [answer(number) for number in numbers[left].tolist()]
            for value in dict.fromkeys(said):
                which[left[np.array([one == value for one in said], np.bool_)]] = len(values)
                values.append(value)
            left = left[np.array([one == NOTHING for one in said], np.bool_)]

        if any(self._queries.of(name).of_reassigned for name, _ in applied.queries):
            ask(lambda number: Answered(reassigned=self._reassigned(number, asked, applied)))
        for name, unsaid in applied.washes:
            cleared = lists.cleared_many(numbers[left], name, at)
            which[left[~cleared]] = len(values)
            values.append(Answered(unsaid=unsaid))
            left = left[cleared]
        always, gaps = self._parted(applied)
        if always:
            ask(lambda number: self._asked(number, always, asked))
        if applied.limited:
            uncovered = lists.uncovered_many(numbers[left], applied.covering)
            left, place = left[uncovered.which >= 0], uncovered.which[uncovered.which >= 0]
            if not gaps:
                which[left] = place + len(values)
                values += [Answered(unsaid=hit) for hit in uncovered.hits]
        elif applied.covering:
            left = left[:0]
        if gaps:
            ask(lambda number: self._asked(number, gaps, asked))
        return Many(which, values)
