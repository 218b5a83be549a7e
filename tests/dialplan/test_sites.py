"""The samples as they are shipped, on a bare Asterisk 22 and 16 that calls them as such a site does."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from gatekeeper.phone import FRENCH_EMERGENCY
from lab.carrier import Carrier
from lab.ports import free_port
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.dialplan.conftest import site_with
from tests.dialplan.peer import ScriptedPeer, hang, leave, say
from tests.dialplan.scripted_carrier import ScriptedCarrier
from tests.dialplan.site import DIALPLAN, Site, settings
from tests.dialplan.telephone import call, played, put_sounds

BLOCK = {"REASON": "LISTED", "LIST": "bloctel", "DECISION": "01BLOCKED", "CAUSE": "21", "VERDICT": "BLOCK"}
VICIDIAL_END = "exten => h,1,UserEvent(Ended,Dialled: ${CHANNEL(name)},Status: ${DIALSTATUS},Cause: ${HANGUPCAUSE})\n"
INCLUDE = '#include "gatekeeper/'


def sample(name: str) -> str:
    """A shipped sample, without the line that includes the gate: the lab has included it already."""
    text = (DIALPLAN / name).read_text()
    assert INCLUDE in text or name.startswith("vicidial/")
    return re.sub(rf"^{re.escape(INCLUDE)}.*$", "", text, flags=re.MULTILINE)


DEAD = """
[dead]
type = endpoint
transport = lab-udp
disallow = all
allow = ulaw
aors = dead
[dead]
type = aor
contact = sip:127.0.0.1:{port}
qualify_frequency = 1
qualify_timeout = 0.1
"""
"""An endpoint for emergencies whose carrier is gone, which `qualify_frequency` finds out."""


FROM_TELEPHONES = """
[from-sip]
exten => _*1.,1,Goto(outbound-announced,${EXTEN:2},1)
exten => _*2.,1,Goto(freepbx,${EXTEN:2},1)
exten => _*3.,1,Goto(agents,${EXTEN:2},1)
"""


class Samples(Site):
    """A site, and the carrier where the endpoint for emergencies leads."""

    def __init__(self, site: Site, straight: Carrier) -> None:
        super().__init__(site.asterisk, site.carrier, site.ami)
        self.straight = straight

    def reached(self, number: str) -> tuple[int, int]:
        """How often a number came by the trunk, and by the endpoint for emergencies."""
        return self.carrier.numbers().count(number), self.straight.numbers().count(number)

    @contextmanager
    def without_a_daemon(self) -> Iterator[None]:
        """Nobody answers where the dialplan asks."""
        asked = self.ami.action("Getvar", Variable="GLOBAL(GATEKEEPER_AGI)")["Value"]
        self.set_global("GATEKEEPER_AGI", f"agi://127.0.0.1:{free_port()}/screen")
        yield
        self.set_global("GATEKEEPER_AGI", asked)


@pytest.fixture(scope="module")
def samples(
    asterisk_root: AsteriskRoot,
    peer: ScriptedPeer,
    sip_gate: ScriptedCarrier,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Samples]:
    """An Asterisk with the samples of all kinds of sites side by side."""
    folder = tmp_path_factory.mktemp(f"samples-{asterisk_root.release}")
    macro = asterisk_root.release == "16"
    plain = sample("plain/extensions.conf").split("[outbound]", 1)[1]
    behind = plain.split("[outbound-sip-gate]", 1)[1].split("\n[", 1)[0].replace("@trunk,", "@gated,")
    vicidial = sample("vicidial/extensions.conf").replace("Dial(SIP/", "Dial(PJSIP/")
    pieces = [
        FROM_TELEPHONES,
        f"[outbound]{plain}",
        f"[outbound-gated]{behind}",
        sample("freepbx/extensions_custom.conf"),
        freepbx_itself(macro=macro),
        f"[vicidial]\n{vicidial}{VICIDIAL_END}",
        f"[vicidial-gated]\n{vicidial.replace('@trunk', '@gated')}{VICIDIAL_END}",
    ]
    with ExitStack() as stack:
        modules = ["app_macro"] if macro else []
        nobody = str(folder / "nobody.sock")
        given = settings(peer.port, seconds="1.5")
        straight = stack.enter_context(Carrier(folder / "straight"))
        trunks = {"trunk-emergency": straight.port}
        config = {"lab-pjsip.d/dead.conf": DEAD.format(port=free_port("udp"))}
        site = site_with(
            stack,
            asterisk_root,
            folder,
            given,
            nobody,
            *pieces,
            modules=modules,
            trunks=trunks,
            gate_port=sip_gate.port,
            config=config,
        )
        yield Samples(site, straight)


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
 same => n,Set(PEER=${{IF($["${{DIAL_TRUNK}}" = "2"]?trunk-emergency:trunk)}})
 same => n,Dial(PJSIP/${{OUTNUM}}@${{IF($["${{GATED}}" = "1"]?gated:${{PEER}})}},20,b(func-apply-sipheaders^s^1))
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
[freepbx-emergency]
exten => _[+*#0-9].,1,NoOp()
 same => n,{trunk.format(2)}
 same => n,{trunk.format(1)}
 same => n,Hangup(34)
[freepbx]
exten => _[+*#0-9].,1,NoOp()
 same => n,{trunk.format(1)}
 same => n,{trunk.format(2)}
 same => n,Hangup(34)
[freepbx-gated]
exten => _[+*#0-9].,1,Set(GATED=1)
 same => n,Goto(freepbx,${{EXTEN}},1)
"""


