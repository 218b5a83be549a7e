"""Requests that begin no call, before they go on: refuses what in one could make a carrier place a call after all.

| request | goes on with |
|---|---|
| INVITE and UPDATE of a dialog, PRACK, ACK, CANCEL | a description of a session (SDP), or nothing |
| INFO | digits (DTMF), a request for a picture, or nothing |
| SUBSCRIBE, PUBLISH | events that let nobody be called |
| BYE, MESSAGE, NOTIFY, OPTIONS, REGISTER | anything |
"""

from typing import Final

from gatekeeper.sip.protocol import answers
from gatekeeper.sip.protocol.elsewhere import LEAD_ELSEWHERE, doubts_of, is_session, strange_tags
from gatekeeper.sip.protocol.message import Message

_OF_SESSIONS: Final = frozenset({"ACK", "CANCEL", "INVITE", "PRACK", "UPDATE"})
_OF_INFO: Final = frozenset({
    b"application/dtmf", b"application/dtmf-relay", b"application/media_control+xml", b"audio/telephone-event",
})  # fmt: skip
"""What an INFO may carry; with a body of CSTA (ECMA-323, TR/87) it places calls."""

_CALLING_EVENTS: Final = frozenset({b"call-completion", b"refer"})
"""Events of which a carrier calls somebody: when a line is free again (RFC 6910), and by a REFER (RFC 3515)."""


def hindrance(message: Message) -> answers.Lines | None:
    """The answer to a request that does not go on; None for one that may."""
    values, method = message.values, message.method
    if not values.keys().isdisjoint(LEAD_ELSEWHERE):
        return answers.LEADS_ELSEWHERE
    if "proxy-require" in values:
        return answers.bad_extension(values["proxy-require"])
    if method in _OF_SESSIONS:
        return _of_session(message)
    kind = message.first("content-type").partition(b";")[0].strip().lower()
    if method == "INFO" and (message.body or kind) and kind not in _OF_INFO:
        return answers.NO_SUCH_INFO
    if method in ("SUBSCRIBE", "PUBLISH") and _calls_somebody(message):
        return answers.BAD_EVENT
    return None


def _of_session(message: Message) -> answers.Lines | None:
    if not any(True for _ in doubts_of(message)):
        return None
    if tags := strange_tags(message):
        return answers.bad_extension([", ".join(tags).encode("ascii", "replace")])
    return answers.BAD_REQUEST if is_session(message) else answers.NO_SUCH_BODY


def _calls_somebody(message: Message) -> bool:
    events = [value.partition(b";")[0].strip().lower() for value in message.values.get("event", ())]
    return any(event.partition(b".")[0] in _CALLING_EVENTS for event in events)
