"""What the dialplan makes of right, wrong, late and broken answers, on Asterisk 22 and 16.

The record of the SIPp carrier says whether a call left.
"""

import signal

import pytest

from lab.processes import wait_until
from tests.dialplan.peer import RIGHT, Behaviour, ScriptedPeer, drip, half_a_line, hang, leave, raw, say
from tests.dialplan.redirector import ELSEWHERE, Redirector
from tests.dialplan.site import FORMS, SLOT_SECONDS, Outcome, Site

BLOCK = {"REASON": "LISTED", "LIST": "bloctel", "DECISION": "01BLOCKED", "CAUSE": "21", "VERDICT": "BLOCK"}
TOLD = {"PROVISION": "FR-HOURS", "RETRY_AT": "2026-11-26T09:00:00Z"}

# What comes back -> the reason with which the call is refused.
WRONG: dict[str, tuple[Behaviour, str]] = {
    # Nothing, or not to the end
    "silence": (hang, "GATE_DOWN"),
    "leaves at once": (leave, "GATE_DOWN"),
    "a line a second": (drip, "GATE_DOWN"),
    "garbage": (raw(bytes(range(256)) * 20), "GATE_DOWN"),
    "half a line": (half_a_line, "GATE_DOWN"),
    "half a command": (raw(b"SET VARIABLE GATEKEEPER_VERD"), "GATE_DOWN"),
    "ends the channel": (raw(b"HANGUP\n"), ""),
    "ALLOW, then silence": (say(RIGHT, finish=False), "GATE_DOWN"),
    "reason, then silence": (say({"REASON": "CLEAR"}, finish=False), "GATE_DOWN"),
    # Not whole
    "ALLOW alone": (say({"VERDICT": "ALLOW"}), "GATE_DOWN"),
    "ALLOW without reason": (say({**RIGHT, "REASON": ""}), "GATE_DOWN"),
    "ALLOW without decision": (say({**RIGHT, "DECISION": ""}), "GATE_DOWN"),
    "BLOCK alone": (say({"VERDICT": "BLOCK"}), "GATE_ERROR"),
    # Not an ALLOW
    "allow": (say({**RIGHT, "VERDICT": "allow"}), "GATE_DOWN"),
    "ALLOWED": (say({**RIGHT, "VERDICT": "ALLOWED"}), "GATE_DOWN"),
    "ALLOW with blanks": (say({**RIGHT, "VERDICT": " ALLOW"}), "GATE_DOWN"),
    "an expression": (say({**RIGHT, "VERDICT": r"X\" = \"X\" | \"1"}), "GATE_DOWN"),
    "no verdict": (say({**RIGHT, "VERDICT": ""}), "GATE_DOWN"),
    # A refusal
    "BLOCK": (say(BLOCK), "LISTED"),
    "BLOCK without list": (say({**BLOCK, "LIST": "", "REASON": "NUMBER_INVALID"}), "NUMBER_INVALID"),
    "BLOCK without decision": (say({**BLOCK, "DECISION": ""}), "GATE_ERROR"),
    "the gate says it can't": (say({**BLOCK, "REASON": "GATE_ERROR", "DECISION": ""}), "GATE_ERROR"),
    "the gate says it is down": (say({**BLOCK, "REASON": "GATE_DOWN", "DECISION": ""}), "GATE_DOWN"),
}


def test_no_wrong_answer_lets_a_call_out(site: Site, peer: ScriptedPeer) -> None:
    """Whatever comes but a whole ALLOW, in every form: no INVITE, the slot is free in time, the reason is told."""
    outcomes: dict[tuple[str, str], Outcome] = {}
    for form in FORMS:  # one after the other, so that a busy machine is not late for the limit itself
        numbers = {name: site.number() for name in WRONG}
        peer.behaviours |= {number: WRONG[name][0] for name, number in numbers.items()}
        calls = [site.start(number, f"call-{form}") for number in numbers.values()]
        outcomes |= {(form, name): outcome for name, outcome in zip(numbers, site.finish(*calls), strict=True)}
    for (form, name), outcome in outcomes.items():
        told = [WRONG[name][1]] if WRONG[name][1] else outcome.reasons
        assert (outcome.invites, outcome.reasons) == (0, told), (form, name)
        assert outcome.seconds < SLOT_SECONDS, (form, name)


