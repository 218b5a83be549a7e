"""The process that makes one export: `python -m gatekeeper.exports DATA_DIR ID LIMITS`, started by the runner.

A process of its own shares no interpreter with pages that somebody waits for. Its priority is low, but not the lowest:
one that never ran while the machine is busy would sit on a read transaction, and the journal's log would not be emptied
meanwhile.
"""

import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Final

from gatekeeper.exports import EXPORTS_FOLDER
from gatekeeper.exports.store import ExportLimits, ExportStore
from gatekeeper.exports.work import make_export

_NICE: Final = 10


def main(arguments: list[str]) -> int:
    """Make the export."""
    data_dir, ident, limits = arguments
    logging.basicConfig(format="%(name)s: %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal, for the desk: that ends us as it means to
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that it can say that it is not made
    here = os.getpriority(os.PRIO_PROCESS, 0)
    if here < _NICE and "INVOCATION_ID" not in os.environ:  # systemd has given us the unit's, and lets nobody change it
        os.nice(_NICE - here)
    os.umask(0o077)
    store = ExportStore(Path(data_dir, EXPORTS_FOLDER), ExportLimits(**json.loads(limits)))
    make_export(store, ident, Path(data_dir))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
