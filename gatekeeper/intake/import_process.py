"""An import in a process of its own: the daemon goes on answering meanwhile, and keeps its memory small.

How the program is asked and answers is told in `gatekeeper.worker`; what it had begun when the daemon ended leaves no
trace.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from gatekeeper.errors import WorkerError
from gatekeeper.intake.arrival import ArrivalOutcome, Ending
from gatekeeper.translation import phrase
from gatekeeper.worker import ProgressTold, Worker


class ImportWork(StrEnum):
    """What the program is to do."""

    ARRIVAL = "arrival"
    """Import a file of the inbox into a list."""
    LIST = "list"
    """Import a file into a list, as a person asked for it."""
    ROLLBACK = "rollback"
    """Put an older version of a list in force."""
    CONSENTS = "consents"
    """Import a file of consents."""


class Request(NamedTuple):
    """What to import.

    Attributes:
        config: the configuration file; None for none.
        list: the list's name; "" for consents.
        file: where the file is; "" where none is needed.
        work: what is to be done.
        asked: what else a person said of it.
    """

    config: str | None
    list: str
    file: str
    work: str = ImportWork.ARRIVAL
    asked: Mapping[str, str] = {}


class ImportProcess:
    """Has files imported by a program, one process for each.

    Args:
        command: the program with its arguments.
        config: the configuration file that it reads; None for none.
        timeout: after how many seconds an import is given up.
    """

    def __init__(self, command: Sequence[str], config: Path | None, timeout: float) -> None:
        self._worker = Worker(command, timeout)
        self._config = str(config) if config else None
        self._timeout = timeout

    async def run(self, name: str, path: Path) -> ArrivalOutcome:
        """Have a file of the inbox imported into a list. Cancelling this ends the process."""
        # What ends its process would do so each time that it is taken out of the inbox: it is put aside.
        return await self._outcome(Request(self._config, name, str(path)), Ending.REFUSED)

    async def do(
        self, work: ImportWork, name: str, path: str, asked: Mapping[str, str], told: ProgressTold
    ) -> ArrivalOutcome:
        """Have something done that a person asked for. Cancelling this ends the process.

        Args:
            work: what.
            name: of the list, or "".
            path: of the file, or "".
            asked: what else was said of it.
            told: is told how far it is.
        """
        return await self._outcome(Request(self._config, name, path, work, dict(asked)), Ending.TROUBLE, told)

    async def _outcome(self, request: Request, died: Ending, told: ProgressTold | None = None) -> ArrivalOutcome:
        try:
            fields: dict[str, Any] = await self._worker.ask(request._asdict(), *(() if told is None else (told,)))
            return ArrivalOutcome(Ending(fields["ending"]), fields["text"], fields["report"], fields["french"])
        except WorkerError as error:
            if error.status is None:
                text = phrase("it was not imported within {minutes:.0f} min", minutes=self._timeout / 60)
            else:
                text = phrase("the process that imported it ended with status {status}", status=error.status)
            return ArrivalOutcome(died, text)
        except (ValueError, KeyError, TypeError):
            return ArrivalOutcome(died, phrase("the process that imported it gave no answer that is understood"))