def call_all_forms(site: Site, behaviour: Behaviour | None, peer: ScriptedPeer, suffix: str = "") -> dict[str, Outcome]:
    """Call a number through every form at once: form -> outcome."""
    numbers = {form: site.number() for form in FORMS}
    if behaviour is not None:
        peer.behaviours |= dict.fromkeys(numbers.values(), behaviour)
    told = ["GATEKEEPER_CAMPAIGN=summer", "GATEKEEPER_PRINCIPAL=acme"]
    calls = [site.start(number, f"call-{form}{suffix}", told) for form, number in numbers.items()]
    return dict(zip(numbers, site.finish(*calls), strict=True))


def test_a_whole_allow_lets_the_call_out_once(site: Site, peer: ScriptedPeer) -> None:
    """An allowed call reaches the carrier once, and nothing is told but in the CDR."""
    for outcome in call_all_forms(site, None, peer).values():
        assert (outcome.invites, outcome.reasons) == (1, [])
        # Asterisk joins what the called channel's handler wrote to the caller's own field with a semicolon.
        written = [text.removeprefix(";") for text in site.cdr_fields(outcome.number)]
        assert "gatekeeper:ALLOW:CLEAR::01ALLOWED" in written


def test_a_refusal_is_told_everywhere(site: Site, peer: ScriptedPeer) -> None:
    """A refused call shows its reason in the UserEvent, the CDR, and to the dialer as DIALSTATUS and cause 21."""
    for form, outcome in call_all_forms(site, say({**TOLD, **BLOCK}), peer).items():
        event = outcome.event("GatekeeperBlocked")
        assert (event["Verdict"], event["Reason"], event["List"]) == ("BLOCK", "LISTED", "bloctel")
        assert (event["Provision"], event["RetryAt"]) == ("FR-HOURS", "2026-11-26T09:00:00Z")
        assert (event["Decision"], event["Campaign"], event["Trunk"]) == ("01BLOCKED", "summer", "trunk")
        assert site.cdr_fields(outcome.number) == ["gatekeeper:BLOCK:LISTED:bloctel:01BLOCKED"]
        assert outcome.ended is not None
        assert outcome.ended["Cause"] == "21"
        # The handler runs on the called channel; it cannot set the caller's DIALSTATUS.
        assert outcome.ended["Status"] == ("CHANUNAVAIL" if form == "predial" else "DNC")


STATUS = {
    # This person must not be called
    "LISTED": "DNC",
    "RED_LIST": "DNC",
    "REASSIGNED": "DNC",
    "OBJECTED": "DNC",
    "CONSENT_WITHDRAWN": "DNC",
    # Not now, or not so
    "OUTSIDE_HOURS": "CONGESTION",
    "GATE_ERROR": "CONGESTION",
    "LIST_STALE": "CONGESTION",
}


def test_only_a_person_who_refused_is_reported_as_do_not_call(site: Site, peer: ScriptedPeer) -> None:
    """VICIdial never calls a lead again after DNC: a refusal that may pass is CONGESTION."""
    numbers = {reason: site.number() for reason in STATUS}
    peer.behaviours |= {number: say({**BLOCK, "REASON": reason}) for reason, number in numbers.items()}
    outcomes = site.finish(*(site.start(number, "call-gosub") for number in numbers.values()))
    told = {reason: o.ended["Status"] for reason, o in zip(numbers, outcomes, strict=True) if o.ended}
    assert told == STATUS


