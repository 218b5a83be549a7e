"""What the dialplan keeps of calls that nobody answered for, and calls let through by a site's own choice."""

import re
from datetime import UTC, datetime

from tests.dialplan.peer import ScriptedPeer, hang, leave, say
from tests.dialplan.site import FORMS, Site

KEY = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z-[0-9A-Za-z.-]+")


def test_a_refusal_without_an_answer_is_kept_with_all_that_is_known(site: Site, peer: ScriptedPeer) -> None:
    """The record has the true time, number, campaign, principal, form, trunk, caller ID, channel and ids."""
    variables = ["GATEKEEPER_CAMPAIGN=summer", "GATEKEEPER_PRINCIPAL=acme", "__GATEKEEPER_AGENT=Léa (2)"]
    numbers = {form: site.number() for form in FORMS}
    peer.behaviours |= dict.fromkeys(numbers.values(), hang)
    before = datetime.now(UTC)
    calls = [site.start(n, f"call-{form}", variables, CallerID='"Léa" <0162000001>') for form, n in numbers.items()]
    outcomes = site.finish(*calls)
    after = datetime.now(UTC)
    for form, number in numbers.items():
        (record,) = site.kept(number)
        assert KEY.fullmatch(record["key"])
        assert record["key"] == f"{record['at']}-{record['uniqueid']}"
        assert before <= datetime.fromisoformat(record["at"]) <= after
        assert (record["v"], record["verdict"], record["reason"]) == ("1", "BLOCK", "GATE_DOWN")
        assert (record["campaign"], record["principal"], record["trunk"]) == ("summer", "acme", "trunk")
        assert record["agent"] == "Léa 2"
        assert record["form"] == ("gosub" if form == "check" else form)
        assert record["channel"].startswith("PJSIP/trunk-" if form == "predial" else f"Local/{number}@call-{form}-")
        assert float(record["uniqueid"]) >= float(record["linkedid"])
        assert site.cdr_fields(number) == ["gatekeeper:BLOCK:GATE_DOWN::"]
    assert [outcome.invites for outcome in outcomes] == [0] * len(FORMS)


def test_records_sort_by_the_time_of_the_call(site: Site, peer: ScriptedPeer) -> None:
    """The keys put the calls into the order in which they were refused, two in the same millisecond too."""
    numbers = [site.number() for _ in range(20)]
    peer.behaviours |= dict.fromkeys(numbers, leave)
    site.finish(*(site.start(number, "call-gosub") for number in numbers))
    records = [record for record in site.all_kept() if record["number"] in numbers]
    assert len({record["key"] for record in records}) == len(numbers)
    by_key = sorted(records, key=lambda record: record["key"])
    assert by_key == sorted(records, key=lambda record: datetime.fromisoformat(record["at"]))


def test_a_trunk_that_may_fail_open_says_so_everywhere(site: Site, peer: ScriptedPeer) -> None:
    """With the written choice for a trunk, an unanswered call goes out with FAIL_OPEN in CDR, UserEvent and AstDB."""
    for form in ("gosub", "check", "predial"):
        number = site.number()
        peer.behaviours[number] = leave
        outcome = site.call(number, f"open-{form}")
        assert (outcome.invites, outcome.reasons) == (1, ["FAIL_OPEN"])
        assert outcome.event("GatekeeperFailOpen")["Trunk"] == "open"
        assert "gatekeeper:ALLOW:FAIL_OPEN::" in [text.removeprefix(";") for text in site.cdr_fields(number)]
        (record,) = site.kept(number)
        assert (record["verdict"], record["reason"], record["trunk"]) == ("ALLOW", "FAIL_OPEN", "open")


def test_a_trunk_that_may_fail_open_does_so_when_the_daemon_is_frozen(site: Site, peer: ScriptedPeer) -> None:
    """A frozen daemon fails open too, but for the pre-dial handler, whose channel is hung up by then: it refuses."""
    numbers = {form: site.number() for form in ("gosub", "check", "predial")}
    peer.behaviours |= dict.fromkeys(numbers.values(), hang)
    outcomes = site.finish(*(site.start(number, f"open-{form}") for form, number in numbers.items()))
    assert [outcome.invites for outcome in outcomes] == [1, 1, 0]
    assert [outcome.reasons for outcome in outcomes] == [["FAIL_OPEN"], ["FAIL_OPEN"], ["GATE_DOWN"]]


def test_a_trunk_that_may_fail_open_still_obeys_a_refusal(site: Site, peer: ScriptedPeer) -> None:
    """FAIL_OPEN is for silence: what the daemon refused, or was never a number, stays refused."""
    for form in ("gosub", "check", "predial"):
        refused, odd = site.number(), site.number() + "$x"
        peer.behaviours[refused] = say({"REASON": "LISTED", "DECISION": "01B", "VERDICT": "BLOCK"})
        peer.behaviours[odd] = leave
        outcomes = site.finish(*(site.start(number, f"open-{form}") for number in (refused, odd)))
        assert [outcome.invites for outcome in outcomes] == [0, 0]
        assert outcomes[0].reasons == ["LISTED"]


def test_a_trunk_nobody_named_never_fails_open(site: Site, peer: ScriptedPeer) -> None:
    """The choice for one trunk says nothing about another, nor does any other value."""
    for value in ("yes", "", "unchecked-calls-allowed ", "UNCHECKED-CALLS-ALLOWED"):
        site.set_global("GATEKEEPER_FAIL_OPEN_trunk", value)
        number = site.number()
        peer.behaviours[number] = leave
        assert site.call(number, "call-gosub").invites == 0
    site.set_global("GATEKEEPER_FAIL_OPEN_trunk", "")
