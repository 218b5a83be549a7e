"""Child processes that never outlive us.

The kernel is asked (``setpriv --pdeathsig``) to kill the child when its parent *thread* ends, so every child is started
by one thread which lives as long as this process: a test that is killed, or its machine's out-of-memory killer, leaves
nothing running. Each child leads its own process group, so that what it started goes with it.
"""

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from lab.errors import LabError
from lab.stoppable import Stoppable

_TAIL_BYTES: Final = 4000

_PATIENCE: Final = 3
"""So many times as long as it should take anything may take: machines have slower hours, and a wait ends early."""


class Process(Stoppable):
    """A running child, with all its output in a file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start ``command``.

        Args:
            command: program and arguments.
            name: what to call it in error messages.
            log: the file to which its standard output and error are appended.
            folder: where it starts; here by default.
            environment: added to ours.

        Raises:
            LabError: it cannot be started.
        """
        self.name = name
        self.log = log
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            message = "setpriv is not on PATH: install util-linux, without it children could be left running"
            raise LabError(message)
        log.parent.mkdir(parents=True, exist_ok=True)

        def start() -> subprocess.Popen[bytes]:
            with log.open("ab") as output:
                return subprocess.Popen(
                    [setpriv, "--pdeathsig", "KILL", "--", *command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=folder,
                    env={**os.environ, **(environment or {})},
                    process_group=0,
                )

        self._killed = False
        self._child = _starter().run(start)

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its process group."""
        return self._child.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal, ``None`` while it runs."""
        return self._child.poll()

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._child.poll() is None

    def wait(self, seconds: float) -> int:
        """Wait until it ends and return its exit code.

        Raises:
            LabError: it still runs after ``seconds``.
        """
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            message = f"{self.name} still runs after {seconds} s\n{self.tail()}"
            raise LabError(message) from None

    def stop(self, seconds: float = 15, signal_number: int = signal.SIGTERM) -> None:
        """Ask it to end with ``signal_number``, kill its group if it does not within ``seconds``. Safe to repeat."""
        if self.running:
            self._child.send_signal(signal_number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """Kill it and all of its process group at once (SIGKILL). Safe to repeat."""
        if self._killed:
            return  # its number may be another's by now
        self._killed = True
        with contextlib.suppress(ProcessLookupError):  # nobody of that group is left
            os.killpg(self.pid, signal.SIGKILL)
        self._child.wait()

    def tail(self) -> str:
        """Return the end of its output, for an error message."""
        return tail(self.log)

    def demand_running(self) -> None:
        """Raise :class:`LabError` with the end of its output if it has ended."""
        if not self.running:
            message = f"{self.name} ended with code {self.returncode}\n{self.tail()}"
            raise LabError(message)


def tail(path: Path) -> str:
    """Return the last few thousand characters of a log with its name, or say that there is none."""
    try:
        content = path.read_bytes()[-_TAIL_BYTES:].decode(errors="replace")
    except OSError:
        return f"({path} cannot be read)"
    return f"--- end of {path}:\n{content}"


def wait_until(condition: Callable[[], bool], seconds: float, what: str, every: float = 0.01) -> None:
    """Wait until ``condition()`` holds; a look that takes long is followed by a pause as long: others need the core.

    Args:
        condition: what is waited for.
        seconds: how long it may take on a machine that has time for it; on one that others use, it gets more.
        what: the same in words.
        every: how long to pause between two looks.

    Raises:
        LabError: it does not; the message says ``what`` was waited for.
    """
    deadline = time.monotonic() + _PATIENCE * seconds
    looked = time.monotonic()
    while not condition():
        now = time.monotonic()
        if now > deadline:
            message = f"waited {_PATIENCE * seconds:g} s for {what}"
            raise LabError(message)
        time.sleep(max(every, now - looked))
        looked = time.monotonic()


class _Starter:
    """A thread that starts children for the others, and ends only with the process."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="lab-starter", daemon=True).start()

    def run(self, start: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        job = _Job(start)
        self._jobs.put(job)
        job.done.wait()
        if job.child is None:
            message = f"a child process cannot be started: {job.error}"
            raise LabError(message) from job.error
        return job.child

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job.child = job.start()
            except (OSError, subprocess.SubprocessError) as error:
                job.error = error
            job.done.set()


class _Job:
    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.start = start
        self.done = threading.Event()
        self.child: subprocess.Popen[bytes] | None = None
        self.error: Exception | None = None


_lock = threading.Lock()
_current: _Starter | None = None


def _starter() -> _Starter:
    """Return this process's starter; a fork has its parent's object but not its thread, and gets its own."""
    global _current  # noqa: PLW0603 - one thread per process is the point
    with _lock:
        if _current is None or _current.owner != os.getpid():
            _current = _Starter()
        return _current
