"""Trunks through the SIP gate on real Asterisks: what leaves is as before, what may not leave reaches no carrier."""

import re
from typing import Final

import pytest

from lab.carrier import Carrier
from lab.processes import wait_until
from tests.sip.site import ELSEWHERE, Site

OF_THE_CALL: Final = re.compile(
    r"tag=[^;>\s]+|branch=[^;\s]+|(?<=^Call-ID: )\S+|(?<=^CSeq: )\d+|(?<=^Content-Length: ) *\d+|(?<=^m=audio )\d+",
    re.MULTILINE,
)
"""What no two calls have in common."""


def invite_message(carrier: Carrier, number: str) -> tuple[list[str], str]:
    """The INVITE for a number, as the carrier got it: header lines and body, without what differs from call to call."""
    (message,) = [text for text in carrier.messages() if text.startswith(f"INVITE sip:{number}@")]
    text = OF_THE_CALL.sub("*", message.replace("\r\n", "\n").replace(number, "NUMBER"))
    head, _, body = text.partition("\n\n")
    return head.split("\n"), re.sub(r"^o=.*", "o=*", body.rstrip("\n"), flags=re.MULTILINE)


PLAIN: Final = {"UDP": ("trunk", "gated"), "TCP": ("plain-tcp", "tcp"), "TLS": ("plain-tls", "tls")}
"""By transport, an endpoint without the gate, and one with it; both lead to the same carrier."""


@pytest.mark.parametrize("by", PLAIN)
def test_an_allowed_call_leaves_as_over_a_plain_trunk(site: Site, by: str) -> None:
    """One INVITE, with the same headers in their order, the same caller ID and SDP; the gate adds its Via."""
    trunk = PLAIN[by][1]
    carrier = site.carrier_of(trunk)
    numbers = {name: site.number() for name in PLAIN[by]}
    for name, number in numbers.items():
        assert site.answered(number, name, CallerID='"Anna" <0189000111>')["Response"] == "Success"
        assert site.invite(number, trunk).caller == "0189000111"
    (plain, plain_sdp), (gated, gated_sdp) = (invite_message(carrier, number) for number in numbers.values())
    vias = [line for line in gated if line.startswith("Via:")]
    assert len(vias) == 2
    assert all(via.startswith(f"Via: SIP/2.0/{by} 127.0.0.1:") for via in vias)
    assert by != "UDP" or f":{site.asterisk.sip_port};" in vias[1]
    kept = [line.replace("Max-Forwards: 69", "Max-Forwards: 70") for line in gated if line not in vias]
    assert kept == [line for line in plain if not line.startswith("Via:")]
    assert gated_sdp == plain_sdp
    (row,) = site.rows(numbers[trunk])
    assert (row["verdict"], row["gate"], row["caller_id"]) == ("ALLOW", "SIP_GATE", "0189000111")


REFUSED = {"RED_LIST": "", "NUMBER_INVALID": "0612"}


@pytest.mark.parametrize(("reason", "number"), REFUSED.items())
def test_a_refused_call_reaches_no_carrier(site: Site, reason: str, number: str) -> None:
    """No INVITE; the dialplan is told the cause, and by 603's own words the reason and the decision."""
    if not number:
        number = site.number()
        site.add(number)
    ended = site.dial(number)
    (row,) = site.rows(number)
    assert (row["verdict"], row["reason"], row["gate"]) == ("BLOCK", reason, "SIP_GATE")
    assert ended["Cause"] == "21"
    assert ended["Tech"].startswith(f"SIP 603 Gatekeeper {reason} {row['id']} ")
    assert number not in [invite.number for invite in site.carrier_of("gated").settle()]


@pytest.mark.parametrize("trunk", ["digest", "tcp", "tls", "failover"])
def test_every_kind_of_trunk_is_guarded(site: Site, trunk: str) -> None:
    """A carrier that demands digests, one on TCP, one on TLS, two with the first dead: answered, or nothing at all."""
    number, listed = site.number(), site.number()
    site.add(listed)
    assert site.answered(number, trunk)["Response"] == "Success"
    assert site.invite(number, trunk).answered_at is not None
    assert site.answered(listed, trunk)["Response"] == "Failure"
    assert site.carrier_of(trunk).numbers().count(number) == 1
    assert listed not in site.carrier_of(trunk).numbers()
    (row,) = site.rows(number)
    assert row["verdict"] == "ALLOW"


@pytest.mark.parametrize(("trunk", "second"), [("sent-back", 1), ("fails", 0)])
def test_only_a_call_that_the_first_carrier_sends_back_goes_to_the_second(site: Site, trunk: str, second: int) -> None:
    """By 503, which is acknowledged, and not by 500: one call, one row, one attempt in either case."""
    number = site.number()
    assert site.answered(number, trunk)["Response"] == ("Success" if second else "Failure")
    first, last = site.trunks[trunk]
    assert first.numbers().count(number) == 1
    assert [one.number for one in last.settle()].count(number) == second
    if second:
        assert [text.partition(" ")[0] for text in first.messages()][-2:] == ["INVITE", "ACK"]
    assert [row["verdict"] for row in site.rows(number)] == ["ALLOW"]


def test_a_carrier_redirects_to_nobody(site: Site) -> None:
    """Its 302 comes back as 480: no number is rung that nobody checked."""
    number = site.number()
    ended = site.dial(number, "elsewhere")
    assert ended["Tech"] == "SIP 480 Temporarily Unavailable"
    assert [one.number for one in site.carrier_of("elsewhere").settle() if one.number in (number, ELSEWHERE)] == [
        number
    ]


def test_a_caller_who_gives_up_is_obeyed(site: Site) -> None:
    """CANCEL passes the gate, and the call is over on both sides."""
    number = site.number()
    site.ami.action(
        "Originate", Channel=f"PJSIP/{number}@rings", Application="Wait", Data="1", Timeout="400", Async="true"
    )
    assert site.invite(number, "rings").cancelled_at is not None
    wait_until(lambda: "0 active channels" in site.ami.command("core show channels count"), 60, "no channel")