def test_the_daemon_is_told_who_calls_for_what(site: Site, peer: ScriptedPeer) -> None:
    """Number, campaign, principal, form and linkedid reach the daemon."""
    for form, outcome in call_all_forms(site, None, peer).items():
        (asked,) = peer.questions(outcome.number)
        told = "gosub" if form == "check" else form
        assert [asked[f"agi_arg_{place}"] for place in (1, 2, 3, 4)] == [outcome.number, "summer", "acme", told]
        assert asked["agi_arg_5"]


def test_without_a_number_the_calling_extension_is_asked_about(site: Site, peer: ScriptedPeer) -> None:
    """Gosub(gatekeeper,s,1) screens the extension that called it, and sets GATEKEEPER_NUMBER to dial."""
    number = site.number()
    assert site.call(number, "bare").invites == 1
    assert [asked["agi_arg_1"] for asked in peer.questions(number)] == [number]


def test_a_time_limit_of_the_site_is_kept(site: Site, peer: ScriptedPeer) -> None:
    """An absolute timeout and AGIEXITONHANGUP set before the gate are the same after it, daemon frozen or not."""
    calls = [(site.number(), limit, frozen) for limit in ("0", "90", "1") for frozen in (False, True)]
    for number, _, frozen in calls:
        if frozen:
            peer.behaviours[number] = hang
    site.finish(*(site.start(number, "limited", [f"LIMIT={limit}"]) for number, limit, _ in calls))
    for number, limit, frozen in calls:
        (left,) = [event for event in site.user_events("Left") if event["Dialled"] == number]
        assert (left["Verdict"], left["Agi"]) == ("BLOCK" if frozen else "ALLOW", "no")
        assert float(limit) - 4 <= float(left["Seconds"]) <= float(limit)
        assert (float(left["Seconds"]) == 0) == (limit == "0")


def test_a_caller_who_hangs_up_while_the_gate_is_asked_ends_the_call(site: Site, peer: ScriptedPeer) -> None:
    """The dialer hangs up while the daemon is silent: no INVITE, and no channel stays."""
    calls = []
    for form in FORMS:
        number = site.number()
        peer.behaviours[number] = hang
        calls.append(site.start(number, f"call-{form}"))
    for call in calls:
        peer.wait_asked(call.number)
    for line in site.ami.command("core show channels concise").splitlines():
        channel = line.split("!")[0]
        if channel.startswith("Local/"):
            site.ami.action("Hangup", Channel=channel)
    for outcome in site.finish(*calls):
        assert outcome.invites == 0
        assert outcome.seconds < SLOT_SECONDS


def test_a_script_that_hangs_is_ended(site: Site, peer: ScriptedPeer) -> None:
    """An AGI script that never answers is refused as a frozen daemon is, and gets a SIGHUP."""
    ended = site.asterisk.agi_bin / "ended"
    hanging = site.asterisk.agi_bin / "hanging.sh"
    trap = f"trap 'echo hup > {ended}; exit' {signal.SIGHUP.value}"
    hanging.write_text(f"#!/bin/sh\n{trap}\nwhile :; do sleep 0.1; done\n")
    hanging.chmod(0o755)
    site.set_global("GATEKEEPER_SCRIPT", "hanging.sh")
    try:
        for outcome in call_all_forms(site, None, peer, "-script").values():
            assert (outcome.invites, outcome.reasons) == (0, ["GATE_DOWN"])
            assert outcome.seconds < SLOT_SECONDS
    finally:
        site.set_global("GATEKEEPER_SCRIPT", "gatekeeper_agi.py")
    wait_until(lambda: ended.exists() and ended.read_text() == "hup\n", 60, "the script to get its SIGHUP")


