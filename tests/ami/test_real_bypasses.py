"""Ways round the gate on a real Asterisk 22 and 16: straight each is a call or runs a program, over the proxy not."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from lab.ami import AmiClient, AmiMessage
from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.ami.test_real_asterisk import LISTED, RunningProxy

DIALPLAN = """
[agents]
exten => hold,1,Answer()
 same => n,Wait(30)
exten => own,1,Answer()
 same => n,Wait(30)
exten => async,1,NoOp()
 same => n,Set(GATEKEEPER_NUMBER=${STALE})
 same => n,AGI(agi:async)
exten => agent,1,Dial(${AGENT},5)
[outbound]
exten => _X.,1,Dial(PJSIP/${EXTEN}@trunk,5)
[macro-out]
exten => s,1,Dial(PJSIP/${ARG1}@trunk,5)
[sub-out]
exten => s,1,Dial(PJSIP/${ARG1}@trunk,5)
[gated]
exten => s,1,Hangup(21)
 same => n(behind),Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,5)
"""
PARKING = "[general]\n[default]\nparkext = 700\nparkpos = 701-720\ncontext = parked\n"
CONFERENCES = "[general]\n[default_user]\ntype = user\nquiet = yes\n"
TELEPHONE = """
[1002]
type = endpoint
transport = lab-udp
context = agents
disallow = all
allow = ulaw
aors = 1002
[1002]
type = aor
max_contacts = 3
"""
HOLD = {"Channel": "Local/hold@agents"}


class Site(NamedTuple):
    """An Asterisk with its carrier, and the proxy before it."""

    asterisk: AsteriskInstance
    carrier: Carrier
    proxy: RunningProxy


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site for all tests of one release."""
    folder = tmp_path_factory.mktemp(f"bypasses-{asterisk_root.release}")
    with ExitStack() as stack:
        carrier = stack.enter_context(Carrier(folder / "carrier", keep_messages=True))
        asterisk = AsteriskInstance(
            asterisk_root,
            folder / "asterisk",
            carrier_port=carrier.port,
            dialplan=DIALPLAN,
            config={
                "res_parking.conf": PARKING,
                "confbridge.conf": CONFERENCES,
                "lab-pjsip.d/telephone.conf": TELEPHONE,
            },
            modules=["app_confbridge", "app_page", *(["app_macro"] if asterisk_root.release == "16" else [])],
        )
        stack.enter_context(asterisk)
        yield Site(asterisk, carrier, stack.enter_context(RunningProxy(asterisk.ami_port)))


@pytest.fixture
def clients(site: Site) -> Iterator[tuple[AmiClient, AmiClient]]:
    """A client straight at Asterisk, and one at the proxy."""
    with AmiClient(site.asterisk.ami_port) as straight, AmiClient(site.proxy.port) as through:
        yield straight, through


def channel(client: AmiClient, extension: str = "own", **variables: str) -> str:
    """A new channel that stays in an extension of the agents."""
    since = len(client.events)
    setting = [f"{name}={value}" for name, value in variables.items()]
    headers = {"Channel": f"Local/{extension}@agents/n", "Application": "Wait", "Data": "30", "Async": "true"}
    client.action("Originate", {**headers, "Variable": setting} if setting else headers)
    # Asterisk 16 can crash on a channel that is redirected before it has begun.
    return client.wait_event("Newexten", since=since, Extension=extension, Priority="1")["Channel"]


def in_agi(client: AmiClient, **variables: str) -> str:
    """A new channel under asynchronous AGI."""
    since = len(client.events)
    channel(client, "async", **{f"__{name}": value for name, value in variables.items()})
    return client.wait_event("AsyncAGIStart", since=since)["Channel"]


Way = Callable[[AmiClient, AmiClient, str], list[AmiMessage]]
"""What a client does to reach a number: who prepares, who does it, and the number; and what it was answered."""


def running(application: str, data: str) -> Way:
    """Originate to an agent, joined to an application."""
    return lambda helper, client, number: originating(
        helper, client, {"Application": application, "Data": data.format(number=number)}
    )


