"""The French law on real Asterisks, with the daemon's clock on the days on which it changes."""

from collections.abc import Iterator
from typing import Any

import pytest

from lab.consented import CALLER_ID, CAMPAIGN, CONSUMERS, FIRST_DAY, MAY, PRINCIPAL, Consumer, teach
from lab.consented_site import OUT, Called, call_each, consented_site, on_day
from lab.roots import AsteriskRoot
from lab.site import LabSite, running

REFUSER, WITHDRAWER, CALLED_OFTEN = (
    Consumer(f"consented, and {what}", f"06120000{place:02}", "CLEAR FR-LIST", "CONSENT FR-BASIS")
    for place, what in enumerate(("refuses", "withdraws", "is called five times"), 1)
)

BETWEEN = f"""
; A gate, then something happens, then the call is dialled, with a gate on the called channel.
[refused-between]
exten => _[+0-9].,1,Gosub(gatekeeper-check,s,1(${{EXTEN}},{CAMPAIGN}))
 same => n,UserEvent(Checked,Number: ${{EXTEN}},Verdict: ${{GATEKEEPER_VERDICT}})
 same => n,Gosub(gatekeeper-refuse,s,1)
 same => n,Dial(PJSIP/${{EXTEN}}@trunk,20,b(gatekeeper-predial^s^1({CAMPAIGN})))
 same => n,Hangup(21)
[paused-between]
exten => _[+0-9].,1,Gosub(gatekeeper-check,s,1(${{EXTEN}},{CAMPAIGN}))
 same => n,UserEvent(Checked,Number: ${{EXTEN}},Verdict: ${{GATEKEEPER_VERDICT}})
 same => n(again),Wait(0.05)
 same => n,GotoIf($["${{GLOBAL(GO)}}" != "on"]?again)
 same => n,Dial(PJSIP/${{EXTEN}}@trunk,20,b(gatekeeper-predial^s^1({CAMPAIGN})))
 same => n,Hangup(21)
"""

Days = dict[str, tuple[Called, Called]]


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSite]:
    """The campaign and its consumers, on the last day of the old law."""
    built = consented_site(asterisk_root, tmp_path_factory.mktemp("law"), dialplan=[BETWEEN])
    with running(built):
        teach(built.daemon, [*CONSUMERS, REFUSER, WITHDRAWER, CALLED_OFTEN])
        yield built


@pytest.fixture(scope="module")
def days(site: LabSite) -> Days:
    """What became of the same campaign on both days, by number; it is the first day of the new law from now on."""
    numbers = [one.number for one in CONSUMERS]
    before = call_each(site, numbers)
    on_day(site, FIRST_DAY)
    after = call_each(site, numbers)
    return {old.number: (old, new) for old, new in zip(before, after, strict=True)}


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda one: one.who)
def test_the_same_campaign_on_both_days(days: Days, consumer: Consumer) -> None:
    """Each consumer is called on the days on which that is lawful, and no INVITE leaves for the others."""
    expected = (consumer.before, consumer.after)
    assert tuple(call.judged for call in days[consumer.number]) == expected
    assert tuple(call.left for call in days[consumer.number]) == tuple(one.split()[0] in MAY for one in expected)


@pytest.mark.usefixtures("days")
def test_the_fifth_attempt_is_not_made(site: LabSite) -> None:
    """Four calls of a month leave, the fifth does not."""
    calls = call_each(site, [CALLED_OFTEN.number] * 5, at_once=1)
    assert [call.judged for call in calls] == ["CONSENT FR-BASIS"] * 4 + ["ATTEMPTS_CAP FR-CAP"]
    assert [call.left for call in calls] == [True] * 4 + [False]
    assert calls[-1].row["retry_at"] == "2026-09-10T08:00:00.000000Z"  # ten o'clock of the thirtieth day after


@pytest.mark.usefixtures("days")
def test_the_gate_tells_by_which_provision_and_when_it_may_be_called(site: LabSite) -> None:
    """In Réunion it is half past one: from two on, which is noon in Paris, it may be called."""
    (there,) = [one for one in CONSUMERS if one.who == "in Réunion, consented"]
    with site.asterisk.ami() as ami:
        ami.originate_async(_call(f"Local/{there.number}@{OUT}/n"), Variable=f"__GATEKEEPER_CAMPAIGN={CAMPAIGN}")
        told = ami.wait_event("UserEvent", UserEvent="GatekeeperBlocked")
    assert (told["Reason"], told["Provision"], told["RetryAt"]) == ("CALL_HOURS", "FR-HOURS", "2026-08-11T10:00:00Z")


@pytest.mark.usefixtures("days")
def test_a_refusal_between_two_gates_stops_the_call(site: LabSite) -> None:
    """The feature code's subroutine takes the refusal; the gate on the called channel stops the call."""
    (call,) = call_each(site, [REFUSER.number], context="refused-between")
    rows = _rows(site, REFUSER)
    assert [row["reason"] for row in rows] == ["CONSENT", "RED_LIST"]
    assert not call.left
    (later,) = call_each(site, [REFUSER.number])
    assert later.row["reason"] == "RED_LIST"


@pytest.mark.usefixtures("days")
def test_a_withdrawal_between_two_gates_stops_the_call(site: LabSite) -> None:
    """What an admin writes into the ledger while the call waits is in force at its next gate."""
    with site.asterisk.ami() as ami:
        ami.send("Originate", _call(f"Local/{WITHDRAWER.number}@paused-between/n"), Async="true")
        checked = ami.wait_event("UserEvent", UserEvent="Checked", Number=WITHDRAWER.number)
        site.daemon.command("consent", "withdraw", WITHDRAWER.number, "--principal", PRINCIPAL)
        ami.action("Setvar", Variable="GO", Value="on")
        ami.wait_event("OriginateResponse", seconds=20)
    assert checked["Verdict"] == "ALLOW"
    assert [row["reason"] for row in _rows(site, WITHDRAWER)] == ["CONSENT", "CONSENT_WITHDRAWN"]
    assert WITHDRAWER.number not in {invite.number for invite in site.carrier.settle()}


def _call(channel: str) -> dict[str, str]:
    return {"Channel": channel, "Application": "Wait", "Data": "0.1", "CallerID": CALLER_ID}


def _rows(site: LabSite, consumer: Consumer) -> list[dict[str, Any]]:
    """What was decided on calls to a consumer."""
    return [row for row in site.daemon.decisions() if row["dialled"] == consumer.number]
