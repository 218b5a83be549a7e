"""Actions that hand a text on to where it is divided, dialled or run; and places of the dialplan."""

import re

import pytest

from gatekeeper.ami.protocol.client_policy import ClientPolicy, Handling
from gatekeeper.ami.protocol.inspection import Check, Deny, Inspection, Pass
from gatekeeper.ami.protocol.routes import Routes
from tests.ami.looking import TRUNK, N, demand, look
from tests.ami.playbook import Playbook


@pytest.mark.parametrize(
    ("context", "priority", "expected"),
    [
        ("x", "1", Pass), ("x", "", Pass), ("x", "2", Deny), ("x", "label", Deny), ("x", "+1", Deny),
        ("x", "1x", Deny), ("agents", "5", Pass), ("agents-2", "label", Pass),
        ("outbound-agents", "2", Deny),
    ],
)  # fmt: skip
def test_places_are_entered_at_their_beginning(context: str, priority: str, expected: type[Inspection]) -> None:
    """But for contexts of which the site says that nothing there calls outside."""
    extra = {"Channel": "a", "ExtraChannel": "b", "Context": "agents", "Exten": "1", "Priority": "1"}
    findings = [
        look("Redirect", Channel="a", Context=context, Exten="1001", Priority=priority),
        look("Redirect", **extra, ExtraContext=context, ExtraExten="1001", ExtraPriority=priority),
        look("Originate", Channel="PJSIP/1001", Context=context, Exten="1001", Priority=priority),
    ]
    demand(findings, expected)


LONG = f"+49301234567{'-' * 67}8"


@pytest.mark.parametrize(
    ("extension", "expected"), [(LONG[:79], Check), (LONG, Deny), (f"{LONG}x", Deny), ("\u00e9" * 40, Deny)]
)
def test_a_name_that_asterisk_would_cut_off_is_refused(extension: str, expected: type[Inspection]) -> None:
    """It keeps 79 bytes of an extension or a context: what is asked about must be what is called."""
    findings = [
        look("Originate", Channel="PJSIP/1001", Context="x", Exten=extension, Priority="1"),
        look("Originate", Channel=f"Local/{extension}@x/n", Application="Echo"),
        look("Originate", Channel="PJSIP/1001", Application="Goto", Data=f"x,{extension},1"),
        look("Originate", Channel="PJSIP/1001", Application="Echo", PreDialGoSub=f"x,{extension},1"),
        look("Redirect", Channel="a", Context="x", Exten=extension, Priority="1"),
        look("Redirect", Channel="a", Context="x", Exten="1", ExtraExten=extension, ExtraContext="x"),
        look("BlindTransfer", Channel="a", Context="x", Exten=extension),
        look("Atxfer", Channel="a", Context="x", Exten=extension),
        look("QueueAdd", Queue="q", Interface=f"Local/{extension}@x/n"),
        look("Setvar", Channel="a", Variable="AGENT", Value=f"Local/{extension}@x/n"),
        look("Command", Command=f"channel originate PJSIP/1001 extension {extension}@x"),
    ]
    demand(findings, expected, "+49301234567")


def test_a_context_that_asterisk_would_cut_off_is_refused() -> None:
    """Nor is what only its end says of it believed."""
    long = f"outbound{'x' * 72}"
    demand(
        [
            look("Redirect", Channel="a", Context=long, Exten="1001", Priority="1"),
            look("Originate", Channel=f"Local/1001@{long}", Application="Echo"),
            look("Originate", Channel="PJSIP/1001", Application="Background", Data=f"hello,m,,agents{long}"),
            look("Redirect", Channel="a", Context=f"agents{long}", Exten="1001", Priority="5"),
            look("Originate", Channel=f"PJSIP/{'1' * 80}@trunk", Application="Echo"),
        ],
        Deny,
    )


def test_an_originate_without_a_context_goes_to_default() -> None:
    """As Asterisk does; where every extension of that leads outside, a short one is asked about, too."""
    outside = Routes(outside_contexts=("default",))
    start = {"Channel": "PJSIP/1001", "Exten": "3949", "Priority": "1"}
    demand([look("Originate", routes=outside, **start)], Check, "3949")
    demand([look("Originate", routes=outside, Context="x", **start), look("Originate", **start)], Pass)