def originating(helper: AmiClient, client: AmiClient, headers: dict[str, str]) -> list[AmiMessage]:
    """Originate to an agent; straight at Asterisk its answer is not waited for."""
    if client is helper:
        client.send("Originate", {**HOLD, **headers}, Async="true")
        return []
    return [client.originate({**HOLD, **headers})]


def _park(helper: AmiClient, client: AmiClient, number: str) -> list[AmiMessage]:
    return [client.action("Park", Channel=channel(helper), TimeoutChannel=f"PJSIP/{number}@trunk", Timeout="1000")]


def _agent_variable(helper: AmiClient, client: AmiClient, number: str) -> list[AmiMessage]:
    name = channel(helper)
    set_it = client.action("Setvar", Channel=name, Variable="AGENT", Value=f"PJSIP/{number}@trunk")
    return [set_it, client.action("Redirect", Channel=name, Context="agents", Exten="agent", Priority="1")]


def _agent_global(helper: AmiClient, client: AmiClient, number: str) -> list[AmiMessage]:
    name = channel(helper)
    set_it = client.action("Setvar", Variable="AGENT", Value=f"PJSIP/{number}@trunk")
    went = client.action("Redirect", Channel=name, Context="agents", Exten="agent", Priority="1")
    helper.wait_event("Newexten", since=0, Channel=name, Extension="agent")
    helper.action("Setvar", Variable="AGENT", Value="")
    return [set_it, went]


def _inherited(helper: AmiClient, client: AmiClient, number: str) -> list[AmiMessage]:
    where = {"Context": "agents", "Exten": "agent", "Priority": "1"}
    return originating(helper, client, {**where, "Variable": f"__AGENT=PJSIP/{number}@trunk"})


def _behind_the_gate(helper: AmiClient, client: AmiClient, number: str) -> list[AmiMessage]:
    name = in_agi(helper, STALE=number)
    return [client.action("Redirect", Channel=name, Context="gated", Exten="s", Priority="behind")]


def executing(application: str, data: str) -> Way:
    """Have a channel under asynchronous AGI execute an application, and go on in the dialplan."""

    def way(helper: AmiClient, client: AmiClient, number: str) -> list[AmiMessage]:
        name = in_agi(helper)
        sent = client.action("AGI", Channel=name, Command=f'EXEC "{application}" "{data.format(number=number)}"')
        helper.action("AGI", Channel=name, Command="ASYNCAGI BREAK")
        return [sent]

    return way


WAYS: dict[str, Way] = {
    "option b": running("Dial", "Local/hold@agents,3,b(outbound^{number}^1)"),
    "option B": running("Dial", "Local/hold@agents,3,B(outbound^{number}^1)"),
    "option U": running("Dial", "Local/hold@agents,3,U(sub-out^{number})"),
    "option b of Originate": running("Originate", "Local/hold@agents,app,Wait,1,,3,b(outbound^{number}^1)"),
    "Park": _park,
    "a variable": _agent_variable,
    "a global": _agent_global,
    "an inherited variable": _inherited,
    "behind the gate": _behind_the_gate,
    "EXEC Goto": executing("Goto", "outbound,{number},1,x"),
    "EXEC Gosub": executing("Gosub", "sub-out,s,1({number})"),
    "EXEC Dial": executing("Dial", "Local/hold@agents,5,b(outbound^{number}^1)"),
}


def test_ways_to_a_carrier_are_closed(site: Site, clients: tuple[AmiClient, AmiClient]) -> None:
    """Straight to Asterisk each is a call; over the proxy the same with a listed number is none, and is answered so."""
    straight, through = clients
    numbers = {f"06987{index:05}": name for index, name in enumerate(WAYS)}
    for number, name in numbers.items():
        WAYS[name](straight, straight, number)
    open_ways = {name for name in WAYS if not _failed(WAYS[name](straight, through, LISTED))}
    deadline = time.monotonic() + 10
    while missing := {name for number, name in numbers.items() if number not in site.carrier.numbers()}:
        assert time.monotonic() < deadline, missing
        time.sleep(0.05)
    assert LISTED not in [invite.number for invite in site.carrier.settle()]
    assert open_ways == set()


