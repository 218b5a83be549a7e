"""Statistics of the journal: how many calls were decided on, and how, by whatever one wants to see them by. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final, NamedTuple

from gatekeeper.clock import SECOND_US, moment_of
from gatekeeper.journal.asked_by import agent_of

SPAN_US: Final = 900 * SECOND_US
"""Calls are counted by quarters of an hour of UTC: a local day begins with one, in whichever zone."""


class StatKey(StrEnum):
    """By what calls are counted."""

    DAY = "day"
    HOUR = "hour"
    CAMPAIGN = "campaign"
    PRINCIPAL = "principal"
    VERDICT = "verdict"
    REASON = "reason"
    LIST = "list"
    PROVISION = "provision"
    GATE = "gate"
    ASKED_BY = "asked_by"
    AGENT = "agent"


OF_TIME: Final = {StatKey.DAY: "%Y-%m-%d", StatKey.HOUR: "%Y-%m-%d %H:00"}
"""How each key of time is written."""


class DecisionCount(NamedTuple):
    """So many calls of one sort.

    Attributes:
        at: the beginning of the quarter of an hour in which they were decided on, in microseconds since the epoch;
            0 where they are not counted by time.
        values: of the keys that are not of time, in their order.
        calls: how many.
        blocked: how many of them were blocked.
        bypasses: how many of them no gate had let by before they were dialled.
    """

    at: int
    values: tuple[str, ...]
    calls: int
    blocked: int
    bypasses: int


class StatLine(NamedTuple):
    """A line of the statistics.

    Attributes:
        values: of the keys, in their order.
        calls: how many calls were decided on.
        blocked: how many of them were blocked.
        bypasses: how many of them were bypasses.
    """

    values: tuple[str, ...]
    calls: int
    blocked: int
    bypasses: int

    @property
    def allowed(self) -> int:
        """How many of them were let by."""
        return self.calls - self.blocked


def stat_lines(counts: Iterable[DecisionCount], by: Sequence[StatKey], zone: tzinfo | None = None) -> list[StatLine]:
    """The lines, by time, and the most calls first.

    Args:
        counts: the journal's calls, by these keys.
        by: the keys.
        zone: whose days and hours count; None for this machine's.
    """
    together: dict[tuple[str, ...], list[int]] = {}
    for one in counts:
        moment = moment_of(one.at).astimezone(zone)
        rest = iter(one.values)
        values = tuple(_value(key, moment, rest) for key in by)
        sums = together.setdefault(values, [0, 0, 0])
        for place, more in enumerate((one.calls, one.blocked, one.bypasses)):
            sums[place] += more
    lines = [StatLine(values, *sums) for values, sums in together.items()]
    times = [place for place, key in enumerate(by) if key in OF_TIME]
    return sorted(lines, key=lambda one: ([one.values[place] for place in times], -one.calls, one.values))


def _value(key: StatKey, moment: datetime, rest: Iterator[str]) -> str:
    if key in OF_TIME:
        return moment.strftime(OF_TIME[key])
    return agent_of(next(rest)) if key is StatKey.AGENT else next(rest)


def total_of(lines: Iterable[StatLine]) -> StatLine:
    """All of them together."""
    sums = [0, 0, 0]
    for one in lines:
        for place, more in enumerate((one.calls, one.blocked, one.bypasses)):
            sums[place] += more
    return StatLine((), *sums)
