"""What an originate carries on: the variable that a dialplan inherits, and the header that the SIP gate reads."""

import pytest

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.carrying import with_decisions
from gatekeeper.ami.protocol.wire import MAX_LINE, RawAction

GATED = frozenset({"gated", "other"})
VARIABLE = "Variable: __GATEKEEPER_DECISION=01A&01B"
PJSIP = ",PJSIP_HEADER(add,X-Gatekeeper-Decision)=01A%2601B"
CHAN_SIP = ",SIPADDHEADERGATEKEEPER=X-Gatekeeper-Decision: 01A%2601B"


def originate(channel: str, end: str = "\r\n") -> Action:
    """An originate of this channel."""
    lines = ["Action: Originate", f"Channel: {channel}"]
    octets = end.join([*lines, "", ""]).encode()
    return Action(RawAction(octets, tuple(line.encode() for line in lines)))


@pytest.mark.parametrize(
    ("channel", "header"),
    [
        ("PJSIP/0612345678@gated", PJSIP),
        ("pjsip/0612345678@other", PJSIP),
        ("PJSIP/gated/sip:0612345678@10.0.0.1", PJSIP),
        ("PJSIP/0612345678@gated/sip:10.0.0.1", PJSIP),
        ("SIP/gated/0612345678", CHAN_SIP),
        ("SIP/0612345678@gated", CHAN_SIP),
        # Not behind the gate: their carrier would see it
        ("PJSIP/0612345678@trunk", ""),
        ("PJSIP/trunk/sip:0612345678@gated", ""),
        ("PJSIP/gated@trunk", ""),
        ("SIP/trunk/gated", ""),
        ("SIP/trunk/0612345678@gated", ""),
        # A dialplan tells the gate
        ("Local/0612345678@gated", ""),
        # Has no headers
        ("IAX2/gated/0612345678", ""),
        ("DAHDI/g1/0612345678", ""),
        ("gated", ""),
        ("", ""),
    ],
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_the_trunk_decides_whether_the_gate_is_told(channel: str, header: str, end: str) -> None:
    """It is one header more of the action, the last one."""
    action = originate(channel, end)
    added = f"{VARIABLE}{header}{end}"
    assert with_decisions(action, ["01A", "01B"], GATED) == action.octets[: -len(end)] + f"{added}{end}".encode()
    assert with_decisions(action, ["01A", "01B"], frozenset()) == (
        action.octets[: -len(end)] + f"{VARIABLE}{end}{end}".encode()
    )


@pytest.mark.parametrize("channel", ["PJSIP/06@gated", "SIP/gated/06"])
def test_the_line_is_one_for_asterisk_however_many_are_called(channel: str) -> None:
    """It reads a longer one as two actions."""
    carried = with_decisions(originate(channel), [f"01K{number:023}" for number in range(60)], GATED)
    assert max(map(len, carried.split(b"\r\n"))) < MAX_LINE
