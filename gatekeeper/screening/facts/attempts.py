"""What the book of attempts says: how many attempts to reach a consumer count, and when one more is within the cap."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from gatekeeper.attempts import AttemptBook, AttemptKey
from gatekeeper.policy import Attempt, Need
from gatekeeper.policy.calendar import zone_of
from gatekeeper.policy.ledger import name_key
from gatekeeper.policy.needs import AttemptsNeed, AttemptsStanding
from gatekeeper.policy.windows import free_at
from gatekeeper.screening.facts.source import Asked

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers

_NONE: Final = AttemptsStanding()


class CountedAttempts:
    """Asks the book of attempts.

    Args:
        book: the attempts.
        close: lets go of what the book reads, where it was opened for it.
    """

    def __init__(self, book: AttemptBook, close: Callable[[], None] = lambda: None) -> None:
        self._book = book
        self.close = close

    def one(self, number: int, asked: Asked, needs: tuple[Need, ...], /) -> tuple[AttemptsStanding, ...]:
        """How many attempts count, for each need. Whether a call may be placed at some time, they do not say.

        Raises:
            JournalError: the journal can't be read.
        """
        if asked.attempt.timeless:
            return (_NONE,) * len(needs)
        return tuple([self._one(number, asked, need) for need in needs if isinstance(need, AttemptsNeed)])

    def _one(self, number: int, asked: Asked, need: AttemptsNeed) -> AttemptsStanding:
        attempt = asked.attempt
        times = self._book.times(
            key_of(number, asked.contact, attempt),
            need.window.since(attempt.at),
            by_principal=need.by_principal,
            by_subject=need.by_subject,
            by_number=need.by_number,
            by_person=need.by_person,
            fellows=need.fellows.get(name_key(attempt.principal), ()) if need.groups else (),
            without=asked.without,
            now=attempt.at,
        )
        if not times:
            return _NONE
        zones = [zone_of(name) for name in attempt.place.zones]
        inside = len(times)
        if need.window.ends(times[0], zones) <= attempt.at:  # else none has ended to count, for they end in their order
            inside = sum([need.window.ends(time, zones) > attempt.at for time in times])
        return AttemptsStanding(inside, free_at(times, attempt.at, need.window, need.limit, zones))

    def many(self, numbers: "Numbers", asked: Asked, needs: tuple[Need, ...], /) -> "Many[tuple[object, ...]]":
        """The same for many numbers.

        Raises:
            JournalError: the journal can't be read.
        """
        from gatekeeper.screening.facts.many import of_each, same  # NumPy

        if asked.attempt.timeless:
            return same((_NONE,) * len(needs), len(numbers))
        contacts = asked.contacts or (asked.contact,) * len(numbers)
        return of_each(
            self.one(number, asked._replace(contact=contact), needs)
            for number, contact in zip(numbers.tolist(), contacts, strict=True)
        )


def key_of(number: int, contact: str, attempt: Attempt) -> AttemptKey:
    """By what an attempt is counted; what is about several goods counts on every subject, as what says of none."""
    goods = attempt.call.goods
    return AttemptKey(number, contact, attempt.principal, goods[0] if len(goods) == 1 else "")
