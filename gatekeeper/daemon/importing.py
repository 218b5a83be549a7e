"""`python -m gatekeeper.daemon.importing`: the program that imports a file of the inbox in a process of its own.

How it is asked and answers is told in `gatekeeper.intake.import_process`.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from gatekeeper.config import load
from gatekeeper.config.list_rules import list_rules
from gatekeeper.errors import ConfigError
from gatekeeper.intake.arrival import ArrivalOutcome, Ending, import_arrival
from gatekeeper.intake.import_process import Request

_NICE = 10
"""Calls go before imports."""

_LOST = 75


def _follow(stream: Any) -> None:
    """End at once when the daemon is gone."""
    stream.read()
    os._exit(_LOST)


def main() -> int:
    """One request."""
    os.nice(_NICE)
    request = Request(**json.loads(sys.stdin.buffer.readline()))
    threading.Thread(target=_follow, args=(sys.stdin.buffer,), daemon=True).start()
    try:
        settings = load(Path(request.config) if request.config else None)
    except ConfigError as error:
        outcome = ArrivalOutcome(Ending.TROUBLE, str(error))
    else:
        outcome = import_arrival(settings.daemon.data_dir, list_rules(settings, request.list), Path(request.file))
    sys.stdout.write(json.dumps(outcome._asdict(), default=str) + "\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # Not by returning: the thread that reads standard input would be waited for.
    os._exit(code)