def test_a_script_that_is_not_there_lets_nothing_out(site: Site, peer: ScriptedPeer) -> None:
    """A site that forgot to install the AGI script places no call."""
    site.set_global("GATEKEEPER_SCRIPT", "no-such-script.py")
    try:
        outcomes = call_all_forms(site, None, peer, "-script")
    finally:
        site.set_global("GATEKEEPER_SCRIPT", "gatekeeper_agi.py")
    assert [(outcome.invites, outcome.reasons) for outcome in outcomes.values()] == [(0, ["GATE_DOWN"])] * len(FORMS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # Nothing there
        ("GATEKEEPER_AGI", ""),
        ("GATEKEEPER_AGI", "agi://127.0.0.1:1/screen"),
        ("GATEKEEPER_AGI", "agi://no-such-host.invalid/screen"),
        # RFC 5737: nobody has this address, so the connect is never answered (or refused by a router)
        ("GATEKEEPER_AGI", "agi://192.0.2.1:4573/screen"),
        # A time limit that is none
        ("GATEKEEPER_TIMEOUT", "never"),
        ("GATEKEEPER_TIMEOUT", "0.0"),
    ],
)
def test_a_wrong_setting_lets_nothing_out(site: Site, peer: ScriptedPeer, name: str, value: str) -> None:
    """Whatever is wrong in the settings, an unanswered call is refused in time, and an emergency call is not."""
    before = site.ami.action("Getvar", Variable=name)["Value"]
    site.set_global(name, value)
    try:
        calls = {form: site.number() for form in FORMS}
        for number in calls.values():
            peer.behaviours[number] = hang
        started = [site.start(number, f"call-{form}") for form, number in calls.items()]
        invites = site.carrier.numbers().count("0119")  # before the call: its INVITE may be there at once
        emergency = site.start("0119", "call-gosub")
        *refused, passed = site.finish(*started, emergency)
    finally:
        site.set_global(name, before)
    assert [(outcome.invites, outcome.reasons) for outcome in refused] == [(0, ["GATE_DOWN"])] * len(FORMS)
    assert max(outcome.seconds for outcome in refused) < SLOT_SECONDS
    assert (passed.invites, passed.questions) == (invites + 1, 0)


def test_each_target_of_one_dial_is_asked_about(site: Site, peer: ScriptedPeer) -> None:
    """The pre-dial handler asks for every channel of Dial(A&B&C&D), and stops only those refused."""
    allowed, listed, uri, local = (site.number() for _ in range(4))
    peer.behaviours[listed] = say(BLOCK)
    variables = [f"SECOND={listed}", f"THIRD={uri}", f"FOURTH={local}", f"CARRIER={site.carrier.port}"]
    outcome = site.call(allowed, "several", variables)
    numbers = [invite.number for invite in site.carrier.invites()]
    assert outcome.invites == 1
    assert numbers.count(listed) == 0
    assert numbers.count(uri) <= 1  # the first to answer wins, the others may not have been rung by then
    assert numbers.count(local) <= 1
    assert [len(peer.questions(number)) for number in (allowed, listed, uri, local)] == [1, 1, 1, 1]
    assert [e["Number"] for e in site.user_events("GatekeeperBlocked") if e["Number"] == listed] == [listed]


def test_a_redirection_by_the_carrier_is_not_followed_with_option_i(
    site: Site, peer: ScriptedPeer, redirector: Redirector
) -> None:
    """A 302 to another number is ignored with Dial's option i; without it that number is rung and nobody was asked."""
    site.set_global("GATEKEEPER_DIAL_AFTER", "@redirecting")
    try:
        for context, option, followed in (("gatekeeper-dial", "", 0), ("redirected", "i", 0), ("redirected", "", 1)):
            redirector.invites.clear()
            number = site.number()
            site.call(number, context, [f"OPTION={option}"])
            assert (redirector.numbers.count(number), redirector.numbers.count(ELSEWHERE)) == (1, followed)
    finally:
        site.set_global("GATEKEEPER_DIAL_AFTER", "@trunk")
    assert peer.questions(ELSEWHERE) == []


def test_a_gate_that_is_not_installed_lets_nothing_out(site: Site) -> None:
    """Gosub() to a context that is not there ends the call."""
    assert site.call(site.number(), "missing").invites == 0
