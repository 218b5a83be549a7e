"""Inspections of actions, for their truth tables."""

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspect import inspect
from gatekeeper.ami.protocol.inspection import Check, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.ami.protocol.wire import RawAction

N = "0612345678"
TRUNK = f"PJSIP/{N}@trunk"
ROUTES = Routes(inside_contexts=("agents*",))


def look(name: str, policy: ClientPolicy | None = None, routes: Routes = ROUTES, **headers: str) -> Inspection:
    """What the inspection of an action says."""
    lines = [f"Action: {name}", *(f"{header}: {value}" for header, value in headers.items())]
    octets = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")
    raw = RawAction(octets, tuple(line.encode("utf-8", "surrogateescape") for line in lines))
    return inspect(Action(raw), routes, policy or ClientPolicy())


def by_every_way(application: str, data: str, channel: str = "PJSIP/1001") -> list[Inspection]:
    """An application run on a channel by each way in which a client can run one."""
    return [
        look("Originate", Channel=channel, Application=application, Data=data),
        look("Originate", Channel=channel, Application=f" {application.upper()} ", Data=data),
        look("AGI", Channel=channel, Command=f'EXEC {application} "{data}"'),
        look("AGI", Channel=channel, Command=f'"eXec" "{application}" "{data}"'),
        look("Command", Command=f"channel originate {channel} application {application} {data}"),
        look("Command", Command=f"agi exec {channel} EXEC {application} {data}"),
    ]


def demand(findings: list[Inspection], kind: type[Inspection], *numbers: str) -> None:
    """All of them are of a kind, with these numbers."""
    for number, finding in enumerate(findings):
        assert isinstance(finding, kind), (number, finding)
        if isinstance(finding, Check):
            assert finding.numbers == numbers, (number, finding)
