"""Emergency calls with daemon, proxy and watchdog on: every form, every prefix, and numbers of the dialplan's own."""

import itertools
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

import pytest

from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.watchdog.site import DIALPLAN, Site, running_site

CUSTOM: Final = "[gatekeeper-emergency](+)\nexten => 999,1,NoOp()\nexten => 0800112113,1,NoOp()\n"
FORMS: Final = """
[check]
exten => _[+*#0-9].,1,Gosub(gatekeeper-check,s,1(${EXTEN},summer))
 same => n,GotoIf($["${GATEKEEPER_VERDICT}" = "ALLOW"]?go)
 same => n,Hangup(21)
 same => n(go),Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20)
[any]
exten => _[+*#0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},summer))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20)
[any-predial]
exten => _[+*#0-9].,1,Dial(PJSIP/${EXTEN}@trunk,20,b(gatekeeper-predial^s^1(summer)))
[any-carrier]
exten => _[+*#0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},summer))
 same => n,Dial(PJSIP/99887${GATEKEEPER_NUMBER}@trunk,20)
[any-unguarded]
exten => _[+*#0-9].,1,Dial(PJSIP/${EXTEN}@trunk,20)
"""
CHANNELS: Final = {
    "gosub": "Local/{}@any",
    "check": "Local/{}@check",
    "predial": "Local/{}@any-predial",
    "context": "Local/{}@gatekeeper-dial",
    "no gate": "Local/{}@any-unguarded",
    "the trunk itself": "PJSIP/{}@trunk",
}
DIALLED: Final = (
    "112",
    "0112",
    "9115",
    "+3317",
    "0033196",
    "0#31#114",
    "#31#018",
    "9#31#0119",
    "3651116000",
    "999",
    "0999",
)


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Both Asterisks in turn, with 999 and an emergency line in the dialplan that the daemon has never heard of."""
    folder = tmp_path_factory.mktemp("emergency")
    with running_site(asterisk_root, folder, dialplan=(DIALPLAN, FORMS, CUSTOM)) as running:
        yield running


def test_no_gate_stops_an_emergency_call(site: Site) -> None:
    """By every form and round them, each call reaches the carrier and is answered there; the watchdog cuts none."""
    calls = list(itertools.product(CHANNELS.values(), DIALLED))
    for done, (channel, dialled) in enumerate(calls, start=1):
        given = {"Channel": channel.format(dialled), "Application": "Wait", "Data": "0.3", "Async": "true"}
        site.ami.send("Originate", given)
        if done % len(DIALLED) == 0:
            wait_until(partial(decided, site, done), 60, "the calls to be answered, or cut")
    site.quiet()
    cut = [one.number for one in site.carrier.invites() if one.cancelled_at or not one.answered_at]
    assert cut == []
    assert len(site.carrier.invites()) == len(calls)


def decided(site: Site, count: int) -> bool:
    """Whether of so many calls it is on record how they went on: SIPp writes that a little later than it happens."""
    return sum(bool(one.answered_at or one.cancelled_at) for one in site.carrier.invites()) >= count


def test_the_log_has_every_emergency_call_once(site: Site) -> None:
    """One row, EMERGENCY and ALLOW, for each call; none of them is called a refusal."""
    rows: list[dict[str, object]] = []

    def there() -> bool:
        rows[:] = site.journal()
        return len(rows) >= len(CHANNELS) * len(DIALLED)

    wait_until(there, 60, "the dialplan's records to be collected")
    assert {(row["verdict"], row["reason"]) for row in rows} == {("ALLOW", "EMERGENCY")}
    assert len(rows) == len(CHANNELS) * len(DIALLED)


def test_the_proxy_passes_what_the_configuration_knows(site: Site) -> None:
    """Behind each prefix, an emergency number originated through the proxy reaches the carrier."""
    before = Counter(site.carrier.numbers())
    with site.dialer() as dialer:
        asked = [
            dialer.send("Originate", Channel=f"PJSIP/{dialled}@trunk", Application="Wait", Data="0.3", Async="true")
            for dialled in DIALLED[:9]
        ]
        told = [dialer.wait_event("OriginateResponse", ActionID=ident)["Response"] for ident in asked]
    assert told == ["Success"] * 9
    site.quiet()
    assert Counter(site.carrier.numbers()) - before == Counter(DIALLED[:9])


def test_a_line_of_the_dialplans_own_is_not_cut(site: Site) -> None:
    """A long number that the dialplan declares an emergency is not hung up, though it is on the red list."""
    site.add("0800112113")
    site.originate("Local/0800112113@any")
    assert site.invite("0800112113").answered_at is not None


def test_a_listed_number_that_ends_in_one_is_cut(site: Site) -> None:
    """What ends in an emergency number and is somebody's is hung up as ever."""
    site.add("0612345112", "0900033112")
    for dialled in ("0612345112", "900033112"):
        site.originate(f"PJSIP/{dialled}@trunk")
        assert site.invite(dialled).cancelled_at is not None


@pytest.mark.parametrize("dialled", ["112", "0115", "999"])
def test_a_carriers_prefix_behind_the_gate_cuts_no_emergency_call(site: Site, dialled: str) -> None:
    """The dialplan puts a carrier's prefix before the number that it let by as an emergency: no call is hung up."""
    site.originate(f"Local/{dialled}@any-carrier")
    assert site.invite(f"99887{dialled}").answered_at is not None


@pytest.mark.parametrize("dialled", ["0612346112", "99990612346112", "9987001"])
def test_a_channel_that_only_says_emergency_is_cut(site: Site, dialled: str) -> None:
    """A dialer that sets the gate's variables itself gets neither a listed number through nor one that nobody knows."""
    site.add("0612346112")
    site.originate(f"PJSIP/{dialled}@trunk", Variable="GATEKEEPER_REASON=EMERGENCY,GATEKEEPER_NUMBER=" + dialled[-3:])
    assert site.invite(dialled).cancelled_at is not None
