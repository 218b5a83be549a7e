"""A real `gatekeeper serve` with a folder, a port and a socket of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from gatekeeper.journal import JOURNAL_FILE, DecisionFilter, record
from gatekeeper.journal.sqlite import SqliteReader
from lab.errors import LabError
from lab.faketime import clock_environment
from lab.ports import free_port
from lab.processes import Process, wait_until

START_SECONDS: Final = 30
COMMAND_SECONDS: Final = 300

IMPORTS_SHOWN: Final = {"PYTHONPROFILEIMPORTTIME": "1"}
"""The environment in which Python writes each import into the daemon's log."""

_IMPORTED: Final = re.compile(r"^import time:.*\| +(\S+)$", re.MULTILINE)

_LOG_SHOWN: Final = 8000
"""How many characters of a daemon's log are shown where what is done with it fails."""

_ONE_AFTER_THE_OTHER: Final = """
import json, sys
from gatekeeper.cli.app import main
for arguments in json.load(sys.stdin):
    try:
        main(arguments)
    except SystemExit as ended:
        if ended.code not in (None, 0, 1):
            raise
"""


class GatekeeperDaemon:
    """One daemon and its data folder. A context manager; any number can run side by side.

    Attributes: ``folder``, ``data_dir``, ``config_path``, ``socket_path``, ``fastagi_port``, ``log_path``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        config: str = "",
        environment: Mapping[str, str] | None = None,
        clock: datetime | None = None,
    ) -> None:
        """Write the configuration; nothing is started yet.

        Args:
            folder: a folder of its own, made if need be.
            config: TOML added to the configuration. A key it gives twice is an error, as in any TOML.
            environment: added to the daemon's environment.
            clock: what time it is for it, as `set_clock` says; without, the machine's.
        """
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data_dir = self.folder / "data"
        self.config_path = self.folder / "gatekeeper.toml"
        self.log_path = self.folder / "daemon.log"
        # A socket's path may have 107 bytes, less than many a test's folder.
        self._run_folder = Path(tempfile.mkdtemp(prefix="gk-"))
        self.socket_path = self._run_folder / "gk.sock"
        self.fastagi_port = free_port()
        self._environment = dict(environment or {})
        self._process: Process | None = None
        self.configure(config)
        if clock is not None:
            self.set_clock(clock)

    def configure(self, config: str) -> None:
        """Write the configuration anew, with this TOML added; a running daemon reads it at its next start."""
        given = tomllib.loads(config)
        sections = {
            "daemon": f'data_dir = "{self.data_dir}"\n',
            "fastagi": f"port = {self.fastagi_port}\n",
            "socket": f'path = "{self.socket_path}"\n',
        }
        # What is tried here is mostly lists and ways round; what tries the law says so.
        sections["law"] = 'default = "lists-only"\n'
        text = "".join(f"[{name}]\n{keys}\n" for name, keys in sections.items() if name not in given)
        self.config_path.write_text(text + config)

    def set_clock(self, now: datetime) -> None:
        """Let it be another time, and go on from there: for commands at once, for the daemon from its next start.

        Raises:
            LabError: libfaketime can be neither found nor fetched.
        """
        self._environment.update(clock_environment(now))

    def init(self) -> None:
        """Make the databases, as an admin does before lists are imported; `start` makes them too."""
        self.command("init", "--keep")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if error is not None and self.log_path.exists():
            # What a test found wrong, the daemon has often said why.
            sys.stderr.write(self.log_path.read_text(errors="replace")[-_LOG_SHOWN:])

    @property
    def pid(self) -> int:
        """The daemon's process id."""
        return self._running().pid

    @property
    def desk_port(self) -> int:
        """The port of its desk, which its configuration names."""
        return int(tomllib.loads(self.config_path.read_text())["desk"]["port"])

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which its commands run: ours, with what is added for it and its clock."""
        return {**os.environ, **self._environment}

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.running

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            LabError: it does not; the end of its log is in the message.
        """
        self._run_folder.mkdir(mode=0o700, exist_ok=True)
        command = [sys.executable, "-m", "gatekeeper", "--config", str(self.config_path), "serve"]
        with _Readiness(self._run_folder / "notify.sock") as readiness:
            environment = {**self._environment, "NOTIFY_SOCKET": str(readiness.path)}
            process = Process("gatekeeper serve", command, self.log_path, environment=environment)
            self._process = process

            def ready() -> bool:
                process.demand_running()
                return readiness.told()

            try:
                wait_until(ready, START_SECONDS, "the daemon to be ready")
            except LabError:
                process.kill()
                raise

    def stop(self) -> None:
        """Ask it to end, and wait until it has. Safe to repeat."""
        if self._process is not None:
            self._process.stop(seconds=10)

    def kill(self) -> None:
        """Kill it (SIGKILL) and wait until it is gone. Safe to repeat."""
        if self._process is not None:
            self._process.kill()

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Stop it from running: the kernel goes on accepting connections for it, nobody answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen daemon go on."""
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """Stop it and remove its socket's folder."""
        if self.running:
            self.thaw()
        self.stop()
        shutil.rmtree(self._run_folder, ignore_errors=True)

    def command(self, *arguments: str, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``gatekeeper ARGUMENTS`` with this daemon's configuration.

        Raises:
            LabError: it fails (exit code of 2 or more, or a signal) and ``check`` is set.
        """
        program = [sys.executable, "-m", "gatekeeper", "--config", str(self.config_path), *arguments]
        return self._run(program, f"gatekeeper {' '.join(arguments)}", stdin, check=check)

    def commands(self, *commands: Sequence[str]) -> None:
        """Run several ``gatekeeper ...`` with this daemon's configuration, in one process: each start takes its time.

        Raises:
            LabError: one of them fails; those behind it are not run.
        """
        given = json.dumps([["--config", str(self.config_path), *arguments] for arguments in commands])
        named = "; ".join(" ".join(arguments) for arguments in commands)
        self._run([sys.executable, "-c", _ONE_AFTER_THE_OTHER], f"gatekeeper {named}", given, check=True)

    def _run(self, program: Sequence[str], named: str, stdin: str, *, check: bool) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            program,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
            env=self.environment,
        )
        if check and result.returncode not in (0, 1):
            message = f"{named}: exit {result.returncode}\n{result.stdout}{result.stderr}"
            raise LabError(message)
        return result

    def add(self, *numbers: str, list: str = "red") -> None:  # noqa: A002 - it is called with `list="..."`
        """Put numbers on a list."""
        self.command("list", "add", list, *numbers)

    def remove(self, *numbers: str, list: str = "red") -> None:  # noqa: A002 - it is called with `list="..."`
        """Take numbers off a list."""
        self.command("list", "remove", list, *numbers)

    def import_numbers(self, name: str, numbers: Iterable[str]) -> None:
        """Import numbers as a new version of a list."""
        path = self.folder / f"{name}.txt"
        path.write_text("".join(f"{number}\n" for number in numbers))
        self.command("list", "import", name, str(path))

    def journal(self, *filters: str) -> list[dict[str, Any]]:
        """The decisions in the journal, oldest first, as ``gatekeeper log --format json`` shows them."""
        output = self.command("log", "--format", "json", "--limit", "1000000", *filters).stdout
        return [json.loads(line) for line in output.splitlines()]

    def decisions(self) -> list[dict[str, Any]]:
        """The same, out of the journal's file: a command takes its time to start."""
        with SqliteReader(self.data_dir / JOURNAL_FILE) as reader:
            return [record(one) for one in reader.latest(DecisionFilter(), 1_000_000)]

    def late_imports(self) -> list[str]:
        """The modules that it has imported since it began to serve; it has to run with `IMPORTS_SHOWN`."""
        return _IMPORTED.findall(self.log_path.read_text().partition(" serving after ")[2])

    def _running(self) -> Process:
        if self._process is None or not self._process.running:
            message = "the daemon does not run"
            raise LabError(message)
        return self._process


class _Readiness:
    """The service manager's end of sd_notify(3): hears when the daemon serves on all its ports."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self.path.unlink(missing_ok=True)

    def told(self) -> bool:
        """Whether the daemon has said by now that it is ready."""
        try:
            return b"READY=1" in self._socket.recv(4096)
        except BlockingIOError:
            return False
