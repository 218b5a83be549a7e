"""Floods of INVITEs, in short; `make soak` has the long form."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.lists import ListStore
from lab.daemon import GatekeeperDaemon
from lab.gated import SIP_GATE, import_list
from lab.ports import free_port
from tests.sip.flood import call_beside, flood, flooded

LISTED = "0699999999"
RATE = 20_000


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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flooding]:
    """A daemon whose gate two addresses may ask."""
    made = Flooding(tmp_path_factory.mktemp("flood"))
    with made.daemon:
        yield made


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.2"], ids=["allowed", "forbidden"])
def test_a_flood_keeps_nobody_waiting(site: Flooding, source: str) -> None:
    """Twenty thousand INVITEs a second of one peer: another one is answered in time, the memory has its bounds.

    Who may not ask gets not one byte back; who may, less than it sent.
    """
    call_beside("127.0.0.3", site.port, LISTED, 0.1)
    before = site.memory_mb()
    pouring = flood(source, site.port, RATE, 1.5)
    beside = call_beside("127.0.0.3", site.port, LISTED, 1.5)
    result = flooded(pouring)
    assert result.sent > RATE / 4
    assert result.got_octets <= (result.sent_octets if source == "127.0.0.1" else 0)
    assert beside.unanswered == 0
    assert sorted(beside.taken_ms)[len(beside.taken_ms) // 2] < 100
    assert max(beside.taken_ms) < 4000  # what the kernel had no room for was sent again
    assert site.memory_mb() - before < 100
