"""The dialplan and the SIP gate: what an INVITE tells it, and what becomes of a call that only it refuses.

On Asterisk 22 and 16; the gate is scripted, so that what stands on the wire is seen as it is.
"""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote

import pytest

from tests.dialplan.peer import RIGHT, ScriptedPeer, say
from tests.dialplan.scripted_carrier import BUSY, ScriptedCarrier
from tests.dialplan.site import Outcome, Pending, Site

FORMS: Final = ("gosub", "predial", "context")
EARLIER: Final = RIGHT["DECISION"]
LATER: Final = "01K00000000000000000000000"

REFUSED: Final = {
    "listed": (f"603 Gatekeeper RED_LIST {LATER} my-list_1.x - never", "RED_LIST my-list_1.x - never"),
    "a provision": (
        f"603 Gatekeeper OUTSIDE_HOURS {LATER} - FR-HOURS 2026-11-26T09:00:00Z",
        "OUTSIDE_HOURS - FR-HOURS 2026-11-26T09:00:00Z",
    ),
    "no more than the decision": (f"603 Gatekeeper LISTED {LATER}", "LISTED - - -"),
    "it can't decide": (f"503 Gatekeeper GATE_ERROR {LATER}", "GATE_ERROR - - -"),
}
"""What the SIP gate answers -> reason, list, provision and time of the refusal, with - for what there is not."""

DO_NOT_CALL: Final = ("LISTED", "RED_LIST")

NOT_THE_GATE: Final = {
    BUSY: "BUSY",
    "603 Decline": "CHANUNAVAIL",
    "603 Gatekeeper": "CHANUNAVAIL",
    "603 The Gatekeeper RED_LIST": "CHANUNAVAIL",
    "603 gatekeeper RED_LIST 01K": "CHANUNAVAIL",
    "480 Gate keeper RED_LIST 01K": "NOANSWER",
}
"""What a carrier may answer -> `DIALSTATUS` on 22."""


@pytest.fixture
def gated(site: Site, sip_gate: ScriptedCarrier) -> Iterator[Site]:
    """The Asterisk, whose dialplan knows the gate's address."""
    site.set_global("GATEKEEPER_SIP_GATE", f"192[.]0[.]2[.]1:5080|127[.]0[.]0[.]1:{sip_gate.port}")
    site.set_global("GATEKEEPER_DIAL_AFTER", "@gated")
    try:
        yield site
    finally:
        site.set_global("GATEKEEPER_SIP_GATE", "")
        site.set_global("GATEKEEPER_DIAL_AFTER", "@trunk")


def start(site: Site, number: str, form: str, *variables: str, trunk: str = "gated") -> Pending:
    """A call in this form over this trunk."""
    return site.start(number, f"sip-{form}", [f"__TRUNK={trunk}", *variables])


def result(outcome: Outcome) -> str:
    """Reason, list, provision and time that the calling context sees, with - for what there is not."""
    assert outcome.ended is not None
    return " ".join(outcome.ended[name] or "-" for name in ("Reason", "List", "Provision", "Retry"))


def test_the_gate_is_told_of_the_decision_and_of_what_it_was_made_on(gated: Site, sip_gate: ScriptedCarrier) -> None:
    """In every form; the context takes what is inherited, the subroutine leaves it at the decision."""
    numbers = {form: gated.number() for form in FORMS}
    said = ("__GATEKEEPER_GOODS=insurance", "__GATEKEEPER_CONTACT=4711", "__GATEKEEPER_CAMPAIGN=winter")
    gated.finish(*(start(gated, number, form, *said) for form, number in numbers.items()))
    campaigns = {"gosub": "winter", "predial": "summer", "context": "winter"}
    for form, number in numbers.items():
        principal = {"Principal": "acme"} if form == "predial" else {}
        assert sip_gate.told(number) == {
            "Decision": EARLIER,
            "Campaign": campaigns[form],
            **principal,
            "Goods": "insurance",
            "Contact": "4711",
        }, form


