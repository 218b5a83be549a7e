"""A daemon with a SIP gate that is flooded."""

from pathlib import Path
from typing import Final

from gatekeeper.lists import ListStore
from lab.daemon import GatekeeperDaemon
from lab.gated import SIP_GATE, import_list
from lab.ports import free_port

LISTED: Final = "0699999999"


class Flooding:
    """A daemon with a SIP gate, and where it listens."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port("udp")
        config = SIP_GATE.replace("{gate}", str(self.port))
        config += 'allow = ["127.0.0.1/32", "127.0.0.3/32"]\n'
        config += f'[sip_gate.trunks.t]\ncarriers = ["sip:127.0.0.1:{free_port()}"]\n'
        self.daemon = GatekeeperDaemon(folder, config=config)
        import_list(self.daemon, folder, [LISTED])
        with ListStore(self.daemon.data_dir) as store:
            store.add("red", [33699999999], by="test")

    def memory_mb(self) -> float:
        """The daemon's resident memory."""
        status = Path(f"/proc/{self.daemon.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024
