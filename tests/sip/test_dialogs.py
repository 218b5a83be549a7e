"""Dialogs of calls that the SIP gate let by: early media, a change while it is up, and its end, all as without it."""

import re

from lab.processes import wait_until
from tests.sip.site import Site


def test_early_media_and_a_change_of_the_call_pass(site: Site) -> None:
    """183 with its SDP comes back; a re-INVITE and the BYE go straight to the carrier, past the gate."""
    number, since = site.number(), len(site.ami.events)
    carrier = site.carrier_of("heard")
    site.start(f"PJSIP/{number}@heard", Context="changed", Exten="1", Priority="1", Application="", Data="")
    progress = site.ami.wait_event("DialState", since=since, DialStatus="PROGRESS")
    assert progress["DestChannel"].startswith("PJSIP/heard-")
    invite = site.invite(number, "heard")
    assert invite.answered_at is not None
    assert invite.ended_at is not None
    wait_until(lambda: any(text.startswith("BYE ") for text in carrier.messages()), 5, "the BYE in the record")
    texts = carrier.messages()
    mine = [text for text in texts if re.search(rf"^Call-ID: {re.escape(invite.call_id)}$", text, re.MULTILINE)]
    vias = {text.partition(" ")[0]: len(re.findall("^Via:", text, re.MULTILINE)) for text in mine}
    assert vias == {"INVITE": 1, "ACK": 1, "BYE": 1}  # of the INVITEs the last one
    assert [text.partition(" ")[0] for text in mine] == ["INVITE", "ACK", "INVITE", "ACK", "BYE"]
    assert len(site.rows(number)) == 1
