"""Check of the ports: those of the gates are open to this machine alone, unless the settings say otherwise."""

import ipaddress
from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.config import Settings
from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.listening import ListeningSocket, SocketKind, listening_sockets
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.words import Sentence


class _Port(NamedTuple):
    key: str
    transport: SocketKind
    host: str
    port: int
    protected: bool


def _look(at: Installation) -> Iterator[CheckFinding]:
    yield from judge(at.settings, list(listening_sockets()))


def judge(settings: Settings, sockets: list[ListeningSocket]) -> Iterator[CheckFinding]:
    """What is to be said of the ports that are open, by the settings."""
    for port in _ports(settings):
        there = [one for one in sockets if (one.transport, one.port) == (port.transport, port.port) and one.is_open]
        if there:
            yield _told(port, there[0])


def _ports(settings: Settings) -> Iterator[_Port]:
    fastagi, proxy = settings.fastagi, settings.ami_proxy
    if fastagi.enabled:
        everybody = any(ipaddress.ip_network(one).prefixlen == 0 for one in fastagi.allow)
        yield _Port("fastagi.host", "tcp", fastagi.host, fastagi.port, not everybody)
    gate = settings.sip_gate
    if gate.enabled:
        known = not any(ipaddress.ip_network(one).prefixlen == 0 for one in gate.allow)
        numbers = {gate.port, *(trunk.port for trunk in gate.trunks.values() if trunk.port)}
        kinds: set[SocketKind] = {"udp" if transport == "udp" else "tcp" for transport in gate.transports}
        for kind in sorted(kinds):
            for number in sorted(numbers | ({gate.tls_port} if kind == "tcp" and "tls" in gate.transports else set())):
                yield _Port("sip_gate.host", kind, gate.host, number, known)
    if proxy.enabled:
        yield _Port("ami_proxy.host", "tcp", proxy.host, proxy.port, bool(proxy.certificate))


def _told(port: _Port, socket: ListeningSocket) -> CheckFinding:
    says = said(
        "port {port} ({key}) is open to other machines, on {address}",
        "le port {port} ({key}) est ouvert à d'autres machines, sur {address}",
        port=port.port,
        key=port.key,
        address=socket.address,
    )
    remedy = said(
        'set {key} = "127.0.0.1" and restart the daemon; where others must reach it, keep it on a network of its own '
        "(fastagi.allow, sip_gate.allow) or give it a certificate (ami_proxy.certificate)",
        "réglez {key} = \"127.0.0.1\" puis redémarrez le démon ; si d'autres doivent l'atteindre, gardez-le sur un "
        "réseau à "
        "part (fastagi.allow, sip_gate.allow) ou donnez-lui un certificat (ami_proxy.certificate)",
        key=port.key,
    )
    return warning(says, remedy) if port.protected else failed(says, remedy)


CHECK = HealthCheck(
    "ports",
    Sentence("the gates' ports", "les ports des contrôles"),
    (CheckNeed.SETTINGS,),
    _look,
    Sentence("open to this machine alone", "ouverts à cette seule machine"),
)
