"""An import in a process of its own: the daemon goes on answering meanwhile, and keeps its memory small.

The program takes a request, one line of JSON, on standard input and gives an outcome, one line of JSON, on standard
output. It ends when its standard input ends, which it does when the daemon does; what it had begun then leaves no
trace.
"""

import asyncio
import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gatekeeper.intake.arrival import ArrivalOutcome, Ending

_OUTPUT = 1 << 20


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


class ImportProcess:
    """Has files imported by a program, one process for each.

    Args:
        command: the program with its arguments.
        config: the configuration file that it reads; None for none.
        timeout: after how many seconds an import is given up.
    """

    def __init__(self, command: Sequence[str], config: Path | None, timeout: float) -> None:
        self._command = command
        self._config = str(config) if config else None
        self._timeout = timeout

    async def run(self, name: str, path: Path) -> ArrivalOutcome:
        """Have a file imported into a list. Cancelling this ends the process."""
        request = Request(self._config, name, str(path))
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_OUTPUT
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        try:
            async with asyncio.timeout(self._timeout):
                process.stdin.write(json.dumps(request._asdict()).encode() + b"\n")
                with contextlib.suppress(ConnectionError):
                    await process.stdin.drain()
                answer = await process.stdout.readline()
                await process.wait()
        except TimeoutError:
            return ArrivalOutcome(Ending.REFUSED, f"it was not imported within {self._timeout / 60:.0f} minutes")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            process.stdin.close()
        try:
            fields = json.loads(answer)
            return ArrivalOutcome(Ending(fields["ending"]), fields["text"], fields["report"])
        except (ValueError, KeyError, TypeError):
            return ArrivalOutcome(
                Ending.REFUSED, f"the process that imported it ended with status {process.returncode}"
            )
