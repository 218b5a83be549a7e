"""Variables and functions that are set or read, and values that the dialplan may dial."""

import pytest

from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.inspection import Check, Deny, Inspection, Pass
from tests.ami.looking import TRUNK, N, demand, look

VALUES = [
    TRUNK, f"Local/{N}@outbound/n", f"PJSIP/1001&{TRUNK}", f"{TRUNK},30,t", f" {TRUNK}", f'P"JSIP"/{N}@trunk',
    f"P\\JSIP/{N}@trunk", f"{N}@trunk", f"SIP/trunk/{N}", f"trunk/{N}", f"g1/{N}", f"x^{TRUNK}", f"1,{N}@carrier1",
    f"sip:{N}@h", f"uri=sip:{N}@h", f"a;b=SIPS:{N}@h:5061", f"x=tel:{N}", f"uri:<sip:{N}@h",
    f"1001/sip:{N}@h", f"a/b/sip:{N}@h", f'{{"uri":"sip:{N}@h","x":1}}',
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_a_value_that_reads_as_a_dial_string_is_decided_on(value: str) -> None:
    """However it is set: the dialplan may dial what a variable holds."""
    findings = [
        look("Setvar", Channel="a", Variable="AGENT", Value=value),
        look("Setvar", Variable="GLOBAL(AGENT)", Value=value),
        look("Setvar", Channel="a", Variable="ARRAY(A,AGENT)", Value=f"1,{value}"),
        look("Setvar", Channel="a", Variable="SHARED(AGENT,PJSIP/1-1)", Value=value),
        look("Setvar", Channel="a", Variable="HASH(A,b)", Value=value),
        look("Setvar", Channel="a", Variable="MASTER_CHANNEL(AGENT)", Value=value),
        look("DBPut", Family="AGENTS", Key="1001", Val=value),
    ]
    demand(findings, Check, N)
    if not set('"\\,').intersection(value):
        demand(
            [
                look("AGI", Channel="a", Command=f"SET VARIABLE AGENT {value}"),
                look("Originate", Channel="PJSIP/1001", Application="Echo", Variable=f"__AGENT={value}"),
                look("Originate", Channel="PJSIP/1001", Application="Set", Data=f"_AGENT={value}"),
            ],
            Check,
            N,
        )


@pytest.mark.parametrize(
    "value",
    ["", "bar", "0612345678", "anna@example.com", "http://crm/x?y=0612345678", "2026/05/06",
    "/rec/2026/0612345678-1.wav",
     "PJSIP/1001", "PJSIP/1001-00000012", "Local/8600051@agents", "Sales <01 23>", "1795461703.2", "en/hello",
     "gossip:0612345678", "hotel:0612345678"],
)  # fmt: skip
def test_a_value_that_dials_nobody_outside_passes(value: str) -> None:
    """Telephone numbers, addresses, dates and files are what dialers set all day."""
    demand(
        [
            look("Setvar", Channel="a", Variable="FOO", Value=value),
            look("DBPut", Family="a", Key="b", Val=value),
            look("Originate", Channel="PJSIP/1001", Application="Echo", Variable=f"FOO={value}"),
        ],
        Pass,
    )


@pytest.mark.parametrize(
    "name",
    [
        "TRANSFER_CONTEXT", "FORWARD_CONTEXT", "GOTO_ON_BLINDXFR", "BLINDTRANSFER", "ATTENDEDTRANSFER",
        "MACRO_CONTEXT",
        "MACRO_EXTEN", "GOSUB_RESULT", "GOSUB_RETVAL", "DYNAMIC_FEATURES", "PARKINGDYNAMIC", "PARKINGDYNCONTEXT",
        "PARKINGDYNEXTEN", "MONITOR_EXEC", "MONITOR_EXEC_ARGS", "MIXMONITOR_EXEC", "TOUCH_MIXMONITOR", "TOUCH_MONITOR",
        "MEETME_AGI_BACKGROUND", "MEETME_RECORDINGFILE", "MEETME_EXIT_CONTEXT", "SPY_EXIT_CONTEXT", "EXITCONTEXT",
        "CONNECTED_LINE_SEND_SUB", "REDIRECTING_CALLER_SEND_MACRO", "DIALEDPEERNUMBER", "ARG1",
        "GATEKEEPER_NUMBER", "GATEKEEPER_VERDICT",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{}", "_{}", "__{}", "ARRAY(A,{})", "GLOBAL({})", "SHARED({})", "MASTER_CHANNEL({})",
                                  "EXPORT(PJSIP/1-1,{})", "LOCAL({})", "PUSH({})"])  # fmt: skip
def test_variables_that_asterisk_obeys_are_refused(name: str, form: str) -> None:
    """In every form by which a client can set one."""
    variable = form.format(name)
    findings = [
        look("Setvar", Channel="a", Variable=variable, Value="1"),
        look("AGI", Channel="a", Command=f"SET VARIABLE {variable} 1"),
        look("AGI", Channel="a", Command=f'SET VARIABLE "{variable}" "1"'),
        look("Originate", Channel="PJSIP/1001", Application="Echo", Variable=f"{variable}=1"),
        look("Originate", Channel="PJSIP/1001", Application="Echo", Variable=f"A=1,{variable}=1"),
        look("Originate", Channel="PJSIP/1001", Application="Set", Data=f"{variable}=1"),
        look("Originate", Channel="PJSIP/1001", Application="MSet", Data=f"A=1,{variable}=1"),
    ]
    demand(findings, Deny)


@pytest.mark.parametrize(
    "header", ["X-Gatekeeper-Decision: 01K", "x-gatekeeper-campaign: a", "X-Gate\\keeper-Agent: a"]
)
def test_no_client_writes_the_gate_s_headers(header: str) -> None:
    """The SIP gate takes them for what another gate says; others pass."""
    escaped = header.replace("\\", "\\\\")
    findings = [
        look("Setvar", Channel="a", Variable="_SIPADDHEADER01", Value=header),
        look("Setvar", Channel="a", Variable="ARRAY(A,SIPADDHEADER01)", Value=f"1,{header}"),
        look("Originate", Channel="SIP/1001", Application="Echo", Variable=f"__SIPADDHEADER01={escaped}"),
        look("Originate", Channel="SIP/1001", Application="Set", Data=f"SIPADDHEADER01={header}"),
        look("Originate", Channel="SIP/1001", Application="SIPAddHeader", Data=header),
        look("AGI", Channel="a", Command=f'EXEC SIPAddHeader "{header}"'),
    ]
    demand(findings, Deny)
    demand(
        [
            look("Setvar", Channel="a", Variable="_SIPADDHEADER01", Value="X-Site: a"),
            look("Originate", Channel="SIP/1001", Application="SIPAddHeader", Data="Alert-Info: ring"),
        ],
        Pass,
    )


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("CALLERID(num)", Pass), ("CDR(userfield)", Pass), ("CHANNEL(language)", Pass), ("SHARED(X)", Pass),
        ("ARRAY(A,B)", Pass), ("QUEUE_MEMBER(q,penalty,PJSIP/1001)", Pass), ("HASH(a,b)", Pass),
        ("CONFBRIDGE(user,quiet)", Pass), ("TIMEOUT(absolute)", Pass), ("PJSIP_HEADER(add,X-A)", Pass),
        ("CHANNEL(hangup_handler_push)", Deny), ("CHANNEL(after_bridge_goto)", Deny), ("CHANNEL()", Deny),
        ("CHANNEL( hangup_handler_push)", Deny), ("MASTER_CHANNEL(CHANNEL(hangup_handler_push))", Deny),
        ("CONFBRIDGE(bridge,record_command)", Deny), ("CONFBRIDGE(menu,1)", Deny), ("DB(a/b)", Deny),
        ("PERIODIC_HOOK(a,b,1)", Deny), ("CALLCOMPLETION(cc_callback_sub)", Deny), ("ENV(PATH)", Deny),
        ("FILE(/etc/passwd)", Deny), ("SHELL(x)", Deny), ("NEW_ONE(x)", Deny), ("DIALGROUP(x,add)", Deny),
        ("CALLERID(${SHELL(x)})", Deny),
    ],
)  # fmt: skip
def test_functions_that_only_describe_a_call_can_be_set(function: str, expected: type[Inspection]) -> None:
    """What describes a call can be set; what leads into the dialplan, runs or writes can't."""
    demand([look("Setvar", Channel="a", Variable=function, Value="x")], expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CALLERID(num)", Pass), ("QUEUE_MEMBER(q,logged)", Pass), ("SHARED(X)", Pass), ("ARRAY(x)", Pass),
        ("LEN(${FOO})", Pass), ("FOO", Pass), ("SHELL(x)", Deny), ("LEN(${SHELL(x)})", Deny),
        ("IMPORT(a,SHELL(x))", Deny), ('IMPORT(a,"SHELL"(x))', Deny), ("IMPORT(a,SHELL\\(x\\))", Deny),
        ('CUT("FOO",-,1)', Pass), ("CUT(SHELL(x),,1)", Deny), ("shell(x)", Deny),
        ("VM_INFO(1,password)", Deny),
        ("AST_CONFIG(manager.conf,dialer,secret)", Deny), ("AST_SORCERY(res_pjsip,auth,x,password)", Deny),
        ("ENV(SECRET)", Deny), ("SET(GATEKEEPER_VERDICT=ALLOW)", Deny), ("ODBC_ANYTHING(x)", Deny),
        ("NEW_ONE(x)", Deny),
        ("DB_DELETE(gatekeeper/x)", Deny), ("DB_DELETE(crm/x)", Deny), ("EVAL(x)", Deny), ("SHELL (x)", Deny),
    ],
)  # fmt: skip
def test_functions_that_only_tell_can_be_read(text: str, expected: type[Inspection]) -> None:
    """Reading computes and tells; it does not run, write, or show secrets."""
    findings = [
        look("Getvar", Channel="a", Variable=text),
        look("Status", Variables=f"FOO,{text}"),
        look("AGI", Channel="a", Command=f"GET VARIABLE {text}"),
        look("AGI", Channel="a", Command=f'GET FULL VARIABLE "${{{text}}}"'),
    ]
    demand(findings, expected)


