"""NSD as the name server of some zones, on the loopback."""

import os
import shutil
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from lab.apt import unpack
from lab.cache import cached
from lab.ports import Bound, bound_by, free_port
from lab.processes import Process, wait_until
from lab.progress import say
from lab.roots import loader_of
from lab.stoppable import Startable

_SUITE: Final = "bookworm"
_PACKAGES: Final = (
    *("nsd", "libc6", "libcap2", "libevent-2.1-7", "libfstrm0", "libgcrypt20", "libgpg-error0", "liblz4-1"),
    *("liblzma5", "libprotobuf-c1", "libssl3", "libsystemd0", "libzstd1"),
)
"""With all that it depends on, it would be a hundred megabytes, for its installation uses Perl."""
_START_SECONDS: Final = 15

_CONFIG: Final = """server:
  ip-address: 127.0.0.1
  port: {port}
  username: ""
  server-count: 1
  zonesdir: "{folder}"
  pidfile: ""
  database: ""
  zonelistfile: "{folder}/zone.list"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  rrl-ratelimit: 0
  minimal-responses: no
remote-control:
  control-enable: no
"""


@lru_cache
def nsd_program() -> tuple[str, ...]:
    """Return what to put in front of NSD's arguments: the one on PATH, else Debian's, fetched once.

    Raises:
        LabError: it can be neither found nor fetched.
    """
    on_path = shutil.which("nsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if on_path:
        return (on_path,)
    root = cached("nsd", _fetch)
    return (*loader_of(root), str(root / "usr" / "sbin" / "nsd"))


class NameServer(Startable):
    """A running name server, by UDP and TCP. A context manager; any number can run side by side."""

    def __init__(self, folder: Path, zones: Mapping[str, str]) -> None:
        """Prepare; nothing is started yet.

        Args:
            folder: a folder of its own, made if need be.
            zones: the zones' files by their names; SOA and NS are put before what they have. One that is empty can't
                be served: what is asked of it fails (SERVFAIL). What is asked of others is refused (REFUSED).
        """
        self.folder = folder.resolve()
        self.port = free_port()
        self._zones = zones
        self._process: Process | None = None

    def start(self) -> None:
        """Start it and wait until its ports are open.

        Raises:
            LabError: it does not start.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        config = _CONFIG.format(port=self.port, folder=self.folder)
        for name, text in self._zones.items():
            config += f'zone:\n  name: "{name}"\n  zonefile: "{name}.zone"\n'
            if text:
                head = f"$ORIGIN {name}.\n$TTL 60\n@ SOA ns root 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n"
                (self.folder / f"{name}.zone").write_text(f"{head}{text}\n")
        (self.folder / "nsd.conf").write_text(config)
        command = [*nsd_program(), "-d", "-c", str(self.folder / "nsd.conf")]
        self._process = process = Process("NSD", command, self.folder / "output.log", folder=self.folder)

        def ready() -> bool:
            process.demand_running()
            return all(Bound(kind, self.port) in bound_by(process.pid, kind) for kind in ("udp", "tcp"))

        wait_until(ready, _START_SECONDS, f"NSD to open port {self.port}")

    def stop(self) -> None:
        """End it. Safe to repeat."""
        if self._process is not None:
            self._process.kill()  # it has nothing to save
            self._process = None


def _fetch(folder: Path, scratch: Path) -> None:
    say(f"fetching NSD from Debian {_SUITE} (once)")
    unpack(_SUITE, _PACKAGES, folder, scratch, "NSD", alone=True)
    say("NSD is ready")
