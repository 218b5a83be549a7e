"""What a call says of itself: for whom, about what, to whom and how it is dialled. Pure."""

from enum import StrEnum
from typing import Final, NamedTuple


class Purpose(StrEnum):
    """What is called for. Laws on prospecting do not bind all of them."""

    PROSPECTING = "prospecting"
    RUNNING_CONTRACT = "running-contract"
    """About the object of a contract that runs."""
    CALL_BACK = "callback"
    """The consumer asked to be called back."""
    SERVICE = "service"
    """About something that was bought or agreed, with no word that promotes: an appointment's reminder, a delivery."""
    SURVEY = "survey"
    NON_PROFIT = "non-profit"
    """Of a body that sells nothing."""
    CHARITY = "charity"
    """A charity that asks for gifts."""
    PRESS = "press"
    """Subscriptions to newspapers, journals and magazines."""
    PUBLIC_SERVICE = "public-service"


class DialMode(StrEnum):
    """How a call is dialled, the mode that laws are strictest about last."""

    MANUAL = "manual"
    """A person dials, call by call."""
    PREVIEW = "preview"
    """A person sees the record and has it dialled."""
    PROGRESSIVE = "progressive"
    """A machine dials as soon as an agent is free."""
    PREDICTIVE = "predictive"
    """A machine dials before an agent is free."""
    VOICE_AGENT = "voice-agent"
    """The agent is a machine that listens and answers. Laws count it as a robot, unless a switch says otherwise."""
    ROBOT = "robot"
    """No agent: a recording, or a voice that a machine makes."""


class CalleeKind(StrEnum):
    """Whom the law sees in the callee, the better protected last."""

    BUSINESS = "business"
    """A legal person, or somebody called about the own trade."""
    CONSUMER = "consumer"
    """A natural person outside of any trade."""


class CallerIdKind(StrEnum):
    """What a presented caller ID is."""

    WITHHELD = "withheld"
    E164 = "e164"
    SHORT = "short"
    """A short number, such as 3260."""
    UNREADABLE = "unreadable"


class CallerId(NamedTuple):
    """The caller ID that a call presents.

    Attributes:
        kind: what it is.
        digits: E.164 without the plus sign, or the short number; "" for the others.
    """

    kind: CallerIdKind
    digits: str = ""


WITHHELD: Final = CallerId(CallerIdKind.WITHHELD)


class Call(NamedTuple):
    """What is said of a call, by its campaign or by itself. Rules may look at all of it.

    Attributes:
        purpose: what is called for.
        sectors: the trades that it is for: one, or two where campaign and call say different things. Both then count.
        goods: the kinds of goods or services that it is about; of the two in the same way.
        dial_mode: how it is dialled.
        callee: whom it calls; where campaign and call say different things, the better protected.
        also_callee: then the other one, whose protection counts, too; else None.
        subcontractor: who calls for the principal, or "".
        caller_id: what the callee is shown.
        own_caller_ids: the caller IDs (E.164) assigned to the principal, as configured; none where that is not said.
    """

    purpose: Purpose = Purpose.PROSPECTING
    sectors: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    dial_mode: DialMode = DialMode.PREDICTIVE
    callee: CalleeKind = CalleeKind.CONSUMER
    subcontractor: str = ""
    caller_id: CallerId = WITHHELD
    own_caller_ids: tuple[str, ...] = ()
    also_callee: CalleeKind | None = None

    @property
    def callees(self) -> tuple[CalleeKind, ...]:
        """Whom it may call, the better protected first."""
        return (self.callee,) if self.also_callee is None else (self.callee, self.also_callee)


PLAIN_CALL: Final = Call()
"""What is taken for granted where nobody says anything: the strictest of everything but a robot."""
