"""A person refuses during the call: feature code, UserEvent, command line, on real Asterisks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.lists import ListStore
from gatekeeper.lists.model import Membership
from lab.ami import AmiClient
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from lab.site import REPOSITORY
from tests.watchdog.site import CONFIG, DIALPLAN, FEATURES, Site, running_site

AGENTS = """
[globals](+)
DYNAMIC_FEATURES = gatekeeper-refuse
; The agent's telephone: somebody who dials *66 a moment after the call has begun, and again: until the call is
; connected nobody hears it, and a busy machine takes longer for that.
[telephone]
exten => s,1,Answer()
 same => n(again),Wait(0.5)
 same => n,SendDTMF(*66,100)
 same => n,Wait(4)
 same => n,Goto(again)
[slow-telephone]
exten => s,1,Answer()
 same => n,Wait(3)
 same => n,SendDTMF(*66,100)
 same => n,Wait(60)
; Ways in which an agent calls.
[over-local]
exten => _[+0-9].,1,Dial(Local/${EXTEN}@out/n,20)
[over-local-predial]
exten => _[+0-9].,1,Dial(Local/${EXTEN}@predial/n,20)
[guarded-local]
exten => _[+0-9].,1,Dial(Local/${EXTEN}@unguarded/n,20,b(gatekeeper-predial^s^1(summer)))
[after-another]
exten => _[+0-9].,1,Gosub(gatekeeper-check,s,1(0698000000,summer))
 same => n,Dial(PJSIP/${EXTEN}@trunk,20,b(gatekeeper-predial^s^1(summer)))
[to-agent]
exten => s,1,Dial(Local/s@telephone/n,20)
[from-sip-agent]
exten => _X.,1,Dial(Local/s@telephone/n,20)
"""
STRANGER = "0655000001"
"""Whom the carrier says that it has reached, whoever was dialled."""
CONFIG_LIMIT = "[refusal]\nper_minute = 3\n"


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Both Asterisks in turn, with the shipped features.conf and dialplan."""
    dialplan = (REPOSITORY / "dialplan" / "gatekeeper-refusal.conf", DIALPLAN, AGENTS)
    with running_site(
        asterisk_root,
        tmp_path_factory.mktemp("refusal"),
        dialplan=dialplan,
        files={"features.conf": FEATURES},
        answer_after_ms=0,
        asserted=STRANGER,
    ) as running:
        yield running


def on_list(site: Site, number: str) -> Membership | None:
    """What the red list says of a number."""
    with ListStore(site.daemon.data_dir) as store:
        return next((one for one in store.show(int("33" + number.removeprefix("0"))) if one.listed), None)


def refused(site: Site, since: int, **headers: str) -> str:
    """What came of a refusal."""
    return site.ami.wait_event("UserEvent", since=since, seconds=60, UserEvent="GatekeeperRefused", **headers)["Result"]


def test_an_agent_who_called_puts_the_number_on_the_red_list(site: Site) -> None:
    """The agent dialled out and dials *66: the number is on the red list with agent and call, and blocked."""
    number, since = site.number(), len(site.ami.events)
    site.ami.send(
        "Originate",
        {
            "Channel": "Local/s@telephone/n", "Context": "out", "Exten": number, "Priority": "1", "Async": "true",
            "Variable": "GATEKEEPER_AGENT=anna",
        },
    )  # fmt: skip
    assert refused(site, since, Number=number) == "ADDED"
    found = on_list(site, number)
    assert found is not None
    assert found.by == "anna (feature code)"
    (row,) = site.rows(number)
    assert f"linkedid {row['linkedid']}" in found.note
    assert f"decision {row['id']}" in found.note
    assert "channel Local/s@telephone" in found.note
    played = site.ami.wait_event("Newexten", since=since, Context="gatekeeper-refuse", Application="Playback")
    assert played["AppData"].startswith("num-was-successfully&added")
    site.end()
    site.originate(f"Local/{number}@out")
    assert site.rows(number, 2)[1]["reason"] == "RED_LIST"
    assert "does not exist" not in site.asterisk.log()


