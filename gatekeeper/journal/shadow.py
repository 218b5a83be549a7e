"""Shadow report: which calls provisions in shadow would have blocked, by reason, provision, campaign and day. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, tzinfo
from typing import Final, NamedTuple

from gatekeeper.clock import SECOND_US, moment_of

SPAN_US: Final = 900 * SECOND_US
"""Calls are counted by quarters of an hour of UTC: a local day begins with one, in whichever zone."""


class ShadowCount(NamedTuple):
    """So many calls of one sort.

    Attributes:
        at: the beginning of the quarter of an hour in which they were decided on, in microseconds since the epoch.
        campaign: their campaign.
        reason: the reason for which a provision in shadow would have blocked them; "" where none would, or where they
            were blocked all the same.
        provision: that provision, or "".
        calls: how many.
    """

    at: int
    campaign: str
    reason: str
    provision: str
    calls: int


class ShadowLine(NamedTuple):
    """What one provision would have blocked of a campaign's calls on a day.

    Attributes:
        day: the day, by this site's clock.
        campaign: the campaign.
        reason: the reason code.
        provision: the provision.
        calls: how many calls it would have blocked.
        of: how many calls of the campaign were decided on that day.
    """

    day: date
    campaign: str
    reason: str
    provision: str
    calls: int
    of: int

    @property
    def share(self) -> float:
        """Which part of the campaign's calls on that day that is."""
        return self.calls / self.of


class ShadowTotal(NamedTuple):
    """What one provision would have blocked altogether.

    Attributes:
        reason: the reason code.
        provision: the provision.
        calls: how many calls it would have blocked.
    """

    reason: str
    provision: str
    calls: int


class ShadowReport(NamedTuple):
    """What shadow would have blocked. A call counts once, for the first provision that would have blocked it.

    Attributes:
        calls: how many calls were decided on.
        would_block: how many of them are let by only because of shadow.
        lines: by day, campaign, and the most calls first.
        totals: by provision, the most calls first.
    """

    calls: int
    would_block: int
    lines: tuple[ShadowLine, ...]
    totals: tuple[ShadowTotal, ...]


def shadow_report(counts: Iterable[ShadowCount], zone: tzinfo | None = None) -> ShadowReport:
    """The report.

    Args:
        counts: the journal's calls.
        zone: whose days count; None for this machine's.
    """
    made: dict[tuple[date, str], int] = defaultdict(int)
    found: dict[tuple[date, str, str, str], int] = defaultdict(int)
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for at, campaign, reason, provision, calls in counts:
        day = moment_of(at).astimezone(zone).date()
        made[day, campaign] += calls
        if reason:
            found[day, campaign, reason, provision] += calls
            totals[reason, provision] += calls
    lines = (ShadowLine(*key, calls, made[key[:2]]) for key, calls in found.items())
    return ShadowReport(
        sum(made.values()),
        sum(found.values()),
        tuple(sorted(lines, key=lambda one: (one.day, one.campaign, -one.calls, one.provision))),
        tuple(sorted((ShadowTotal(*key, calls) for key, calls in totals.items()), key=lambda one: (-one.calls, one))),
    )
