"""Check of the trunks' ways out: what has to pass the SIP gate does, as the running Asterisk tells."""

from collections.abc import Iterator

from gatekeeper.doctor.findings import CheckFinding, failed, said, skipped
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.watchdog.ways_out import past_the_gate
from gatekeeper.words import Sentence


def _look(at: Installation) -> Iterator[CheckFinding]:
    settings = at.settings
    if not settings.sip_gate.enabled:
        yield skipped(
            Sentence(
                "there is no SIP gate: calls that go straight to a trunk are hung up after their INVITE",
                "il n'y a pas de contrôle SIP : un appel direct vers une ligne est raccroché après son INVITE",
            )
        )
        return
    wanted = settings.as_watchdog().ways_out
    for name, why in past_the_gate(at.running.endpoints, wanted, settings.outside_routes).items():
        if not (wanted.only or name in wanted.gated):
            continue
        yield failed(
            said(
                "the calls of the trunk {name} don't pass the SIP gate: {why}",
                "les appels de la ligne {name} ne passent pas par le contrôle SIP : {why}",
                name=name,
                why=why,
            ),
            said(
                "write outbound_proxy = sip:127.0.0.1:{port}\\;lr into its endpoint, and run asterisk -rx "
                '"module reload res_pjsip.so"',
                "écrivez outbound_proxy = sip:127.0.0.1:{port}\\;lr dans son poste, et exécutez asterisk -rx "
                '"module reload res_pjsip.so"',
                port=_port(at, name),
            ),
        )


def _port(at: Installation, endpoint: str) -> int:
    """The port of the gate for an endpoint: its trunk's own, or the common one."""
    gate = at.settings.sip_gate
    own = (trunk.port for name, trunk in gate.trunks.items() if endpoint in trunk.as_endpoints(name))
    return next(own, 0) or gate.port


CHECK = HealthCheck(
    "sip-gate",
    Sentence("the trunks' way through the SIP gate", "le passage des lignes par le contrôle SIP"),
    (CheckNeed.SETTINGS, CheckNeed.RUNNING),
    _look,
    Sentence("each trunk that has to pass it does", "chaque ligne qui doit y passer y passe"),
)