def test_a_daemon_that_hangs_keeps_no_line(site: Site) -> None:
    """The daemon hangs when the agent dials *66, and hangs up: no channel is left, and the refusal is taken down."""
    number, since = site.number(), len(site.ami.events)
    called = {"Context": "out", "Exten": number, "Priority": "1", "Async": "true"}
    site.ami.send("Originate", {"Channel": "Local/s@slow-telephone/n", **called})
    wait_until(lambda: number in site.carrier.numbers(), 10, "the call to reach the carrier")
    site.daemon.freeze()
    try:
        site.ami.wait_event("Newexten", since=since, seconds=15, Context="gatekeeper-refuse", Application="AGI")
        site.end()
        assert on_list(site, number) is None
    finally:
        site.daemon.thaw()
    wait_until(lambda: on_list(site, number) is not None, 10, "the refusal to be taken down")


WAYS = ("out", "predial", "over-local", "over-local-predial", "guarded-local", "after-another")


def test_the_number_is_the_one_that_was_let_by(site: Site) -> None:
    """Whomever the carrier says it reached, and by whichever gate the call went, the person called is listed."""
    numbers, since = {way: site.number() for way in WAYS}, len(site.ami.events)
    for way, number in numbers.items():
        call = {"Channel": "Local/s@telephone/n", "Context": way, "Exten": number, "Priority": "1", "Async": "true"}
        site.ami.send("Originate", {**call, "Variable": f"GATEKEEPER_AGENT={way}"})
    told = {way: refused(site, since, Agent=way) for way in WAYS}
    assert told == dict.fromkeys(WAYS, "ADDED")
    assert {way: on_list(site, number) is not None for way, number in numbers.items()} == dict.fromkeys(WAYS, True)
    assert on_list(site, STRANGER) is None
    site.end()


def test_who_was_called_past_every_gate_is_not_guessed(site: Site) -> None:
    """No gate knows the number, and the carrier's word for it is not taken: the agent hears that nothing was done."""
    since = len(site.ami.events)
    call = {"Channel": "Local/s@telephone/n", "Context": "unguarded", "Exten": site.number(), "Priority": "1"}
    site.ami.send("Originate", {**call, "Async": "true", "Variable": "GATEKEEPER_AGENT=nobody"})
    assert refused(site, since, Agent="nobody") == "FAILED"
    assert on_list(site, STRANGER) is None
    site.end()


def test_an_agent_who_was_given_the_call_lists_the_callee(site: Site) -> None:
    """A dialer's call is handed to an agent who dials *66: the person called is on the red list, not the agent."""
    number, since = site.number(), len(site.ami.events)
    site.originate(f"Local/{number}@out/n", Context="to-agent", Exten="s", Priority="1", Application="", Data="")
    assert refused(site, since) == "ADDED"
    assert on_list(site, number) is not None
    site.end()


def test_a_caller_who_refuses_is_put_on_the_red_list(site: Site, asterisk_root: AsteriskRoot, tmp_path: Path) -> None:
    """A person calls in and refuses: the caller is on the red list."""
    caller, since = "0655443322", len(site.ami.events)
    site.ami.send(
        "Originate",
        {
            "Channel": "Local/0189000900@from-sip-agent/n", "Application": "Wait", "Data": "60", "Async": "true",
            "CallerID": caller,
        },
    )  # fmt: skip
    assert refused(site, since, Number=caller) == "ADDED"
    assert on_list(site, caller) is not None
    site.end()


