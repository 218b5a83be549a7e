"""Tells of an INVITE in which Asterisk says that it is on the loopback, to a carrier that is not.

Asterisk writes the address by which it reaches the next hop into Contact and session description (measured on 16.28
and 22.10): where its transport is bound to every address of the machine, and we are on 127.0.0.1, that is the loopback.
Such a call is set up, has no speech, and its end does not reach Asterisk.
"""

import re
from typing import Final

from gatekeeper.sip.protocol.message import Message
from gatekeeper.sip.protocol.ports import Hop

_CONTACT: Final = re.compile(rb"sips?:(?:[^@>;?]*@)?(?:127\.[0-9.]+|localhost|\[::1\])(?:[:;?>]|$)", re.IGNORECASE)
_MEDIA: Final = (b"\nc=IN IP4 127.", b"\nc=IN IP6 ::1")


def loopback_in(message: Message, hop: Hop) -> str:
    """What of an INVITE names the loopback though it goes to another machine: Contact, its media address, or ""."""
    if hop.host.startswith("127.") or hop.host == "::1":
        return ""
    if _CONTACT.search(message.first("contact")):
        return "Contact"
    return "the media address" if any(line in message.body for line in _MEDIA) else ""
