"""libfaketime: gives a program another clock, so that it lives on the day that a law is tried for.

The library is put before the C library (`LD_PRELOAD`) and adds an offset to every time of day that is asked for. The
clock goes on; how long something takes (`CLOCK_MONOTONIC`, by which timeouts are measured) stays as it is.
"""

import os
import time
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from lab.apt import unpack
from lab.cache import cached
from lab.errors import LabError
from lab.progress import say

_LIBRARY: Final = "libfaketime.so.1"
_SLEEP: Final = Path(__file__).parent / "moved_clock"
"""Its `sitecustomize` mends Python's `time.sleep` there."""

_SUITES: Final = (((2, 41), "trixie"), ((2, 36), "bookworm"), ((2, 31), "bullseye"))
"""By the C library that a suite's packages are built for: they run under that one and under later ones."""


@lru_cache
def faketime_library() -> Path:
    """Return the library: the machine's own, else Debian's, fetched once from a suite that fits the C library here.

    Raises:
        LabError: it can be neither found nor fetched.
    """
    own = sorted(Path("/usr/lib").glob(f"*/faketime/{_LIBRARY}"))
    if own:
        return own[0]
    suite = _fitting_suite()
    root = cached(f"faketime-{suite}", lambda folder, scratch: _fetch(suite, folder, scratch))
    found = sorted(root.glob(f"usr/lib/*/faketime/{_LIBRARY}"))
    if not found:
        message = f"there is no {_LIBRARY} in {root}: remove that folder and try again"
        raise LabError(message)
    return found[0]


def clock_environment(now: datetime, zone: str = "Europe/Paris") -> Mapping[str, str]:
    """Return the environment of programs for which it is `now` as this returns; all of them share that clock.

    Args:
        now: the moment; without a zone, of this machine's.
        zone: the time zone in which they live.

    Raises:
        LabError: the library can be neither found nor fetched.
    """
    preloaded, modules = (os.environ.get(name, "") for name in ("LD_PRELOAD", "PYTHONPATH"))
    return {
        "LD_PRELOAD": " ".join(filter(None, [str(faketime_library()), preloaded])),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(_SLEEP), modules])),
        "FAKETIME": f"{now.timestamp() - time.time():+.3f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # Its cure for another C library's fault: with it threads of a daemon wait up to half a second for each other.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        # Files keep their times: programs that know nothing of this clock look at them, too.
        "NO_FAKE_STAT": "1",
        "TZ": zone,
    }


def _fitting_suite() -> str:
    # Of the C library that runs, not of the one that this Python was built for.
    name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    here = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    for built_for, suite in _SUITES:
        if name == "glibc" and here >= built_for:
            return suite
    message = f"Debian's libfaketime needs glibc 2.31 or later, and this is {name} {version}".rstrip()
    raise LabError(message)


def _fetch(suite: str, folder: Path, scratch: Path) -> None:
    say(f"fetching libfaketime from Debian {suite} (once)")
    unpack(suite, ("libfaketime",), folder, scratch, "libfaketime", alone=True)
    say("libfaketime is ready")
