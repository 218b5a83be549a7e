"""The outcome of an inspection: pass the action, refuse it, or check numbers first."""

from dataclasses import dataclass

from gatekeeper.screening.call import NOTHING_SAID, Said


@dataclass(frozen=True, slots=True)
class Pass:
    """The action goes on as it came."""


@dataclass(frozen=True, slots=True)
class Deny:
    """The action is answered with an error.

    Attributes:
        why: one sentence for the client and the log, without a number.
        message: what stands in the answer's `Message`; Asterisk's own words where it has some.
    """

    why: str
    message: str = "Permission denied"


@dataclass(frozen=True, slots=True)
class Check:
    """Every number must be allowed, or the action is answered as one that failed.

    Attributes:
        numbers: as dialled.
        channel: the dial string, or where the call is sent, for the journal.
        campaign: of the call, or "".
        principal: the company that is called for, or "".
        caller_id: the caller ID to be presented, or "".
        said: what the call says of itself beside these.
        originates: whether it is an `Originate`, which is answered as such and carries its decision on.
    """

    numbers: tuple[str, ...]
    channel: str = ""
    campaign: str = ""
    principal: str = ""
    caller_id: str = ""
    originates: bool = False
    said: Said = NOTHING_SAID


Inspection = Pass | Deny | Check

PASSED = Pass()
