"""Dialogs of calls that the SIP gate let by: early media, a change while it is up, and its end, all as without it."""

import re

from lab.carrier import Carrier
from lab.carrier_record import Invite
from lab.processes import wait_until
from lab.session_scenario import CONTACT, MIN_SE
from tests.sip.site import Site


def methods(messages: list[str]) -> list[str]:
    """The methods of requests."""
    return [text.partition(" ")[0] for text in messages]


def of_call(carrier: Carrier, invite: Invite) -> list[str]:
    """What the carrier got of a call, in full, when it is over; once what a busy machine had Asterisk send again."""
    mine = re.compile(rf"^Call-ID: {re.escape(invite.call_id)}$", re.MULTILINE)

    def found() -> list[str]:
        return list(dict.fromkeys(text for text in carrier.messages() if mine.search(text)))

    wait_until(lambda: "BYE" in methods(found()), 60, "the BYE in the record")
    return found()


def vias(text: str) -> int:
    """How many hops a message has behind it."""
    return len(re.findall("^Via:", text, re.MULTILINE))


def in_call(site: Site, trunk: str, context: str) -> str:
    """Originate to a trunk, and run a context once it is answered; gives the number."""
    number = site.number()
    site.start(f"PJSIP/{number}@{trunk}", Context=context, Exten="1", Priority="1", Application="", Data="")
    return number


def test_early_media_and_a_change_of_the_call_pass(site: Site) -> None:
    """183 with its SDP comes back; a re-INVITE and the BYE go straight to the carrier, past the gate."""
    since = len(site.ami.events)
    number = in_call(site, "heard", "changed")
    progress = site.ami.wait_event("DialState", since=since, DialStatus="PROGRESS")
    assert progress["DestChannel"].startswith("PJSIP/heard-")
    invite = site.invite(number, "heard")
    assert invite.answered_at is not None
    assert invite.ended_at is not None
    mine = of_call(site.carrier_of("heard"), invite)
    assert methods(mine) == ["INVITE", "ACK", "INVITE", "ACK", "BYE"]
    assert [vias(text) for text in mine] == [2, 1, 1, 1, 1]
    assert len(site.rows(number)) == 1


def test_a_call_that_is_held_is_held_at_the_carrier(site: Site) -> None:
    """The re-INVITEs that hold it and take it up again go straight there."""
    number = in_call(site, "heard", "held")
    mine = of_call(site.carrier_of("heard"), site.invite(number, "heard"))
    assert methods(mine) == ["INVITE", "ACK", "INVITE", "ACK", "INVITE", "ACK", "BYE"]
    assert [re.findall("^a=send.*", text, re.MULTILINE) for text in mine if text.startswith("INVITE")] == [
        *(["a=sendrecv"], ["a=sendonly"], ["a=sendrecv"]),
    ]
    assert [vias(text) for text in mine] == [2, *[1] * 6]
    assert len(site.rows(number)) == 1


def test_all_that_dialogs_know_passes(site: Site) -> None:
    """A session timer that is too short, PRACK, UPDATE before and after the answer, behind the carrier's own proxy.

    The second INVITE is the same call, with the timer that the carrier wants. From the first response that opens a
    dialog on, all goes by the carrier's Record-Route to its Contact, past the gate.
    """
    since = len(site.ami.events)
    number = in_call(site, "sessions", "refreshed")
    progress = site.ami.wait_event("DialState", since=since, DialStatus="PROGRESS")
    values = {"Variable": "CONNECTEDLINE(num)", "Value": "0189000222"}
    site.ami.action("Setvar", values, Channel=progress["DestChannel"])
    mine = of_call(site.carrier_of("sessions"), site.invite(number, "sessions"))
    first = ["INVITE", "ACK", "INVITE", "PRACK", "UPDATE", "ACK"]
    assert methods(mine) == [*first, "UPDATE", "INVITE", "ACK", "BYE"]
    assert [vias(text) for text in mine] == [2, 2, 2, *[1] * 7]
    timers = [re.findall("^Session-Expires: *([0-9]+)", text, re.MULTILINE) for text in mine[::2]]
    assert timers[:2] == [["90"], [str(MIN_SE)]]
    for text in mine[3:]:
        assert text.split()[1] == CONTACT
        assert re.findall("^Route: <sip:127.0.0.1:([0-9]+);lr>", text, re.MULTILINE) == [
            str(site.carrier_of("sessions").port)
        ]
    assert [row["verdict"] for row in site.rows(number)] == ["ALLOW"]
