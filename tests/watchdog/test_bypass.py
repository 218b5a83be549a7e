"""Calls that go round the gates, on real Asterisks."""

from collections.abc import Callable, Iterator

import pytest

from lab.carrier_record import Invite
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.watchdog.site import Site, running_site


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Both Asterisks in turn."""
    with running_site(asterisk_root, tmp_path_factory.mktemp("watchdog")) as running:
        yield running


def by_ami(site: Site, number: str) -> None:
    """Originate to the trunk by AMI, past the proxy."""
    site.originate(f"PJSIP/{number}@trunk")


def by_call_file(site: Site, number: str) -> None:
    """Drop a call file."""
    site.asterisk.call_file(f"Channel: PJSIP/{number}@trunk\nApplication: Wait\nData: 1\n", f"{number}.call")


def by_cli(site: Site, number: str) -> None:
    """Type it into Asterisk's command line."""
    site.asterisk.cli(f"channel originate PJSIP/{number}@trunk application Wait 1")


def by_ari(site: Site, number: str) -> None:
    """Ask ARI for a channel."""
    site.ari("POST", f"channels?endpoint=PJSIP/{number}@trunk&extension=s&context=from-sip&priority=1")


def by_dialplan(site: Site, number: str) -> None:
    """Dial from a context without a gate."""
    site.originate(f"Local/{number}@unguarded")


WAYS = [by_ami, by_call_file, by_cli, by_ari, by_dialplan]


@pytest.mark.parametrize("way", WAYS)
def test_a_listed_number_is_cancelled(site: Site, way: Callable[[Site, str], None]) -> None:
    """However a call goes round the gates: listed, it is cancelled before it is answered, logged, and reported."""
    number = site.number()
    site.add(number)
    way(site, number)
    invite: Invite = site.invite(number)
    assert invite.answered_at is None
    assert invite.cancelled_at is not None
    (row,) = site.rows(number)
    assert (row["verdict"], row["reason"], row["gate"], row["bypass"]) == ("BLOCK", "RED_LIST", "WATCHDOG", 1)
    event = site.ami.wait_event("UserEvent", UserEvent="GatekeeperBypass", Number=number)
    assert (event["Verdict"], event["Decision"], event["HungUp"]) == ("BLOCK", row["id"], "yes")
    site.quiet()


DECORATED = [
    *(
        "PJSIP/agent/sip:{0}@{1}",
        "PJSIP/agent/sip:-{0}@{1}",
        "PJSIP/agent/sip:%2D{0}@{1}",
        "PJSIP/agent/SIP:{0};ext=5@{1}",
    ),
    *("PJSIP/agent/sip:{0}:secret@{1}", "PJSIP/agent/sip:{0};x=1@{1}", "PJSIP/(0){2}@agent", "PJSIP/-{0}@agent"),
    *("PJSIP/agent/sip:(0){2}@{1}", "PJSIP/{0}@agent/sip:{1}", "PJSIP/{0}@trunk/sip:0123456789@{1}"),
]


def test_no_dial_string_hides_a_listed_number(site: Site) -> None:
    """However a dial string spells it, behind whatever endpoint: the call is cancelled before it is answered."""
    dialled = {}
    for form in DECORATED:
        number = site.number()
        site.add(number)
        dialled[number] = form.format(number, f"127.0.0.1:{site.carrier.port}", number[1:])
        site.ami.send("Originate", Channel=dialled[number], Application="Wait", Data="0.3", Async="true")
    wait_until(lambda: "0 active channels" in site.ami.command("core show channels count"), 60, "all calls to end")
    invites = site.carrier.settle()
    for number, channel in dialled.items():
        reached = [invite for invite in invites if number[1:] in invite.number]
        assert all(invite.cancelled_at and not invite.answered_at for invite in reached), channel
    assert sum(any(number[1:] in invite.number for invite in invites) for number in dialled) > len(DECORATED) // 2
    site.quiet()


@pytest.mark.parametrize("way", WAYS)
def test_an_unlisted_number_is_reported(site: Site, way: Callable[[Site, str], None]) -> None:
    """However a call goes round the gates: unlisted, it goes on, is logged once, and is reported."""
    number = site.number()
    way(site, number)
    (row,) = site.rows(number)
    assert (row["verdict"], row["reason"], row["gates"], row["bypass"]) == ("ALLOW", "CLEAR", "WATCHDOG", 1)
    assert site.ami.wait_event("UserEvent", UserEvent="GatekeeperBypass", Number=number)["HungUp"] == "no"
    assert site.invite(number).answered_at is not None
    site.quiet()
    assert len(site.rows(number)) == 1
    log = site.daemon.log_path.read_text()
    assert log.count(f"went round the gates: decision {row['id']}") == 1
    assert number[1:] not in log


