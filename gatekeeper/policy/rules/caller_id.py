"""The caller ID that a call presents: shown, the principal's own, of a range that the law lets be used."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.call import CallerId, CallerIdKind
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.ledger import name_key
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_REFUSED = Outcome(Verdict.BLOCK, Reason.CALLER_ID)


@dataclass(frozen=True)
class CallerIdRanges(Rule):
    """Blocks a call whose caller ID the law does not let it present.

    A range is the beginning of a number: with a plus sign of an E.164 number ("+3389"), without one of a short number
    ("118"). A caller ID that is withheld, or can't be read, is refused.

    Attributes:
        allowed: the ranges that may be presented; none for all.
        forbidden: the ranges that must not be.
        but: ranges within `forbidden` that may.
        short: whether a short number may be presented at all.
        own: whether it must be one that is configured as the principal's, where any is. Those of a campaign are its own
            principal's: a call that is for another one has none among them.
    """

    name: ClassVar[str] = "caller_id"

    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    short: bool = True
    own: bool = False

    def __call__(self, attempt: Attempt, _facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        call = attempt.call
        shown = _shown(call.caller_id)
        if not shown or (call.caller_id.kind is CallerIdKind.SHORT and not self.short):
            return _REFUSED
        if self.allowed and not shown.startswith(self.allowed):
            return _REFUSED
        if shown.startswith(self.forbidden) and not (self.but and shown.startswith(self.but)):
            return _REFUSED
        if self.own and call.own_caller_ids and not (shown in call.own_caller_ids and _for_its_principal(attempt)):
            return _REFUSED
        return None


def _for_its_principal(attempt: Attempt) -> bool:
    """Whether a call is for the principal that its campaign names, if that names one."""
    principal = attempt.campaign.principal
    return not principal or name_key(attempt.principal) == name_key(principal)


def _shown(caller_id: CallerId) -> str:
    if caller_id.kind is CallerIdKind.E164:
        return f"+{caller_id.digits}"
    return caller_id.digits if caller_id.kind is CallerIdKind.SHORT else ""
