"""Today in figures: the calls of a local day by hour, ground, reason, campaign, company, agent and gate; and by day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from gatekeeper.clock import micros_of, moment_of
from gatekeeper.desk.reading.running_tally import DAYS, RunningTally, TallyCounts, TallyKind


class CallFigures(NamedTuple):
    """So many calls of one sort.

    Attributes:
        value: of which sort: a reason, a campaign, a day (`2026-11-26`), the beginning of an hour in microseconds.
        calls: how many were decided on.
        blocked: how many of them were blocked.
        bypasses: how many of them no gate had let by before they were dialled.
    """

    value: str
    calls: int
    blocked: int
    bypasses: int

    @property
    def allowed(self) -> int:
        """How many of them were let by."""
        return self.calls - self.blocked


class TodayFigures(NamedTuple):
    """What a page shows of a day.

    Attributes:
        day: the day.
        begin: its first moment, in microseconds since the epoch.
        total: all of its calls.
        grounds: those let by, by the reason to allow; the most first, as all that follow.
        reasons: those blocked, by the reason.
        campaigns: by campaign.
        principals: by the company that is called for.
        agents: by who asked for the call.
        gates: by the gate that decided.
        hours: by the hours of the day that have begun, in their order.
        days: by day, the last fourteen in their order.
        counted_since: as long as something older is still being counted, since when all is, in microseconds since the
            epoch; else 0.
    """

    day: date
    begin: int
    total: CallFigures
    grounds: list[CallFigures]
    reasons: list[CallFigures]
    campaigns: list[CallFigures]
    principals: list[CallFigures]
    agents: list[CallFigures]
    gates: list[CallFigures]
    hours: list[CallFigures]
    days: list[CallFigures]
    counted_since: int

    @property
    def whole(self) -> bool:
        """Whether all of the day is counted."""
        return self.counted_since <= self.begin


def today_figures(tally: RunningTally, now: int, zone: tzinfo, principals: frozenset[str] | None) -> TodayFigures:
    """The figures of the local day.

    Args:
        tally: has counted.
        now: in microseconds since the epoch.
        zone: whose day.
        principals: whose calls are counted; None for all.
    """
    day = moment_of(now).astimezone(zone).date()
    begin = _begin(day, zone)
    sums: dict[TallyKind, dict[str, TallyCounts]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    companies: dict[str, TallyCounts] = defaultdict(lambda: [0, 0, 0])
    hours = {at: [0, 0, 0] for at in _hours(begin, now, zone)}
    total = [0, 0, 0]
    for at, cell, counts in tally.cells(begin, _begin(day + timedelta(days=1), zone), principals):
        if cell.kind is TallyKind.ALL:
            hour = hours.setdefault(max((one for one in hours if one <= at), default=begin), [0, 0, 0])
            for sum_of in (total, companies[cell.principal], hour):
                _add(sum_of, counts)
        else:
            _add(sums[cell.kind][cell.value], counts)
    verdicts: dict[str, dict[str, TallyCounts]] = {"ALLOW": {}, "BLOCK": {}}
    for value, counts in sums[TallyKind.REASON].items():
        verdict, _, reason = value.partition(" ")
        verdicts.setdefault(verdict, {})[reason] = counts
    return TodayFigures(
        day,
        begin,
        CallFigures("", *total),
        _most_first(verdicts["ALLOW"]),
        _most_first(verdicts["BLOCK"]),
        _most_first(sums[TallyKind.CAMPAIGN]),
        _most_first(companies),
        _most_first(sums[TallyKind.AGENT]),
        _most_first(sums[TallyKind.GATE]),
        [CallFigures(str(at), *counts) for at, counts in sorted(hours.items())],
        _days(tally, day, zone, principals),
        tally.counted_since(),
    )


def _days(tally: RunningTally, today: date, zone: tzinfo, principals: frozenset[str] | None) -> list[CallFigures]:
    days = {(today - timedelta(days=ago)): [0, 0, 0] for ago in range(DAYS - 1, -1, -1)}
    ends = _begin(today + timedelta(days=1), zone)
    for at, cell, counts in tally.cells(_begin(min(days), zone), ends, principals):
        if cell.kind is TallyKind.ALL:
            _add(days[moment_of(at).astimezone(zone).date()], counts)
    return [CallFigures(day.isoformat(), *counts) for day, counts in days.items()]


def _begin(day: date, zone: tzinfo) -> int:
    return micros_of(datetime.combine(day, time(), zone))


def _hours(begin: int, now: int, zone: tzinfo) -> Iterable[int]:
    """When each hour of the day began, up to now: by the clock, of which one may come twice or not at all."""
    moment, last = moment_of(begin), moment_of(now)
    while moment <= last:
        yield micros_of(moment)
        local = moment.astimezone(zone)
        # Where clocks are put by half an hour, the hour that follows begins by the new clock.
        moment += timedelta(hours=1) - timedelta(minutes=local.minute)


def _most_first(sums: dict[str, TallyCounts]) -> list[CallFigures]:
    lines = (CallFigures(value, *counts) for value, counts in sums.items() if any(counts))
    return sorted(lines, key=lambda one: (-one.calls, one.value))


def _add(sums: TallyCounts, more: TallyCounts) -> None:
    for place, count in enumerate(more):
        sums[place] += count
