"""What `gatekeeper install` writes, on a real Asterisk: its files are read, and a call by them is guarded."""

import csv
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gatekeeper.install.files import SCRIPT, content
from gatekeeper.install.steps.records import COLUMNS
from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.daemon import GatekeeperDaemon
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.install.image import gatekeeper, make_image

LISTED, FREE = "0612345678", "0687654321"
BY_SCRIPT = """
[agents-script]
exten => _0XXXXXXXXX,1,Gosub(gatekeeper-script,s,1(${EXTEN}))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@carrier,60,i)
"""
TAKEN = ("features.conf", "cdr.conf", "cdr_custom.conf")
ORDER = COLUMNS.split(",")


@pytest.fixture(scope="module")
def guarded(
    asterisk_22: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[AsteriskInstance, Carrier, GatekeeperDaemon]]:
    """A plain site on Debian's own files, installed, with the lab's ports and folders."""
    folder = tmp_path_factory.mktemp("guarded")
    image = make_image(folder / "image", asterisk_22, "plain")
    gatekeeper("install", "--root", image)
    etc = image / "etc" / "asterisk"
    with ExitStack() as stack:
        daemon = GatekeeperDaemon(folder / "daemon")
        daemon.init()
        daemon.command("list", "add", "red", LISTED)
        stack.enter_context(daemon)
        carrier = stack.enter_context(Carrier(folder / "carrier"))
        # As an administrator's Asterisk: the python3 on its PATH has no pyst2.
        environment = {"PATH": "/usr/bin:/bin", "GATEKEEPER_SOCKET": str(daemon.socket_path), "PYTHONPATH": ""}
        asterisk = AsteriskInstance(
            asterisk_22, folder / "asterisk", trunks={"carrier": carrier.port}, environment=environment
        )
        script = asterisk.agi_bin / Path(SCRIPT).name
        script.write_bytes(content(SCRIPT, Path(sys.executable)))
        script.chmod(0o755)
        for file in (etc / "gatekeeper").iterdir():
            text = file.read_text().replace("agi://127.0.0.1:4573", f"agi://127.0.0.1:{daemon.fastagi_port}")
            asterisk.write_config(f"gatekeeper/{file.name}", text)
        for name in TAKEN:
            asterisk.write_config(name, (etc / name).read_text())
        asterisk.write_config("extensions.conf", (etc / "extensions.conf").read_text() + BY_SCRIPT)
        own = (asterisk.etc / "manager.conf").read_text()
        asterisk.write_config("manager.conf", f'{own}\n#include "gatekeeper/manager.conf"\n')
        stack.enter_context(asterisk)
        yield asterisk, carrier, daemon


def test_a_call_by_the_installed_dialplan_is_guarded(
    guarded: tuple[AsteriskInstance, Carrier, GatekeeperDaemon],
) -> None:
    """The listed number gets no INVITE, another does; each has a row of Asterisk's own that leads to the journal's."""
    asterisk, carrier, daemon = guarded
    with asterisk.ami() as dialer:
        for number in (LISTED, FREE):
            dialer.originate(Channel=f"Local/{number}@agents", Application="Wait", Data="0.2")
    assert [invite.number for invite in carrier.settle()] == [FREE]
    rows = {row["id"]: row for row in daemon.decisions()}
    assert {(row["number"], row["verdict"]) for row in rows.values()} == {
        ("+33612345678", "BLOCK"),
        ("+33687654321", "ALLOW"),
    }
    file = asterisk.folder / "log" / "cdr-custom" / "gatekeeper.csv"
    wait_until(lambda: file.exists() and all(one in file.read_text() for one in rows), 60, "the CDR rows")
    records = [dict(zip(ORDER, row, strict=True)) for row in csv.reader(file.read_text().splitlines())]
    for ident, row in rows.items():
        told = [record for record in records if ident in record["userfield"]]
        assert {record["linkedid"] for record in told} == {row["linkedid"]}
        assert any(record["userfield"].startswith(f"gatekeeper:{row['verdict']}:") for record in told)


def test_the_script_finds_its_library_by_its_first_line(
    guarded: tuple[AsteriskInstance, Carrier, GatekeeperDaemon],
) -> None:
    """Asterisk starts it with its own PATH and environment; the call is let by all the same."""
    asterisk, carrier, _ = guarded
    before = len(carrier.settle())
    with asterisk.ami() as dialer:
        dialer.originate(Channel=f"Local/{FREE}@agents-script", Application="Wait", Data="0.2")
    assert [invite.number for invite in carrier.settle()[before:]] == [FREE], asterisk.log()


def test_asterisk_reads_what_was_written(guarded: tuple[AsteriskInstance, Carrier, GatekeeperDaemon]) -> None:
    """The gate's contexts, the feature code and the manager's user are there, and Asterisk complains of none."""
    asterisk, _, _ = guarded
    assert "gatekeeper-ask" in asterisk.cli("dialplan show gatekeeper-ask")
    assert "gatekeeper-refuse" in asterisk.cli("features show")
    assert "read perm: system,call,user" in asterisk.cli("manager show user gatekeeper")
