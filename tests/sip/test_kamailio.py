"""Kamailio in front of the SIP gate, and behind it: Debian's, with Asterisk and SIPp as its neighbours."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from lab.carrier import Carrier
from lab.configuration import endpoint
from lab.gated import SIP_GATE, TrunkPlan, build_gated, running_gated
from lab.kamailio import Kamailio
from lab.ports import free_port
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.sip.site import DIALPLAN, Site

PLACES = ("front", "behind")
LISTED = {"front": "0612345601", "behind": "0612345602"}


@pytest.fixture(scope="module")
def carriers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Carrier]]:
    """By Kamailio's place, the carrier at the end; both let it ring for a moment."""
    folder = tmp_path_factory.mktemp("carriers")
    with ExitStack() as stack:
        yield {place: stack.enter_context(Carrier(folder / place, answer_after_ms=400)) for place in PLACES}


@pytest.fixture(scope="module")
def site(
    asterisk_22: AsteriskRoot, carriers: dict[str, Carrier], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Asterisk, Kamailio, gate, carrier; and Asterisk, gate, Kamailio, carrier."""
    folder = tmp_path_factory.mktemp("kamailio")
    ports = {place: free_port("udp") for place in PLACES}
    front = Kamailio(folder / "front", ports["front"])
    behind = Kamailio(folder / "behind", carriers["behind"].port)
    next_of_gate = {"front": carriers["front"].port, "behind": behind.port}
    next_of_asterisk = {"front": front.port, "behind": ports["behind"]}
    tables = "".join(
        f'[sip_gate.trunks.{place}]\nport = {port}\noptions_s = 0\ncarriers = ["sip:127.0.0.1:{next_of_gate[place]}"]\n'
        for place, port in ports.items()
    )
    endpoints = "".join(
        endpoint(place, f"sip:127.0.0.1:{carriers[place].port}", f"outbound_proxy = sip:127.0.0.1:{port}\\;lr")
        for place, port in next_of_asterisk.items()
    )
    built = build_gated(
        asterisk_22,
        folder,
        trunks={"unused": TrunkPlan()},
        config=SIP_GATE + tables,
        pjsip=endpoints,
        dialplan=[DIALPLAN],
        listed=list(LISTED.values()),
    )
    with front, behind, running_gated(built), built.asterisk.ami() as ami:
        yield Site(**vars(built), ami=ami)


@pytest.mark.parametrize("place", PLACES)
def test_a_listed_number_does_not_pass(site: Site, carriers: dict[str, Carrier], place: str) -> None:
    """The gate's refusal comes back through Kamailio as it is, and no INVITE reaches the carrier."""
    ended = site.dial(LISTED[place], place)
    assert (ended["Status"], ended["Cause"]) == ("CHANUNAVAIL", "21")
    assert ended["Tech"].startswith("SIP 603 Gatekeeper LISTED ")
    assert [row["gates"] for row in site.rows(LISTED[place])] == ["SIP_GATE"]
    assert LISTED[place] not in [invite.number for invite in carriers[place].settle()]


@pytest.mark.parametrize("place", PLACES)
def test_an_allowed_call_is_one_call(site: Site, carriers: dict[str, Carrier], place: str) -> None:
    """It rings, is answered and hung up: one INVITE, one row."""
    number = site.number()
    assert site.answered(number, place)["Response"] == "Success"
    wait_until(lambda: any(one.number == number and one.ended_at for one in carriers[place].invites()), 60, "its end")
    (invite,) = [one for one in carriers[place].settle() if one.number == number]
    assert invite.answered_at is not None
    assert [(row["verdict"], row["gates"]) for row in site.rows(number)] == [("ALLOW", "SIP_GATE")]


@pytest.mark.parametrize("place", PLACES)
def test_a_call_that_is_given_up_is_cancelled(site: Site, carriers: dict[str, Carrier], place: str) -> None:
    """The CANCEL reaches the carrier through both proxies."""
    number = site.number()
    site.start(f"PJSIP/{number}@{place}", Timeout="150")
    wait_until(
        lambda: any(one.number == number and one.cancelled_at for one in carriers[place].invites()), 10, "the CANCEL"
    )
    site.quiet()
