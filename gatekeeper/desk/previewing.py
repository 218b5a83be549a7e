"""`python -m gatekeeper.desk.previewing`: the program that looks what a scrub would take out of a file of contacts.

It writes nothing and reserves nothing. How it is asked and answers is told in `gatekeeper.worker`.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gatekeeper.config import load
from gatekeeper.daemon.wiring import open_scrubber
from gatekeeper.errors import GatekeeperError, StoreError
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.translation import phrase
from gatekeeper.worker import ProgressTold, Worker, bound_memory, end, serve_one

LONGEST_S: Final = 1800
"""A preview that takes longer is given up."""


def preview_worker() -> Worker:
    """Has previews made, each by this program."""
    return Worker((sys.executable, "-m", "gatekeeper.desk.previewing"), LONGEST_S)


def preview_request(
    config: Path | None, file: Path, by: str, asked: Mapping[str, str], at: int | None = None
) -> dict[str, object]:
    """What the program is asked.

    Args:
        config: the configuration file; None for none.
        file: the contacts.
        by: who looks.
        asked: `campaign`, `principal`, `caller_id`, `column`; what is empty is the campaign's own, or found out.
        at: the moment that is asked about, in microseconds since the epoch; None for now.
    """
    return {"config": str(config) if config else "", "file": str(file), "by": by, "at": at, **asked}


def _answer(asked: dict[str, Any], told: ProgressTold) -> dict[str, object]:
    from gatekeeper.scrub.preview import preview  # brings NumPy in, which who has it made does without

    column = asked.get("column", "")
    options = ScrubOptions(
        campaign=asked.get("campaign", ""),
        principal=asked.get("principal", ""),
        caller_id=asked.get("caller_id", ""),
        columns=(column,) if column else (),
    )
    try:
        settings = load(Path(asked["config"]) if asked["config"] else None)
        bound_memory(settings.inbox.memory_mb)
        with open_scrubber(settings, asked["by"]) as scrubber:
            found = preview(
                scrubber, Path(asked["file"]), options, asked["at"], lambda done, of: told("reading", done, of)
            )
    except MemoryError:
        return {
            "state": "refused",
            "text": phrase("it needs more memory than inbox.memory_mb lets it: send it in parts"),
        }
    except StoreError as error:
        return {"state": "failed", "text": str(error)}
    except GatekeeperError as error:
        return {"state": "refused", "text": str(error)}
    return {"state": "done", "text": "", "report": found.as_dict()}


if __name__ == "__main__":
    end(serve_one(_answer))
