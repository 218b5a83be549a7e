"""Lets Python sleep under libfaketime, which Python imports at its start; `lab.faketime` puts it on the path.

`time.sleep` waits until a moment of the monotonic clock (clock_nanosleep with TIMER_ABSTIME). libfaketime takes its own
offset from that moment, though it leaves that clock alone, and the kernel refuses what comes of it (EINVAL).
"""

import select
import time


def _sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        select.select((), (), (), left)


time.sleep = _sleep  # type: ignore[assignment]  # whole numbers are floats enough here
