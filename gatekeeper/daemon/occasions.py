"""Occasions for alerts: what lasts (lists, disk, parts, errors, scrubs), and what happens (bypasses, failed files)."""

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.alerts.alert import AlertKind, Occasion, safe_fact
from gatekeeper.alerts.wording import NEVER
from gatekeeper.clock import HOUR_US, moment_of
from gatekeeper.daemon.measuring import Observed
from gatekeeper.daemon.part_names import part_name
from gatekeeper.intake.inbox_folder import FAILED, REPORT
from gatekeeper.journal import DecisionFilter
from gatekeeper.journal.reader import JournalReader
from gatekeeper.lists.freshness import freshness
from gatekeeper.policy import Reason
from gatekeeper.scrub.last_done import last_done
from gatekeeper.translation import speaking
from gatekeeper.words import Language, plain, sentence

_WATCHDOG: Final = "the watchdog"
_OWN: Final = "the alerts"
"""What is in trouble here is told by the log and by `/readyz`: these alerts are what does not get through."""


_SLACK_NS: Final = HOUR_US * 1000
"""By so much a clock may be put back without anything's being told again."""


class ScrubTerm(NamedTuple):
    """A scheduled scrub, and how old its last certificate may be.

    Attributes:
        folder: below which each time has a folder of its own.
        at_most: the days.
    """

    folder: Path
    at_most: int


class AlertScope(NamedTuple):
    """What is told of, beside what the daemon knows by itself.

    Attributes:
        data_dir: the data folder.
        disk_percent: below how many percent of room on its disk.
        inbox: the inbox, or None where none is watched.
        scrubs: the scheduled scrubs by name.
        language: of what people are told.
    """

    data_dir: Path
    disk_percent: int
    inbox: Path | None
    scrubs: Mapping[str, ScrubTerm]
    language: Language


def in_memory(observed: Observed, now: int, language: Language) -> list[Occasion]:
    """What lasts now, as far as the daemon knows it without asking anybody.

    Args:
        observed: the daemon.
        now: in microseconds since the epoch.
        language: in which people are told why; what waits in the outbox is told as it was kept.
    """
    with speaking(language):
        return list(_lasting(observed, now, language))


def _lasting(observed: Observed, now: int, language: Language) -> Iterator[Occasion]:
    for name, state in observed.lists.index.states().items():
        found = freshness(state, observed.max_age, now)
        if found.mark is None:
            continue
        kind = AlertKind.LIST_DUE if found.mark else AlertKind.LIST_STALE
        until = f"{moment_of(found.until):%Y-%m-%d %H:%M} UTC" if found.until is not None else ""
        facts = {"list": safe_fact(name), "days": str(found.days_begun), "until": until}
        yield Occasion(kind, f"{kind}:{name}:{found.mark}:{found.until or 0}", facts)
    if why := observed.screening.trouble:
        yield Occasion(AlertKind.GATE_ERRORS, AlertKind.GATE_ERRORS, {"why": safe_fact(plain(why))})
    for part in observed.parts:
        if part.trouble and part.name != _OWN:
            kind = AlertKind.WATCHDOG if part.name == _WATCHDOG else AlertKind.PART
            facts = {"part": part_name(part.name, language), "why": safe_fact(plain(part.trouble))}
            yield Occasion(kind, f"{kind}:{part.name}", facts)


def full_disk(scope: AlertScope) -> Iterator[Occasion]:
    """Whether there is too little room for data."""
    try:
        usage = shutil.disk_usage(scope.data_dir)
    except OSError:
        return  # whoever writes there tells
    free = 100 * usage.free // usage.total if usage.total else 0
    if free < scope.disk_percent:
        facts = {"percent": str(free), "folder": safe_fact(str(scope.data_dir))}
        yield Occasion(AlertKind.DISK, AlertKind.DISK, facts)


def overdue_scrubs(scope: AlertScope, now: int) -> Iterator[Occasion]:
    """The scheduled scrubs whose last certificate is too old, or that never had one."""
    for name, term in scope.scrubs.items():
        last = last_done(term.folder, moment_of(now))
        if last is not None and moment_of(now) - last.astimezone(UTC) <= timedelta(days=term.at_most):
            continue
        shown = _shown(last, scope.language)
        facts = {"scrub": safe_fact(name), "last": shown, "days": str(term.at_most)}
        yield Occasion(AlertKind.SCRUB, f"{AlertKind.SCRUB}:{name}", facts)


def _shown(last: datetime | None, language: Language) -> str:
    return sentence(NEVER, language) if last is None else f"{last.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def bypasses(reader: JournalReader, after: int) -> tuple[list[Occasion], int]:
    """The calls that went round the gates, emergencies apart, and how far the journal was looked through.

    Args:
        reader: reads the journal.
        after: how far it was looked through before.

    Raises:
        JournalError: it can't be read.
    """
    reached = reader.last_seq()
    if reached == after:
        return [], reached
    after = min(after, reached)  # a journal that was brought back out of a backup is shorter than it was
    found = []
    for page in reader.pages(DecisionFilter(bypassed=True), after=after):
        reached = max(reached, page[-1].seq)
        for one in page:
            row = one.row
            if row.reason != Reason.EMERGENCY:
                time = f"{moment_of(row.at):%Y-%m-%d %H:%M:%S} UTC"
                facts = {"time": time, "verdict": row.verdict, "reason": row.reason, "decision": row.id}
                found.append(Occasion(AlertKind.BYPASS, f"{AlertKind.BYPASS}:{row.id}", facts))
    return found, reached


def failed_files(scope: AlertScope, after: int, now: int) -> tuple[list[Occasion], int]:
    """The files of the inbox that were not imported, and until when they were looked at.

    Args:
        scope: has the inbox.
        after: until when they were looked at before, in nanoseconds since the epoch.
        now: in nanoseconds since the epoch.
    """
    found = []
    if after > now + _SLACK_NS:  # the clock was ahead, and has been put back: what comes now is dated before that
        after = now
    reached = after
    folder = scope.inbox / FAILED if scope.inbox is not None else None
    try:
        reports = (
            [(entry.stat().st_mtime_ns, entry.name) for entry in os.scandir(folder) if entry.name.endswith(REPORT)]
            if folder
            else []
        )
    except OSError:
        reports = []  # it is not made yet, or can't be read, which the inbox tells
    for at, name in sorted(reports):
        if after < at <= now + _SLACK_NS:
            reached = at
            facts = {"file": safe_fact(name.removesuffix(REPORT)), "folder": safe_fact(str(folder))}
            found.append(Occasion(AlertKind.INBOX, f"{AlertKind.INBOX}:{name}", facts))
    return found, reached