@pytest.mark.parametrize("escape", ["\\", "\\\\", '"', '""'])
@pytest.mark.parametrize(
    "name",
    [
        "ARRAY(GLOBAL(GATE{}KEEPER_AGI))", "ARRAY(__TRANS{}FER_CONTEXT)", "EXPORT(PJSIP/1-1,GATE{}KEEPER_NUMBER)",
        "PJSIP_HEADER(add,X-Gate{}keeper-Campaign)", "ARRAY(A,CHAN{}NEL(hangup_handler_push))",
        "ARRAY(ARRAY(GATE{}KEEPER_AGI))", "GLOBAL(ARRAY(MAC{}RO_EXTEN))", "CALLERID(n{}um)", "DB(gate{}keeper/x)",
    ],
)  # fmt: skip
def test_a_name_that_asterisk_would_read_once_more_is_refused(name: str, escape: str) -> None:
    """Functions divide what stands in their parentheses anew, and take quotes and backslashes away each time."""
    variable = name.format(escape)
    escaped = variable.replace("\\", "\\\\").replace('"', '\\"')
    policy = ClientPolicy(functions=frozenset({"DB"}))
    findings = [
        look("Setvar", policy, Channel="a", Variable=variable, Value="1"),
        look("Originate", policy, Channel="PJSIP/1001", Application="Set", Data=f"{variable}=1"),
        look("AGI", policy, Channel="a", Command=f"SET VARIABLE {escaped} 1"),
        look("AGI", policy, Channel="a", Command=f'SET VARIABLE "{escaped}" "1"'),
        look("Originate", policy, Channel="PJSIP/1001", Application="Echo", Variable=f"{escaped}=1"),
        look("Originate", policy, Channel="PJSIP/1001", Application="Echo", Variable=f"A=1,{escaped}=1"),
        look("Originate", policy, Channel="PJSIP/1001", Application="MSet", Data=f"A=1,{escaped}=1"),
    ]
    demand(findings, Deny)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("registrar/contact/1002;@x", Deny), ("Registrar/contact", Deny), ("registrar/x", Deny),
        ("/registrar//contact/x", Deny), ("subscription_persistence/x/y", Deny), ("SIP/Registry/1001", Deny),
        ("SIP/Registry", Deny), ("SIP/PeerMethods/1001", Deny), ("IAX/Registry/x", Deny), ("dundi/cache/x", Deny),
        ("Queue/PersistentMembers/sales", Deny), ("dialgroup/sales", Deny), ("pbx/UUID", Deny),
        ("gatekeeper-maintenance/trunk", Deny),
        ("SIP/1001", Pass), ("AMPUSER/1001/cidname", Pass), ("registrars/x", Pass), ("Queue/x", Pass),
        ("crm/registrar/x", Pass), ("cidname/0612345678", Pass),
    ],
)  # fmt: skip
def test_entries_that_asterisk_obeys_belong_to_it(path: str, expected: type[Inspection]) -> None:
    """A contact that a client wrote would be rung as the site's own telephone, wherever its path is divided."""
    policy = ClientPolicy(functions=frozenset({"DB", "DB_DELETE"}))
    for number in range(1, path.strip("/").count("/") + 1):
        parts = path.strip("/").split("/")
        family, key = "/".join(parts[:number]), "/".join(parts[number:])
        findings = [look(name, Family=family, Key=key) for name in ("DBPut", "DBDel", "DBDelTree")]
        demand([*findings, look("DBPut", Family=f"/{family}", Key=f"/{key}", Val="x")], expected)
    findings = [
        look("Setvar", policy, Variable=f"DB({path})", Value="x"),
        look("Setvar", policy, Variable=f"DB_DELETE({path})", Value="x"),
        look("Getvar", policy, Variable=f"DB_DELETE({path})"),
        look("Originate", policy, Channel="PJSIP/1001", Application="Set", Data=f"DB({path})=x"),
    ]
    demand(findings, expected)


@pytest.mark.parametrize("family", ["SIP", "Queue", "r_gistrar", "sip_registry", "_ip", "reg%", "dialgroup"])
def test_a_tree_that_holds_such_an_entry_is_not_deleted(family: str) -> None:
    """Asterisk gives its name to SQL's `LIKE`, where `_` is any character and `%` are many."""
    demand([look("DBDelTree", Family=family)], Deny)