ESCAPED: dict[str, Way] = {
    "Variable": lambda helper, client, value: originating(
        helper, client, {"Application": "Wait", "Data": "1", "Variable": rf"ARRAY(GLOBAL(GATE\\KEEPER_AGI))={value}"}
    ),
    "Set": running("Set", r"ARRAY(GLOBAL(GATE\KEEPER_AGI))={number}"),
    "MSet": running("MSet", r"ARRAY(GLOBAL(GATE\\KEEPER_AGI))={number}"),
    "AGI": lambda helper, client, value: [
        client.action(
            "AGI", Channel=in_agi(helper), Command=rf'SET VARIABLE "ARRAY(GLOBAL(GATE\\KEEPER_AGI))" "{value}"'
        )
    ],
}


@pytest.mark.parametrize("way", ESCAPED)
def test_no_escaped_name_changes_the_gate(site: Site, clients: tuple[AmiClient, AmiClient], way: str) -> None:
    """A function reads the name in its parentheses once more: straight that sets the gate's own global."""
    straight, through = clients
    ESCAPED[way](straight, straight, f"straight-{way}")
    wait_until(lambda: f"GATEKEEPER_AGI=straight-{way}" in site.asterisk.cli("dialplan show globals"), 60, "the global")
    assert _failed(ESCAPED[way](straight, through, f"through-{way}"))
    assert f"GATEKEEPER_AGI=straight-{way}" in site.asterisk.cli("dialplan show globals")


def _register(client: AmiClient, uri: str) -> AmiMessage:
    """Write a contact of a telephone into AstDB, as Asterisk's registrar does."""
    contact = {
        "via_addr": "", "qualify_timeout": "3.000000", "call_id": "x", "reg_server": "", "prune_on_boot": "no",
        "path": "", "endpoint": "1002", "via_port": "0", "authenticate_qualify": "no", "uri": uri,
        "qualify_frequency": "0", "user_agent": "", "expiration_time": "1999999999", "outbound_proxy": "",
    }  # fmt: skip
    key = f"contact/1002;@{hashlib.md5(uri.encode(), usedforsecurity=False).hexdigest()}"
    return client.action("DBPut", Family="registrar", Key=key, Val=json.dumps(contact, separators=(",", ":")))


def test_no_client_registers_a_number_as_a_telephone(site: Site, clients: tuple[AmiClient, AmiClient]) -> None:
    """Straight, a contact in AstDB has a telephone's calls ring a number, unseen by the proxy; there it is refused."""
    straight, through = clients
    assert _failed([_register(through, f"sip:{LISTED}@127.0.0.1:{site.carrier.port}")])
    assert not _failed([_register(straight, f"sip:0698765000@127.0.0.1:{site.carrier.port}")])
    through.originate({"Channel": "PJSIP/1002", "Application": "Wait", "Data": "1"})
    straight.action("DBDelTree", Family="registrar")
    numbers = [invite.number for invite in site.carrier.settle()]
    assert "0698765000" in numbers
    assert LISTED not in numbers


def test_no_transfer_names_a_number_that_is_not_asked_about(site: Site, clients: tuple[AmiClient, AmiClient]) -> None:
    """Asterisk divides at the first slash: straight, the far end is told to call whom the URI names."""
    straight, through = clients

    def transfer(client: AmiClient, number: str) -> AmiMessage:
        uri = f"sip:{number}@127.0.0.1:{site.carrier.port};x=/112"
        return client.originate(
            {"Channel": "PJSIP/0123456789@trunk", "Application": "Transfer", "Data": f"PJSIP/{uri}"}
        )

    def referred() -> list[str]:
        return [line for text in site.carrier.messages() if text.startswith("REFER") for line in text.splitlines()
                if line.startswith("Refer-To:")]  # fmt: skip

    transfer(straight, "0698765001")
    wait_until(lambda: any("0698765001" in line for line in referred()), 60, "the far end to be told")
    assert _failed([transfer(through, LISTED)])
    assert not any(LISTED in line for line in referred())