@pytest.mark.parametrize("context", ["out", "predial", "gatekeeper-dial"])
def test_a_call_that_a_gate_let_by_counts_once(site: Site, context: str) -> None:
    """The watchdog leaves a call alone that a gate let by: one row with both gates, nothing reported."""
    number = site.number()
    site.originate(f"Local/{number}@{context}")
    assert site.invite(number).answered_at is not None
    site.quiet()
    (row,) = site.rows(number)
    first = {"out": "GOSUB", "predial": "PREDIAL", "gatekeeper-dial": "CONTEXT"}[context]
    assert (row["verdict"], row["gates"], row["bypass"]) == ("ALLOW", f"{first} WATCHDOG", 0)
    assert site.events("GatekeeperBypass", Number=number) == []


def test_proxy_gate_and_watchdog_count_once(site: Site) -> None:
    """A call through proxy, dialplan gate and watchdog has one row with the three of them."""
    number = site.number()
    site.originate(f"Local/{number}@out", port=site.proxy_port)
    site.quiet()
    (row,) = site.rows(number)
    assert (row["verdict"], row["gates"]) == ("ALLOW", "AMI_PROXY GOSUB WATCHDOG")
    assert site.carrier.numbers().count(number) == 1


def test_proxy_straight_to_the_trunk_counts_once(site: Site) -> None:
    """A call through the proxy straight to the trunk is no bypass."""
    number = site.number()
    site.originate(f"PJSIP/{number}@trunk", port=site.proxy_port)
    site.quiet()
    (row,) = site.rows(number)
    assert (row["verdict"], row["gates"], row["bypass"]) == ("ALLOW", "AMI_PROXY WATCHDOG", 0)


def test_an_old_decision_shown_again_lets_nothing_by(site: Site) -> None:
    """Who shows the decision of another call, even of the same number, is reported and judged."""
    number = site.number()
    site.originate(f"Local/{number}@out")
    site.quiet()
    (row,) = site.rows(number)
    site.originate(f"PJSIP/{number}@trunk", Variable=f"__GATEKEEPER_DECISION={row['id']}")
    site.quiet()
    _, second = site.rows(number, 2)
    assert (second["gates"], second["bypass"]) == ("WATCHDOG", 1)
    other = site.number()
    site.originate(f"PJSIP/{other}@trunk", Variable=f"__GATEKEEPER_DECISION={row['id']}")
    assert site.rows(other)[0]["bypass"] == 1
    site.quiet()


def test_a_number_added_after_the_gate_is_cancelled(site: Site) -> None:
    """Listed between the proxy's answer and the dialling, a call is cancelled; that is no bypass."""
    number = site.number()
    site.originate(f"Local/{number}@out")
    site.quiet()
    site.add(number)
    site.originate(f"PJSIP/{number}@trunk", port=site.proxy_port)
    rows = site.rows(number, 2)
    assert [row["gate"] for row in rows] == ["GOSUB", "AMI_PROXY"]
    assert site.carrier.numbers().count(number) == 1


@pytest.mark.parametrize("channel", ["PJSIP/agent", "Local/1001@inside"])
def test_internal_calls_are_left_alone(site: Site, channel: str) -> None:
    """A call to a telephone of the site is neither judged nor logged."""
    before = len(site.journal())
    response = site.originate(channel)
    assert response["Response"] == "Success"
    site.quiet()
    assert len(site.journal()) == before


def test_emergency_calls_are_never_hung_up(site: Site) -> None:
    """An emergency call straight to the trunk goes through, and is in the journal."""
    site.originate("PJSIP/112@trunk")
    assert site.invite("112").answered_at is not None
    site.quiet()
    row = [row for row in site.journal() if row["reason"] == "EMERGENCY"][-1]
    assert (row["dialled"], row["verdict"], row["gate"]) == ("112", "ALLOW", "WATCHDOG")


def test_an_emergency_call_by_the_gate_counts_once(site: Site) -> None:
    """The gate lets an emergency call by without asking; it is in the journal once, and no bypass."""
    bypasses = len(site.events("GatekeeperBypass", Number="15"))
    site.originate("Local/15@out")
    site.quiet()
    (row,) = [row for row in site.journal() if row["dialled"] == "15"]
    assert (row["gates"], row["bypass"]) == ("GOSUB WATCHDOG", 0)
    assert len(site.events("GatekeeperBypass", Number="15")) == bypasses


