"""A law profile: the provisions of a jurisdiction with their spans of dates; gives the chain of a moment and place."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from functools import cached_property
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from gatekeeper.law.dates import midnight
from gatekeeper.law.statement import Statement
from gatekeeper.law.switch import OpenQuestion, Switch
from gatekeeper.policy import Chain, Need, Provision, Rule
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.rules import rules
from gatekeeper.territory import NOWHERE, Place
from gatekeeper.translation import phrase

PROTECTED: Final = ("emergency", "validity", "red_list")
"""The rules that no law lacks: emergency calls are let by before anything is asked; what can't be read is refused."""


@dataclass(frozen=True)
class Dated:
    """A provision with what is known of it.

    Attributes:
        statement: its id, dates, article, confidence and note, as people read them.
        provision: what decides; None for what the law says and no gate can look at (`enforced` is false then).
        overridden: why a site has changed it; "" for as it is delivered.
    """

    statement: Statement
    provision: Provision | None
    overridden: str = ""

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        first, last = self.statement.first, self.statement.last
        return (first is None or first <= day) and (last is None or day <= last)


class Profile:
    """A law.

    Args:
        name: by which it is named in the configuration ("fr").
        title: what people call it, in English and French.
        country: the ISO 3166-1 code of the country it is for; "" for none.
        zone: where its days begin for a callee without a place; None for the zone of this site.
        provisions: in the order in which they are asked.
        switches: its uncertain points.
        sources_of: of which day the sources are.
        fingerprint: of all this.
        open_questions: its uncertain points that have no switch.

    Raises:
        ValueError: it lacks a rule that no law may lack.
    """

    def __init__(
        self,
        name: str,
        title: tuple[str, str],
        country: str,
        zone: tzinfo | None,
        provisions: Sequence[Dated],
        switches: Sequence[Switch] = (),
        sources_of: date | None = None,
        fingerprint: str = "",
        open_questions: Sequence[OpenQuestion] = (),
    ) -> None:
        self.name = name
        self.title = title
        self.country = country
        self.zone = zone
        self.provisions = tuple(provisions)
        self.switches = tuple(switches)
        self.sources_of = sources_of
        self.fingerprint = fingerprint
        self.open_questions = tuple(open_questions)
        self._days = sorted({day for one in self.provisions for day in _changes(one.statement)})
        self._texts = {one.statement.id: one.statement.article for one in self.provisions}
        self._begins: dict[str, list[int]] = {}
        self._chains: dict[frozenset[int], Chain] = {}
        self._by_span: dict[int, Chain] = {}
        _protects(self.provisions)

    @cached_property
    def needs(self) -> frozenset[Need]:
        """The facts that some rule needs at some time, beside those of the lists."""
        return frozenset(
            need for one in self.provisions if one.provision is not None for need in one.provision.rule.needs
        )

    @cached_property
    def only(self) -> Chain | None:
        """The chain of every moment and place; None where it changes."""
        return None if self._days or self.country else self._chain(frozenset({0}))

    def at(self, at: int, place: Place = NOWHERE, /) -> Chain:
        """The chain at a moment, in microseconds since the epoch, for a callee of a place.

        A provision's days are those of the callee. Where it may be of two days, because two time zones are possible,
        what is in force on one of them holds; what lifts must be in force on both.
        """
        zones = self._zones(place)
        if len(zones) == 1:
            return self._chain_of(bisect_right(self._in(zones[0]), at))
        return self._chain(frozenset(bisect_right(self._in(zone), at) for zone in zones))

    def changes(self, at: int, place: Place, /) -> int:
        """The first moment later than `at` from when on other rules hold, in microseconds; `NEVER` where none comes."""
        later = [begin for zone in self._zones(place) for begin in self._in(zone) if begin > at]
        return min(later, default=NEVER)

    def _zones(self, place: Place) -> tuple[str, ...]:
        return place.zones if self.country and place.country == self.country else ("",)

    def _chain_of(self, span: int) -> Chain:
        found = self._by_span.get(span)
        if found is None:
            found = self._by_span[span] = self._chain(frozenset({span}))
        return found

    def _in(self, zone: str) -> list[int]:
        """The moments at which the law changes in a zone."""
        found = self._begins.get(zone)
        if found is None:
            where = ZoneInfo(zone) if zone else self.zone
            found = self._begins[zone] = [midnight(day, where) for day in self._days]
        return found

    def _chain(self, spans: frozenset[int]) -> Chain:
        found = self._chains.get(spans)
        if found is None:
            days = [self._days[place - 1] if place else date.min for place in spans]
            chosen = [one.provision for one in self.provisions if one.provision is not None and _in_force(one, days)]
            found = self._chains[spans] = Chain(chosen, self.fingerprint, self.country, self._texts, self.name)
        return found

    @property
    def spans(self) -> list[tuple[date | None, Chain]]:
        """Each day from which on other rules hold than before, with the chain from then on; the first has no day."""
        return [(self._days[place - 1] if place else None, self._chain(frozenset({place}))) for place in self._places]

    @property
    def _places(self) -> Iterable[int]:
        return range(len(self._days) + 1)

    def in_force(self, day: date) -> list[Dated]:
        """The provisions in force on a day, those that no gate can look at included."""
        return [one for one in self.provisions if one.holds(day)]

    def ordered(self, order: Sequence[str]) -> "Profile":
        """This law with the rules that `order` names, in its order.

        Raises:
            ValueError: a name is unknown, stands twice or is none of this law's, or a rule is missing that the law
                requires.
        """
        unknown = [name for name in order if name not in rules()]
        if unknown:
            raise ValueError(
                phrase("unknown rule {unknown!r}; there are: {names}", unknown=unknown[0], names=", ".join(rules()))
            )
        if len(set(order)) != len(order):
            raise ValueError(phrase("a rule stands twice"))
        by_name: dict[str, list[Dated]] = {}
        for one in self.provisions:
            if one.provision is not None:
                by_name.setdefault(one.provision.rule.name, []).append(one)
        foreign = [name for name in order if name not in by_name]
        if foreign:
            raise ValueError(
                phrase("the rule {foreign!r} is none of the law {name!r}", foreign=foreign[0], name=self.name)
            )
        missing = [
            name
            for name, found in by_name.items()
            if name not in order and any(one.provision is not None and one.provision.required for one in found)
        ]
        if missing:
            raise ValueError(phrase("the rule {missing!r} can't be left out", missing=missing[0]))
        return self.with_provisions([one for name in order for one in by_name[name]])

    def with_parameters(self, rule: type[Rule], parameters: Callable[[Any], Mapping[str, object]]) -> "Profile":
        """This law with other parameters of a rule.

        Args:
            rule: the rule.
            parameters: gives those that change, by the rule as it is.
        """

        def changed(one: Dated) -> Dated:
            if one.provision is None or type(one.provision.rule) is not rule:
                return one
            made = replace(one.provision.rule, **parameters(one.provision.rule))  # type: ignore[type-var]
            return replace(one, provision=replace(one.provision, rule=made))

        return self.with_provisions([changed(one) for one in self.provisions])

    def in_shadow(self, ids: Iterable[str] | None = None) -> "Profile":
        """This law with provisions in shadow: judged and told, and not blocking.

        What is required, and the site's own lists, know no shadow: those are no country's law.

        Args:
            ids: which provisions; None for all.
        """
        wanted = None if ids is None else frozenset(ids)
        made = [_shadowed(one, wanted) for one in self.provisions]
        shadowed = [one.statement.id for one in made if one.provision is not None and one.provision.shadow]
        if not shadowed:
            return self
        # Whoever compares two rows of the journal has to see that they were not judged by the same rules.
        told = f"{self.fingerprint} in shadow: {','.join(sorted(shadowed))}"
        return self.with_provisions(made, sha256(told.encode()).hexdigest()[:16])

    def with_provisions(self, provisions: Sequence[Dated], fingerprint: str = "") -> "Profile":
        """This law with other provisions."""
        return Profile(
            self.name,
            self.title,
            self.country,
            self.zone,
            provisions,
            self.switches,
            self.sources_of,
            fingerprint or self.fingerprint,
            self.open_questions,
        )


def _shadowed(one: Dated, wanted: frozenset[str] | None) -> Dated:
    provision = one.provision
    own = not one.statement.id
    if provision is None or provision.required or own or (wanted is not None and one.statement.id not in wanted):
        return one
    return replace(one, provision=replace(provision, shadow=True))


def _changes(statement: Statement) -> Iterable[date]:
    if statement.first is not None:
        yield statement.first
    if statement.last is not None:
        yield statement.last + timedelta(days=1)


def _in_force(one: Dated, days: Sequence[date]) -> bool:
    holding = [one.holds(day) for day in days]
    lifts = one.provision is not None and bool(one.provision.lifts)
    return all(holding) if lifts else any(holding)


def _protects(provisions: Sequence[Dated]) -> None:
    order = [one.provision.rule.name for one in provisions if one.provision is not None and not one.statement.dated]
    for name in PROTECTED:
        if name not in order:
            raise ValueError(phrase("the rule {name!r} can't be left out", name=name))
    if order[0] != "emergency":
        raise ValueError(phrase("the rule 'emergency' must be the first"))
