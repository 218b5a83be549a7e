"""Every way of originating a call, on real Asterisks: whatever causes it, a listed number's INVITE does not leave."""

from collections.abc import Callable

import pytest

from lab.processes import wait_until
from tests.sip.site import Site

Way = Callable[[Site, str], None]


def by_ami(site: Site, number: str) -> None:
    """A dialer on Asterisk's own manager port."""
    site.start(f"PJSIP/{number}@gated")


def by_ari(site: Site, number: str) -> None:
    """The REST interface."""
    site.ari("POST", f"channels?endpoint=PJSIP/{number}@gated&extension=1&context=from-sip&priority=1")


def by_call_file(site: Site, number: str) -> None:
    """A file in the spool."""
    text = f"Channel: PJSIP/{number}@gated\nApplication: Wait\nData: 1\nMaxRetries: 0\n"
    site.asterisk.call_file(text, f"{number}.call")


def by_cli(site: Site, number: str) -> None:
    """The command line."""
    site.ami.command(f"channel originate PJSIP/{number}@gated application Wait 1")


def by_queue(site: Site, number: str) -> None:
    """A queue, one of whose members is a telephone outside."""
    member = f"PJSIP/{number}@gated"
    site.ami.action("QueueAdd", Queue="agents", Interface=member, StateInterface="PJSIP/agent")
    site.start("Local/1@queue")
    site.rows(number)
    site.ami.action("QueueRemove", Queue="agents", Interface=member)


def by_several_targets(site: Site, number: str) -> None:
    """`Dial` of two at once, of which one is a telephone of the site."""
    site.start(f"Local/{number}@several")


def by_local_chain(site: Site, number: str) -> None:
    """Local channels in a row."""
    site.start(f"Local/{number}@chain")


def by_followme(site: Site, number: str) -> None:
    """An agent's numbers, one after the other."""
    site.asterisk.write_config("followme.conf", f"[agent]\ncontext => straight\nnumber => {number},5\n")
    site.asterisk.reload("app_followme.so")
    site.start("Local/1@followme")


def by_blind_transfer(site: Site, number: str) -> None:
    """An agent sends the caller on."""
    site.ami.action("BlindTransfer", Channel=site.bridged(), Context="straight", Exten=number)


def by_attended_transfer(site: Site, number: str) -> None:
    """An agent calls first, to send the caller on then."""
    site.ami.action("Atxfer", Channel=site.bridged(), Context="straight", Exten=number)


def by_redirect(site: Site, number: str) -> None:
    """A program moves a call to another place of the dialplan."""
    site.ami.action("Redirect", Channel=site.bridged(), Context="straight", Exten=number, Priority="1")


def by_application(site: Site, number: str) -> None:
    """An agent's telephone is called first, and dials by itself."""
    site.start("PJSIP/agent", Application="Dial", Data=f"PJSIP/{number}@gated,5")


QUICK: list[Way] = [by_ami, by_ari, by_call_file, by_cli, by_several_targets, by_local_chain]
SLOW: list[Way] = [
    *(by_queue, by_followme, by_blind_transfer, by_attended_transfer, by_redirect, by_application),
]


def demand_no_way_past(site: Site, way: Way) -> None:
    """Allowed: one INVITE, and the row of an ALLOW. Listed: no INVITE, and the row of the refusal."""
    carrier = site.carrier_of("gated")
    allowed, listed = site.number(), site.number()
    site.add(listed)
    way(site, allowed)
    wait_until(lambda: allowed in carrier.numbers(), 60, "the call that may be made to reach the carrier")
    site.end()
    way(site, listed)
    (row,) = site.rows(listed)
    assert (row["verdict"], row["reason"], row["gate"]) == ("BLOCK", "RED_LIST", "SIP_GATE")
    site.end()
    numbers = [invite.number for invite in carrier.settle(0.05)]
    assert (numbers.count(allowed), numbers.count(listed)) == (1, 0)
    assert [row["verdict"] for row in site.rows(allowed)] == ["ALLOW"]


@pytest.mark.parametrize("way", QUICK)
def test_no_way_leads_past_the_gate(site: Site, way: Way) -> None:
    """On both releases, the ways that dial at once."""
    demand_no_way_past(site, way)


@pytest.mark.parametrize("way", SLOW)
@pytest.mark.parametrize("asterisk_root", ["22"], indirect=True, ids=["asterisk22"])
def test_no_call_leads_past_the_gate_later(site: Site, way: Way) -> None:
    """The ways by which a call that is up, or waits, dials."""
    demand_no_way_past(site, way)
