"""A real Asterisk, started, used and stopped: every claim holds on 22 and on 16."""

import base64
import csv
import json
import socket
import urllib.request
from pathlib import Path

import pytest

from lab.asterisk import AsteriskInstance
from lab.configuration import CDR_FIELDS
from lab.errors import LabError
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from lab.roots import asterisk_root as find
from tests.lab_fixtures import AsteriskFactory, CarrierFactory

DIALPLAN = """
[out]
exten => _X!,1,Set(CDR(userfield)=from the lab)
same => n,Dial(PJSIP/${EXTEN}@trunk,20)
[agent]
exten => s,1,Wait(0.1)
"""
ORIGINATE = {"Context": "agent", "Exten": "s", "Priority": "1", "CallerID": "0199000000"}


def bound_ports(pid: int) -> dict[int, tuple[str, str]]:
    """Port -> table and address (as the kernel writes it) of every socket that a process has bound."""
    links = [link.readlink().as_posix() for link in Path(f"/proc/{pid}/fd").iterdir()]
    own = {link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:")}
    bound = {}
    for table in ("tcp", "udp", "tcp6", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            address, port = columns[1].split(":")
            if columns[9] in own:
                bound[int(port, 16)] = (table, address)
    return bound


def test_a_call_through_the_dialplan_reaches_the_carrier(
    asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory, carrier_factory: CarrierFactory
) -> None:
    """An Originate to Local, through Dial, is one INVITE with its number, its caller and its answer on record."""
    carrier = carrier_factory()
    asterisk = asterisk_factory(carrier_port=carrier.port, dialplan=DIALPLAN)
    assert asterisk.version.split(".")[0] == asterisk_root.release
    with asterisk.ami() as ami:
        response = ami.originate_async(ORIGINATE, Channel="Local/0612345678@out")
    wait_until(lambda: all(invite.ended_at for invite in carrier.invites()), 60, "the call to end")
    (invite,) = carrier.settle()
    assert response["Response"] == "Success"
    assert (invite.number, invite.caller, invite.status, invite.cancelled_at) == ("0612345678", "0199000000", 200, None)
    # Not the answer's time against ours: SIPp takes it once the answer is out, and we may have heard of it before.
    assert invite.at <= (invite.answered_at or 0) <= (invite.ended_at or 0)
    assert invite.at <= response.received_at


def test_a_cancelled_call_is_on_record(
    asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory, carrier_factory: CarrierFactory
) -> None:
    """A call given up while it rings is recorded with the CANCEL's time and status 487, and no channel stays up."""
    carrier = carrier_factory(answer_after_ms=None)
    asterisk = asterisk_factory(carrier_port=carrier.port, dialplan=DIALPLAN)
    with asterisk.ami() as ami:
        response = ami.originate(ORIGINATE, Channel="PJSIP/0612345678@trunk", Timeout="400")
        (invite,) = carrier.settle()
        channels = ami.command("core show channels count")
    assert response["Response"] == "Error"
    assert invite.status == 487
    assert invite.answered_at is None
    assert 0.3 < (invite.cancelled_at or 0) - invite.at < 5
    assert channels.startswith("0 active channels")


def test_both_releases_run_side_by_side(tmp_path: Path, carrier_factory: CarrierFactory) -> None:
    """Two instances of each release run at once, on their own ports, towards one carrier."""
    carrier = carrier_factory()
    running = [
        AsteriskInstance(find(release), tmp_path / name, carrier_port=carrier.port, dialplan=DIALPLAN)
        for release, name in (("22", "a"), ("22", "b"), ("16", "c"), ("16", "d"))
    ]
    try:
        for instance in running:
            instance.start()
        assert [one.cli("core show version").split()[1].split(".")[0] for one in running] == ["22", "22", "16", "16"]
        for position, instance in enumerate(running):
            with instance.ami() as ami:
                response = ami.originate(ORIGINATE, Channel=f"PJSIP/061234567{position}@trunk")
                assert response["Response"] == "Success"
        assert carrier.numbers() == [f"061234567{position}" for position in range(4)]
    finally:
        for instance in running:
            instance.kill()


def test_dialplan_files_and_texts_are_read_again(
    asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory, tmp_path: Path
) -> None:
    """A file is included where it lies: what changes in it, and what is added, is in force after a reload."""
    file = tmp_path / "included.conf"
    file.write_text("[one]\nexten => s,1,NoOp(before)\n")
    asterisk = asterisk_factory(dialplan=[file])
    assert "NoOp(before)" in asterisk.cli("dialplan show one")
    file.write_text("[one]\nexten => s,1,NoOp(after)\n")
    asterisk.include_dialplan("[two]\nexten => s,1,NoOp(added)\n")
    asterisk.reload("pbx_config")
    wait_until(lambda: "NoOp(added)" in asterisk.cli("dialplan show two"), 60, "the dialplan's reload")
    assert "NoOp(after)" in asterisk.cli("dialplan show one")


def test_it_restarts_after_a_kill_with_the_same_ports(
    asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory
) -> None:
    """Killed and started again, or restarted, it answers on the same manager port under a new process id."""
    asterisk = asterisk_factory()
    first = asterisk.pid
    asterisk.kill()
    assert not asterisk.running
    with pytest.raises(LabError, match="no manager"):
        asterisk.ami()
    asterisk.start()
    second = asterisk.pid
    asterisk.restart()
    assert len({first, second, asterisk.pid}) == 3
    with asterisk.ami() as ami:
        assert ami.action("Ping")["Ping"] == "Pong"


def test_a_call_file_and_the_cdr(
    asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory, carrier_factory: CarrierFactory
) -> None:
    """A call file in the spool is dialled, and its CDR has the user field that the dialplan set."""
    carrier = carrier_factory()
    asterisk = asterisk_factory(carrier_port=carrier.port, dialplan=DIALPLAN)
    asterisk.call_file("Channel: Local/0612345678@out\nApplication: Wait\nData: 0.1\n")
    wait_until(lambda: carrier.numbers() == ["0612345678"], 60, "the call file's INVITE")

    def userfields() -> list[str]:
        if not asterisk.cdr_path.exists():
            return []
        with asterisk.cdr_path.open(newline="") as file:
            return [dict(zip(CDR_FIELDS, row, strict=True))["userfield"] for row in csv.reader(file)]

    wait_until(lambda: "from the lab" in userfields(), 60, "the CDR")


def test_ari_originates(
    asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory, carrier_factory: CarrierFactory
) -> None:
    """A channel made over ARI goes straight to the trunk."""
    carrier = carrier_factory()
    asterisk = asterisk_factory(carrier_port=carrier.port, dialplan=DIALPLAN)
    query = "endpoint=PJSIP/0612345678@trunk&context=agent&extension=s&priority=1"
    request = urllib.request.Request(
        f"http://127.0.0.1:{asterisk.http_port}/ari/channels?{query}",
        method="POST",
        headers={"Authorization": "Basic " + base64.b64encode(b"ari:ari-secret").decode()},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
        channel = json.load(answer)
    assert channel["name"].startswith("PJSIP/trunk-")
    assert [invite.number for invite in carrier.settle()] == ["0612345678"]


def test_agi_scripts_run_with_the_machines_python(
    asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory
) -> None:
    """A script in agi_bin is run by the system's interpreter, outside of the fetched libraries."""
    asterisk = asterisk_factory(dialplan="[agi]\nexten => s,1,AGI(hello.py)\nsame => n,UserEvent(Said,What: ${SAID})\n")
    script = asterisk.agi_bin / "hello.py"
    script.write_text(
        "#!/usr/bin/env python3\nimport sys\nprint('SET VARIABLE SAID hello', flush=True)\nsys.stdin.readline()\n"
    )
    script.chmod(0o755)
    with asterisk.ami() as ami:
        ami.originate_async(Channel="Local/s@agi", Application="Wait", Data="0.2")
        assert ami.wait_event("UserEvent", UserEvent="Said")["What"] == "hello"


def test_sounds_are_there(asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory) -> None:
    """Playback finds the core sounds, and a sound that the test brings."""
    asterisk = asterisk_factory(
        dialplan="[play]\nexten => s,1,Answer()\nsame => n,Playback(beep)\nsame => n,Set(FIRST=${PLAYBACKSTATUS})\n"
        "same => n,Playback(mine/own)\nsame => n,UserEvent(Played,Both: ${FIRST} ${PLAYBACKSTATUS})\n"
    )
    (asterisk.sounds / "en" / "beep.gsm").resolve(strict=True)
    (asterisk.sounds / "mine").mkdir()
    (asterisk.sounds / "mine" / "own.gsm").write_bytes((asterisk.sounds / "en" / "beep.gsm").read_bytes())
    with asterisk.ami() as ami:
        ami.originate_async(Channel="Local/s@play", Application="Wait", Data="5")
        assert ami.wait_event("UserEvent", UserEvent="Played")["Both"] == "SUCCESS SUCCESS"


def test_nothing_of_the_default_configuration_is_wrong(
    asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory
) -> None:
    """It starts without one error or warning in its log, so that those of a test stand out."""
    log = asterisk_factory(carrier_port=9, trunks={"agent": 9}).log()
    assert "ERROR[" not in log
    assert "WARNING[" not in log


def test_only_the_loopback_is_listened_to(
    asterisk_root: AsteriskRoot, asterisk_factory: AsteriskFactory, carrier_factory: CarrierFactory
) -> None:
    """Every server socket of Asterisk and SIPp is bound to 127.0.0.1.

    PJSIP's DNS client has two more, on ports that the kernel gives to outgoing traffic.
    """
    carrier = carrier_factory()
    asterisk = asterisk_factory(carrier_port=carrier.port)
    bound = bound_ports(asterisk.pid) | bound_ports(carrier.pid)
    outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert {asterisk.sip_port, asterisk.ami_port, asterisk.http_port, carrier.port} <= bound.keys()
    elsewhere = {port: where for port, where in bound.items() if where[1] != "0100007F"}
    assert all(table.startswith("udp") and port >= outgoing for port, (table, _) in elsewhere.items()), elsewhere


def test_a_folder_too_deep_for_a_socket_works(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """Where the control socket's path would be too long for the kernel, the CLI works all the same."""
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with AsteriskInstance(asterisk_22, deep) as asterisk:
        assert "Asterisk 22" in asterisk.cli("core show version")


def test_a_port_that_another_took_is_an_error(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """Where the SIP port went to another program meanwhile, the start fails rather than run without a trunk."""
    asterisk = AsteriskInstance(asterisk_22, tmp_path / "a", carrier_port=9)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", asterisk.sip_port))
        with pytest.raises(LabError, match=rf"could not open .*{asterisk.sip_port}"):
            asterisk.start()
    asterisk.start()
    asterisk.kill()


def test_a_start_that_fails_says_why(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """A configuration that Asterisk refuses ends in an error with the log's own words, and nothing left running."""
    asterisk = AsteriskInstance(
        asterisk_22, tmp_path / "a", config={"modules.conf": "[modules]\nrequire = nothing.so\n"}
    )
    with pytest.raises(LabError, match=r"nothing\.so"):
        asterisk.start()
    assert not asterisk.running


def test_an_unknown_module_is_refused(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """A module that this Asterisk does not have is named before anything starts."""
    with pytest.raises(LabError, match="no module app_nonsense"):
        AsteriskInstance(asterisk_22, tmp_path / "a", modules=["app_nonsense"])