def test_a_call_without_another_gate_says_all_of_itself(gated: Site, sip_gate: ScriptedCarrier) -> None:
    """Every word, whatever stands in it, arrives as it was; an empty one is left out."""
    odd = "a\"b'$[1]${EXTEN}&c=d%41\\:?;, (é)"
    encoded = quote(odd, safe="")
    words = ("PURPOSE", "SECTOR", "GOODS", "DIAL_MODE", "CALLEE", "SUBCONTRACTOR", "CONTACT", "POSTCODE", "PRINCIPAL")
    names = {word: word.title().replace("_", "-") for word in words}
    numbers = {word: gated.number() for word in words}
    gated.finish(
        *(start(gated, number, "said", f"WORD={word}", f"ENCODED={encoded}") for word, number in numbers.items())
    )
    for word in words:
        told = sip_gate.told(numbers[word])
        kept = odd.replace("(", "").replace(")", "") if word == "PRINCIPAL" else odd
        assert {name: unquote(value) for name, value in told.items()} == {names[word]: kept}
    several = gated.number()
    decisions = f"{EARLIER}&{LATER}"
    variables = [f"__GATEKEEPER_{word}={word.lower()}" for word in words]
    gated.finish(start(gated, several, "alone", "__CASE=summer", f"__GATEKEEPER_DECISION={decisions}", *variables))
    told = {name: unquote(value) for name, value in sip_gate.told(several).items()}
    wanted = {names[word]: word.lower() for word in words}
    assert told == {"Decision": decisions, "Campaign": "summer", **wanted}


def test_a_carrier_without_the_gate_is_told_nothing(gated: Site, sip_gate: ScriptedCarrier) -> None:
    """Ids and words are for the gate, which takes them off; on other trunks they would reach the carrier."""
    numbers = {form: gated.number() for form in ("gosub", "predial", "said")}
    calls = [
        start(gated, number, form, "__GATEKEEPER_CONTACT=4711", trunk="ungated") for form, number in numbers.items()
    ]
    gated.finish(*calls)
    assert [sip_gate.told(number) for number in numbers.values()] == [{}] * len(numbers)


def test_without_its_address_nothing_is_told_and_nothing_looked_for(site: Site, sip_gate: ScriptedCarrier) -> None:
    """A site that has no SIP gate: the dialplan is as it was."""
    numbers = {form: site.number() for form in ("gosub", "predial")}
    sip_gate.answers |= dict.fromkeys(numbers.values(), (REFUSED["listed"][0],))
    outcomes = site.finish(*(start(site, number, form) for form, number in numbers.items()))
    assert [sip_gate.told(number) for number in numbers.values()] == [{}] * len(numbers)
    assert [outcome.events for outcome in outcomes] == [[], []]
    assert outcomes[0].ended is not None
    assert (outcomes[0].ended["Verdict"], outcomes[0].ended["Status"]) == ("ALLOW", "CHANUNAVAIL")


def test_a_refusal_by_the_sip_gate_is_told_as_one_of_the_dialplan(
    gated: Site, sip_gate: ScriptedCarrier, peer: ScriptedPeer
) -> None:
    """Variables, `DIALSTATUS`, cause, event and CDR, in each form; the dialplan's gate let it by, or was not asked."""
    numbers = {(form, name): gated.number() for form in (*FORMS, "alone") for name in REFUSED}
    sip_gate.answers |= {number: (REFUSED[name][0],) for (_, name), number in numbers.items()}
    peer.behaviours |= {number: say({**RIGHT, "LIST": "before"}) for number in numbers.values()}
    outcomes = gated.finish(*(start(gated, number, form) for (form, _), number in numbers.items()))
    for (form, name), outcome in zip(numbers, outcomes, strict=True):
        reason, in_list, provision, retry = REFUSED[name][1].split()
        assert outcome.ended is not None
        assert result(outcome) == REFUSED[name][1], (form, name)
        assert (outcome.ended["Verdict"], outcome.ended["Decision"]) == ("BLOCK", LATER)
        status = "DNC" if reason in DO_NOT_CALL else "CONGESTION"
        assert (outcome.ended["Status"], outcome.ended["Cause"], outcome.ended["Q850"]) == (status, "21", "21")
        event = outcome.event("GatekeeperBlocked")
        shown = [event[key].replace("-", "", event[key] == "-") for key in ("Reason", "List", "Provision", "RetryAt")]
        assert shown == [word.replace("-", "", word == "-") for word in (reason, in_list, provision, retry)]
        assert (event["Form"], event["Decision"]) == ("sip", LATER)
        assert event["Trunk"] == {"context": "trunk", "alone": ""}.get(form, "gated")
        field = f"gatekeeper:BLOCK:{reason}:{in_list.replace('-', '') if in_list == '-' else in_list}:{LATER}"
        told = gated.cdr_fields(outcome.number)
        assert told != []
        assert any(one.split(";")[-1] == field for one in told), (form, told)


