"""A site whose trunks go through the SIP gate: daemon, Asterisk with `outbound_proxy`, and SIPp as the carriers."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gatekeeper.lists import ImportOptions, ListKind, ListStore
from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.configuration import endpoint
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port
from lab.roots import AsteriskRoot
from lab.site import LabSite

GATED: Final = "gated"
"""The trunk of a site with one alone; the endpoint `trunk` is a plain way to the same carrier."""

SIP_GATE: Final = """
[lists.bloctel]
kind = "opposition"
[campaigns.default]
lists = ["bloctel"]
[sip_gate]
enabled = true
port = {gate}
outside_port = 0
"""
"""The configuration of a daemon with a SIP gate, but for its trunks; `gate` is its port."""


@dataclass(frozen=True)
class TrunkPlan:
    """A trunk of a site.

    Attributes:
        carriers: the arguments of each `Carrier`, in the order in which they are tried.
        transport: by what Asterisk comes to the gate.
        lines: more lines of its endpoint.
        settings: more settings of its table.
        plain: the name of an endpoint that leads to its first carrier without the gate; "" for none.
    """

    carriers: Sequence[Mapping[str, Any]] = ({},)
    transport: str = "udp"
    lines: Sequence[str] = ()
    settings: str = "options_s = 0\n"
    plain: str = ""


@dataclass(frozen=True)
class GatedSite(LabSite):
    """What belongs to a site with a SIP gate.

    Attributes:
        gate_port: where the gate listens, by UDP and TCP.
        tls_port: where it listens by TLS, if it does.
        trunks: by name, each trunk's carriers in the order in which they are tried.
    """

    gate_port: int
    tls_port: int
    trunks: Mapping[str, tuple[Carrier, ...]]


def build_gated(
    root: AsteriskRoot,
    folder: Path,
    *,
    trunks: Mapping[str, TrunkPlan] | None = None,
    config: str = SIP_GATE,
    pjsip: str = "",
    dialplan: Sequence[str | Path] = (),
    files: Mapping[str, str] | None = None,
    modules: Sequence[str] = (),
    listed: Sequence[str] = (),
) -> GatedSite:
    """Write every configuration; nothing is started yet.

    Args:
        root: which Asterisk.
        folder: a folder of its own.
        trunks: the gated trunks; one, `gated`, by default. The first one's first carrier is also behind `trunk`.
        config: of the daemon; `{gate}`, `{tls}` and `{ami}` in it become ports.
        pjsip: more of `pjsip.conf`.
        dialplan: Asterisk's.
        files: more of Asterisk's configuration files.
        modules: more of Asterisk's modules.
        listed: numbers on the list `bloctel`.
    """
    plans = trunks or {GATED: TrunkPlan()}
    gate_port, tls_port = free_port(), free_port()
    carriers = {
        name: tuple(Carrier(folder / f"{name}-{at}", **given) for at, given in enumerate(plan.carriers, 1))
        for name, plan in plans.items()
    }
    agent = Carrier(folder / "agent")
    ports = {"udp": gate_port, "tcp": gate_port, "tls": tls_port}
    endpoints = [
        gated_endpoint(name, ports[plan.transport], carriers[name][0].port, plan) for name, plan in plans.items()
    ]
    endpoints += [_plain_endpoint(plan, carriers[name][0].port) for name, plan in plans.items() if plan.plain]
    first = next(iter(carriers.values()))[0]
    asterisk = AsteriskInstance(
        root,
        folder / "asterisk",
        carrier_port=first.port,
        trunks={"agent": agent.port},
        dialplan=dialplan,
        config={"lab-pjsip.d/gated.conf": pjsip + "".join(endpoints), **(files or {})},
        modules=modules,
    )
    config += "".join(_table(name, plan, carriers[name]) for name, plan in plans.items())
    for name, port in {"gate": gate_port, "tls": tls_port, "ami": asterisk.ami_port}.items():
        config = config.replace(f"{{{name}}}", str(port))
    daemon = GatekeeperDaemon(folder / "gatekeeper", config=config)
    import_list(daemon, folder, listed)
    return GatedSite(daemon, asterisk, first, agent, 0, gate_port, tls_port, carriers)


def gated_endpoint(name: str, gate_port: int, carrier_port: int, plan: TrunkPlan = TrunkPlan()) -> str:
    """The endpoint of a gated trunk: as a plain one, and one line more."""
    by = _by(plan)
    proxy = f"outbound_proxy = sip:{name}@127.0.0.1:{gate_port}{by}\\;lr"
    return endpoint(name, f"sip:127.0.0.1:{carrier_port}{by}", proxy, *plan.lines)


def _plain_endpoint(plan: TrunkPlan, carrier_port: int) -> str:
    return endpoint(plan.plain, f"sip:127.0.0.1:{carrier_port}{_by(plan)}", *plan.lines)


def _by(plan: TrunkPlan) -> str:
    return "" if plan.transport == "udp" else f"\\;transport={plan.transport}"


def import_list(daemon: GatekeeperDaemon, folder: Path, listed: Sequence[str]) -> None:
    """Import the list `bloctel`: one that was never imported would block every call."""
    with ListStore(daemon.data_dir) as store:
        store.ensure("bloctel", ListKind.OPPOSITION)
        path = folder / "bloctel.txt"
        path.write_text("".join(f"{number}\n" for number in listed or ("0699999999",)))
        store.import_file(path, "bloctel", options=ImportOptions(by="lab"))


@contextlib.contextmanager
def running_gated(site: GatedSite, *, absent: Sequence[Carrier] = ()) -> Iterator[None]:
    """Start all of a site and stop it at the end; carriers that are absent stay off."""
    with contextlib.ExitStack() as started:
        for one in (*(one for mine in site.trunks.values() for one in mine), site.agent):
            if one is not None and one not in absent:
                started.enter_context(one)
        started.enter_context(site.daemon)
        started.enter_context(site.asterisk)
        yield


def _table(name: str, plan: TrunkPlan, carriers: Sequence[Carrier]) -> str:
    by = {"udp": "", "tcp": ";transport=tcp", "tls": ";transport=tls"}
    uris = ", ".join(f'"sip:127.0.0.1:{one.port}{by[one.transport]}"' for one in carriers)
    return f"[sip_gate.trunks.{name}]\ncarriers = [{uris}]\n{plan.settings}"
