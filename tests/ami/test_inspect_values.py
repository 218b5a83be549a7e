"""Variables and functions that are set or read, and values that the dialplan may dial."""

import pytest

from gatekeeper.ami.finding import Checked, Finding, Passed, Refused
from tests.ami.looking import TRUNK, N, demand, look

VALUES = [
    TRUNK, f"Local/{N}@outbound/n", f"PJSIP/1001&{TRUNK}", f"{TRUNK},30,t", f" {TRUNK}", f'P"JSIP"/{N}@trunk',
    f"P\\JSIP/{N}@trunk", f"{N}@trunk", f"SIP/trunk/{N}", f"trunk/{N}", f"g1/{N}", f"x^{TRUNK}", f"1,{N}@carrier1",
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
    demand(findings, Checked, N)
    if not set('"\\,').intersection(value):
        demand(
            [
                look("AGI", Channel="a", Command=f"SET VARIABLE AGENT {value}"),
                look("Originate", Channel="PJSIP/1001", Application="Echo", Variable=f"__AGENT={value}"),
                look("Originate", Channel="PJSIP/1001", Application="Set", Data=f"_AGENT={value}"),
            ],
            Checked,
            N,
        )


@pytest.mark.parametrize(
    "value",
    ["", "bar", "0612345678", "anna@example.com", "http://crm/x?y=0612345678", "2026/05/06",
    "/rec/2026/0612345678-1.wav",
     "PJSIP/1001", "PJSIP/1001-00000012", "Local/8600051@agents", "Sales <01 23>", "1795461703.2", "en/hello"],
)  # fmt: skip
def test_a_value_that_dials_nobody_outside_passes(value: str) -> None:
    """Telephone numbers, addresses, dates and files are what dialers set all day."""
    demand(
        [
            look("Setvar", Channel="a", Variable="FOO", Value=value),
            look("DBPut", Family="a", Key="b", Val=value),
            look("Originate", Channel="PJSIP/1001", Application="Echo", Variable=f"FOO={value}"),
        ],
        Passed,
    )


@pytest.mark.parametrize(
    "name",
    [
        "TRANSFER_CONTEXT", "FORWARD_CONTEXT", "GOTO_ON_BLINDXFR", "BLINDTRANSFER", "ATTENDEDTRANSFER",
        "MACRO_CONTEXT",
        "MACRO_EXTEN", "GOSUB_RESULT", "GOSUB_RETVAL", "DYNAMIC_FEATURES", "PARKINGDYNAMIC", "PARKINGDYNCONTEXT",
        "PARKINGDYNEXTEN", "MONITOR_EXEC", "MONITOR_EXEC_ARGS", "MIXMONITOR_EXEC", "TOUCH_MIXMONITOR", "TOUCH_MONITOR",
        "MEETME_AGI_BACKGROUND", "MEETME_EXIT_CONTEXT", "SPY_EXIT_CONTEXT", "EXITCONTEXT", "CONNECTED_LINE_SEND_SUB",
        "REDIRECTING_CALLER_SEND_MACRO", "DIALEDPEERNUMBER", "ARG1", "GATEKEEPER_NUMBER", "GATEKEEPER_VERDICT",
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
    demand(findings, Refused)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("CALLERID(num)", Passed), ("CDR(userfield)", Passed), ("CHANNEL(language)", Passed), ("SHARED(X)", Passed),
        ("ARRAY(A,B)", Passed), ("QUEUE_MEMBER(q,penalty,PJSIP/1001)", Passed), ("HASH(a,b)", Passed),
        ("CONFBRIDGE(user,quiet)", Passed), ("TIMEOUT(absolute)", Passed), ("PJSIP_HEADER(add,X-A)", Passed),
        ("CHANNEL(hangup_handler_push)", Refused), ("CHANNEL(after_bridge_goto)", Refused), ("CHANNEL()", Refused),
        ("CHANNEL( hangup_handler_push)", Refused), ("MASTER_CHANNEL(CHANNEL(hangup_handler_push))", Refused),
        ("CONFBRIDGE(bridge,record_command)", Refused), ("CONFBRIDGE(menu,1)", Refused), ("DB(a/b)", Refused),
        ("PERIODIC_HOOK(a,b,1)", Refused), ("CALLCOMPLETION(cc_callback_sub)", Refused), ("ENV(PATH)", Refused),
        ("FILE(/etc/passwd)", Refused), ("SHELL(x)", Refused), ("NEW_ONE(x)", Refused), ("DIALGROUP(x,add)", Refused),
        ("CALLERID(${SHELL(x)})", Refused),
    ],
)  # fmt: skip
def test_functions_that_are_set(function: str, expected: type[Finding]) -> None:
    """What describes a call can be set; what leads into the dialplan, runs or writes can't."""
    demand([look("Setvar", Channel="a", Variable=function, Value="x")], expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CALLERID(num)", Passed), ("QUEUE_MEMBER(q,logged)", Passed), ("SHARED(X)", Passed), ("ARRAY(x)", Passed),
        ("LEN(${FOO})", Passed), ("FOO", Passed), ("SHELL(x)", Refused), ("LEN(${SHELL(x)})", Refused),
        ("IMPORT(a,SHELL(x))", Refused), ("CUT(SHELL(x),,1)", Refused), ("shell(x)", Refused),
        ("VM_INFO(1,password)", Refused),
        ("AST_CONFIG(manager.conf,dialer,secret)", Refused), ("AST_SORCERY(res_pjsip,auth,x,password)", Refused),
        ("ENV(SECRET)", Refused), ("SET(GATEKEEPER_VERDICT=ALLOW)", Refused), ("ODBC_ANYTHING(x)", Refused),
        ("NEW_ONE(x)", Refused),
        ("DB_DELETE(gatekeeper/x)", Refused), ("EVAL(x)", Refused), ("SHELL (x)", Refused),
    ],
)  # fmt: skip
def test_functions_that_are_read(text: str, expected: type[Finding]) -> None:
    """Reading computes and tells; it does not run, write, or show secrets."""
    findings = [
        look("Getvar", Channel="a", Variable=text),
        look("Status", Variables=f"FOO,{text}"),
        look("AGI", Channel="a", Command=f"GET VARIABLE {text}"),
        look("AGI", Channel="a", Command=f'GET FULL VARIABLE "${{{text}}}"'),
    ]
    demand(findings, expected)
