"""Checks of `[sip_gate]` that take several settings, so that trunks can be told apart, and no port is taken twice."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatekeeper.config.problems import Problem
from gatekeeper.config.schema import closest
from gatekeeper.sip.targets import read_carrier
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.config.sections.sip_gate import SipTrunkSection
    from gatekeeper.config.settings import Settings

_SECTION = "sip_gate"


def sip_problems(settings: "Settings") -> Iterator[Problem]:
    """Everything that is wrong with the SIP gate and its trunks."""
    gate = settings.sip_gate
    if bool(gate.certificate) != bool(gate.certificate_key):
        missing = "certificate_key" if gate.certificate else "certificate"
        yield Problem((_SECTION, missing), phrase("is missing: TLS for Asterisk takes a certificate and its key"))
    for name, trunk in gate.trunks.items():
        yield from _trunk(settings, name, trunk)
    yield from _only(settings)
    yield from _told_apart(gate.trunks)
    yield from _tls_alike(gate.trunks)
    if gate.enabled:
        yield from _serving(settings)


def _only(settings: "Settings") -> Iterator[Problem]:
    """Whether every call outside passes the gate can be told only where there is one that the calls pass."""
    gate = settings.sip_gate
    if gate.only and not gate.enabled:
        yield Problem((_SECTION, "only"), phrase("is set, but there is no SIP gate: set sip_gate.enabled, too"))
    elif gate.only and gate.mode == "redirect":
        yield Problem(
            (_SECTION, "only"),
            phrase('can\'t be told where mode is "redirect": calls leave past the gate then; use "proxy"'),
        )
    for place, name in enumerate(settings.routes.emergency_endpoints):
        trunk = next((one for one, section in gate.trunks.items() if name in section.as_endpoints(one)), None)
        if gate.enabled and trunk is not None:
            yield Problem(
                ("routes", "emergency_endpoints", f"[{place}]"),
                phrase(
                    'names "{name}", whose calls go out by sip_gate.trunks.{trunk}; an emergency endpoint is one of '
                    "its own, straight to the carrier",
                    name=name,
                    trunk=trunk,
                ),
            )


def _serving(settings: "Settings") -> Iterator[Problem]:
    gate = settings.sip_gate
    if not gate.trunks:
        yield Problem(
            (_SECTION, "trunks"), phrase("is empty: add a table [sip_gate.trunks.NAME] for each trunk, or disable it")
        )
    if not gate.transports:
        yield Problem((_SECTION, "transports"), phrase('is empty; name at least one, such as ["udp"]'))
    if not gate.allow:
        yield Problem(
            (_SECTION, "allow"), phrase('is empty, so that nobody is answered; name the switch: ["127.0.0.1/32"]')
        )
    if "tls" in gate.transports and not gate.certificate:
        yield Problem((_SECTION, "certificate"), phrase("is missing: transports has tls, which takes a certificate"))
    yield from _ports(settings)
    yield from _circles(settings)


def _circles(settings: "Settings") -> Iterator[Problem]:
    """A carrier that is the gate itself: each call would come back, and be answered 482."""
    gate = settings.sip_gate
    ports = {gate.port, *(trunk.port for trunk in gate.trunks.values())}
    ports |= {gate.tls_port} if "tls" in gate.transports else set()
    for name, trunk in gate.trunks.items():
        for place, carrier in enumerate(map(read_carrier, trunk.carriers)):
            if carrier.host == gate.host.lower() and carrier.port in ports:
                yield Problem(
                    (_SECTION, "trunks", name, "carriers", f"[{place}]"),
                    phrase('is "{text}", which is the gate itself; name the address of the carrier', text=carrier.text),
                )


def _ports(settings: "Settings") -> Iterator[Problem]:
    """Each port once, also beside those of the other listeners."""
    gate = settings.sip_gate
    used: dict[tuple[str, ...], int] = {("port",): gate.port}
    used |= {("trunks", name, "port"): trunk.port for name, trunk in gate.trunks.items() if trunk.port}
    if "tls" in gate.transports:
        used["tls_port",] = gate.tls_port
    if gate.outside_port:
        used["outside_port",] = gate.outside_port
    taken = {
        section: getattr(settings, section).port
        for section in ("fastagi", "ami_proxy", "metrics")
        if getattr(settings, section).enabled
    }
    seen = {port: f"{section}.port" for section, port in taken.items()}
    for key, port in used.items():
        other = seen.setdefault(port, ".".join((_SECTION, *key)))
        if other != ".".join((_SECTION, *key)):
            yield Problem((_SECTION, *key), phrase("is {port}, which {other} has taken", port=port, other=other))


def _trunk(settings: "Settings", name: str, trunk: "SipTrunkSection") -> Iterator[Problem]:
    key = (_SECTION, "trunks", name)
    if not trunk.carriers:
        yield Problem((*key, "carriers"), phrase('is missing: where do its calls go? Such as ["sip:203.0.113.7:5060"]'))
    if len(set(trunk.carriers)) < len(trunk.carriers):
        yield Problem((*key, "carriers"), phrase("names a carrier twice: take one out"))
    if trunk.port and trunk.port < 1024:  # noqa: PLR2004 - ports below are for root
        yield Problem(
            (*key, "port"), phrase("is {port}; it must be 0 or an integer from 1024 to 65535", port=trunk.port)
        )
    if trunk.campaign and trunk.campaign not in settings.campaigns:
        meant = closest(trunk.campaign, list(settings.campaigns))
        hint = phrase('Did you mean "{meant}"? ', meant=meant) if meant else ""
        yield Problem(
            (*key, "campaign"),
            phrase(
                'names the campaign "{campaign}", which is not configured. {hint}Add a table [campaigns.{campaign}]',
                campaign=trunk.campaign,
                hint=hint,
            ),
        )


def _told_apart(trunks: "dict[str, SipTrunkSection]") -> Iterator[Problem]:
    """Where several trunks share a port, each call has to fit one of them, and no more."""
    for kind in ("port", "users", "hosts", "endpoints"):
        seen: dict[object, str] = {}
        for name, trunk in trunks.items():
            for value in _named(name, trunk, kind):
                other = seen.setdefault(value, name)
                if other != name:
                    yield Problem(
                        (_SECTION, "trunks", name, kind),
                        phrase("has {value}, which is that of the trunk {other}, too", value=value, other=other),
                    )


def _named(name: str, trunk: "SipTrunkSection", kind: str) -> set[object]:
    if kind == "port":
        return {trunk.port} if trunk.port else set()
    if kind == "users":
        return {name, *trunk.users}
    if kind == "endpoints":
        return set(trunk.as_endpoints(name))
    return {host.lower() for host in trunk.hosts}


def _tls_alike(trunks: "dict[str, SipTrunkSection]") -> Iterator[Problem]:
    """One connection serves all trunks of a carrier: they have to agree on what its certificate must be."""
    seen: dict[tuple[str, int], tuple[str, SipTrunkSection]] = {}
    for name, trunk in trunks.items():
        for carrier in map(read_carrier, trunk.carriers):
            if carrier.transport != "tls":
                continue
            other, first = seen.setdefault((carrier.host, carrier.port), (name, trunk))
            for key in ("tls_ca", "tls_name"):
                if getattr(first, key) != getattr(trunk, key):
                    yield Problem(
                        (_SECTION, "trunks", name, key),
                        phrase(
                            "differs from that of the trunk {other}, which has the same carrier {text}",
                            other=other,
                            text=carrier.text,
                        ),
                    )
