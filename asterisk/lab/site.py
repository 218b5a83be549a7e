"""A site: a daemon, an Asterisk whose dialplan asks it, and the carrier behind; where told, an agent's telephone."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lab.ami import AmiClient
from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port
from lab.processes import wait_until
from lab.roots import AsteriskRoot

REPOSITORY: Final = Path(__file__).resolve().parents[2]
SAMPLES: Final = REPOSITORY / "asterisk" / "samples"
MANAGER: Final = (SAMPLES / "manager.conf").read_text()
"""The shipped manager user of the watchdog."""


@dataclass(frozen=True)
class LabSite:
    """What belongs to a site.

    Attributes:
        proxy_port: where dialers reach the AMI proxy, if the daemon's configuration has one.
        agent: the telephone behind the trunk `agent`, if the site has it.
    """

    daemon: GatekeeperDaemon
    asterisk: AsteriskInstance
    carrier: Carrier
    agent: Carrier | None
    proxy_port: int

    def dialer(self, **options: Any) -> AmiClient:
        """Return a manager client on the proxy."""
        return AmiClient(self.proxy_port, **options)

    def quiet(self, seconds: float = 20) -> None:
        """Wait until no channel is left.

        Raises:
            LabError: one is.
        """
        self._wait_shown("core show channels count", "0 active channels", seconds)

    def wait_watching(self) -> None:
        """Wait until the watchdog is logged in.

        Raises:
            LabError: it does not come.
        """
        self._wait_shown("manager show connected", "gatekeeper", 20)

    def _wait_shown(self, command: str, words: str, seconds: float) -> None:
        # Over the manager: to start `asterisk -rx` every few milliseconds would take more than what is waited for.
        with self.asterisk.ami(events=False) as ami:
            wait_until(lambda: words in ami.command(command), seconds, f"{words!r} in {command!r}")


def build_site(
    root: AsteriskRoot,
    folder: Path,
    *,
    config: str = "",
    environment: Mapping[str, str] | None = None,
    gated: bool = True,
    dialplan: Sequence[str | Path] = (),
    manager: str = "",
    files: Mapping[str, str] | None = None,
    carrier: Mapping[str, Any] | None = None,
    agent: bool = False,
    modules: Sequence[str] = (),
    clock: datetime | None = None,
) -> LabSite:
    """Write every configuration; nothing is started yet.

    Args:
        root: which Asterisk.
        folder: a folder of its own.
        config: of the daemon; `{ami}` and `{proxy}` in it become the ports of Asterisk's manager and of the proxy.
        environment: added to the daemon's.
        gated: whether Asterisk has the shipped dialplan, asking the daemon.
        dialplan: more dialplan.
        manager: manager users beside the lab's own `dialer`.
        files: more of Asterisk's configuration files, or others in place of the lab's.
        carrier: arguments of `Carrier`.
        agent: whether there is a telephone behind the trunk `agent`; it answers at once.
        modules: modules of Asterisk beyond the lab's.
        clock: what time it is for the daemon; without, the machine's.
    """
    daemon = GatekeeperDaemon(folder / "gatekeeper", environment=environment, clock=clock)
    far_end = Carrier(folder / "carrier", **(carrier or {}))
    telephone = Carrier(folder / "agent") if agent else None
    asterisk = AsteriskInstance(
        root,
        folder / "asterisk",
        carrier_port=far_end.port,
        trunks={"agent": telephone.port} if telephone else {},
        dialplan=[*(gate_dialplan(daemon.fastagi_port) if gated else ()), *dialplan],
        modules=modules,
        config={**({"lab-manager.d/gatekeeper.conf": manager} if manager else {}), **(files or {})},
    )
    proxy_port = free_port()
    daemon.configure(config.replace("{ami}", str(asterisk.ami_port)).replace("{proxy}", str(proxy_port)))
    return LabSite(daemon, asterisk, far_end, telephone, proxy_port)


@contextlib.contextmanager
def running(site: LabSite, *, watched: bool = False) -> Iterator[None]:
    """Start all of a site and stop it at the end; `watched`: its watchdog is waited for."""
    with contextlib.ExitStack() as started:
        # Asterisk before the daemon: it is there when the watchdog comes for the first time.
        for part in (site.carrier, site.agent, site.asterisk, site.daemon):
            if part is not None:
                started.enter_context(part)
        if watched:
            site.wait_watching()
        yield


def gate_dialplan(fastagi_port: int) -> list[str | Path]:
    """The shipped dialplan, asking a daemon on this port."""
    return [
        REPOSITORY / "dialplan" / "gatekeeper-globals.conf",
        f"[globals](+)\nGATEKEEPER_AGI = agi://127.0.0.1:{fastagi_port}/screen\n",
        REPOSITORY / "dialplan" / "gatekeeper.conf",
    ]