@pytest.mark.parametrize("application", ["BlindTransfer", "AttendedTransfer"])
@pytest.mark.parametrize("data", ['3949,"outbound"', "3949,out\\bound", '"3949"', "3949,[a]", "39(4)9"])
def test_a_transfer_that_can_be_read_in_two_ways_is_refused(application: str, data: str) -> None:
    """Asterisk takes quotes and backslashes away from the context, too."""
    demand([look("Originate", Channel="PJSIP/1001", Application=application, Data=data)], Deny)


def test_a_place_run_before_dialling_is_looked_at() -> None:
    """What `PreDialGoSub` runs is a place, too; and an Originate at priority 0 begins at 1."""
    start = {"Channel": "PJSIP/1001", "Context": "agents", "Exten": "1", "Priority": "0"}
    demand([look("Originate", **start)], Pass)
    demand([look("Originate", **start, PreDialGoSub=f"outbound,{N},1(a)")], Check, N)
    demand([look("Originate", **start, PreDialGoSub="gatekeeper,s,9")], Deny)


OUTGOING = [
    "/var/spool/asterisk/outgoing/x",
    "../outgoing/x",
    "outgoing/x",
    "/srv/rec/x",
    "/var/spool/asterisk/monitorX",
]
MONITORED = ["/var/spool/asterisk/monitor/MIX/1.wav", "MIX/1.wav", "20261127-1_0612345678-all", "a/b"]


@pytest.mark.parametrize(
    ("path", "expected"), [*((path, Deny) for path in OUTGOING), *((path, Pass) for path in MONITORED)]
)
def test_recordings_are_written_where_no_call_is_placed(path: str, expected: type[Inspection]) -> None:
    """By an action, a command or AGI: what lies in the folder `outgoing` is a call."""
    findings = [
        look("MixMonitor", Channel="a", File=path),
        look("MixMonitor", Channel="a", File="a.wav", Options=f"r({path})"),
        look("MixMonitor", Channel="a", Options=f"bt({path})"),
        look("Monitor", Channel="a", File=path, Format="wav"),
        look("ChangeMonitor", Channel="a", File=path),
        look("ConfbridgeStartRecord", Conference="1", RecordFile=path),
        look("Command", Command=f"confbridge record start 1 {path}"),
        look("AGI", Channel="a", Command=f'RECORD FILE "{path}" wav # 2000'),
        look("Command", Command=f"agi exec a RECORD FILE {path} wav # 2000"),
    ]
    demand(findings, expected)


def test_a_conference_s_name_is_a_file_s() -> None:
    """Where no file is named, Asterisk makes one of the conference's name."""
    demand([look("ConfbridgeStartRecord", Conference="1/../../outgoing/x")], Deny)


