"""Rights of manager users: what they may do and see, as Asterisk itself has shown.

No action tells a client's rights, so the proxy tries: an action without its headers does nothing, and is answered with
*Permission denied* or with what is missing; and an originate to a channel that can't exist shows whether the client is
sent its `OriginateResponse`. Only a right that was seen is remembered. One taken away since costs a needless question
at most, for Asterisk refuses all the same.
"""

from typing import Final

READS_CALLS: Final = "(reads calls)"
"""Stands where an action's name stands: events of the class `call` are sent to the user."""

_REFUSALS: Final = ("Permission denied", "Invalid/unknown command")


class Rights:
    """The rights that were seen, of all users."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def has(self, user: str, right: str) -> bool:
        """Whether a user was seen to have a right."""
        return (user, right) in self._seen

    def add(self, user: str, right: str) -> None:
        """A user was seen to have one."""
        self._seen.add((user, right))


def trial(name: str, nonce: bytes) -> bytes:
    """An action that does nothing but be refused, if Asterisk refuses it to this client."""
    return b"Action: " + name.encode() + b"\r\nActionID: " + nonce + b"\r\n\r\n"


def failing_originate(nonce: bytes) -> bytes:
    """An originate that fails at once, with its event: there is no such technology."""
    return (
        b"Action: Originate\r\nActionID: " + nonce + b"\r\nChannel: Gatekeeper/blocked\r\n"
        b"Application: Hangup\r\nAsync: true\r\n\r\n"
    )  # fmt: skip


def refusal_in(answer: bytes) -> str:
    """What Asterisk's answer to a trial says where it refuses the action, or ""."""
    return next((text for text in _REFUSALS if b"\r\nMessage: " + text.encode() + b"\r\n" in answer), "")
