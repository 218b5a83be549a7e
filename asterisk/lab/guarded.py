"""A dialer's site: Asterisk and its carrier, with the daemon's AMI proxy before them."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.ami import AmiClient
from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port
from lab.processes import wait_until
from lab.roots import AsteriskRoot

AMI_PROXY = """
[lists.bloctel]
kind = "opposition"
[asterisk.main]
port = {ami}
[ami_proxy]
enabled = true
port = {proxy}
"""
"""The configuration of a daemon with an AMI proxy; `proxy` and `ami` are the ports."""


@dataclass(frozen=True)
class GuardedSite:
    """What runs. `proxy_port` is what dialers connect to."""

    daemon: GatekeeperDaemon
    asterisk: AsteriskInstance
    carrier: Carrier
    proxy_port: int

    def dialer(self, **options: Any) -> AmiClient:
        """Return a manager client on the proxy."""
        return AmiClient(self.proxy_port, **options)

    def quiet(self, seconds: float = 20) -> None:
        """Wait until no channel is left.

        Raises:
            LabError: one is.
        """
        wait_until(lambda: "0 active channels" in self.asterisk.cli("core show channels count"), seconds, "no channel")


@contextlib.contextmanager
def guarded_site(
    root: AsteriskRoot,
    folder: Path,
    *,
    config: str = AMI_PROXY,
    listed: tuple[str, ...] = (),
    carrier: dict[str, Any] | None = None,
    **asterisk: Any,
) -> Iterator[GuardedSite]:
    """Start all, stop all.

    Args:
        root: which Asterisk.
        folder: a folder of its own.
        config: of the daemon, with the fields of `AMI_PROXY`.
        listed: numbers imported into the list `bloctel`.
        carrier: arguments of `Carrier`.
        asterisk: more arguments of `AsteriskInstance`.
    """
    daemon = GatekeeperDaemon(folder / "gatekeeper")
    proxy_port = free_port()
    with Carrier(folder / "carrier", **(carrier or {})) as far_end:
        instance = AsteriskInstance(root, folder / "asterisk", carrier_port=far_end.port, **asterisk)
        daemon.configure(config.format(proxy=proxy_port, ami=instance.ami_port))
        daemon.init()
        # A list that was never imported would block every call.
        daemon.import_numbers("bloctel", listed or ("0699999999",))
        with instance, daemon:
            yield GuardedSite(daemon, instance, far_end, proxy_port)
