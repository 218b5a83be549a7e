"""`gatekeeper sip-gate check`: what goes where, and whether it would arrive."""

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from gatekeeper.cli.commands.sip_gate import _show
from gatekeeper.config import load
from gatekeeper.sip.check import CarrierReport, TrunkReport
from gatekeeper.words import Language
from lab.ports import free_port
from tests.cli.conftest import Site


@pytest.fixture
def carrier() -> Iterator[int]:
    """A carrier that takes calls and refuses OPTIONS, as many do; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))

        def serve() -> None:
            while data := made.recvfrom(65536):
                octets, sender = data
                if not octets:
                    return
                made.sendto(b"SIP/2.0 405 Method Not Allowed\r\n" + octets.partition(b"\r\n")[2], sender)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield made.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", made.getsockname())
        thread.join(5)


def test_it_shows_where_calls_would_go(site: Site, carrier: int) -> None:
    """Of two carriers the second, for the first refuses; what pjsip.conf needs is said, and that nothing is enabled."""
    dead = free_port("udp")
    trunks = f'[sip_gate.trunks.ovh]\ncarriers = ["sip:127.0.0.1:{dead}", "sip:127.0.0.1:{carrier}"]\noptions_s = 0\n'
    site.config.write_text(site.config.read_text() + trunks)
    result = site.run("sip-gate", "check", "--json")
    assert result.code == 0, result.err
    (trunk,) = json.loads(result.out)
    assert (trunk["trunk"], trunk["known_by"], trunk["endpoints"]) == ("ovh", "all calls", ["ovh"])
    assert trunk["outbound_proxy"] == "sip:ovh@127.0.0.1:5080\\;lr"
    assert trunk["sent_to"] == f"127.0.0.1:{carrier}"
    assert [(one["up"], one["says"]) for one in trunk["carriers"]] == [
        (False, "the network refuses it"),
        (True, "405 Method Not Allowed"),
    ]
    shown = site.run("sip-gate", "check")
    assert shown.code == 0
    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert lines[:5] == [
        f"Trunk ovh: calls go to 127.0.0.1:{carrier}",
        "its calls all calls",
        f"carriers - sip:127.0.0.1:{dead}: the network refuses it",
        f"+ sip:127.0.0.1:{carrier}: 405 Method Not Allowed",
        "pjsip.conf [ovh] outbound_proxy = sip:ovh@127.0.0.1:5080\\;lr",
    ]
    assert "is not enabled" in shown.out
    french = site.run("sip-gate", "check", "--lang", "fr").out
    for word in (f"Ligne ovh\u202f: les appels vont à 127.0.0.1:{carrier}", "tous les appels", "le réseau refuse"):
        assert word in french


def test_a_trunk_without_a_carrier_is_told(site: Site, carrier: int) -> None:
    """One that goes nowhere, beside one that goes well: exit code 1."""
    site.config.write_text(
        site.config.read_text()
        + f'[sip_gate.trunks.well]\ncarriers = ["sip:127.0.0.1:{carrier}"]\nport = 5090\n'
        + f'[sip_gate.trunks.nowhere]\ncarriers = ["sip:127.0.0.1:{free_port()};transport=tcp"]\n'
        + 'hosts = ["sbc.example"]\n'
    )
    result = site.run("sip-gate", "check", "--json")
    assert result.code == 1
    well, nowhere = json.loads(result.out)
    assert (well["known_by"], well["outbound_proxy"]) == ("port 5090, user well", "sip:127.0.0.1:5090\\;lr")
    assert (nowhere["known_by"], nowhere["sent_to"]) == ("user nowhere, host sbc.example", "")
    assert nowhere["carriers"][0]["says"] == "Connection refused"


NO_SERVICE = "the DNS says that it has no such service"


@pytest.mark.parametrize(("lang", "told"), [(Language.EN, NO_SERVICE), (Language.FR, "le DNS dit que ce service")])
def test_the_record_of_an_address_is_shown(
    site: Site, capsys: pytest.CaptureFixture[str], lang: Language, told: str
) -> None:
    """As `dig` has it, also the one that says that there is no such service."""
    record, nowhere = "_sip._udp.c.example SRV 10 60 5070 sbc.c.example", "_sip._udp.d.example SRV 0 0 0 ."
    carriers = (
        CarrierReport("sip:c.example", "192.0.2.7:5070", True, "200 OK", record),
        CarrierReport("sip:d.example", "", False, NO_SERVICE, nowhere),
        CarrierReport("sip:192.0.2.9:5060", "192.0.2.9:5060", False, "it does not answer"),
    )
    _show([TrunkReport("t", "sip:127.0.0.1:5080", "all calls", (), carriers)], load(site.config, {}), lang)
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert any(f"+ sip:c.example (192.0.2.7:5070, {record})" in line for line in shown)
    assert any(f"- sip:d.example ({nowhere})" in line and told in line for line in shown)
    assert any("- sip:192.0.2.9:5060" in line and "(" not in line for line in shown)


def test_without_a_trunk_there_is_nothing_to_check(site: Site) -> None:
    """It says what to add, and where."""
    result = site.run("sip-gate", "check")
    assert result.code == 2
    assert "[sip_gate.trunks.NAME]" in result.err