CONTEXTS = ("outbound", "outbound-announced", "outbound-predial", "outbound-sip-gate", "agents", "freepbx", "vicidial")
WITH_A_ROUTE = ("outbound-sip-gate", "gatekeeper-dial", "gatekeeper-dial-script", "freepbx-emergency", "vicidial")
"""Contexts where emergency calls have an endpoint of their own, once it is named."""


def prefix(context: str) -> str:
    """What is dialled before the number."""
    return "9" if context.startswith("vicidial") else ""


def test_a_sample_lets_out_what_is_allowed_and_nothing_else(samples: Samples, peer: ScriptedPeer) -> None:
    """In each sample: allowed leaves once; listed, no answer and a frozen daemon do not."""
    kinds = {"allowed": None, "listed": say(BLOCK), "unanswered": leave, "frozen": hang}
    numbers = {(context, kind): samples.number() for context in CONTEXTS for kind in kinds}
    peer.behaviours |= {n: told for (_, kind), n in numbers.items() if (told := kinds[kind]) is not None}
    samples.finish(*(samples.start(prefix(context) + n, context) for (context, _), n in numbers.items()))
    rung = samples.carrier.numbers()
    counts = {cell: rung.count(number) for cell, number in numbers.items()}
    assert counts == {cell: 1 if cell[1] == "allowed" else 0 for cell in numbers}


@pytest.fixture
def named(samples: Samples) -> Iterator[Samples]:
    """The endpoint for emergencies, named in the globals where those of a sample say so."""
    given = {"BEFORE": "PJSIP/", "AFTER": "@trunk-emergency", "TRUNK": "2"}
    for name, value in given.items():
        samples.set_global(f"GATEKEEPER_EMERGENCY_{name}", value)
    yield samples
    for name in given:
        samples.set_global(f"GATEKEEPER_EMERGENCY_{name}", "")


def test_emergency_calls_have_a_way_of_their_own(named: Samples, peer: ScriptedPeer) -> None:
    """With no daemon: an emergency call goes by its own endpoint, whatever is dialled before it; nobody else does."""
    dialled = {"112": "112", "#31#15": "#31#15", "0017": "0017"}
    persons = {context: named.number() for context in WITH_A_ROUTE}
    before = {number: named.reached(number) for number in dialled}
    with named.without_a_daemon():
        calls = [named.start(prefix(context) + "112", context) for context in WITH_A_ROUTE]
        calls += [named.start(number, "outbound-sip-gate") for number in list(dialled)[1:]]
        calls += [named.start(prefix(context) + number, context) for context, number in persons.items()]
        named.finish(*calls)
        named.straight.settle(0.1)
    gained = {number: named.reached(number)[1] - before[number][1] for number in dialled}
    assert gained == {"112": len(WITH_A_ROUTE), "#31#15": 1, "0017": 1}
    assert {number: named.reached(number)[0] for number in dialled} == {n: was[0] for n, was in before.items()}
    assert {named.reached(number) for number in persons.values()} == {(0, 0)}
    assert peer.questions("112") == []


