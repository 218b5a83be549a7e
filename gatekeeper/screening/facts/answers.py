"""What registries answered: of wash lists, of lists by prefix, and of registries that are asked number by number."""

from typing import TYPE_CHECKING

from gatekeeper.policy import Hit
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.ports import Index

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers

Answered = tuple[Hit | None, Hit | None]
"""The registry that was asked and lists the number; and the list that ought to say something of it and does not."""

NOTHING: Answered = (None, None)


class RegistryAnswers:
    """Asks what every applied list that has to speak of a number says.

    Args:
        index: the lists, opened for serving.
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    def one(self, number: int, applied: Applied, at: int, /) -> Answered:
        """What was answered about a number, as far as it holds at a moment.

        Raises:
            StoreError: the answers can't be read.
        """
        for name, unsaid in applied.washes:
            if not self._index.cleared(number, name, at):
                return None, unsaid
        uncovered = self._index.uncovered(number, applied.covering) if applied.limited else None
        if not applied.queries or (applied.covering and uncovered is None):
            return None, uncovered
        for name, asked in applied.queries:
            listed = self._index.answered(number, name, at)
            if listed is not False:
                return (asked, None) if listed else (None, asked)
        return NOTHING

    def many(self, numbers: "Numbers", applied: Applied, at: int, /) -> "Many[Answered]":
        """The same for many numbers: each step is taken with those that the steps before it left open.

        Raises:
            StoreError: the answers can't be read.
        """
        import numpy as np  # not where calls are served

        from gatekeeper.screening.facts.many import Many

        lists = self._index.bulk()
        values: list[Answered] = [NOTHING]
        which = np.zeros(len(numbers), np.intp)
        left = np.arange(len(numbers))
        for name, unsaid in applied.washes:
            cleared = lists.cleared_many(numbers[left], name, at)
            which[left[~cleared]] = len(values)
            values.append((None, unsaid))
            left = left[cleared]
        if applied.limited:
            uncovered = lists.uncovered_many(numbers[left], applied.covering)
            left, place = left[uncovered.which >= 0], uncovered.which[uncovered.which >= 0]
            if not applied.queries:
                which[left] = place + len(values)
                values += [(None, hit) for hit in uncovered.hits]
        elif applied.covering:
            left = left[:0]
        for name, asked in applied.queries:
            said = lists.answered_many(numbers[left], name, at)
            which[left[said > 0]] = len(values)
            which[left[said < 0]] = len(values) + 1
            values += [(asked, None), (None, asked)]
            left = left[said == 0]
        return Many(which, values)
