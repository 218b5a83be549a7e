"""SIPp's scenario of a carrier that does all that dialogs know, for a call that comes through one proxy.

422 with a Min-SE (RFC 4028); 183 with SDP that is to be acknowledged by PRACK (RFC 3262); an UPDATE before the answer
(RFC 3311); an answer that agrees on a session timer which the caller is to refresh; then UPDATE, re-INVITE and BYE. It
stands behind a proxy of its own: Contact leads nowhere, and the Record-Route to where SIPp is.
"""

from typing import Any, Final

from lab.scenario import RECORDING, response

MIN_SE: Final = 120
"""The shortest session timer that it takes, in seconds; what it answers is this."""

CONTACT: Final = "sip:far@192.0.2.99:5099"
"""Its Contact: an address that nobody has (RFC 5737)."""

EARLY_MS: Final = 1500
"""For how long it waits for an UPDATE before it answers."""


def session_scenario() -> str:
    """Return the scenario as SIPp's XML."""
    return (
        _BEGINNING
        + _response("422 Session Interval Too Small", more=f"Min-SE: {MIN_SE}")
        + _AGAIN
        + _response("183 Session Progress", more="Require: 100rel\nRSeq: 1", opens=True, body=True)
        + '  <recv request="PRACK"/>\n'
        + _response("200 OK", to="[last_To:]")
        + f'  <recv request="UPDATE" timeout="{EARLY_MS}" ontimeout="answer"/>\n'
        + _response("200 OK", to="[last_To:]", opens=True)
        + '  <label id="answer"/>\n'
        + _response("200 OK", more=_TIMER, opens=True, body=True).replace(_LAST, _FIRST).replace(_CSEQ, _FIRST_CSEQ)
        + '  <recv request="ACK"/>\n  <label id="talking"/>\n'
        + '  <recv request="UPDATE" optional="true" next="updated"/>\n'
        + '  <recv request="INVITE" optional="true" next="changed"/>\n'
        + '  <recv request="BYE" next="ended"/>\n  <label id="updated"/>\n'
        + _response("200 OK", to="[last_To:]", more=_TIMER, opens=True, body=True).replace("<send>", _TALK)
        + '  <label id="changed"/>\n'
        + _response("200 OK", to="[last_To:]", more=_TIMER, opens=True, body=True)
        + '  <recv request="ACK" next="talking"/>\n  <label id="ended"/>\n'
        + _response("200 OK", to="[last_To:]")
        + '  <timewait milliseconds="500"/>\n</scenario>\n'
    )


def _response(start: str, *, more: str = "", opens: bool = False, **options: Any) -> str:
    opening = f"Record-Route: <sip:[local_ip]:[local_port];lr>\nContact: <{CONTACT}>\n" if opens else ""
    return response(start, headers=f"{opening}{_ALLOW}" + (f"\n{more}" if more else ""), **options)


_ALLOW: Final = "Allow: INVITE, ACK, BYE, CANCEL, PRACK, UPDATE\nSupported: 100rel, timer"
_TIMER: Final = f"Require: timer\nSession-Expires: {MIN_SE};refresher=uac"
_LAST: Final = "[last_Via:]"
_CSEQ: Final = "[last_CSeq:]"
# PRACK and UPDATE come between the INVITE and its answer, which has the INVITE's two Vias.
_FIRST: Final = "Via:[$gate]\nVia:[$asterisk]"
_FIRST_CSEQ: Final = "CSeq:[$cseq]"
_TALK: Final = '<send next="talking">'
_BEGINNING: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="sessions">
  <recv request="INVITE">
{RECORDING}  </recv>
"""
_AGAIN: Final = """  <recv request="ACK"/>
  <recv request="INVITE">
    <action>
      <ereg regexp=".*" search_in="hdr" header="Via:" occurrence="1" assign_to="gate"/>
      <ereg regexp=".*" search_in="hdr" header="Via:" occurrence="2" assign_to="asterisk"/>
      <ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>
    </action>
  </recv>
"""
