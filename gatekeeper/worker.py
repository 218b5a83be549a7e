"""A worker: answers one request in a process of its own, so that whoever asks goes on meanwhile and stays small.

The program takes the request, one line of JSON, on standard input. On standard output it tells how far it is, and gives
the answer last, each as one line of JSON. It ends when its standard input ends, which it does when who asked does.
Its texts are in the language of who asked.
"""

import asyncio
import contextlib
import json
import os
import resource
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, Final

from gatekeeper.errors import WorkerError
from gatekeeper.translation import language, speak
from gatekeeper.words import Language

ProgressTold = Callable[[str, int, int], None]
"""Is told a phase, how much of it is done, and of how much; 0 where that is not known."""

_LONGEST: Final = 1 << 20
"""Bytes of a line that a worker may give."""

_NICE: Final = 10
"""Calls go before what workers do."""

_LOST: Final = 75
_PROGRESS: Final = "progress"
_LANGUAGE: Final = "lang"


def _nobody(_phase: str, _done: int, _total: int) -> None:
    """Nobody is told."""


class Worker:
    """Has a program answer requests, one process for each.

    Args:
        command: the program with its arguments.
        timeout: after how many seconds it is given up.
    """

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        self._command = command
        self._timeout = timeout

    async def ask(self, request: Mapping[str, object], told: ProgressTold = _nobody) -> dict[str, Any]:
        """Have a request answered. Cancelling this ends the process.

        Raises:
            WorkerError: no answer came.
        """
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LONGEST
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        answer: dict[str, Any] | None = None
        try:
            async with asyncio.timeout(self._timeout):
                asked = {**request, _LANGUAGE: language().value}
                process.stdin.write(json.dumps(asked).encode() + b"\n")
                with contextlib.suppress(ConnectionError):
                    await process.stdin.drain()
                answer = await _answer(process.stdout, told)
                await process.wait()
        except TimeoutError:
            raise WorkerError(None) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            process.stdin.close()
        if answer is None:
            raise WorkerError(process.returncode)
        return answer


async def _answer(lines: asyncio.StreamReader, told: ProgressTold) -> dict[str, Any] | None:
    """The first line that is not progress; None where none comes."""
    with contextlib.suppress(ValueError):  # of a line that is too long, or no JSON
        while line := await lines.readline():
            said = json.loads(line)
            if not isinstance(said, dict):
                return None
            if _PROGRESS not in said:
                return said
            phase, done, total = said[_PROGRESS]
            told(str(phase), int(done), int(total))
    return None


def bound_memory(megabytes: int) -> None:
    """Take no more memory than that from here on, in this process: what wants more raises `MemoryError`.

    What is counted is memory of the process's own (`RLIMIT_DATA`, getrlimit(2)): files that are mapped are not.
    """
    most = megabytes << 20
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def serve_one(answer: Callable[[dict[str, Any], ProgressTold], Mapping[str, object]]) -> int:
    """The program's side: read the request, give the answer; gives the exit code."""
    os.nice(_NICE)
    request = json.loads(sys.stdin.buffer.readline())
    speak(Language(request.pop(_LANGUAGE, Language.EN)))
    threading.Thread(target=_follow, args=(sys.stdin.buffer,), daemon=True).start()

    def told(phase: str, done: int, total: int) -> None:
        _say({_PROGRESS: (phase, done, total)})

    _say(answer(request, told))
    return 0


def end(code: int) -> None:
    """End the program: not by returning, for the thread that reads standard input would be waited for."""
    sys.stdout.flush()
    os._exit(code)


def _say(fields: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(fields, default=str) + "\n")
    sys.stdout.flush()


def _follow(stream: IO[bytes]) -> None:
    """End at once when who asked is gone."""
    stream.read()
    os._exit(_LOST)