def test_what_a_carrier_answers_stays_what_it_is(gated: Site, sip_gate: ScriptedCarrier) -> None:
    """Busy is busy, and a refusal that only looks like the gate's is a carrier's."""
    numbers = {status: gated.number() for status in NOT_THE_GATE}
    sip_gate.answers |= {number: (status,) for status, number in numbers.items()}
    outcomes = gated.finish(*(start(gated, number, "gosub") for number in numbers.values()))
    for (status, wanted), outcome in zip(NOT_THE_GATE.items(), outcomes, strict=True):
        assert outcome.ended is not None
        assert (outcome.ended["Verdict"], outcome.ended["Status"], outcome.events) == ("ALLOW", wanted, []), status
        assert all("BLOCK" not in field for field in gated.cdr_fields(outcome.number))


PAIRS: Final[Mapping[tuple[str, str], str]] = {
    ("listed", "listed"): "RED_LIST",
    ("listed", "a provision"): "OUTSIDE_HOURS",
    ("a provision", "listed"): "OUTSIDE_HOURS",
    ("listed", BUSY): "",
    (BUSY, "listed"): "",
}
"""What two targets of one `Dial()` are answered -> why the call was refused, or "" where it was not."""


def test_of_several_targets_all_must_be_refused(gated: Site, sip_gate: ScriptedCarrier) -> None:
    """A call that rang somebody was not refused; and one is never to be repeated only if that holds for all of it."""
    pairs = {pair: (gated.number(), gated.number()) for pair in PAIRS}
    for pair, numbers in pairs.items():
        sip_gate.answers |= {
            number: (REFUSED.get(name, (BUSY,))[0],) for name, number in zip(pair, numbers, strict=True)
        }
    calls = [start(gated, first, "several", f"SECOND={second}") for first, second in pairs.values()]
    outcomes = gated.finish(*calls)
    assert {pair: result(one).split()[0].strip("-") for pair, one in zip(pairs, outcomes, strict=True)} == PAIRS


@pytest.mark.parametrize("before", [BUSY, REFUSED["a provision"][0]])
def test_each_dial_is_judged_by_itself(gated: Site, sip_gate: ScriptedCarrier, before: str) -> None:
    """What an earlier `Dial()` of the same channel came to changes nothing."""
    first, second = gated.number(), gated.number()
    sip_gate.answers |= {first: (before,), second: (REFUSED["listed"][0],)}
    (outcome,) = gated.finish(start(gated, second, "one-after-the-other", f"SECOND={first}"))
    assert result(outcome) == REFUSED["listed"][1]
    assert [event["Reason"] for event in outcome.events][-1] == "RED_LIST"


def test_chan_sip_tells_the_decision_and_is_told_the_refusal(gated: Site, sip_gate: ScriptedCarrier) -> None:
    """It does not say where it sends a call, so no word of the call goes along: the id says nothing of anybody."""
    if gated.asterisk.root.release != "16":
        pytest.skip("chan_sip is gone")
    number = gated.number()
    sip_gate.answers[number] = (REFUSED["listed"][0],)
    said = (f"__GATEKEEPER_DECISION={EARLIER}", "__GATEKEEPER_CONTACT=4711")
    (outcome,) = gated.finish(start(gated, number, "chan_sip", *said))
    assert sip_gate.told(number) == {"Decision": EARLIER}
    assert outcome.ended is not None
    assert (result(outcome), outcome.ended["Status"], outcome.ended["Cause"]) == (REFUSED["listed"][1], "DNC", "21")
