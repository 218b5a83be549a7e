"""A ban on prospecting in a trade, which no consent lifts; only what it excepts."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.call import Purpose
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.ledger import ConsentState, ConsentTerms
from gatekeeper.policy.needs import CallBackNeed, ConsentNeed, ContractNeed, Need, RequestState, the_one
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

# Which contracts a campaign is about is the site's own word; a trade that is banned takes only the goods themselves.
_RUNNING = the_one(ContractNeed(related=True, by_subjects=False))
_BANNED = Outcome(Verdict.BLOCK, Reason.SECTOR_BANNED)


@dataclass(frozen=True)
class Ban(Rule):
    """Blocks a call for a trade, or about goods, that its provision's scope names.

    Attributes:
        contract: whether a running contract about these goods excepts a call.
        consent: what is asked of a consent that excepts one; None where none does.
        request: what is asked of a request to be called back that excepts one; None where none does.
        exception: the id of the provision that excepts; "" for the ban's own.
    """

    name: ClassVar[str] = "ban"

    contract: bool = False
    consent: ConsentTerms | None = None
    request: CallBackNeed | None = None
    exception: str = ""

    @cached_property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        needed: list[Need] = [_RUNNING] if self.contract else []
        if self.consent is not None:
            needed.append(the_one(ConsentNeed(self.consent)))
        return tuple([*needed, the_one(self.request)] if self.request is not None else needed)

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if self.contract:
            register = facts.of(_RUNNING)
            if register is not None:
                return Outcome(Verdict.ALLOW, Reason.CONTRACT, register, ground=True, provision=self.exception)
        if self.consent is not None:
            standing = facts.of(the_one(ConsentNeed(self.consent)))
            if standing.state is ConsentState.VALID or (attempt.timeless and standing.opens_at):
                return Outcome(
                    Verdict.ALLOW, Reason.CONSENT, ground=True, provision=self.exception, proof=standing.ident
                )
        if self.request is None or attempt.call.purpose is not Purpose.CALL_BACK:
            return _BANNED
        state = facts.of(the_one(self.request))
        if state is RequestState.VALID:
            return Outcome(Verdict.ALLOW, Reason.CALL_BACK, ground=True, provision=self.exception)
        return _BANNED if state is RequestState.NONE else _BANNED._replace(provision=self.exception)

    def cures(self, _attempt: Attempt, facts: Facts, /) -> int:  # noqa: D102 - as in Rule
        return (self.consent and facts.of(the_one(ConsentNeed(self.consent))).opens_at) or NEVER
