"""What does not work reaches the service manager."""

import asyncio
import socket
from pathlib import Path
from typing import cast

from gatekeeper.daemon.runtime import Runtime
from gatekeeper.daemon.serve import _tell_health
from gatekeeper.daemon.systemd import ServiceManager


class Ailing:
    """A part that can be made ill."""

    def __init__(self) -> None:
        self.ill = ""

    def trouble(self) -> str:
        """What is wrong."""
        return self.ill


async def test_health_is_told_as_it_changes(tmp_path: Path) -> None:
    """A daemon that does not work as it should is unhealthy to systemd, with the reason, until it does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        loop, part = asyncio.get_running_loop(), Ailing()
        task = asyncio.create_task(_tell_health(ServiceManager(str(tmp_path / "notify")), cast("Runtime", part), 0.01))
        assert await asyncio.wait_for(loop.sock_recv(manager, 1000), 60) == b"STATUS=healthy"
        part.ill = "the watchdog is blind"
        assert await asyncio.wait_for(loop.sock_recv(manager, 1000), 60) == b"STATUS=unhealthy: the watchdog is blind"
        part.ill = "a file\nSTOPPING=1 \udcff.csv"  # of a name: no other state, and no fault for want of bytes
        said = await asyncio.wait_for(loop.sock_recv(manager, 1000), 60)
        assert said == b"STATUS=unhealthy: a file STOPPING=1  .csv"
        part.ill = ""
        assert await asyncio.wait_for(loop.sock_recv(manager, 1000), 60) == b"STATUS=healthy"
        task.cancel()
