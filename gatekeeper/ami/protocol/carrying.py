"""Variables that an originate carries on: the ids of its decisions, for the gates that the call meets behind this one.

They stand in a variable that channels inherit, for a dialplan. A channel that leads straight to a trunk meets no
dialplan before its INVITE; where that trunk has the SIP gate, they stand in a header of the INVITE as well. Asterisk
sets it on the channel before it dials, with a function as with a variable: measured on 16.28 and 22.10, PJSIP and
chan_sip, with `Async` and without.
"""

from collections.abc import Sequence
from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.screening.recent import MOST_NAMED
from gatekeeper.vocabulary import ChannelVariable, SipHeader

_CARRIED: Final = f"Variable: __{ChannelVariable.DECISION}="
_SEPARATOR: Final = "&"
_IN_HEADER: Final = {
    "pjsip": f",PJSIP_HEADER(add,{SipHeader.DECISION})=",
    # chan_sip takes every variable whose name begins so; this one is nobody else's.
    "sip": f",SIPADDHEADERGATEKEEPER={SipHeader.DECISION}: ",
}
_SEPARATOR_ENCODED: Final = "%26"


def with_decisions(action: Action, ids: Sequence[str], gated: frozenset[str]) -> bytes:
    """An originate with one header more. All else is as it came.

    Args:
        action: the originate.
        ids: its decisions; of very many, the first, as many as a gate looks at: the line must not get too long.
        gated: the endpoints whose way out is the SIP gate. Others would send a header to their carrier.
    """
    octets, end = action.octets, action.line_end
    shown = ids[:MOST_NAMED]
    carried = _CARRIED + _SEPARATOR.join(shown)
    if gated:
        technology, endpoint = _endpoint_of(action.get("Channel"))
        if endpoint in gated:
            carried += _IN_HEADER[technology] + _SEPARATOR_ENCODED.join(shown)
    # The last line is empty; it may end otherwise than the lines before it.
    empty = len(end)
    return octets[:-empty] + carried.encode() + end + octets[-empty:]


def _endpoint_of(channel: str) -> tuple[str, str]:
    """Technology and endpoint of `PJSIP/number@endpoint`, `PJSIP/endpoint/sip:...`, `SIP/peer/number`; else ""."""
    technology, _, resource = channel.strip().partition("/")
    technology = technology.strip().lower()
    if technology not in _IN_HEADER:
        return "", ""
    return technology, resource.partition("/")[0].rpartition("@")[2]
