"""The samples as they are shipped, on a bare Asterisk 22 and 16 that calls them as such a site does."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from gatekeeper.phone import FRENCH_EMERGENCY
from lab.roots import AsteriskRoot
from tests.dialplan.conftest import site_with
from tests.dialplan.peer import ScriptedPeer, hang, leave, say
from tests.dialplan.scripted_carrier import ScriptedCarrier
from tests.dialplan.site import DIALPLAN, Site, settings

BLOCK = {"REASON": "LISTED", "LIST": "bloctel", "DECISION": "01BLOCKED", "CAUSE": "21", "VERDICT": "BLOCK"}
VICIDIAL_END = "exten => h,1,UserEvent(Ended,Dialled: ${CHANNEL(name)},Status: ${DIALSTATUS},Cause: ${HANGUPCAUSE})\n"
INCLUDE = '#include "gatekeeper/'


def sample(name: str) -> str:
    """A shipped sample, without the line that includes the gate: the lab has included it already."""
    text = (DIALPLAN / name).read_text()
    assert INCLUDE in text or name.startswith("vicidial/")
    return re.sub(rf"^{re.escape(INCLUDE)}.*$", "", text, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def samples(
    asterisk_root: AsteriskRoot,
    peer: ScriptedPeer,
    sip_gate: ScriptedCarrier,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """An Asterisk with the samples of all kinds of sites side by side."""
    folder = tmp_path_factory.mktemp(f"samples-{asterisk_root.release}")
    macro = asterisk_root.release == "16"
    plain = sample("plain/extensions.conf").split("[outbound]", 1)[1]
    plain = plain.replace("@trunk,60,ib(gatekeeper-headers", "@gated,60,ib(gatekeeper-headers")
    vicidial = sample("vicidial/extensions.conf").replace("Dial(SIP/", "Dial(PJSIP/")
    pieces = [
        f"[outbound]{plain}",
        sample("freepbx/extensions_custom.conf"),
        freepbx_itself(macro=macro),
        f"[vicidial]\n{vicidial}{VICIDIAL_END}",
        f"[vicidial-gated]\n{vicidial.replace('@trunk', '@gated')}{VICIDIAL_END}",
    ]
    with ExitStack() as stack:
        modules = ["app_macro"] if macro else []
        nobody = str(folder / "nobody.sock")
        given = settings(peer.port, seconds="1.5")
        yield site_with(stack, asterisk_root, folder, given, nobody, *pieces, modules=modules, gate_port=sip_gate.port)


def freepbx_itself(*, macro: bool) -> str:
    """The part of FreePBX's own dialplan that calls the hook before each of two trunks, and sets headers."""
    hook = "Macro(dialout-trunk-predial-hook)" if macro else "Gosub(macro-dialout-trunk-predial-hook,s,1())"
    trunk = "Macro(dialout-trunk,{},${{EXTEN}})" if macro else "Gosub(macro-dialout-trunk,s,1({},${{EXTEN}}))"
    end = "MacroExit()" if macro else "Return()"
    return f"""
[macro-dialout-trunk]
exten => s,1,MSet(DIAL_TRUNK=${{ARG1}},OUTNUM=${{ARG2}})
 same => n,{hook}
 same => n,GotoIf($["${{PREDIAL_HOOK_RET}}" = "BYPASS"]?bypass,1)
 same => n,Dial(PJSIP/${{OUTNUM}}@${{IF($["${{GATED}}" = "1"]?gated:trunk)}},20,b(func-apply-sipheaders^s^1))
 same => n,ExecIf($["${{GATED}}" != "1"]?Hangup())
 same => n,{end}
exten => bypass,1,{end}
[func-set-sipheader]
exten => s,1,Set(HASH(__SIPHEADERS,${{ARG1}})=${{ARG2}})
 same => n,Return()
[func-apply-sipheaders]
exten => s,1,Set(NAMES=${{HASHKEYS(SIPHEADERS)}})
 same => n,While($["${{SET(NAME=${{SHIFT(NAMES)}})}}" != ""])
 same => n,Set(PJSIP_HEADER(add,${{NAME}})=${{HASH(SIPHEADERS,${{NAME}})}})
 same => n,EndWhile()
 same => n,Return()
[freepbx]
exten => _[+*#0-9].,1,NoOp()
 same => n,{trunk.format(1)}
 same => n,{trunk.format(2)}
 same => n,Hangup(34)
[freepbx-gated]
exten => _[+*#0-9].,1,Set(GATED=1)
 same => n,Goto(freepbx,${{EXTEN}},1)
"""


CONTEXTS = ("outbound", "outbound-announced", "outbound-predial", "agents", "freepbx", "vicidial")


def prefix(context: str) -> str:
    """What is dialled before the number."""
    return "9" if context.startswith("vicidial") else ""


