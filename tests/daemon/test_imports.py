"""What serving calls loads: a library for files or for many numbers doubles the daemon's start and its memory.

So do the database's for each command, and all of the daemon for the process that makes an import. What looks up
carriers' service records is loaded where a carrier is a name without a port.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from lab.ports import free_port
from tests.agi.environments import environment
from tests.daemon.configurations import MOST_PARTS

SERVE = """
import asyncio, importlib, pkgutil, sys
from pathlib import Path

import gatekeeper.daemon
from gatekeeper.config import load
from gatekeeper.daemon.assembly import build_parts
from gatekeeper.daemon.runtime import Runtime

for module in pkgutil.iter_modules(gatekeeper.daemon.__path__):
    if module.name == "metrics":
        continue  # loaded where metrics are served alone
    importlib.import_module("gatekeeper.daemon." + module.name)


async def serve():
    async with Runtime(build_parts(load(Path(sys.argv[1]), {}))) as runtime:
        assert len(runtime.counters()) > 5
        reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
        writer.write(bytes.fromhex(sys.argv[3]))
        assert (await reader.readline()).startswith(b"SET VARIABLE")
        writer.close()


asyncio.run(serve())
heavy = {"charset_normalizer", "dns", "fpdf", "numpy", "openpyxl", "prometheus_client", "typer"}
print(sorted(heavy & set(sys.modules)))
"""


SIP_GATE = """
[sip_gate]
enabled = true
port = {port}
outside_port = 0
[sip_gate.trunks.a]
carriers = ["sip:127.0.0.1"]
options_s = 0
"""


def test_serving_loads_nothing_for_files(tmp_path: Path) -> None:
    """All its modules are loaded, every part is started, and a call is answered; Alembic makes the databases first."""
    ports = {name: free_port() for name in ("fastagi", "ami", "proxy")}
    (tmp_path / "data").mkdir()
    config = tmp_path / "gatekeeper.toml"
    config.write_text(MOST_PARTS.format(folder=tmp_path, **ports) + SIP_GATE.format(port=free_port()))
    question = environment("0612345678", "survey")
    command = [sys.executable, "-c", SERVE, str(config), str(ports["fastagi"]), question.hex()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("gatekeeper.config", {"alembic", "numpy", "phonenumbers", "sqlalchemy"}),
        ("gatekeeper.daemon.importing", {"gatekeeper.daemon.serve", "gatekeeper.ami.proxy", "gatekeeper.sip.gate"}),
    ],
)
def test_what_begins_often_loads_little(module: str, without: set[str]) -> None:
    """Every command reads the configuration; every import has a process of its own."""
    script = f"import sys, {module}; print(sorted({without!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
