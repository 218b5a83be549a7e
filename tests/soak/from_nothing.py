"""The two commands of the README, timed: from a Debian 12 with an unguarded Asterisk to the first guarded call.

The wheel is this checkout's, and all that it needs comes from the package index, as on any machine.
"""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lab.debian import DebianSystem, new_system
from lab.roots import asterisk_root
from tests.install.building import build_wheel
from tests.install.standing import call_after, put_asterisk, put_systemd

OPT: Final = "/opt/gatekeeper"
_REACH: Final = ("http_proxy", "https_proxy", "no_proxy", "PIP_CERT", "SSL_CERT_FILE", "PIP_INDEX_URL")
"""What a machine may need to reach its package index."""

_FOR_REACH: Final = ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class FromNothing:
    """How long each step took, in seconds.

    Attributes:
        environment: the first command: the virtual environment, with all packages fetched.
        install: the second one: `gatekeeper install`, until Asterisk has read its files.
        call: the call to somebody on the red list, until it was refused and in the journal.
        refused: whether it was.
    """

    environment: float
    install: float
    call: float
    refused: bool

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.environment + self.install + self.call


def from_nothing(folder: Path) -> FromNothing:
    """Do it.

    Args:
        folder: a folder of its own.

    Raises:
        RuntimeError: a command failed.
    """
    folder.mkdir(parents=True)
    wheel = build_wheel(folder)
    system = new_system(folder / "system", "bookworm")
    lab = put_asterisk(system, asterisk_root("22"))
    put_systemd(system)
    shutil.copy(wheel, system.path(f"/{wheel.name}"))
    environment = _first(system, f"python3 -m venv {OPT} && {OPT}/bin/pip install /{wheel.name}")
    program = f"{OPT}/bin/gatekeeper"
    began = time.monotonic()
    commands = (f"{program} install", f"{program} list add red 0612345678", f"{program} log --format json")
    install, _, log = call_after(system, lab, *commands)
    if install.code:
        raise RuntimeError(install.said)
    refused = not install.left and '"BLOCK"' in log.said
    return FromNothing(environment, install.seconds, time.monotonic() - began - install.seconds, refused)


def _first(system: DebianSystem, command: str) -> float:
    """Run the command that needs the network; no server runs meanwhile."""
    for name in _FOR_REACH:
        if Path(name).exists():
            system.path(name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, system.path(name))
    named = {name: os.environ[name] for name in _REACH if name in os.environ}
    began = time.monotonic()
    done = system.run("sh", "-ec", command, network=True, environment=named, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return time.monotonic() - began
