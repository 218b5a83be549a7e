"""A real `gatekeeper desk` beside a daemon of the lab, with a first user, and a browser's way in without a browser."""

import re
import secrets
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from lab.daemon import GatekeeperDaemon
from lab.errors import LabError
from lab.processes import Process, wait_until

START_SECONDS: Final = 30
USER: Final = "demo"


class LabDesk:
    """A desk and its admin. A context manager.

    Attributes:
        url: its address.
        user: the admin's name.
        password: the admin's password, drawn for this run.
    """

    def __init__(self, daemon: GatekeeperDaemon, port: int) -> None:
        """Nothing is started yet.

        Args:
            daemon: whose data it shows; its configuration has `[desk] port`.
            port: that port.
        """
        self.url = f"http://127.0.0.1:{port}"
        self.user = USER
        self.password = secrets.token_urlsafe(12)
        self._daemon = daemon
        self._log: Path = daemon.folder / "desk.log"
        self._process: Process | None = None

    def __enter__(self) -> Self:
        config = ["--config", str(self._daemon.config_path)]
        command = [sys.executable, "-m", "gatekeeper", *config]
        environment = self._daemon.environment
        there = f"\n{self.user} " in self._ask([*command, "user", "list"])
        given = ["password", self.user] if there else ["add", self.user, "--role", "admin"]
        self._ask([*command, "user", *given, "--password-stdin"], typed=f"{self.password}\n")
        process = Process("gatekeeper desk", [*command, "desk"], self._log, environment=environment)
        self._process = process

        def ready() -> bool:
            process.demand_running()
            try:
                return httpx.get(f"{self.url}/healthz", trust_env=False).status_code == httpx.codes.OK
            except httpx.TransportError:
                return False

        wait_until(ready, START_SECONDS, f"the desk at {self.url}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.stop()

    def _ask(self, command: list[str], typed: str = "") -> str:
        environment = self._daemon.environment
        return subprocess.run(
            command, input=typed, env=environment, text=True, check=True, stdout=subprocess.PIPE, timeout=60
        ).stdout

    def visit(self, path: str) -> str:
        """A page, as the admin sees it.

        Raises:
            LabError: there is none, or nobody is let in.
        """
        with httpx.Client(base_url=self.url, headers={"origin": self.url}, trust_env=False, timeout=60) as client:
            entered = client.post("/sign-in", data={"name": self.user, "password": self.password})
            page = client.get(path)
        if entered.status_code != httpx.codes.SEE_OTHER or page.status_code != httpx.codes.OK:
            raise LabError(f"{self.url}{path} answers {page.status_code}, the sign-in {entered.status_code}")
        return page.text

    def holds(self, path: str, wanted: str) -> bool:
        """Whether a page has a text, whatever stands between its words."""
        return " ".join(wanted.split()) in " ".join(re.sub(r"<[^>]*>", " ", self.visit(path)).split())
