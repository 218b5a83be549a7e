"""The SIP gate as a redirect server, on a real Asterisk: for a switch that knows nothing else."""

from pathlib import Path

from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.configuration import endpoint
from lab.daemon import GatekeeperDaemon
from lab.gated import SIP_GATE, import_list
from lab.ports import free_port
from lab.roots import AsteriskRoot

LISTED, FREE = "0699999999", "0612345678"


def test_asterisk_calls_the_carrier_itself(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """Allowed: one INVITE straight to the carrier, with the number that was checked. Listed: none."""
    gate = free_port("udp")
    with Carrier(tmp_path / "carrier", hold_ms=0) as carrier:
        config = SIP_GATE.replace("{gate}", str(gate)) + 'mode = "redirect"\n[sip_gate.trunks.redirected]\n'
        daemon = GatekeeperDaemon(
            tmp_path / "gatekeeper", config=f'{config}carriers = ["sip:127.0.0.1:{carrier.port}"]\noptions_s = 0\n'
        )
        import_list(daemon, tmp_path, [LISTED])
        asterisk = AsteriskInstance(
            asterisk_22,
            tmp_path / "asterisk",
            config={
                "lab-pjsip.d/redirected.conf": endpoint(
                    "redirected", f"sip:127.0.0.1:{gate}", "redirect_method = uri_pjsip"
                )
            },
        )
        with daemon, asterisk, asterisk.ami() as ami:
            for number, response in ((FREE, "Success"), (LISTED, "Failure")):
                given = {"Application": "Wait", "Data": "0.2", "Timeout": "5000", "CallerID": "0189000111"}
                assert ami.originate_async(Channel=f"PJSIP/{number}@redirected", **given)["Response"] == response
            assert [(one.number, one.caller) for one in carrier.settle()] == [(FREE, "0189000111")]
            assert [row["verdict"] for row in daemon.decisions()] == ["ALLOW", "BLOCK"]
