"""The preview of a scrub: how many contacts could be called now, today and this week, and why not the others.

It writes nothing, and takes nothing from the caps on attempts: it only asks.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gatekeeper.clock import DAY_US, micros_of, moment_of, now_micros
from gatekeeper.contacts.address import Contacts
from gatekeeper.policy import Verdict
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.screening.bulk_retry import first_moments
from gatekeeper.scrub.certificate import counts_of
from gatekeeper.scrub.door import scrub
from gatekeeper.scrub.options import RowProgress, ScrubOptions
from gatekeeper.scrub.run import Scrubber
from gatekeeper.scrub.watch import KeptNumbers

_WEEK_US = 7 * DAY_US
_NEVER = np.iinfo(np.int64).max
_ALLOWED = -1

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Why:
    """Why contacts can't be called now.

    Attributes:
        reason: the reason code.
        provision: of the law, or "".
        contacts: how many.
        later: how many of them can be called within seven days.
    """

    reason: str
    provision: str
    contacts: int
    later: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview says. `contacts == now + today + week + later + never`, always.

    Attributes:
        at: the moment that is asked about, ISO 8601.
        zone: whose day it is.
        contacts: how many there are.
        now: how many could be called at that moment.
        today: how many more on that day.
        week: how many more within seven days.
        later: how many more at a time that can be told.
        never: how many at no time that can be told.
        why: why not now.
        hours: by hour of that day, from that moment on, how many could be called then.
        columns: of the numbers, by name.
        counts: what a scrub would do now, as its certificate counts it.
        taken_out: contacts that a scrub would take out, by reason.
    """

    at: str
    zone: str
    contacts: int
    now: int
    today: int
    week: int
    later: int
    never: int
    why: tuple[Why, ...]
    hours: dict[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    taken_out: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


def preview(
    scrubber: Scrubber, contacts: Contacts, options: ScrubOptions, at: int | None, progress: RowProgress | None = None
) -> Preview:
    """How many contacts could be called, and when.

    Args:
        scrubber: has the lists.
        contacts: a CSV file, a workbook, or a table.
        options: for whom, and which columns.
        at: the moment, in microseconds since the epoch; None for now.
        progress: is told how far reading is.

    Raises:
        ContactsError: the contacts can't be read.
        ScrubRefused: nobody may be called, whoever it is.
        StoreError: a store can't be read.
    """
    at = now_micros() if at is None else at
    kept = KeptNumbers()
    asking = replace(options, dry_run=True, in_place=False, callable_from=False, ground=False, at=at, watch=kept)
    outcome = scrub(scrubber, contacts, asking, progress)
    zone = ZoneInfo(scrubber.home.zones[0])
    work = _Asking(scrubber, asking, kept, at)
    moments = work.moments()
    begin = moment_of(at).astimezone(zone)
    tomorrow = micros_of(_midnight(begin) + timedelta(days=1))
    classes = {
        "now": moments <= at,
        "today": (moments > at) & (moments < tomorrow),
        "week": (moments >= max(tomorrow, at + 1)) & (moments <= at + _WEEK_US),
        "later": (moments > max(at + _WEEK_US, tomorrow - 1)) & (moments < _NEVER),
    }
    counts = {name: int(which.sum()) for name, which in classes.items()}
    why = work.why_not_now(moments)
    for (reason, provision), count in outcome.tally.removed_by.items():
        why[reason, provision, False] += count
    return Preview(
        begin.isoformat(timespec="minutes"),
        str(zone),
        outcome.tally.read,
        **counts,
        never=outcome.tally.read - sum(counts.values()),
        why=_told(why),
        hours=work.by_hour(begin),
        columns=outcome.columns,
        counts=counts_of(outcome.tally),
        taken_out=dict(outcome.tally.reasons),
    )


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _told(why: Counter[tuple[str, str, bool]]) -> tuple[Why, ...]:
    sums = Counter[tuple[str, str]]()
    for (reason, provision, _), count in why.items():
        sums[reason, provision] += count
    return tuple(
        Why(reason, provision, count, why[reason, provision, True])
        for (reason, provision), count in sorted(sums.items(), key=lambda one: (-one[1], one[0]))
    )


class _Asking:
    """Asks about the contacts that a scrub keeps."""

    def __init__(self, scrubber: Scrubber, options: ScrubOptions, kept: KeptNumbers, at: int) -> None:
        self._screening = scrubber.screening
        self._question = scrubber.question(options)
        self._kept, self._at = kept, at
        self._numbers, self._beside = kept.numbers, kept.beside

    def moments(self) -> Numbers:
        """For each contact the first moment at which it may be called; `_NEVER` where none comes."""
        found = first_moments(self._screening, self._question, self._numbers, self._at, self._beside)
        return self._kept.best(np.where(found == 0, _NEVER, found), self._at)

    def why_not_now(self, moments: Numbers) -> Counter[tuple[str, str, bool]]:
        """Reason and provision of contacts that can't be called now, and whether they can within seven days."""
        bulk = BulkScreening(self._screening, self._question, self._at)
        why = Counter[tuple[str, str, bool]]()
        later = np.flatnonzero(moments > self._at)
        if len(later) == 0:
            return why
        codes = bulk.numbers(self._numbers, self._beside)
        blocks = np.array([one.verdict is Verdict.BLOCK for one in bulk.decisions], np.bool_)
        firsts = self._kept.first_of(blocks[codes])[later]
        soon = moments[later] <= self._at + _WEEK_US
        for code, is_soon in zip(codes[firsts].tolist(), soon.tolist(), strict=True):
            decision = bulk.decisions[code]
            why[decision.reason.value, decision.provision, is_soon] += 1
        return why

    def by_hour(self, begin: datetime) -> dict[str, int]:
        """How many contacts could be called at each full hour that the day still has."""
        counts = {}
        for hour in range(begin.hour, 24):
            moment = max(begin, _midnight(begin) + timedelta(hours=hour))
            if moment.date() != begin.date():
                break
            counts[f"{hour:02}"] = self._callable_at(micros_of(moment))
        return counts

    def _callable_at(self, at: int) -> int:
        bulk = BulkScreening(self._screening, self._question, at)
        codes = bulk.numbers(self._numbers, self._beside)
        allows = np.array([one.verdict is Verdict.ALLOW for one in bulk.decisions] + [True], np.bool_)
        of_contacts = self._kept.best(np.where(allows[codes], _ALLOWED, _NEVER), _ALLOWED)
        return int((of_contacts == _ALLOWED).sum())
