"""Check of the clock: the kernel says that it is kept by a time server, and nothing here is later than now.

No other machine is asked. Sources: adjtimex(2) (`STA_UNSYNC`); rtc(4) (`/sys/class/rtc/rtc0/since_epoch` is in UTC
unless the third line of /etc/adjtime says LOCAL, adjtime_config(5)).
"""

import ctypes
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.clock import SECOND_US, moment_of
from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.errors import GatekeeperError
from gatekeeper.journal import JOURNAL_FILE, DecisionFilter
from gatekeeper.journal.sqlite import SqliteReader
from gatekeeper.words import Sentence

ALLOWED_US: Final = 60 * SECOND_US
"""A minute: the law's hours are told by it, and nobody's clock is that wrong by itself."""

_UNSYNC: Final = 0x0040
_RTC: Final = Path("/sys/class/rtc/rtc0/since_epoch")
_ADJTIME: Final = Path("/etc/adjtime")
_ROOM_BYTES: Final = 512
"""More than `struct timex` has on any machine."""

_REMEDY: Final = Sentence(
    "let a time server keep it: `systemctl enable --now systemd-timesyncd` (or chrony), and see `timedatectl`; then "
    "restart "
    "Asterisk and the daemon",
    "laissez un serveur de temps la régler : `systemctl enable --now systemd-timesyncd` (ou chrony), et voyez "
    "`timedatectl` ; puis redémarrez Asterisk et le démon",
)


class ClockReading(NamedTuple):
    """What can be known of the clock here. Times are in microseconds since the epoch.

    Attributes:
        now: the clock.
        kept: whether the kernel says that somebody keeps it right; None where it does not tell.
        hardware: the hardware's clock; None where there is none, or it is in local time.
        latest: the latest moment that lists and journal know of, which can't be to come; None where there is none.
    """

    now: int
    kept: bool | None = None
    hardware: int | None = None
    latest: int | None = None


def judge(read: ClockReading) -> Iterator[CheckFinding]:
    """What is to be said of a reading."""
    if read.latest is not None and read.latest > read.now + ALLOWED_US:
        yield failed(
            said(
                "the clock says {now} UTC, and the journal or a list was written at {latest} UTC: it was set back, "
                "or was "
                "ahead",
                "l'horloge dit {now} UTC, et le journal ou une liste a été écrit à {latest} UTC : elle a été "
                "reculée, ou "
                "avançait",
                now=_shown(read.now),
                latest=_shown(read.latest),
            ),
            _REMEDY,
        )
    elif read.hardware is not None and abs(read.hardware - read.now) > ALLOWED_US:
        yield failed(
            said(
                "the clock says {now} UTC, and the hardware's {hardware} UTC",
                "l'horloge dit {now} UTC, et celle du matériel {hardware} UTC",
                now=_shown(read.now),
                hardware=_shown(read.hardware),
            ),
            _REMEDY,
        )
    elif read.kept is False:
        yield warning(
            Sentence(
                "no time server keeps the clock: the law's hours are judged by it",
                "aucun serveur de temps ne règle l'horloge : les heures légales en dépendent",
            ),
            _REMEDY,
        )


def read_clock(at: Installation) -> ClockReading:
    """Read all that is here."""
    return ClockReading(at.now, _kernel(), _hardware(), _latest(at))


class _Timex(ctypes.Structure):
    """The beginning of `struct timex`, as far as its status."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
    )


def _kernel() -> bool | None:
    room = ctypes.create_string_buffer(_ROOM_BYTES)  # its modes are 0: nothing is changed
    try:
        state = ctypes.CDLL(None).adjtimex(room)
    except (OSError, AttributeError):
        return None
    return None if state < 0 else not _Timex.from_buffer(room).status & _UNSYNC


def _hardware() -> int | None:
    with suppress(OSError, ValueError):
        local = _ADJTIME.exists() and "LOCAL" in _ADJTIME.read_text(encoding="ascii", errors="replace")
        return None if local else int(_RTC.read_text(encoding="ascii")) * SECOND_US
    return None


def _latest(at: Installation) -> int | None:
    found: list[int] = []
    if not isinstance(at.lists, GatekeeperError):
        found += [one.imported_at for one in at.lists if one.imported_at is not None]
    journal = at.data_dir / JOURNAL_FILE
    if journal.exists():
        with SqliteReader(journal) as reader:
            found += [stored.row.at for stored in reader.latest(DecisionFilter(), 1)]
    return max(found, default=None)


def _shown(micros: int) -> str:
    return f"{moment_of(micros).astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _look(at: Installation) -> Iterator[CheckFinding]:
    yield from judge(read_clock(at))


CHECK = HealthCheck(
    "clock",
    Sentence("the clock", "l'horloge"),
    (CheckNeed.SETTINGS,),
    _look,
    Sentence("right, as far as this machine can tell", "juste, pour autant que cette machine le sache"),
)
