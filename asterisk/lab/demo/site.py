"""The demonstration's site: its lists, its daemon, its Asterisk and its carrier."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lab.daemon import GatekeeperDaemon
from lab.demo import registries
from lab.demo.bypass import GATED
from lab.gated import gated_endpoint
from lab.ports import free_port
from lab.roots import asterisk_root
from lab.site import MANAGER, LabSite, build_site

CONFIG: Final = """
# Lists, gates and ways round them are shown here, at whatever hour: no country's law is asked. `demo/law.py` asks it.
[law]
default = "lists-only"

[lists.bloctel]
kind = "opposition"
title = "Bloctel (drawn by lot for the demonstration)"
max_age_days = 30

[campaigns.summer]
lists = ["bloctel"]
principal = "Soleil SARL"

[asterisk.main]
port = {ami}
secret = "change-me"

[ami_proxy]
enabled = true
port = {proxy}

[watchdog]
enabled = true

# One line in the trunk's endpoint, and whatever dials it meets this gate.
[sip_gate]
enabled = true
port = {gate}
outside_port = 0
[sip_gate.trunks.gated]
carriers = ["sip:127.0.0.1:{carrier}"]
options_s = 0

# Web pages for compliance staff, by `gatekeeper desk`.
[desk]
port = {desk}
"""

DIALPLAN: Final = """
; Three ways to put the gate before Dial(): the dialer of the demonstration uses them in turn.
[dialer-gosub]
exten => _[+*#0-9a-z].,1,Gosub(gatekeeper,s,1(${EXTEN},summer))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20)
 same => n,Hangup(${HANGUPCAUSE})

[dialer-predial]
exten => _[+*#0-9a-z].,1,Dial(PJSIP/${FILTER(+0-9A-Za-z*#,${EXTEN})}@trunk,20,b(gatekeeper-predial^s^1(summer)))
 same => n,Hangup(${HANGUPCAUSE})

; The campaign is what the dialer set in the variable GATEKEEPER_CAMPAIGN.
[dialer-context]
exten => _[+*#0-9a-z].,1,Goto(gatekeeper-dial,${EXTEN},1)
"""

AGENT: Final = """
[agent]
exten => s,1,Wait(1)
"""
"""Where the calls that go round the gates are connected to."""

CAMPAIGN: Final = "summer"

FORMS: Final = ("dialer-gosub", "dialer-predial", "dialer-context")


def say(text: str) -> None:
    """Tell the person at the terminal what is being done."""
    sys.stdout.write(f"==> {text}\n")
    sys.stdout.flush()


def import_list(daemon: GatekeeperDaemon, numbers: Sequence[int]) -> None:
    """Write the numbers as a registry would and import them, with the command's own progress bar on the terminal."""
    path = daemon.folder / "bloctel.csv"
    with path.open("w") as file:
        file.write("Telephone;Identifiant\n")
        file.writelines(f"0{number - 33_000_000_000};{line}\n" for line, number in enumerate(numbers, 1))
    arguments = ["list", "import", "bloctel", str(path), "--column", "Telephone"]
    command = [sys.executable, "-m", "gatekeeper", "--config", str(daemon.config_path), *arguments]
    subprocess.run(command, check=True, timeout=600)


def build_demo(folder: Path) -> LabSite:
    """Write every configuration; nothing is started yet."""
    gate, carrier, desk = free_port(), free_port(), free_port()
    ports = {"{gate}": str(gate), "{carrier}": str(carrier), "{desk}": str(desk)}
    config = CONFIG
    for name, port in ports.items():
        config = config.replace(name, port)
    return build_site(
        asterisk_root("22"),
        folder,
        config=config + registries.CONFIG,
        files={"lab-pjsip.d/gated.conf": gated_endpoint(GATED, gate, carrier)},
        dialplan=[DIALPLAN + AGENT],
        manager=MANAGER,
        carrier={"port": carrier, "answer_after_ms": 300, "hold_ms": 200},
    )
