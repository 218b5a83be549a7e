"""The watchdog beside the SIP gate, on real Asterisks: calls on gated trunks are the gate's, all others its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.ami import AmiClient, AmiMessage
from lab.carrier import Carrier
from lab.configuration import endpoint
from lab.gated import GATED, SIP_GATE, GatedSite, build_gated, running_gated
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from lab.site import MANAGER, REPOSITORY, gate_dialplan

LISTED = "0612345678"
WATCHED = SIP_GATE.replace("[sip_gate]\n", "[sip_gate]\nonly = true\n")
WATCHED += """
[asterisk.main]
port = {ami}
secret = "change-me"
[watchdog]
enabled = true
[routes]
inside_peers = ["agent"]
emergency_endpoints = ["trunk-emergency"]
"""
ROUTE = "outbound-sip-gate"
"""The sample's context with an emergency route."""


@dataclass(frozen=True)
class Site(GatedSite):
    """What runs, and a manager client on Asterisk."""

    ami: AmiClient
    straight: Carrier

    def call(self, number: str, trunk: str, **headers: str) -> AmiMessage:
        """Call a number on an endpoint, past every dialplan; the message that tells the end."""
        given = {"Application": "Wait", "Data": "0.2", "Timeout": "5000", **headers}
        return self.ami.originate_async(Channel=f"PJSIP/{number}@{trunk}", **given)

    def rows(self, number: str) -> list[tuple[str, str, int]]:
        """Verdict, gates and bypass of each row on a number."""
        found = [row for row in self.daemon.decisions() if row["dialled"] == number]
        return [(row["verdict"], row["gates"], row["bypass"]) for row in found]

    def bypasses(self, number: str) -> list[AmiMessage]:
        """What was told of calls to a number that went round the gates."""
        return [event for event in list(self.ami.events) if event.get("UserEvent") == "GatekeeperBypass"
                and event.get("Number") == number]  # fmt: skip

    def log(self) -> str:
        """The daemon's."""
        return self.daemon.log_path.read_text()


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Both Asterisks in turn; the endpoint `trunk` leads to the same carrier as the gated one."""
    folder: Path = tmp_path_factory.mktemp("gated")
    files = {"lab-manager.d/gatekeeper.conf": MANAGER}
    with Carrier(folder / "straight") as straight:
        pjsip = endpoint("trunk-emergency", f"sip:127.0.0.1:{straight.port}")
        built = build_gated(asterisk_root, folder, config=WATCHED, files=files, listed=[LISTED], pjsip=pjsip)
        built.asterisk.include_dialplan(*gate_dialplan(built.daemon.fastagi_port), sample())
        with running_gated(built), built.asterisk.ami() as ami:
            built.wait_watching()
            yield Site(**vars(built), ami=ami, straight=straight)


def sample() -> str:
    """The shipped sample's context with an emergency route, over the gated trunk."""
    text = (REPOSITORY / "dialplan" / "plain" / "extensions.conf").read_text()
    context = text.partition(f"[{ROUTE}]")[2].partition("#include")[0]
    return f"[{ROUTE}]{context}".replace("@trunk,", f"@{GATED},")


def test_every_trunk_past_the_gate_is_reported(site: Site) -> None:
    """`only`: the plain endpoint is told, with why; the gated one and the telephone are not."""
    told = "trunks whose calls don't pass the SIP gate: trunk (no outbound_proxy)\n"
    wait_until(lambda: told in site.log(), 60, "the trunk to be reported")


def test_a_call_that_the_gate_lets_by_is_cleared(site: Site) -> None:
    """It is decided on once, counted once, and no bypass; so is one that is up when the daemon comes back."""
    number = "0612000001"
    assert site.call(number, GATED)["Response"] == "Success"
    site.ami.action("Originate", Channel=f"PJSIP/0612000002@{GATED}", Application="Wait", Data="120", Async="true")
    wait_until(lambda: site.carrier.numbers()[-1:] == ["0612000002"], 60, "the second call to leave")
    site.daemon.restart()
    site.wait_watching()
    wait_until(lambda: "the SIP gate: trunk" in site.log().rpartition("serving after")[2], 60, "the look at the trunks")
    assert "1 active channel\n" in site.asterisk.cli("core show channels count")
    site.ami.command("channel request hangup all")
    site.quiet()
    for called in (number, "0612000002"):
        assert site.rows(called) == [("ALLOW", "SIP_GATE", 0)]
        assert site.bypasses(called) == []
        assert site.carrier.numbers().count(called) == 1


def test_a_call_that_the_gate_refuses_is_no_bypass(site: Site) -> None:
    """No INVITE reaches the carrier, and one row says so."""
    assert site.call(LISTED, GATED)["Response"] == "Failure"
    site.quiet()
    site.carrier.settle()
    assert site.rows(LISTED) == [("BLOCK", "SIP_GATE", 0)]
    assert (site.bypasses(LISTED), site.carrier.numbers().count(LISTED)) == ([], 0)


def test_on_a_plain_trunk_the_watchdog_is_what_it_was(site: Site) -> None:
    """A listed call is cancelled, another one reported."""
    site.call(LISTED, "trunk")
    site.call("0612000003", "trunk")
    for number, verdict in ((LISTED, "BLOCK"), ("0612000003", "ALLOW")):
        event = site.ami.wait_event("UserEvent", UserEvent="GatekeeperBypass", Number=number)
        assert event["Verdict"] == verdict
        assert site.rows(number)[-1] == (verdict, "WATCHDOG", 1)


def test_an_emergency_call_leaves_with_the_daemon_dead(site: Site) -> None:
    """112 goes by its own endpoint; nobody else is called by any; and the journal has it when the daemon is back."""
    site.daemon.kill()
    try:
        for number in ("112", "0612000004"):
            site.ami.originate_async(
                Channel=f"Local/{number}@{ROUTE}/n", Application="Wait", Data="0.2", Timeout="9000"
            )
        assert site.call("0612000005", GATED, Timeout="500")["Response"] == "Failure"
        site.quiet(40)
        assert [invite.number for invite in site.straight.settle()] == ["112"]
        assert {"112", "0612000004", "0612000005"}.isdisjoint(site.carrier.numbers())
    finally:
        site.daemon.start()
    wait_until(lambda: bool(site.rows("112")), 60, "the call in the journal")
    assert [row["reason"] for row in site.daemon.decisions() if row["dialled"] == "112"] == ["EMERGENCY"]
