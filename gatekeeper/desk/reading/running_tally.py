"""Running tally of the journal: keeps the counts of the last days in memory, and reads what is new since the last look.

Each part is one short transaction. The days before today are counted in the background, backwards, so that the page is
there at once after a start and grows into the past.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from gatekeeper.clock import DAY_US, HOUR_US, now_micros
from gatekeeper.errors import JournalError
from gatekeeper.journal.shadow import SPAN_US
from gatekeeper.journal.tally import TallyLine, TallyPart
from gatekeeper.logs import SeldomLog

log = logging.getLogger(__name__)

DAYS: Final = 14
"""So many days, with today, are kept."""

OTHER: Final = "\x00"
"""Stands for all values beyond the first `MOST_CELLS`: what calls say of themselves must not fill the memory."""

MOST_CELLS: Final = 2_000
"""So many values of all kinds are told apart in a quarter of an hour."""

_PART: Final = 20_000
"""Rows to a part: some hundredths of a second."""

_IN_FULL: Final = 27 * HOUR_US
"""How long counts are kept by all kinds: a local day of any zone, with an hour put in, and some more."""

_LOOK_S: Final = 1.0
"""How often what is new is looked for, at most."""

_WAIT_S: Final = 0.02
"""How long a page waits for the counting of what is old before it shows what there is."""

_PAUSE_S: Final = 0.1
"""The longest pause between two parts."""


class TallyKind(StrEnum):
    """By what calls are counted."""

    ALL = "all"
    REASON = "reason"
    CAMPAIGN = "campaign"
    AGENT = "agent"
    GATE = "gate"


class TallyCell(NamedTuple):
    """What is counted together within a quarter of an hour.

    Attributes:
        principal: the company that is called for, or "".
        kind: by what.
        value: its value; of a reason, with its verdict before it; "" of all.
    """

    principal: str
    kind: TallyKind
    value: str


TallyCounts = list[int]
"""Calls, how many of them were blocked, and how many were bypasses."""


class TallyReader(Protocol):
    """What is asked of the journal's reader."""

    def tally(self, after: int, last: int, since: int) -> TallyPart:
        """The sorts of decisions of a part."""

    def seq_before(self, since: int) -> int:
        """A `seq` that lies before the decisions of a moment and later."""

    def last_seq(self) -> int:
        """The `seq` of the newest decision."""

    def close(self) -> None:
        """Let go of the journal."""


