"""The process that makes one export: `python -m gatekeeper.exports DATA_DIR ID LIMITS`, started by the runner.

A process of its own shares no interpreter with pages that somebody waits for, and runs when nobody else wants to
(`SCHED_IDLE`, sched(7)): with a low nice value alone, the gate's slowest answers took half as long again. Where the
machine is never idle, a look at the journal lasts some seconds, for which its log is not emptied; calls come first.
"""

import contextlib
import json
import logging
import os
import signal
import sys
from pathlib import Path

from gatekeeper.exports import EXPORTS_FOLDER
from gatekeeper.exports.store import ExportLimits, ExportStore
from gatekeeper.exports.work import make_export
from gatekeeper.priority import child_may


def main(arguments: list[str]) -> int:
    """Make the export."""
    data_dir, ident, limits = arguments
    logging.basicConfig(format="%(name)s: %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal, for the desk: that ends us as it means to
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that it can say that it is not made
    yield_to_calls()
    os.umask(0o077)
    store = ExportStore(Path(data_dir, EXPORTS_FOLDER), ExportLimits(**json.loads(limits)))
    make_export(store, ident, Path(data_dir))
    return 0


def yield_to_calls() -> None:
    """Run from now on when nobody else wants to; where that is not allowed, with the unit's priority."""
    if "INVOCATION_ID" not in os.environ or child_may(_yield):
        with contextlib.suppress(OSError):
            _yield()


def _yield() -> None:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
