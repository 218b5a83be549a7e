"""Counters of the SIP gate's core."""

from dataclasses import dataclass


@dataclass(slots=True)
class SipCounters:
    """What the core has seen since its start.

    Attributes:
        invites: calls that were asked about.
        allowed: of these, let by.
        refused: of these, refused.
        repeated: INVITEs that came again.
        cancelled: calls that were cancelled before they were decided on.
        passed: other requests that were sent on.
        returned: responses of carriers that were sent back.
        failed_over: calls that went to another carrier, for the first could not be reached, or sent them back (503).
        unreachable: calls for which no carrier could be reached.
        full: calls that were answered 503, because too many were remembered.
        no_trunk: requests that no trunk could be found for.
        unreadable: messages that could not be read and were dropped.
        stray: messages that belong to nothing, or came from where they should not, and were dropped.
    """

    invites: int = 0
    allowed: int = 0
    refused: int = 0
    repeated: int = 0
    cancelled: int = 0
    passed: int = 0
    returned: int = 0
    failed_over: int = 0
    unreachable: int = 0
    full: int = 0
    no_trunk: int = 0
    unreadable: int = 0
    stray: int = 0
