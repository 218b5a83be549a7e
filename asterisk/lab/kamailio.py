"""Kamailio as a SIP proxy on the loopback: it record-routes, and hands every call to one address."""

import os
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Final

from lab.apt import unpack
from lab.cache import cached
from lab.errors import LabError
from lab.ports import Bound, bound_by, free_port
from lab.processes import Process, wait_until
from lab.progress import say
from lab.roots import loader_of
from lab.stoppable import Startable

_SUITE: Final = "bookworm"
_PACKAGES: Final = ("kamailio",)
_START_SECONDS: Final = 15

_CONFIG: Final = """#!KAMAILIO
debug=1
log_stderror=yes
children=1
disable_tcp=yes
auto_aliases=no
dns=no
rev_dns=no
server_header="Server: kamailio"
listen=udp:127.0.0.1:{port}
mpath="{modules}/"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "maxfwd.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"

request_route {{
    if (!mf_process_maxfwd_header("10")) {{
        sl_send_reply("483", "Too Many Hops");
        exit;
    }}
    if (is_method("CANCEL")) {{
        if (t_check_trans()) t_relay();
        exit;
    }}
    if (has_totag()) {{
        if (loose_route()) {{
            t_relay();
            exit;
        }}
        if (is_method("ACK") && t_check_trans()) t_relay();
        exit;
    }}
    t_check_trans();
    remove_hf("Route");
    record_route();
    $du = "sip:127.0.0.1:{to}";
    t_relay();
}}
"""


@lru_cache
def kamailio_program() -> tuple[tuple[str, ...], Path]:
    """Return what to put in front of Kamailio's arguments, and the folder of its modules.

    The one on PATH is taken, else Debian's is fetched once.

    Raises:
        LabError: it can be neither found nor fetched.
    """
    on_path = shutil.which("kamailio", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    own = sorted(Path("/usr/lib").glob("*/kamailio/modules"))
    if on_path and own:
        return (on_path,), own[0]
    root = cached("kamailio", _fetch)
    found = sorted(root.glob("usr/lib/*/kamailio/modules"))
    if not found:
        message = f"no modules of Kamailio in {root}: remove that folder and try again"
        raise LabError(message)
    return (*loader_of(root), str(root / "usr" / "sbin" / "kamailio")), found[0]


class Kamailio(Startable):
    """A running proxy. A context manager; any number can run side by side."""

    def __init__(self, folder: Path, to: int) -> None:
        """Prepare; nothing is started yet.

        Args:
            folder: a folder of its own, made if need be.
            to: the UDP port of 127.0.0.1 that every call goes on to.
        """
        self.folder = folder.resolve()
        self.port = free_port("udp")
        self._to = to
        self._process: Process | None = None

    def start(self) -> None:
        """Start it and wait until its port is open.

        Raises:
            LabError: it does not start.
        """
        program, modules = kamailio_program()
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "kamailio.cfg"
        config.write_text(_CONFIG.format(port=self.port, modules=modules, to=self._to))
        command = [*program, "-DD", "-f", str(config), "-Y", str(self.folder), "-w", str(self.folder)]
        self._process = process = Process("Kamailio", command, self.folder / "output.log", folder=self.folder)

        def ready() -> bool:
            process.demand_running()
            return Bound("udp", self.port) in bound_by(process.pid, "udp")

        wait_until(ready, _START_SECONDS, f"Kamailio to open UDP port {self.port}")

    def stop(self) -> None:
        """End it. Safe to repeat."""
        if self._process is not None:
            self._process.kill()  # a graceful stop has nothing to save, and takes its time
            self._process = None


def _fetch(folder: Path, scratch: Path) -> None:
    say(f"fetching Kamailio from Debian {_SUITE} (once)")
    unpack(_SUITE, _PACKAGES, folder, scratch, "Kamailio")
    say("Kamailio is ready")