@pytest.mark.parametrize(
    ("action", "headers", "expected"),
    [
        ("MixMonitor", {"File": "a.wav"}, Pass), ("MixMonitor", {"File": "a.wav", "Options": "b"}, Pass),
        ("MixMonitor", {"File": "a.wav", "Options": "b,touch x #"}, Deny),
        ("MixMonitor", {"File": "a.wav,,touch x #"}, Deny),
        ("MixMonitor", {"File": "a.wav", "Command": "x"}, Deny),
        ("MixMonitor", {"File": 'a".wav'}, Deny), ("MixMonitor", {"File": "a\\.wav"}, Deny),
        ("MixMonitor", {"File": "a.wav", "options": "bi(GATEKEEPER_VERDICT)"}, Deny),
        ("MixMonitor", {"File": "a.wav", "Options": "b(,touch x)"}, Deny),
        ("ConfbridgeStartRecord", {"Conference": "1", "RecordFile": "a.wav"}, Pass),
        ("ConfbridgeStartRecord", {"Conference": "1", "RecordFile": "a.wav,,touch x #"}, Deny),
        ("Command", {"Command": "confbridge record start 1 a.wav"}, Pass),
        ("Command", {"Command": "confbridge record start 1 a.wav,,touch x #"}, Deny),
        ("Monitor", {"File": "a", "Mix": "1"}, Pass), ("Monitor", {"File": "$(touch x)", "Mix": "1"}, Deny),
        ("Monitor", {"File": "a", "Format": "wav`x`"}, Deny), ("ChangeMonitor", {"File": "a b;c"}, Deny),
        ("Park", {"Channel": "a", "TimeoutChannel": "PJSIP/1001-00000001"}, Pass),
        ("Park", {"Channel": "a", "TimeoutChannel": TRUNK}, Check),
        ("Park", {"Channel": "a", "Channel2": TRUNK}, Check),
        ("Park", {"Channel": "a", "TimeoutChannel": f"{TRUNK}-00000001"}, Check),
        ("PlayDTMF", {"Digit": "1"}, Pass), ("PlayDTMF", {"Digit": "1", "Receive": "0"}, Pass),
        ("PlayDTMF", {"Channel": "PJSIP/trunk-00000001", "Digit": "1"}, Pass),
        ("PlayDTMF", {"Channel": "SIP/trunk-00000001", "Digit": "#"}, Pass),
        ("PlayDTMF", {"Channel": "Local/1001@agents-00000001;1", "Digit": "#"}, Deny),
        ("PlayDTMF", {"Channel": "local/1001@agents-00000001;2", "Digit": "#"}, Deny),
        ("PlayDTMF", {"Channel": "1795461703.2", "Digit": "#"}, Deny),
        ("Originate", {"Channel": "Local/1001@agents/n", "ChannelId": "PJSIP/x-1"}, Deny),
        ("Originate", {"Channel": "Local/1001@agents/n", "OtherChannelId": "PJSIP/x-1"}, Deny),
        ("Originate", {"Channel": "Local/1001@agents/n", "ChannelId": "a.1", "OtherChannelId": "a.2"}, Pass),
        ("PlayDTMF", {"Digit": "1", "Receive": "true"}, Deny),
        ("PlayDTMF", {"Digit": "1", "receive": "1"}, Deny),
        ("GetConfig", {"Filename": "queues.conf"}, Pass), ("GetConfig", {"Filename": "manager.conf"}, Deny),
        ("GetConfigJSON", {"Filename": "pjsip.conf"}, Deny), ("GetConfig", {"Filename": "./queues.conf"}, Deny),
        ("ListCategories", {"Filename": "manager.conf"}, Deny), ("PJSIPShowAuths", {}, Deny),
        ("PJSIPShowEndpoint", {"Endpoint": "x"}, Deny), ("PJSIPShowEndpoints", {}, Pass),
        ("SendFlash", {}, Deny), ("PJSIPSetMaintenance", {"Endpoint": "trunk", "State": "off"}, Deny),
        ("PJSIPShowMaintenance", {}, Pass),
        ("UserEvent", {"UserEvent": "GatekeeperEmergency"}, Deny),
        ("UserEvent", {"UserEvent": " gatekeeperBLOCKED"}, Deny),
        ("UserEvent", {"UserEvent": "GatekeeperRefuse"}, Pass),
        ("UserEvent", {"UserEvent": "Hello", "A": "b\rc"}, Deny),
        ("DBDelTree", {"Family": "%"}, Deny), ("DBDelTree", {"Family": "g_tekeeper"}, Deny),
        ("DBDelTree", {}, Deny),
        ("DBDelTree", {"Family": "AMPUSER"}, Pass), ("NewAction", {}, Deny), ("MessageSend", {}, Deny),
        ("Command", {"Command": "database showkey x"}, Pass),
        ("Command", {"Command": "channel request hangup a"}, Pass),
        ("Command", {"Command": "hangup request a"}, Pass), ("Command", {"Command": "pjsip show auth x"}, Deny),
        *(("Command", {"Command": command}, Deny) for command in (
            "sip show objects", "sip show users", "iax2 show users", "iax2 show provisioning",
            "confbridge show profile user x",
            "pjsip show transport x", "dundi show mappings", "dundi show cache", "dundi lookup 1", "dundi lookup 1@e",
        )),
        *(("Command", {"Command": command}, Pass) for command in (
            "sip show user x", "sip show peers", "iax2 show peers", "confbridge show profile users",
            "pjsip show transports", "voicemail show users", "manager show user x", "ari show user x",
        )),
        ("Command", {"Command": "pjsip show endpoints"}, Pass), ("Command", {"Command": "new show thing"}, Deny),
        ("Command", {"Command": "queue add member PJSIP/1001 to q"}, Pass), ("Command", {"Command": "!ls"}, Deny),
        ("Command", {"Command": f"queue add member {TRUNK} to q"}, Check),
        ("Command", {"Command": f'queue add member "{TRUNK}" to q'}, Deny),
        ("Command", {"Command": "mixmonitor start a x.wav,,touch x"}, Deny),
        ("Command", {"Command": "dialplan set global A b"}, Deny),
        ("AGI", {"Command": "SET CONTEXT x"}, Deny), ("AGI", {"Command": "ASYNCAGI BREAK"}, Pass),
        ("AGI", {"Command": ""}, Pass),
        ("AGI", {"Command": "DATABASE PUT a b c"}, Deny), ("AGI", {"Command": '"SET" "CON"TEXT x'}, Deny),
    ],
)  # fmt: skip
def test_a_text_that_is_handed_on_is_looked_into(
    action: str, headers: dict[str, str], expected: type[Inspection]
) -> None:
    """What Asterisk divides again, runs, dials later or shows is looked into."""
    demand([look(action, **headers)], expected, *([N] if expected is Check else []))