def test_only_emergency_calls_take_that_way(named: Samples) -> None:
    """A call that is allowed leaves by the trunk, also in FreePBX's route that tries the other one first."""
    contexts = [context for context in WITH_A_ROUTE if not context.endswith("-script")]
    numbers = {context: named.number() for context in contexts}
    named.finish(*(named.start(prefix(context) + number, context) for context, number in numbers.items()))
    assert {context: named.reached(number) for context, number in numbers.items()} == dict.fromkeys(contexts, (1, 0))


def test_vicidial_has_no_other_call_there(samples: Samples) -> None:
    """A number as short as an emergency number that is none is not dialled at all."""
    samples.finish(samples.start("9118", "vicidial"), samples.start("9113", "vicidial"))
    assert {samples.reached("118"), samples.reached("113")} == {(0, 0)}


def test_the_trunk_is_tried_where_the_other_way_fails(named: Samples) -> None:
    """The carrier is gone where the endpoint for emergencies leads: the call goes by the trunk, at once."""
    before = named.reached("112")
    named.set_global("GATEKEEPER_EMERGENCY_AFTER", "@dead")
    wait_until(lambda: "Unavail" in named.ami.command("pjsip show contacts"), 60, "the contact to be found dead")
    outcome = named.call("112", "gatekeeper-dial")
    assert outcome.seconds < 2
    assert named.reached("112") == (before[0] + 1, before[1])


@pytest.mark.parametrize("context", [one for one in CONTEXTS if one not in ("vicidial", "outbound-sip-gate")])
def test_a_sample_lets_emergency_calls_by(samples: Samples, peer: ScriptedPeer, context: str) -> None:
    """Emergency numbers need no daemon in any sample; the others are above."""
    before = samples.carrier.numbers().count("112")
    samples.finish(samples.start("112", context))
    assert samples.carrier.numbers().count("112") == before + 1
    assert peer.questions("112") == []


def test_vicidial_is_told_do_not_call_for_a_listed_lead(samples: Samples, peer: ScriptedPeer) -> None:
    """VICIdial's h extension sees DNC and 21 for a listed lead, CONGESTION and 21 while the gate is down."""
    listed, unanswered = samples.number(), samples.number()
    peer.behaviours |= {listed: say(BLOCK), unanswered: leave}
    outcomes = samples.finish(*(samples.start("9" + number, "vicidial") for number in (listed, unanswered)))
    seen = [(outcome.ended["Status"], outcome.ended["Cause"]) for outcome in outcomes if outcome.ended]
    assert seen == [("DNC", "21"), ("CONGESTION", "21")]


def test_an_agent_hears_the_reason_once_in_a_sample(samples: Samples, peer: ScriptedPeer) -> None:
    """A sentence where the site has a language, else the sample's own sound or nothing; not one for each trunk."""
    put_sounds(samples.asterisk.sounds, "fr")
    for language, expected in (("fr", ["gatekeeper/fr/do-not-call"] * 3), ("", ["cannot-complete-as-dialed"])):
        samples.set_global("GATEKEEPER_SOUNDS", language)
        since = len(samples.ami.events)
        for way in ("*1", "*2", "*3"):
            number = samples.number()
            peer.behaviours[number] = say(BLOCK)
            assert call(samples.asterisk.sip_port, way + number).status >= 400
            assert samples.reached(number) == (0, 0)
        assert played(samples.ami.events[since:]) == expected


@pytest.fixture
def gated(samples: Samples, sip_gate: ScriptedCarrier) -> Iterator[Samples]:
    """The samples on a site that has the SIP gate."""
    samples.set_global("GATEKEEPER_SIP_GATE", f"127[.]0[.]0[.]1:{sip_gate.port}")
    yield samples
    samples.set_global("GATEKEEPER_SIP_GATE", "")


def test_a_sample_takes_what_only_the_sip_gate_refuses_for_what_it_is(
    gated: Samples, sip_gate: ScriptedCarrier
) -> None:
    """One INVITE, which tells of the decision; then no other trunk is tried, and event and CDR say why."""
    numbers = {context: gated.number() for context in ("outbound-gated", "vicidial-gated", "freepbx-gated")}
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


def test_both_releases_load_the_dialplan_without_a_complaint(samples: Samples) -> None:
    """Asterisk logs no warning or error about a line of the gate's own files."""
    sources = re.compile(r"(WARNING|ERROR).* (pbx_config|config|pbx)\.c")
    complaints = [line for line in samples.asterisk.log().splitlines() if sources.search(line)]
    assert complaints == []
