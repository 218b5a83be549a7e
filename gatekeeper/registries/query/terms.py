"""Terms of answers: which calls need one of a registry, which of those kept serves a call, and what it means.

An answer about a reassigned number is bound to the date of consent that the registry was asked with. It says whether
the number was permanently disconnected *after that date* (47 CFR 64.1200(m); US Reassigned Numbers Database). So

- `clear`, asked with the date D, serves each consent of D or later: who lost no number since D lost none since then;
- `listed`, asked with D, serves each consent of D or earlier. Of a later consent it says nothing, for the
  disconnection may lie before it; but it ends what older answers said, and the registry is asked anew;
- `no_data`, asked with D, serves D alone: the registry's records may begin between two dates.

The newest answer that speaks to a call counts, and no older one, also where the newest is over. Pure.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from gatekeeper.registries.query.source import QueryOutcome, QuerySubject


class KeptAnswer(NamedTuple):
    """An answer as it is kept.

    Attributes:
        outcome: what the registry said.
        consent: the date of consent that it was asked with; None where it was asked without.
        region: the state that it was asked with, or "".
        asked_at: when, in microseconds since the epoch.
        until: until when it holds, in the same unit.
    """

    outcome: QueryOutcome
    consent: date | None
    region: str
    asked_at: int
    until: int


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """What a configuration lays down of a registry's answers. An error has no say here: it never clears a call.

    Attributes:
        always: whether each call to a number that it is asked about needs its answer, beside the lists; else only a
            call to a number that no list covers.
        prefixes: the beginnings of the numbers that it is asked about; none for all.
        by_consent: whether it is asked with the date of consent: without one it is not asked, which counts as no data.
        by_region: the same of the state.
        no_data_clears: whether a call may be made where it has no data.
    """

    always: bool = False
    prefixes: tuple[str, ...] = ()
    by_consent: bool = False
    by_region: bool = False
    no_data_clears: bool = False

    @property
    def of_reassigned(self) -> bool:
        """Whether it tells which numbers were given up since the consent that it is asked with."""
        return self.by_consent

    def concerns(self, number: int) -> bool:
        """Whether it is asked about a number (E.164)."""
        return not self.prefixes or str(number).startswith(self.prefixes)

    def asked_with(self, subject: QuerySubject) -> QuerySubject:
        """What it is asked, of all that is known: its answer is bound to nothing else."""
        return QuerySubject(
            subject.number, subject.consent if self.by_consent else None, subject.region if self.by_region else ""
        )

    def is_askable(self, subject: QuerySubject) -> bool:
        """Whether enough is known to ask it."""
        return (subject.consent is not None or not self.by_consent) and (bool(subject.region) or not self.by_region)

    def outcome(self, kept: Iterable[KeptAnswer], subject: QuerySubject, at: int) -> QueryOutcome | None:
        """What it says of a number at a moment.

        Args:
            kept: its answers about the number, newest first.
            subject: what it would be asked.
            at: the moment, in microseconds since the epoch.

        Returns:
            None where it has to be asked.
        """
        if not self.is_askable(subject):
            return QueryOutcome.NO_DATA
        for answer in kept:
            if self._speaks(answer, subject):
                return answer.outcome if answer.until > at else None
            if answer.outcome is QueryOutcome.LISTED:
                return None
        return None

    def _speaks(self, answer: KeptAnswer, subject: QuerySubject) -> bool:
        """Whether an answer is about what would be asked."""
        _, wanted, region = self.asked_with(subject)
        if answer.region != region:
            return False
        asked = answer.consent
        if asked is None or wanted is None:
            return asked is wanted
        if answer.outcome is QueryOutcome.CLEAR:
            return asked <= wanted
        return asked >= wanted if answer.outcome is QueryOutcome.LISTED else asked == wanted


class KnownOfCall(NamedTuple):
    """What is known of a call beside its number.

    Attributes:
        consent: the date of the consent that it rests on, or None.
        region: the state that is called (`US-FL`), or "".
    """

    consent: date | None = None
    region: str = ""


Known = Callable[[int, str, int], KnownOfCall]
"""Knows of a call to a number (E.164), for a company, at a moment (microseconds since the epoch)."""

_NOTHING = KnownOfCall()


def nothing_known(_number: int, _principal: str, _at: int) -> KnownOfCall:
    """Neither a date of consent nor a state: nobody has told them so far."""
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Queries:
    """The registries that are asked, for whoever judges by their answers.

    Attributes:
        terms: by list name.
        known: tells what a registry is asked with, beside the number.
    """

    terms: Mapping[str, QueryTerms] = field(default_factory=lambda: MappingProxyType({}))
    known: Known = nothing_known

    def of(self, name: str) -> QueryTerms:
        """The terms of a registry; one that is not configured fills gaps, and no data of it blocks."""
        return self.terms.get(name, _PLAIN)

    def subject(self, number: int, principal: str, at: int) -> QuerySubject:
        """What could be asked about a call."""
        known = self.known(number, principal, at)
        return QuerySubject(number, known.consent, known.region)


_PLAIN = QueryTerms()
NO_QUERIES = Queries()