@pytest.mark.parametrize("number", [N, f"+33{N[1:]}", "06 12 34 56 78", "06-12-34-56-78", "112"])
@pytest.mark.parametrize(
    ("action", "headers"),
    [
        ("Command", {"Command": "dial {}"}), ("Command", {"Command": "console dial {}"}),
        ("Command", {"Command": "{}"}),
        ("AGI", {"Channel": "a", "Command": "DIAL {}"}), ("AGI", {"Channel": "a", "Command": "{} x"}), ("Call {}", {}),
        ("Originate", {"Channel": "PJSIP/1", "Application": "{}"}), ("Setvar", {"Variable": "X{}()", "Value": "1"}),
        ("Setvar", {"Variable": "MACRO_{}", "Value": "1"}), ("Getvar", {"Variable": "{}(x)"}),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_without_a_number(action: str, headers: dict[str, str], number: str) -> None:
    """The sentence goes into the log, too."""
    finding = look(action.format(number), **{name: value.format(number) for name, value in headers.items()})
    assert isinstance(finding, Deny)
    assert not re.search("[0-9](?:[ -]?[0-9]){2}", finding.why)


def test_a_report_has_no_number() -> None:
    """An action that is not known is reported by its name, which may hold one."""
    book = Playbook().logged_in()
    book.from_client(b"Action: Call 0612345678\r\n\r\n")
    assert [(report.action, "0612" in report.why) for report in book.reports] == [("call ***", False)]


def test_what_is_refused_says_what_to_do() -> None:
    """The sentence names the setting that opens it; and the setting does."""
    table: list[tuple[dict[str, str], str, ClientPolicy]] = [
        ({"name": "NewAction"}, "pass_actions", ClientPolicy(handling={"newaction": Handling.PASS})),
        ({"name": "Command", "Command": "new show"}, "commands", ClientPolicy(commands=("new show",))),
        ({"name": "Originate", "Channel": "PJSIP/1", "Application": "NewApp"}, "applications",
         ClientPolicy(applications=frozenset({"newapp"}))),
        ({"name": "Setvar", "Variable": "NEW(x)",
        "Value": "1"}, "functions", ClientPolicy(functions=frozenset({"new"}))),
        ({"name": "Getvar", "Variable": "NEW(x)"}, "functions", ClientPolicy(functions=frozenset({"new"}))),
        ({"name": "Redirect", "Context": "x", "Exten": "1", "Priority": "2"}, "routes.inside_contexts",
         ClientPolicy(handling={"redirect": Handling.PASS})),
    ]  # fmt: skip
    for headers, setting, policy in table:
        finding = look(**headers)
        assert isinstance(finding, Deny)
        assert setting in finding.why
        assert isinstance(look(policy=policy, **headers), Pass)
