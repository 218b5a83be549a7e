"""Actions that hand a text on to where it is divided, dialled or run; and places of the dialplan."""

import pytest

from gatekeeper.ami.protocol.client_policy import ClientPolicy, Handling
from gatekeeper.ami.protocol.inspection import Check, Inspection, Pass, Refuse
from tests.ami.looking import TRUNK, N, demand, look


@pytest.mark.parametrize(
    ("context", "priority", "expected"),
    [
        ("x", "1", Pass), ("x", "", Pass), ("x", "2", Refuse), ("x", "label", Refuse), ("x", "+1", Refuse),
        ("x", "1x", Refuse), ("agents", "5", Pass), ("agents-2", "label", Pass),
        ("outbound-agents", "2", Refuse),
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


def test_originates_before_dialling() -> None:
    """What `PreDialGoSub` runs is a place, too; and an Originate at priority 0 begins at 1."""
    start = {"Channel": "PJSIP/1001", "Context": "agents", "Exten": "1", "Priority": "0"}
    demand([look("Originate", **start)], Pass)
    demand([look("Originate", **start, PreDialGoSub=f"outbound,{N},1(a)")], Check, N)
    demand([look("Originate", **start, PreDialGoSub="gatekeeper,s,9")], Refuse)


@pytest.mark.parametrize(
    ("action", "headers", "expected"),
    [
        ("MixMonitor", {"File": "a.wav"}, Pass), ("MixMonitor", {"File": "a.wav", "Options": "b"}, Pass),
        ("MixMonitor", {"File": "a.wav", "Options": "b,touch x #"}, Refuse),
        ("MixMonitor", {"File": "a.wav,,touch x #"}, Refuse),
        ("MixMonitor", {"File": "a.wav", "Command": "x"}, Refuse),
        ("MixMonitor", {"File": 'a".wav'}, Refuse), ("MixMonitor", {"File": "a\\.wav"}, Refuse),
        ("MixMonitor", {"File": "a.wav", "options": "bi(GATEKEEPER_VERDICT)"}, Refuse),
        ("MixMonitor", {"File": "a.wav", "Options": "b(,touch x)"}, Refuse),
        ("ConfbridgeStartRecord", {"Conference": "1", "RecordFile": "a.wav"}, Pass),
        ("ConfbridgeStartRecord", {"Conference": "1", "RecordFile": "a.wav,,touch x #"}, Refuse),
        ("Command", {"Command": "confbridge record start 1 a.wav"}, Pass),
        ("Command", {"Command": "confbridge record start 1 a.wav,,touch x #"}, Refuse),
        ("Monitor", {"File": "a", "Mix": "1"}, Pass), ("Monitor", {"File": "$(touch x)", "Mix": "1"}, Refuse),
        ("Monitor", {"File": "a", "Format": "wav`x`"}, Refuse), ("ChangeMonitor", {"File": "a b;c"}, Refuse),
        ("Park", {"Channel": "a", "TimeoutChannel": "PJSIP/1001-00000001"}, Pass),
        ("Park", {"Channel": "a", "TimeoutChannel": TRUNK}, Check),
        ("Park", {"Channel": "a", "Channel2": TRUNK}, Check),
        ("Park", {"Channel": "a", "TimeoutChannel": f"{TRUNK}-00000001"}, Check),
        ("PlayDTMF", {"Digit": "1"}, Pass), ("PlayDTMF", {"Digit": "1", "Receive": "0"}, Pass),
        ("PlayDTMF", {"Digit": "1", "Receive": "true"}, Refuse),
        ("PlayDTMF", {"Digit": "1", "receive": "1"}, Refuse),
        ("GetConfig", {"Filename": "queues.conf"}, Pass), ("GetConfig", {"Filename": "manager.conf"}, Refuse),
        ("GetConfigJSON", {"Filename": "pjsip.conf"}, Refuse), ("GetConfig", {"Filename": "./queues.conf"}, Refuse),
        ("ListCategories", {"Filename": "manager.conf"}, Refuse), ("PJSIPShowAuths", {}, Refuse),
        ("PJSIPShowEndpoint", {"Endpoint": "x"}, Refuse), ("PJSIPShowEndpoints", {}, Pass),
        ("SendFlash", {}, Refuse),
        ("UserEvent", {"UserEvent": "GatekeeperEmergency"}, Refuse),
        ("UserEvent", {"UserEvent": " gatekeeperBLOCKED"}, Refuse),
        ("UserEvent", {"UserEvent": "GatekeeperRefuse"}, Pass),
        ("UserEvent", {"UserEvent": "Hello", "A": "b\rc"}, Refuse),
        ("DBDelTree", {"Family": "%"}, Refuse), ("DBDelTree", {"Family": "g_tekeeper"}, Refuse),
        ("DBDelTree", {}, Refuse),
        ("DBDelTree", {"Family": "AMPUSER"}, Pass), ("NewAction", {}, Refuse), ("MessageSend", {}, Refuse),
        ("Command", {"Command": "database showkey x"}, Pass),
        ("Command", {"Command": "channel request hangup a"}, Pass),
        ("Command", {"Command": "hangup request a"}, Pass), ("Command", {"Command": "pjsip show auth x"}, Refuse),
        ("Command", {"Command": "pjsip show endpoints"}, Pass), ("Command", {"Command": "new show thing"}, Refuse),
        ("Command", {"Command": "queue add member PJSIP/1001 to q"}, Pass), ("Command", {"Command": "!ls"}, Refuse),
        ("Command", {"Command": f"queue add member {TRUNK} to q"}, Check),
        ("Command", {"Command": f'queue add member "{TRUNK}" to q'}, Refuse),
        ("Command", {"Command": "mixmonitor start a x.wav,,touch x"}, Refuse),
        ("Command", {"Command": "dialplan set global A b"}, Refuse),
        ("AGI", {"Command": "SET CONTEXT x"}, Refuse), ("AGI", {"Command": "ASYNCAGI BREAK"}, Pass),
        ("AGI", {"Command": ""}, Pass),
        ("AGI", {"Command": "DATABASE PUT a b c"}, Refuse), ("AGI", {"Command": '"SET" "CON"TEXT x'}, Refuse),
    ],
)  # fmt: skip
def test_actions_that_hand_on_a_text(action: str, headers: dict[str, str], expected: type[Inspection]) -> None:
    """What Asterisk divides again, runs, dials later or shows is looked into."""
    demand([look(action, **headers)], expected, *([N] if expected is Check else []))


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
        assert isinstance(finding, Refuse)
        assert setting in finding.why
        assert isinstance(look(policy=policy, **headers), Pass)
