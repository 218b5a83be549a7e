"""The attempt: one call that somebody wants to place, as the rules see it."""

from enum import StrEnum
from typing import NamedTuple

from gatekeeper.phone import Callee
from gatekeeper.policy.call import PLAIN_CALL, Call, Purpose
from gatekeeper.territory import NOWHERE, Place

ALL_LISTS = "*"
"""In a campaign's lists: every opposition list there is."""

DEFAULT_CAMPAIGN = "default"
"""The campaign of a call that names none, or names one that is not configured."""


class Gate(StrEnum):
    """Where the attempt was met."""

    GOSUB = "GOSUB"
    """The dialplan subroutine."""
    PREDIAL = "PREDIAL"
    """The pre-dial handler on the callee channel of a `Dial`."""
    CONTEXT = "CONTEXT"
    """The context that dials through the gate."""
    FASTAGI = "FASTAGI"
    """A FastAGI request that does not say from which form of the dialplan gate it comes."""
    AGI_SCRIPT = "AGI_SCRIPT"
    """The plain AGI script."""
    AMI_PROXY = "AMI_PROXY"
    """An `Originate` or another action on its way through the AMI proxy."""
    SIP_GATE = "SIP_GATE"
    """An INVITE on its way to a carrier."""
    WATCHDOG = "WATCHDOG"
    """A call that Asterisk was already dialling when it was seen."""
    CLI = "CLI"
    """A question on the command line."""
    API = "API"
    """A program that is about to place a call elsewhere, over the interface."""
    API_ASK = "API_ASK"
    """A program's question over the interface about a call that it does not place: no call is let by."""


class Period(NamedTuple):
    """A time, in microseconds since the epoch.

    Attributes:
        since: its first moment.
        until: its end, which is not part of it.
    """

    since: int
    until: int


class Campaign(NamedTuple):
    """What a campaign asks of the gate.

    Attributes:
        name: as configured; `default` serves calls that name no configured campaign.
        lists: the opposition lists that apply, in the order in which they are asked; `*` stands for all.
            Red lists always apply and are not named here.
        principal: the company that is called for, unless the call names one.
        purpose: what it calls for.
        subjects: the subjects of contracts that its calls are about; none stands for any.
        call: what it says of its calls.
        call_may_loosen: what a call may say of itself that makes the law less strict than the campaign has it.
    """

    name: str = DEFAULT_CAMPAIGN
    lists: tuple[str, ...] = (ALL_LISTS,)
    principal: str = ""
    purpose: Purpose = Purpose.PROSPECTING
    subjects: tuple[str, ...] = ()
    call: Call = PLAIN_CALL
    call_may_loosen: frozenset[str] = frozenset({"postcode"})


class Attempt(NamedTuple):
    """One call that somebody wants to place, as far as a rule may see it.

    The number is not part of it: rules see a `Callee`, and what the sources of facts say of the number. Both have
    finitely many values, so one of each sort decides for all where many are decided on at once.

    Attributes:
        callee: what may be known of the dialled number.
        at: the moment, in microseconds since the epoch (UTC).
        campaign: the campaign it belongs to.
        principal: the company that is called for, or "".
        caller_id: the caller ID to be presented, as given, or "".
        gate: where the attempt was met.
        place: where the callee may be; `NOWHERE` where the law does not look at it.
        call: what is said of the call.
        timeless: whether it is asked if the call may be placed at some time; then what time cures does not block.
        begun: when the call began, which hours of a law are judged by: a gate may meet it later; 0 for at `at`.
    """

    callee: Callee
    at: int
    campaign: Campaign
    principal: str
    caller_id: str
    gate: Gate
    place: Place = NOWHERE
    call: Call = PLAIN_CALL
    timeless: bool = False
    begun: int = 0