def test_an_internal_call_puts_nobody_on_the_list(site: Site) -> None:
    """Between two telephones of the site, nothing goes on the list."""
    since = len(site.ami.events)
    site.ami.send(
        "Originate",
        {
            "Channel": "Local/1002@from-sip-agent/n", "Application": "Wait", "Data": "60", "Async": "true",
            "CallerID": "1001",
        },
    )  # fmt: skip
    assert refused(site, since) == "NOT_A_PERSON"
    played = site.ami.wait_event("Newexten", since=since, Context="gatekeeper-refuse", Application="Playback")
    assert played["AppData"].startswith("im-sorry")
    site.end()


def test_a_user_event_refuses_and_is_told_what_came_of_it(site: Site) -> None:
    """A CRM says it by a UserEvent, straight or through the proxy, and is told what came of it."""
    for port in (site.asterisk.ami_port, site.proxy_port):
        number = site.number()
        with AmiClient(port) as crm:
            for expected in ("ADDED", "ALREADY"):
                since = len(crm.events)
                crm.action(
                    "UserEvent",
                    UserEvent="GatekeeperRefuse",
                    Number=number,
                    Agent="bob",
                    Uniqueid="17.3",
                    Reference="r1",
                )
                answer = crm.wait_event("UserEvent", since=since, UserEvent="GatekeeperRefused", Reference="r1")
                assert (answer["Result"], answer["Number"], answer["Agent"]) == (expected, number, "bob")
        found = on_list(site, number)
        assert found is not None
        assert found.by == "bob (UserEvent)"
        assert "uniqueid 17.3" in found.note


@pytest.mark.parametrize("number", ["112", "15", "1001", "", "abc", "06 12", "+" + "9" * 40])
def test_what_is_no_person_is_not_put_on_the_list(site: Site, number: str) -> None:
    """Neither an emergency number nor an internal one nor nonsense goes on the list."""
    since = len(site.ami.events)
    site.ami.action("UserEvent", UserEvent="GatekeeperRefuse", Number=number, Reference=f"x{number}")
    assert refused(site, since, Reference=f"x{number}") == "NOT_A_PERSON"


def test_the_command_line_refuses_with_who_and_which_call(site: Site) -> None:
    """`gatekeeper refuse` keeps who and in which call; the next call is refused."""
    number = site.number()
    assert (
        "added"
        in site.daemon.command("refuse", number, "--agent", "anna", "--call", "17.9", "--note", "by letter").stdout
    )
    found = on_list(site, number)
    assert found is not None
    assert found.by.startswith("anna (taken down by ")
    assert "uniqueid 17.9" in found.note
    assert "by letter" in found.note
    site.originate(f"Local/{number}@out")
    assert site.rows(number)[0]["reason"] == "RED_LIST"
    assert site.daemon.command("refuse", "112", check=False).returncode == 2


def test_a_refusal_without_a_daemon_is_told_as_not_done(site: Site) -> None:
    """Where the daemon does not answer, the agent hears that it was not done."""
    site.daemon.stop()
    number, since = site.number(), len(site.ami.events)
    site.ami.send(
        "Originate",
        {
            "Channel": "Local/1002@from-sip-agent/n",
            "Application": "Wait",
            "Data": "60",
            "Async": "true",
            "CallerID": number,
        },
    )
    assert refused(site, since) == "FAILED"
    site.end()
    site.daemon.start()
    assert on_list(site, number) is None


def test_too_many_refusals_in_a_minute_are_turned_away(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """A client that tells of more refusals than the configuration allows is told so, and changes nothing more."""
    with running_site(asterisk_22, tmp_path, config=CONFIG + CONFIG_LIMIT) as site:
        numbers = [site.number() for _ in range(5)]
        for number in numbers:
            site.ami.action("UserEvent", UserEvent="GatekeeperRefuse", Number=number)
        wait_until(lambda: len(site.events("GatekeeperRefused")) == 5, 60, "five answers")
        assert sorted(event["Result"] for event in site.events("GatekeeperRefused")) == ["ADDED"] * 3 + ["TOO_MANY"] * 2
        assert [on_list(site, number) is None for number in numbers] == [False] * 3 + [True] * 2