class RunningTally:
    """Counts of the last days. Safe from any thread.

    Args:
        opened: opens the journal.
        clock: tells microseconds since the epoch.
        part: rows to a part.
    """

    def __init__(
        self, opened: Callable[[], TallyReader], clock: Callable[[], int] = now_micros, part: int = _PART
    ) -> None:
        self._opened = opened
        self._clock = clock
        self._part = part
        self._reading = threading.Lock()
        """Held by who counts what is new; nobody waits for it to see what was counted."""
        self._lock = threading.Lock()
        self._behind: threading.Thread | None = None
        self._ending = threading.Event()
        self._seldom = SeldomLog(log)
        self._looked = 0.0
        self._begun = 0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._begun += 1
        self._spans: dict[int, dict[TallyCell, TallyCounts]] = {}
        self._in_full: set[int] = set()
        self._replaced: dict[str, int] = {}
        self._low = self._high = -1  # between them all was counted: from behind the first `seq` up to the second
        self._floor = 0  # the `seq` before the days that are kept
        self._since = 0
        self._reached = 0
        self._latest = 0  # when was looked last

    def close(self) -> None:
        """End the work in the background; waits for the part that is under way."""
        self._ending.set()
        behind = self._behind
        if behind is not None:
            behind.join()

    def refresh(self) -> None:
        """Count what is new, and have what is old counted in the background.

        Raises:
            JournalError: the journal can't be read.
        """
        with self._reading:
            if time.monotonic() - self._looked >= _LOOK_S:
                with contextlib.closing(self._opened()) as reader:
                    self._forward(reader)
                self._looked = time.monotonic()
            behind = self._behind
            if self._low > self._floor and behind is None and not self._ending.is_set():
                behind = self._behind = threading.Thread(target=self._count_old, name="running tally", daemon=True)
                behind.start()
        if behind is not None:
            behind.join(_WAIT_S)

    def counted_since(self) -> int:
        """As long as older days are still being counted, since when all is, in microseconds since the epoch; else 0."""
        with self._lock:
            return self._reached if self._low > self._floor else 0

    def cells(
        self, begin: int, end: int, principals: frozenset[str] | None
    ) -> list[tuple[int, TallyCell, TallyCounts]]:
        """What was counted, by quarters of an hour.

        Args:
            begin: the first moment, in microseconds since the epoch.
            end: the last one, itself excluded.
            principals: whose calls are wanted; None for all.
        """
        with self._lock:
            return [
                (at, cell, counts)
                for at, cells in self._spans.items()
                if begin <= at < end
                for cell, counts in cells.items()
                if principals is None or cell.principal in principals
            ]

    def _forward(self, reader: TallyReader) -> None:
        """Count what was written since the last look."""
        last, now = reader.last_seq(), self._clock()
        with self._lock:
            # Another journal, or one out of a backup; or a clock that was ahead, by which the wrong days were kept.
            if last < self._high or now < self._latest - HOUR_US:
                self._begin_anew()
            self._latest = now
            self._drop(now)
        if self._high < 0:
            since = now - (DAYS + 1) * DAY_US
            floor = reader.seq_before(since)
            with self._lock:
                self._since, self._floor, self._reached = since, floor, now
                self._low = self._high = max(last, floor)
        while self._high < last:
            upto = min(self._high + self._part, last)
            part = reader.tally(self._high, upto, self._since)
            with self._lock:
                self._take(part)
                self._high = upto

    def _count_old(self) -> None:
        """Count backwards, part by part, and leave as much time between them as they take."""
        try:
            with contextlib.closing(self._opened()) as reader:
                while self._low > self._floor and not self._ending.is_set():
                    started, begun, low = time.monotonic(), self._begun, self._low
                    after = max(low - self._part, self._floor)
                    part = reader.tally(after, low, self._since)
                    with self._lock:
                        if begun == self._begun:
                            self._take(part)
                            self._low = after
                            self._reached = max((line.key.at + SPAN_US for line in part.lines), default=self._reached)
                    self._ending.wait(min(_PAUSE_S, time.monotonic() - started))
        except JournalError as error:
            self._seldom.error("old", f"the days before today can't be counted: {error}")
        finally:
            self._behind = None

    def _take(self, part: TallyPart) -> None:
        for line in part.lines:
            self._add(line, 1)
        for ident, line in part.replaced:
            # Two may take the place of one: it goes once.
            if ident not in self._replaced:
                self._replaced[ident] = line.key.at
                self._add(line, -1)

    def _add(self, line: TallyLine, sign: int) -> None:
        key = line.key
        blocked = line.calls if key.verdict == "BLOCK" else 0
        span = self._spans.setdefault(key.at, {})
        if key.at >= self._clock() - _IN_FULL:
            self._in_full.add(key.at)
        for cell in _cells_of(line, in_full=key.at in self._in_full):
            counts = span.get(cell)
            if counts is None:
                counts = span.setdefault(_within_bounds(cell, len(span)), [0, 0, 0])
            for place, more in enumerate((line.calls, blocked, line.bypasses)):
                counts[place] += sign * more

    def _drop(self, now: int) -> None:
        """Let go of what is too old; of what is older than a day keep only the sums."""
        since = now - (DAYS + 1) * DAY_US
        for at in [at for at in self._spans if at < since]:
            del self._spans[at]
        for at in [at for at in self._in_full if at < now - _IN_FULL]:
            self._in_full.discard(at)
            cells = self._spans.get(at, {})
            self._spans[at] = {cell: counts for cell, counts in cells.items() if cell.kind is TallyKind.ALL}
        for ident in [ident for ident, at in self._replaced.items() if at < since]:
            del self._replaced[ident]


def _cells_of(line: TallyLine, *, in_full: bool) -> Iterator[TallyCell]:
    key = line.key
    yield TallyCell(key.principal, TallyKind.ALL, "")
    if in_full:
        yield TallyCell(key.principal, TallyKind.REASON, f"{key.verdict} {key.reason}")
        yield TallyCell(key.principal, TallyKind.CAMPAIGN, key.campaign)
        yield TallyCell(key.principal, TallyKind.AGENT, key.agent)
        yield TallyCell(key.principal, TallyKind.GATE, key.gate)


def _within_bounds(cell: TallyCell, there: int) -> TallyCell:
    """The cell; or that of all other values, and then of all other companies, where there are too many."""
    if there < MOST_CELLS:
        return cell
    return TallyCell(cell.principal if there < 2 * MOST_CELLS else OTHER, cell.kind, OTHER)
