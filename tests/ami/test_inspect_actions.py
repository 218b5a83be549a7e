"""Actions that hand a text on to where it is divided, dialled or run; and places of the dialplan."""

import pytest

from gatekeeper.ami.client_policy import ClientPolicy, Handling
from gatekeeper.ami.finding import Checked, Finding, Passed, Refused
from tests.ami.looking import TRUNK, N, demand, look


@pytest.mark.parametrize(
    ("context", "priority", "expected"),
    [
        ("x", "1", Passed), ("x", "", Passed), ("x", "2", Refused), ("x", "label", Refused), ("x", "+1", Refused),
        ("x", "1x", Refused), ("agents", "5", Passed), ("agents-2", "label", Passed),
        ("outbound-agents", "2", Refused),
    ],
)  # fmt: skip
def test_places_are_entered_at_their_beginning(context: str, priority: str, expected: type[Finding]) -> None:
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
    demand([look("Originate", **start)], Passed)
    demand([look("Originate", **start, PreDialGoSub=f"outbound,{N},1(a)")], Checked, N)
    demand([look("Originate", **start, PreDialGoSub="gatekeeper,s,9")], Refused)


@pytest.mark.parametrize(
    ("action", "headers", "expected"),
    [
        ("MixMonitor", {"File": "a.wav"}, Passed), ("MixMonitor", {"File": "a.wav", "Options": "b"}, Passed),
        ("MixMonitor", {"File": "a.wav", "Options": "b,touch x #"}, Refused),
        ("MixMonitor", {"File": "a.wav,,touch x #"}, Refused),
        ("MixMonitor", {"File": "a.wav", "Command": "x"}, Refused),
        ("MixMonitor", {"File": 'a".wav'}, Refused), ("MixMonitor", {"File": "a\\.wav"}, Refused),
        ("MixMonitor", {"File": "a.wav", "options": "bi(GATEKEEPER_VERDICT)"}, Refused),
        ("MixMonitor", {"File": "a.wav", "Options": "b(,touch x)"}, Refused),
        ("ConfbridgeStartRecord", {"Conference": "1", "RecordFile": "a.wav"}, Passed),
        ("ConfbridgeStartRecord", {"Conference": "1", "RecordFile": "a.wav,,touch x #"}, Refused),
        ("Command", {"Command": "confbridge record start 1 a.wav"}, Passed),
        ("Command", {"Command": "confbridge record start 1 a.wav,,touch x #"}, Refused),
        ("Monitor", {"File": "a", "Mix": "1"}, Passed), ("Monitor", {"File": "$(touch x)", "Mix": "1"}, Refused),
        ("Monitor", {"File": "a", "Format": "wav`x`"}, Refused), ("ChangeMonitor", {"File": "a b;c"}, Refused),
        ("Park", {"Channel": "a", "TimeoutChannel": "PJSIP/1001-00000001"}, Passed),
        ("Park", {"Channel": "a", "TimeoutChannel": TRUNK}, Checked),
        ("Park", {"Channel": "a", "Channel2": TRUNK}, Checked),
        ("Park", {"Channel": "a", "TimeoutChannel": f"{TRUNK}-00000001"}, Checked),
        ("PlayDTMF", {"Digit": "1"}, Passed), ("PlayDTMF", {"Digit": "1", "Receive": "0"}, Passed),
        ("PlayDTMF", {"Digit": "1", "Receive": "true"}, Refused),
        ("PlayDTMF", {"Digit": "1", "receive": "1"}, Refused),
        ("GetConfig", {"Filename": "queues.conf"}, Passed), ("GetConfig", {"Filename": "manager.conf"}, Refused),
        ("GetConfigJSON", {"Filename": "pjsip.conf"}, Refused), ("GetConfig", {"Filename": "./queues.conf"}, Refused),
        ("ListCategories", {"Filename": "manager.conf"}, Refused), ("PJSIPShowAuths", {}, Refused),
        ("PJSIPShowEndpoint", {"Endpoint": "x"}, Refused), ("PJSIPShowEndpoints", {}, Passed),
        ("SendFlash", {}, Refused),
        ("UserEvent", {"UserEvent": "GatekeeperEmergency"}, Refused),
        ("UserEvent", {"UserEvent": " gatekeeperBLOCKED"}, Refused),
        ("UserEvent", {"UserEvent": "GatekeeperRefuse"}, Passed),
        ("UserEvent", {"UserEvent": "Hello", "A": "b\rc"}, Refused),
        ("DBDelTree", {"Family": "%"}, Refused), ("DBDelTree", {"Family": "g_tekeeper"}, Refused),
        ("DBDelTree", {}, Refused),
        ("DBDelTree", {"Family": "AMPUSER"}, Passed), ("NewAction", {}, Refused), ("MessageSend", {}, Refused),
        ("Command", {"Command": "database showkey x"}, Passed),
        ("Command", {"Command": "channel request hangup a"}, Passed),
        ("Command", {"Command": "hangup request a"}, Passed), ("Command", {"Command": "pjsip show auth x"}, Refused),
        ("Command", {"Command": "pjsip show endpoints"}, Passed), ("Command", {"Command": "new show thing"}, Refused),
        ("Command", {"Command": "queue add member PJSIP/1001 to q"}, Passed), ("Command", {"Command": "!ls"}, Refused),
        ("Command", {"Command": f"queue add member {TRUNK} to q"}, Checked),
        ("Command", {"Command": f'queue add member "{TRUNK}" to q'}, Refused),
        ("Command", {"Command": "mixmonitor start a x.wav,,touch x"}, Refused),
        ("Command", {"Command": "dialplan set global A b"}, Refused),
        ("AGI", {"Command": "SET CONTEXT x"}, Refused), ("AGI", {"Command": "ASYNCAGI BREAK"}, Passed),
        ("AGI", {"Command": ""}, Passed),
        ("AGI", {"Command": "DATABASE PUT a b c"}, Refused), ("AGI", {"Command": '"SET" "CON"TEXT x'}, Refused),
    ],
)  # fmt: skip
def test_actions_that_hand_on_a_text(action: str, headers: dict[str, str], expected: type[Finding]) -> None:
    """What Asterisk divides again, runs, dials later or shows is looked into."""
    demand([look(action, **headers)], expected, *([N] if expected is Checked else []))


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
        assert isinstance(finding, Refused)
        assert setting in finding.why
        assert isinstance(look(policy=policy, **headers), Passed)
