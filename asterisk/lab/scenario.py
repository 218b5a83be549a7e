"""SIPp's scenario of a carrier: it rings, answers or refuses, and takes CANCEL and BYE at any moment."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Behaviour:
    """What the carrier does with a call. All times are in milliseconds after the INVITE, but for ``hold_ms``."""

    ring_ms: int | None = 0
    """When it sends 180 Ringing; ``None``: it never does."""
    answer_after_ms: int | None = 0
    """When it answers (or refuses); ``None``: it rings until the caller gives up."""
    hold_ms: int | None = None
    """How long after the ACK it hangs up; ``None``: it leaves that to the caller."""
    refuse_with: str | None = None
    """A final status to send in place of 200, such as ``486 Busy Here``."""
    asserted: str | None = None
    """The number in a P-Asserted-Identity (RFC 3325) of its answer: who it says was reached."""
    redirect_to: str | None = None
    """The number that its refusal names in its Contact, for a 302."""
    early_media: bool = False
    """Whether it sends 183 with a description of its media in place of 180."""
    challenge: bool = False
    """Whether a call has to authenticate itself (401, RFC 3261 section 22) before anything else is said."""


def scenario(behaviour: Behaviour) -> str:
    """Return the scenario as SIPp's XML; its words are those of SIPp's reference documentation."""
    answer_ms, ring_ms = behaviour.answer_after_ms, behaviour.ring_ms or 0
    if answer_ms is None:
        outcome = _FOREVER
    elif behaviour.refuse_with:
        refusal = _REFUSAL.replace("{status}", behaviour.refuse_with)
        if behaviour.redirect_to:
            refusal = refusal.replace("Contact: <sip:", f"Contact: <sip:{behaviour.redirect_to}@", 1)
        outcome = _pause(answer_ms - ring_ms) + refusal
    else:
        talk = _WAIT_FOR_BYE if behaviour.hold_ms is None else _HANG_UP.replace("{pause}", _pause(behaviour.hold_ms))
        identity = f"P-Asserted-Identity: <sip:{behaviour.asserted}@[local_ip]>\n" if behaviour.asserted else ""
        answer = _ANSWER.replace("Contact:", f"{identity}Contact:", 1)
        outcome = _pause(answer_ms - ring_ms) + answer + talk + _TOO_LATE
    ringing = "" if behaviour.ring_ms is None else _PROGRESS if behaviour.early_media else _RINGING
    return _beginning(challenge=behaviour.challenge) + _pause(ring_ms) + ringing + outcome + _ENDINGS


def _beginning(*, challenge: bool) -> str:
    if not challenge:
        return _BEGINNING.replace("{challenge}", "")
    demand = response("401 Unauthorized").replace("Contact:", f"{_CHALLENGE}\nContact:", 1)
    again = '  <recv request="ACK"/>\n  <recv request="INVITE" rrs="true"/>\n'
    return _BEGINNING.replace("{challenge}", demand + again)


def _pause(milliseconds: int) -> str:
    return f'  <pause milliseconds="{milliseconds}"/>\n' if milliseconds > 0 else ""


def response(
    start: str,
    *,
    to: str = "[last_To:];tag=[pid]-[call_number]",
    cseq: str = "[last_CSeq:]",
    headers: str = "Contact: <sip:[local_ip]:[local_port];transport=[transport]>",
    body: bool = False,
    retransmit: bool = False,
) -> str:
    """Return SIPp's command that sends a response.

    Args:
        start: the status and its phrase.
        to: its To.
        cseq: its CSeq.
        headers: what it has beside the headers that any response repeats.
        body: whether it describes media.
        retransmit: whether it is sent again until something follows.
    """
    content = f"Content-Type: application/sdp\nContent-Length: [len]\n\n{SDP}" if body else "Content-Length: 0\n\n"
    repeated = f"[last_Via:]\n[last_From:]\n{to}\n[last_Call-ID:]\n{cseq}"
    attributes = ' retrans="500"' if retransmit else ""
    return f"  <send{attributes}><![CDATA[\n\nSIP/2.0 {start}\n{repeated}\n{headers}\n{content}\n]]></send>\n"


SDP: Final = (
    "v=0\no=carrier 1 1 IN IP[local_ip_type] [local_ip]\ns=-\nc=IN IP[media_ip_type] [media_ip]\nt=0 0\n"
    "m=audio [media_port] RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"
)
RECORDING: Final = """    <action>
      <ereg regexp=".*" search_in="hdr" header="From:" assign_to="caller"/>
      <ereg regexp=".*" search_in="hdr" header="To:" assign_to="callee"/>
      <log message="[call_id] [$caller] [$callee]"/>
    </action>
"""
"""What it does with an INVITE for the record: keeps who calls whom."""

# "global" is taken at any later moment, also within a pause; SIPp wants a mandatory message to follow it.
_BEGINNING: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="carrier">
  <recv request="CANCEL" optional="global" next="cancelled"/>
  <recv request="BYE" optional="global" next="ended"/>
  <recv request="INVITE" rrs="true">
{RECORDING}  </recv>
{{challenge}}""" + response("100 Trying", to="[last_To:]")
_CHALLENGE: Final = 'WWW-Authenticate: Digest realm="carrier", nonce="47ebe028cda119c35d4877b383027d28", algorithm=MD5'
_RINGING: Final = response("180 Ringing")
_PROGRESS: Final = response("183 Session Progress", body=True)
_FOREVER: Final = '  <recv request="BYE" next="ended"/>\n'  # nothing but the CANCEL comes
_REFUSAL: Final = response("{status}", retransmit=True) + '  <recv request="ACK" next="over"/>\n'
# A CANCEL that crosses the answer has no effect (RFC 3261, 9.2): it gets its own 200 and the call goes on to its BYE.
_ANSWER: Final = (
    response("200 OK", body=True, retransmit=True)
    + '  <label id="answered"/>\n'
    + '  <recv request="CANCEL" optional="true" next="too_late"/>\n'
    + '  <recv request="ACK"/>\n'
)
_TOO_LATE: Final = '  <label id="too_late"/>\n' + response("200 OK").replace("<send>", '<send next="answered">')
# A call that is changed while it is up: its re-INVITE is answered with what holds already.
_WAIT_FOR_BYE: Final = (
    '  <label id="talking"/>\n'
    '  <recv request="INVITE" optional="true" next="changed"/>\n'
    '  <recv request="BYE" next="ended"/>\n'
    '  <label id="changed"/>\n'
    + response("200 OK", to="[last_To:]", body=True)
    + '  <recv request="ACK" next="talking"/>\n'
)
_HANG_UP: Final = """{pause}  <send retrans="500"><![CDATA[

BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$callee];tag=[pid]-[call_number]
To:[$caller]
[last_Call-ID:]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200" next="over"/>
"""
_ENDINGS: Final = (
    '  <label id="ended"/>\n'
    + response("200 OK", to="[last_To:]").replace("<send>", '<send next="over">')
    + '  <label id="cancelled"/>\n'
    + response("200 OK")
    + response("487 Request Terminated", cseq="CSeq: [last_cseq_number] INVITE", retransmit=True)
    + '  <recv request="ACK"/>\n  <label id="over"/>\n  <timewait milliseconds="500"/>\n</scenario>\n'
)