@pytest.mark.parametrize("way", ["PJSIP/{}@trunk", "Local/{}@unguarded"])
def test_a_channel_id_used_again_hides_nothing(site: Site, way: str) -> None:
    """A client gives a call round the gates the id of one that a gate let by, and its decision: a bypass, cancelled."""
    number, chosen = site.number(), f"chosen-{site.number()}"
    site.originate(f"Local/{number}@out", ChannelId=chosen)
    site.quiet()
    (row,) = site.rows(number)
    assert (row["linkedid"], row["gates"]) == (chosen, "GOSUB WATCHDOG")
    shown = {"ChannelId": chosen, "Variable": f"__GATEKEEPER_DECISION={row['id']}"}
    site.originate(way.format(number), **shown)
    site.quiet()
    _, second = site.rows(number, 2)
    assert (second["verdict"], second["gates"], second["bypass"]) == ("ALLOW", "WATCHDOG", 1)
    site.add(number)
    since = len(site.ami.events)
    site.originate(way.format(number), **shown)
    event = site.ami.wait_event("UserEvent", since=since, UserEvent="GatekeeperBypass", Number=number)
    assert (event["Verdict"], event["HungUp"]) == ("BLOCK", "yes")
    site.quiet()
    assert [one["bypass"] for one in site.rows(number, 3)] == [0, 1, 1]
    assert [invite.answered_at is None for invite in site.carrier.invites() if invite.number == number][2:] == [True]


def test_one_call_over_several_trunks_counts_once(site: Site) -> None:
    """A call that a gate let by is dialled over one trunk after another, also through other channels: no bypass."""
    number = site.number()
    site.originate(f"Local/{number}@twice")
    assert site.invite(number).answered_at is not None
    site.quiet()
    (row,) = site.rows(number)
    assert (row["gates"], row["bypass"]) == ("GOSUB WATCHDOG", 0)


@pytest.mark.parametrize("code", ["9999", "1234%23", "1234#", "0033"])
def test_a_carriers_prefix_behind_the_gate_makes_no_second_row(site: Site, code: str) -> None:
    """A dialplan puts a carrier's access code before the number that the gate let by: the call goes on, as one row."""
    number = site.number()
    site.originate(f"Local/{number[1:] if '33' in code else number}@prefixed", Variable=f"__CODE={code}")
    site.quiet()
    rows = [row for row in site.journal() if row["number"] == f"+33{number[1:]}"]
    assert [(row["verdict"], row["gates"], row["bypass"]) for row in rows] == [("ALLOW", "GOSUB WATCHDOG", 0)]


def test_another_number_behind_the_gate_is_judged(site: Site) -> None:
    """What comes of digits before a number that was let by is another person's number: that one is judged."""
    number = site.number()
    site.originate(f"Local/{number[1:]}@prefixed", Variable="__CODE=0049")
    site.quiet()
    rows = [row for row in site.journal() if row["dialled"] == f"0049{number[1:]}"]
    assert [row["bypass"] for row in rows] == [1]


def test_what_was_let_by_without_a_look_is_judged(site: Site) -> None:
    """The daemon is up, the gate does not reach it, and the site lets such calls by: each is judged as a bypass."""
    port = site.asterisk.cli("dialplan show globals").split("GATEKEEPER_AGI=")[1].split()[0]
    site.asterisk.cli("dialplan set global GATEKEEPER_FAIL_OPEN_open unchecked-calls-allowed")
    site.asterisk.cli("dialplan set global GATEKEEPER_AGI agi://127.0.0.1:1/screen")
    try:
        number, listed = site.number(), site.number()
        site.add(listed)
        site.originate(f"Local/{number}@open")
        site.quiet()
        rows = site.rows(number, 2)
        assert [(row["reason"], row["bypass"], row["gate"]) for row in rows] == [
            ("FAIL_OPEN", 0, "GOSUB"),
            ("CLEAR", 1, "WATCHDOG"),
        ]
        assert rows[1]["supersedes"] == rows[0]["id"]
        site.ami.wait_event("UserEvent", UserEvent="GatekeeperBypass", Number=number)
        site.originate(f"Local/{listed}@open")
        event = site.ami.wait_event("UserEvent", UserEvent="GatekeeperBypass", Number=listed)
        assert (event["Verdict"], event["HungUp"]) == ("BLOCK", "yes")
        assert site.invite(listed).answered_at is None
        site.quiet()
    finally:
        site.asterisk.cli(f"dialplan set global GATEKEEPER_AGI {port}")
