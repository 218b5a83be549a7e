r"""The answers that Gatekeeper gives in Asterisk's place.

Their form is that of Asterisk 16 and 22, as both were seen to answer: a failed `Originate` that waits gets `Response:
Error` with the message *Originate failed*; one with `Async` gets `Response: Success` and later an `OriginateResponse`
event with `Response: Failure`, which has `Context` and `Exten`, or `Application` and `Data` where it names one. What
Gatekeeper has to say stands in headers of its own, in an event behind Asterisk's, in a response before `Message`: that
is the last header of Asterisk's own answers, and programs wait for it and the empty line (VICIdial's
`AST_send_action_child.pl` for `/Message:.*\n\n/`, ten seconds long).
"""

from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.caller_id import parse_caller_id
from gatekeeper.screening import Answer
from gatekeeper.vocabulary import AnswerHeader

BARRIER_PREFIX: Final = b"gatekeeper-"
_UNKNOWN: Final = b"<unknown>"
_CONTROL: Final = bytes(range(32)) + b"\x7f"

_REFUSAL: Final = AnswerHeader.REFUSAL.encode()
_REASON: Final = AnswerHeader.REASON.encode()
_LIST: Final = AnswerHeader.LIST.encode()
_DECISION: Final = AnswerHeader.DECISION.encode()
_PROVISION: Final = AnswerHeader.PROVISION.encode()
_RETRY_AT: Final = AnswerHeader.RETRY_AT.encode()


def refusal(action: Action, message: str, why: str = "") -> bytes:
    """An error for an action that may not pass.

    Args:
        action: the action.
        message: what Asterisk's own answer would say.
        why: Gatekeeper's sentence, or "".
    """
    extra = [(_REFUSAL, why.encode("utf-8", "replace"))] if why else []
    return _response(b"Error", action, message, extra)


def blocked(action: Action, answer: Answer, *, originates: bool) -> tuple[bytes, bytes]:
    """The answer to an action whose call may not be placed, and the event that follows it, or b"".

    Args:
        action: the action.
        answer: what screening said.
        originates: whether it is an `Originate`, which Asterisk answers in two forms.
    """
    ours = [
        (_REASON, answer.reason.value.encode()),
        (_LIST, answer.list.encode()),
        (_DECISION, answer.id.encode()),
        (_PROVISION, answer.provision.encode()),
        (_RETRY_AT, answer.retry.encode()),
    ]
    if not originates:
        return _response(b"Error", action, "Permission denied", ours), b""
    if not action.is_true("Async"):
        return _response(b"Error", action, "Originate failed", ours), b""
    return _response(b"Success", action, "Originate successfully queued", []), _originate_response(action, ours)


def barrier(nonce: bytes) -> bytes:
    """A `Ping` whose answer shows that Asterisk has answered everything before it."""
    return b"Action: Ping\r\nActionID: " + nonce + b"\r\n\r\n"


def _originate_response(action: Action, ours: list[tuple[bytes, bytes]]) -> bytes:
    caller = parse_caller_id(action.get("CallerID"))
    if action.octets_of("Application"):
        goes_to = [(b"Application", action.octets_of("Application")), (b"Data", action.octets_of("Data"))]
    else:
        goes_to = [(b"Context", action.octets_of("Context")), (b"Exten", action.octets_of("Exten"))]
    return _message([
        (b"Event", b"OriginateResponse"),
        (b"Privilege", b"call,all"),
        *_action_id(action),
        (b"Response", b"Failure"),
        (b"Channel", action.octets_of("Channel")),
        *goes_to,
        (b"Reason", b"0"),
        (b"Uniqueid", _UNKNOWN),
        (b"CallerIDNum", caller.number.encode("utf-8", "surrogateescape") or _UNKNOWN),
        (b"CallerIDName", caller.name.encode("utf-8", "surrogateescape") or _UNKNOWN),
        *ours,
    ])  # fmt: skip


def _response(response: bytes, action: Action, message: str, extra: list[tuple[bytes, bytes]]) -> bytes:
    return _message([(b"Response", response), *_action_id(action), *extra, (b"Message", message.encode())])


def _action_id(action: Action) -> list[tuple[bytes, bytes]]:
    return [(b"ActionID", action.action_id)] if action.action_id else []


def _message(headers: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%s: %s\r\n" % (name, value.translate(None, _CONTROL)) for name, value in headers) + b"\r\n"
