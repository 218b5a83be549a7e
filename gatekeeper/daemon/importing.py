"""An import in a process of its own: the daemon goes on answering meanwhile, and keeps its memory small.

`python -m gatekeeper.daemon.importing` takes a request, one line of JSON, on standard input and gives an outcome, one
line of JSON, on standard output. It ends when its standard input ends, which it does when the daemon does; what it had
begun then leaves no trace.
"""

import json
import os
import sys
import threading
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from gatekeeper.config import Settings, load
from gatekeeper.daemon.inbox_folder import is_named
from gatekeeper.errors import ConfigError, ImportRefused, ListError, StoreError
from gatekeeper.lists import ImportOptions, ListKind, ListStore, Progress
from gatekeeper.storage.files import stamp

BY = "inbox"
"""Who imports, for the record."""

_NICE = 10
"""Calls go before imports."""

_LOST = 75


class Ending(StrEnum):
    """How an import ended."""

    IMPORTED = "imported"
    REFUSED = "refused"
    """The file is at fault: somebody has to look at it."""
    CHANGED = "changed"
    """The file was written to while it was read."""
    TROUBLE = "trouble"
    """Something else is at fault, and the same file may be good later."""


class Request(NamedTuple):
    """What to import.

    Attributes:
        config: the configuration file; None for none.
        list: the list's name.
        file: where the file is.
    """

    config: str | None
    list: str
    file: str


class Outcome(NamedTuple):
    """What came of it.

    Attributes:
        ending: how it ended.
        text: why, where nothing was imported.
        report: the fields of the import's report.
    """

    ending: Ending
    text: str = ""
    report: dict[str, Any] = {}  # noqa: RUF012 - never changed


class _ChangedError(Exception):
    """The file is not what it was when reading it began."""


def import_one(settings: Settings, request: Request) -> Outcome:
    """Import one file as the configuration says of its list."""
    try:
        return Outcome(Ending.IMPORTED, "", _imported(settings, request))
    except _ChangedError:
        return Outcome(Ending.CHANGED, "it was written to while it was read")
    except FileNotFoundError:
        return Outcome(Ending.TROUBLE, "it is gone")
    except ImportRefused as error:
        running = str(error).startswith("another import")
        return Outcome(Ending.TROUBLE if running else Ending.REFUSED, str(error))
    except ListError as error:
        return Outcome(Ending.REFUSED, str(error))
    except StoreError as error:
        return Outcome(Ending.TROUBLE, str(error))


def _imported(settings: Settings, request: Request) -> dict[str, Any]:
    path = Path(request.file)
    section = settings.lists.get(request.list)
    if section is None:
        raise ImportRefused(f"there is no table [lists.{request.list}] in the configuration")
    before = stamp(path)

    def watch(progress: Progress) -> None:
        if progress.phase == "activating" and not progress.done and stamp(path) != before:
            raise _ChangedError

    is_change = is_named(path.name, section.changes)
    options = ImportOptions(
        format=settings.format_of(request.list, section.changes_format if is_change else ""),
        country=settings.phone.home,
        by=BY,
        source=path.name,
        **settings.import_rules(request.list),
    )
    with ListStore(settings.daemon.data_dir) as store:
        store.ensure(request.list, ListKind(section.kind), section.title)
        return store.import_file(path, request.list, options=options, progress=watch)._asdict()


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
        outcome = Outcome(Ending.TROUBLE, str(error))
    else:
        outcome = import_one(settings, request)
    sys.stdout.write(json.dumps(outcome._asdict(), default=str) + "\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # Not by returning: the thread that reads standard input would be waited for.
    os._exit(code)
