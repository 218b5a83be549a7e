"""A real Asterisk with a private configuration, on free ports of the loopback."""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lab.ami import LAB_SECRET, AmiClient
from lab.configuration import Settings, default_files
from lab.errors import LabError
from lab.ports import Bound, bound_by, free_port, listens
from lab.processes import Process, tail
from lab.roots import AsteriskRoot

START_SECONDS: Final = 180
STOP_SECONDS: Final = 30
_SOCKET_PATH_LIMIT: Final = 107  # sun_path of Linux's unix(7), without its closing zero


class AsteriskInstance:
    """One Asterisk. A context manager; any number can run side by side.

    Attributes: ``root``, ``version``, ``folder``, ``etc`` (its configuration), ``agi_bin``, ``spool`` (call files go to
    ``spool / "outgoing"``), ``sounds``, ``log_path``, ``cdr_path``, ``sip_port``, ``ami_port``, ``http_port``.
    """

    def __init__(
        self,
        root: AsteriskRoot,
        folder: Path,
        *,
        carrier_port: int | None = None,
        trunks: Mapping[str, int] | None = None,
        dialplan: str | Path | Iterable[str | Path] = (),
        config: Mapping[str, str] | None = None,
        modules: Iterable[str] = (),
        log_levels: str = "notice,warning,error",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Write the configuration; nothing is started yet.

        Args:
            root: the Asterisk to run.
            folder: a folder of its own, made if need be.
            carrier_port: the loopback UDP port of the carrier; it becomes the PJSIP endpoint ``trunk``.
            trunks: further PJSIP endpoints: name -> loopback UDP port.
            dialplan: dialplan texts or files to include.
            config: file name -> text, each in place of the default file of that name.
            modules: modules to load beyond the default ones.
            log_levels: what ``log_path`` gets; add ``verbose(5)`` to see the dialplan run.
            environment: added to Asterisk's environment, and so to that of its AGI scripts.
        """
        self.root = root
        self.version = root.version
        self.folder = folder.resolve()
        self.etc = self.folder / "etc"
        self.agi_bin = self.folder / "agi-bin"
        self.spool = self.folder / "spool"
        self.sounds = self.folder / "data" / "sounds"
        self.log_path = self.folder / "log" / "full"
        self.cdr_path = self.folder / "log" / "cdr-custom" / "lab.csv"
        self.sip_port = free_port("udp")
        self.ami_port = free_port("tcp")
        self.http_port = free_port("tcp")
        files = dict(config or {})
        standard = {"pjsip.conf": Bound("udp", self.sip_port), "http.conf": Bound("tcp", self.http_port)}
        self._served = {bound for name, bound in standard.items() if name not in files}
        self._environment = dict(environment or {})
        self._process: Process | None = None
        self._included = 0
        self._run_folder = self._make_run_folder()
        endpoints = {**({"trunk": carrier_port} if carrier_port else {}), **(trunks or {})}
        self._write_configuration(endpoints, files, tuple(modules), log_levels)
        self.include_dialplan(*([dialplan] if isinstance(dialplan, str | Path) else dialplan))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()  # a graceful stop takes Asterisk two seconds, and nothing here is worth them
        if not self._run_folder.is_relative_to(self.folder):
            shutil.rmtree(self._run_folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._running().pid

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.running

    def start(self) -> None:
        """Start it and wait until it is fully booted.

        Raises:
            LabError: it does not start; the message has the end of its logs.
        """
        if self.running:
            message = f"Asterisk {self.version} in {self.folder} runs already"
            raise LabError(message)
        for stale in self._run_folder.iterdir():
            stale.unlink()
        command = [*self.root.program, "-f", "-C", str(self.etc / "asterisk.conf")]
        environment = {"HOME": str(self.folder), "LC_ALL": "C.UTF-8", **self._environment}
        self._process = Process(
            f"Asterisk {self.version}",
            command,
            self.folder / "log" / "output",
            folder=self.folder,
            environment=environment,
        )
        try:
            self._wait_booted()
        except LabError as error:
            self.kill()
            message = f"{error}\n{tail(self.log_path)}"
            raise LabError(message) from error

    def stop(self) -> None:
        """Stop it: ask, then kill. Safe to repeat."""
        if self._process is not None:
            self._process.stop(STOP_SECONDS)
            self._process = None

    def kill(self) -> None:
        """Kill it (SIGKILL) with everything that it started."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def restart(self) -> None:
        """Stop it and start it again, with the same ports and files."""
        self.stop()
        self.start()

    def cli(self, command: str) -> str:
        """Run a CLI command (``asterisk -rx``) and return what it printed.

        Raises:
            LabError: Asterisk does not answer.
        """
        arguments = [*self.root.program, "-C", str(self.etc / "asterisk.conf"), "-rx", command]
        result = subprocess.run(
            arguments,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        if result.returncode:
            message = f"asterisk -rx {command!r} ended with code {result.returncode}: {result.stdout}{result.stderr}"
            raise LabError(message)
        return result.stdout

    def ami(self, username: str = "dialer", secret: str = LAB_SECRET, *, events: bool = True) -> AmiClient:
        """Return a new logged-in manager client."""
        return AmiClient(self.ami_port, username, secret, events=events)

    def include_dialplan(self, *pieces: str | Path) -> None:
        """Add dialplan, read at the next start or reload: texts, or files to ``#include`` where they lie."""
        for piece in pieces:
            self._included += 1
            target = self.etc / "lab.d" / f"{self._included:03}.conf"
            target.write_text(f'#include "{piece.resolve()}"\n' if isinstance(piece, Path) else piece)

    def write_config(self, name: str, text: str) -> None:
        """Write or replace a configuration file; follow with :meth:`reload` or a restart."""
        target = self.etc / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def reload(self, module: str = "") -> str:
        """Reload one module, or everything; return what the CLI said."""
        return self.cli(f"module reload {module}".strip())

    def call_file(self, text: str, name: str = "lab.call") -> None:
        """Drop a call file into the spool, whole (written aside, then renamed)."""
        aside = self.spool / name
        aside.write_text(text)
        aside.rename(self.spool / "outgoing" / name)

    def log(self) -> str:
        """Return its log."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def _running(self) -> Process:
        if self._process is None:
            message = f"Asterisk {self.version} in {self.folder} is not started"
            raise LabError(message)
        return self._process

    def _wait_booted(self) -> None:
        process = self._running()
        deadline = time.monotonic() + START_SECONDS
        while True:
            process.demand_running()
            if time.monotonic() > deadline:
                message = f"Asterisk {self.version} did not boot within {START_SECONDS} s\n{process.tail()}"
                raise LabError(message)
            if listens(process.pid, self.ami_port):
                break
            time.sleep(0.02)
        with self.ami() as client:
            client.wait_event("FullyBooted", seconds=deadline - time.monotonic())
        missing = self._served - bound_by(process.pid).keys()
        if missing:
            message = f"Asterisk {self.version} could not open {missing}: another program took the port meanwhile"
            raise LabError(message)

    def _make_run_folder(self) -> Path:
        """Make the folder of the control socket: ours, or one with a shorter name if that is too long for a socket."""
        inside = self.folder / "run"
        if len(os.fsencode(inside / "asterisk.ctl")) > _SOCKET_PATH_LIMIT:
            return Path(tempfile.mkdtemp(prefix="lab-asterisk-"))
        inside.mkdir(parents=True, exist_ok=True)
        return inside

    def _write_configuration(
        self, trunks: Mapping[str, int], config: dict[str, str], modules: tuple[str, ...], log_levels: str
    ) -> None:
        folders = self._make_folders()
        settings = Settings(
            sip_port=self.sip_port,
            ami_port=self.ami_port,
            http_port=self.http_port,
            folders=folders,
            available=frozenset(module.stem for module in self.root.modules.glob("*.so")),
            extra_modules=modules,
            trunks=trunks,
            log_levels=log_levels,
            max_files=resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        )
        for name, text in {**default_files(settings), **config}.items():
            self.write_config(name, text)

    def _make_folders(self) -> dict[str, Path]:
        """Make the private folders; the data folder links to the root's, but for the sounds, to which tests can add."""
        lib, data = self.folder / "lib", self.folder / "data"
        made = (
            self.etc / "lab.d",
            self.agi_bin,
            self.log_path.parent / "cdr-custom",
            lib / "keys",
            self.sounds,
            data / "lab-moh",
        )
        for folder in (*made, self.spool / "outgoing", self.spool / "outgoing_done", self.spool / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        for source in (self.root.data).iterdir():
            _link(data / source.name, source)
        for core in (self.root.data / "sounds").glob("en_US*"):
            _link(self.sounds / "en", core)
        for music in (self.sounds / "en").glob("demo-congrats.*"):
            _link(data / "lab-moh" / music.name, music)
        return {
            "astetcdir": self.etc,
            "astmoddir": self.root.modules,
            "astvarlibdir": lib,
            "astdbdir": lib,
            "astkeydir": lib,
            "astdatadir": data,
            "astagidir": self.agi_bin,
            "astspooldir": self.spool,
            "astrundir": self._run_folder,
            "astlogdir": self.log_path.parent,
            "astsbindir": self.folder,
        }


def _link(link: Path, target: Path) -> None:
    if not link.exists() and not link.is_symlink():
        link.symlink_to(target)