def _failed(answers: list[AmiMessage]) -> bool:
    return any(answer["Response"] in {"Error", "Failure"} for answer in answers)


def recordings(name: str, program: str) -> list[tuple[str, dict[str, str]]]:
    """Actions that record a channel, or a conference, and would run a program."""
    data = f"{program}.wav,,touch {program}-application #"
    return [
        ("MixMonitor", {"Channel": name, "File": f"{program}.wav", "Options": f"b,touch {program}-options #"}),
        ("MixMonitor", {"Channel": name, "File": f"{program}.wav,,touch {program}-file #"}),
        ("MixMonitor", {"Channel": name, "File": f"{program}.wav", "Command": f"touch {program}-command"}),
        ("ConfbridgeStartRecord", {"Conference": "1", "RecordFile": f"{program}.wav,,touch {program}-conference #"}),
        ("Originate", {**HOLD, "Application": "MixMonitor", "Data": data, "Async": "true"}),
    ]


def test_no_recording_runs_a_program(site: Site, clients: tuple[AmiClient, AmiClient], tmp_path: Path) -> None:
    """Asterisk joins a recording's headers and divides them again: straight that runs a program each time."""
    straight, through = clients
    straight.originate(HOLD, Application="ConfBridge", Data="1")
    straight.wait_event("ConfbridgeJoin")
    for client in clients:
        name = channel(straight)
        folder = tmp_path / ("straight" if client is straight else "through")
        folder.mkdir()
        answers = [client.action(action, headers) for action, headers in recordings(name, str(folder / "ran"))]
        straight.action("Hangup", Channel=name)
        if client is through:
            assert [answer["Response"] for answer in answers] == ["Error"] * 5
    expected = {"ran-options", "ran-file", "ran-command", "ran-conference", "ran-application"}
    deadline = time.monotonic() + 10
    while missing := expected - {file.name for file in (tmp_path / "straight").iterdir()}:
        straight.action("ConfbridgeStopRecord", Conference="1")
        assert time.monotonic() < deadline, missing
        time.sleep(0.05)
    assert list((tmp_path / "through").iterdir()) == []


def test_no_recording_is_a_call(site: Site, clients: tuple[AmiClient, AmiClient]) -> None:
    """Straight, recordings lie among the files of which Asterisk places calls; over the proxy none does."""
    straight, _ = clients
    for client in clients:
        name, agi = channel(straight), in_agi(straight)
        # In a folder of their own there, so that Asterisk does not take them away.
        start = f"{site.asterisk.spool}/outgoing/{'straight' if client is straight else 'through'}"
        Path(start).mkdir(parents=True)
        written = [
            client.action("MixMonitor", Channel=name, File=f"{start}/action.wav"),
            client.action("AGI", Channel=agi, Command=f"RECORD FILE {start}/agi wav # 500"),
            *running("Record", f"{start}/application.wav,0,1")(straight, client, ""),
        ]
        assert client is straight or all(_failed([answer]) for answer in written)
    folder = Path(site.asterisk.spool) / "outgoing"
    wait_until(lambda: len(list((folder / "straight").iterdir())) == 3, 60, "the recordings")
    assert list((folder / "through").iterdir()) == []


def test_no_secret_is_shown_and_no_event_forged(clients: tuple[AmiClient, AmiClient]) -> None:
    """Configuration files and accounts keep their secrets; events of the gate come from the gate alone."""
    straight, through = clients
    shown = straight.action("GetConfig", Filename="manager.conf")
    assert "dialer-secret" in str(shown.headers)
    for name, headers in [
        ("GetConfig", {"Filename": "manager.conf"}),
        ("GetConfigJSON", {"Filename": "manager.conf"}),
        ("PJSIPShowAuths", {}),
        ("UserEvent", {"UserEvent": "GatekeeperEmergency", "Number": LISTED}),
        ("PlayDTMF", {"Channel": "x", "Digit": "1", "Receive": "true"}),
    ]:
        answer = through.action(name, headers)
        assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied")
    assert through.action("Ping")["Response"] == "Success"
    assert [event for event in straight.events if event.get("UserEvent") == "GatekeeperEmergency"] == []