def test_a_sample_lets_out_what_is_allowed_and_nothing_else(samples: Site, peer: ScriptedPeer) -> None:
    """In each sample: allowed leaves once; listed, no answer and a frozen daemon do not."""
    kinds = {"allowed": None, "listed": say(BLOCK), "unanswered": leave, "frozen": hang}
    numbers = {(context, kind): samples.number() for context in CONTEXTS for kind in kinds}
    peer.behaviours |= {n: told for (_, kind), n in numbers.items() if (told := kinds[kind]) is not None}
    samples.finish(*(samples.start(prefix(context) + n, context) for (context, _), n in numbers.items()))
    rung = samples.carrier.numbers()
    counts = {cell: rung.count(number) for cell, number in numbers.items()}
    assert counts == {cell: 1 if cell[1] == "allowed" else 0 for cell in numbers}


@pytest.mark.parametrize("context", [context for context in CONTEXTS if context != "vicidial"])
def test_a_sample_lets_emergency_calls_by(samples: Site, peer: ScriptedPeer, context: str) -> None:
    """Emergency numbers need no daemon in any sample; VICIdial's carrier pattern has only leads' numbers."""
    before = samples.carrier.numbers().count("112")
    samples.finish(samples.start("112", context))
    assert samples.carrier.numbers().count("112") == before + 1
    assert peer.questions("112") == []


def test_vicidial_is_told_do_not_call_for_a_listed_lead(samples: Site, peer: ScriptedPeer) -> None:
    """VICIdial's h extension sees DNC and 21 for a listed lead, CONGESTION and 21 while the gate is down."""
    listed, unanswered = samples.number(), samples.number()
    peer.behaviours |= {listed: say(BLOCK), unanswered: leave}
    outcomes = samples.finish(*(samples.start("9" + number, "vicidial") for number in (listed, unanswered)))
    seen = [(outcome.ended["Status"], outcome.ended["Cause"]) for outcome in outcomes if outcome.ended]
    assert seen == [("DNC", "21"), ("CONGESTION", "21")]


@pytest.fixture
def gated(samples: Site, sip_gate: ScriptedCarrier) -> Iterator[Site]:
    """The samples on a site that has the SIP gate."""
    samples.set_global("GATEKEEPER_SIP_GATE", f"127[.]0[.]0[.]1:{sip_gate.port}")
    yield samples
    samples.set_global("GATEKEEPER_SIP_GATE", "")


def test_a_sample_takes_what_only_the_sip_gate_refuses_for_what_it_is(gated: Site, sip_gate: ScriptedCarrier) -> None:
    """One INVITE, which tells of the decision; then no other trunk is tried, and event and CDR say why."""
    numbers = {context: gated.number() for context in ("outbound-sip-gate", "vicidial-gated", "freepbx-gated")}
    later = "01K00000000000000000000000"
    sip_gate.answers |= dict.fromkeys(numbers.values(), (f"603 Gatekeeper RED_LIST {later} mine - never",))
    calls = [gated.start(prefix(context) + number, context) for context, number in numbers.items()]
    outcomes = dict(zip(numbers, gated.finish(*calls), strict=True))
    for context, number in numbers.items():
        assert sip_gate.numbers.count(number) == 1, context
        assert sip_gate.told(number) == {"Decision": "01ALLOWED"}, context
        fields = gated.asterisk.cdr_path.read_text()
        assert f"gatekeeper:BLOCK:RED_LIST:mine:{later}" in "".join(
            line for line in fields.splitlines() if number in line
        ), context
    (event,) = [one for one in gated.user_events("GatekeeperBlocked") if one["Number"] == numbers["freepbx-gated"]]
    assert (event["Reason"], event["Decision"], event["Form"]) == ("RED_LIST", later, "sip")
    ended = outcomes["vicidial-gated"].ended
    assert ended is not None
    assert (ended["Status"], ended["Cause"]) == ("DNC", "21")


def test_the_dialplan_and_the_daemon_know_the_same_emergency_numbers() -> None:
    """The context gatekeeper-emergency has exactly the daemon's French emergency numbers."""
    text = (DIALPLAN / "gatekeeper.conf").read_text()
    section = text.split("\n[gatekeeper-emergency]\n")[1].split("\n[")[0]
    assert set(re.findall(r"^exten => ([0-9]+),1,", section, re.MULTILINE)) == FRENCH_EMERGENCY


def test_both_releases_load_the_dialplan_without_a_complaint(samples: Site) -> None:
    """Asterisk logs no warning or error about a line of the gate's own files."""
    sources = re.compile(r"(WARNING|ERROR).* (pbx_config|config|pbx)\.c")
    complaints = [line for line in samples.asterisk.log().splitlines() if sources.search(line)]
    assert complaints == []
