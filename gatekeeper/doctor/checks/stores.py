"""Checks of what the daemon needs to go on: fresh lists, a journal that keeps up, room on the disk, a right clock."""

import ctypes
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.finding import CheckFinding, failed, ok, unsure
from gatekeeper.errors import GatekeeperError

_MICROS: Final = 1_000_000
_ROOM: Final = 1 << 30
_PART: Final = 20
"""A twentieth of the disk should be free."""
_WAL: Final = 256 << 20
"""The journal's write-ahead log is taken over every few megabytes: so much means that a reader holds it."""
_AHEAD_S: Final = 120
_UNSYNCHRONISED: Final = 0x0040
"""STA_UNSYNC of adjtimex(2)."""


def lists(on: Examined) -> Iterator[CheckFinding]:
    """No list is stale or due within days; each that is configured was imported."""
    if on.settings is None or on.data is None:
        return
    from gatekeeper.lists import LISTS_FILE  # brings SQLAlchemy in, which other checks do without
    from gatekeeper.lists.freshness import freshness
    from gatekeeper.lists.ledger.status import read_status

    if not (on.data / LISTS_FILE).exists():
        yield unsure(f"{on.data / LISTS_FILE} is not there", "start the daemon, which makes it")
        return
    try:
        found = read_status(on.data)
    except GatekeeperError as error:
        yield failed(f"the lists can't be read: {error}", "mend what it says")
        return
    for one in found:
        fresh = freshness(one, on.settings.max_ages, int(on.now * _MICROS))
        if one.problem:
            yield failed(f"list {one.name}: {one.problem}", f"gatekeeper list import {one.name} FILE")
        elif fresh.state in ("stale", "missing"):
            yield failed(
                f"list {one.name} is {fresh.state}: its campaigns' calls are blocked",
                f"gatekeeper list import {one.name} FILE",
            )
        elif fresh.state == "due":
            yield unsure(f"list {one.name} ends in {fresh.days_begun} days", f"gatekeeper list import {one.name} FILE")
        else:
            yield ok(f"list {one.name} is {fresh.state}")
    for name in sorted(on.settings.lists.keys() - {one.name for one in found}):
        yield failed(f"list {name} was never imported", f"gatekeeper list import {name} FILE")


def disk(on: Examined) -> Iterator[CheckFinding]:
    """There is room for the journal; without, no answer can be given, and every call is refused."""
    if on.data is None or not on.data.exists():
        return
    room = shutil.disk_usage(on.data)
    nodes = os.statvfs(on.data)
    said = f"{on.data}: {room.free >> 20:,} MB of {room.total >> 20:,} are free"
    few = nodes.f_files and nodes.f_favail * 100 < nodes.f_files
    if room.free < min(_ROOM, room.total // _PART) or few:
        yield failed(said, "make room, or move the data folder: a full disk refuses every call")
    else:
        yield ok(said)


def journal(on: Examined) -> Iterator[CheckFinding]:
    """The journal's write-ahead log is taken over."""
    if on.data is None:
        return
    from gatekeeper.journal import JOURNAL_FILE

    log = on.data / f"{JOURNAL_FILE}-wal"
    try:
        size = log.stat().st_size
    except FileNotFoundError:
        yield ok("the journal has no write-ahead log that waits")
        return
    except OSError as error:
        yield unsure(f"{log} can't be looked at: {error.strerror}", "run this as root")
        return
    if size > _WAL:
        yield failed(f"{log} has {size >> 20} MB: somebody reads the journal without an end", "end that program")
    else:
        yield ok(f"the journal's write-ahead log has {size >> 20} MB")


def clock(on: Examined) -> Iterator[CheckFinding]:
    """The clock is kept right, and nothing here comes from the future: hours and ages are judged by it."""
    ahead = max((newest - on.now for newest in _moments(on)), default=0)
    if ahead > _AHEAD_S:
        yield failed(
            f"the clock is at least {ahead / 60:.0f} minutes late: files were written at later times than it shows",
            "set it, and let it be kept: timedatectl set-ntp true",
        )
    elif on.tree.is_machine and not _synchronised():
        yield unsure("nothing keeps this machine's clock right", "timedatectl set-ntp true, or chrony")
    else:
        yield ok(time.strftime("the clock shows %Y-%m-%d %H:%M %Z", time.localtime(on.now)))


def _moments(on: Examined) -> Iterator[float]:
    """When what is here was written last."""
    places = [*((on.data.iterdir()) if on.data is not None and _may_list(on.data) else ()), Path(__file__)]
    for path in places:
        try:
            yield path.stat().st_mtime
        except OSError:
            continue


def _may_list(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


def _synchronised() -> bool:
    """What the kernel says of its clock; a look changes nothing (adjtimex(2), modes 0)."""
    place = ctypes.create_string_buffer(512)
    try:
        state = ctypes.CDLL(None).adjtimex(place)
    except (OSError, AttributeError):
        return True
    # struct timex: unsigned modes; long offset, freq, maxerror, esterror; int status.
    status = ctypes.c_int.from_buffer(place, ctypes.sizeof(ctypes.c_long) * 5).value
    return state >= 0 and not status & _UNSYNCHRONISED
