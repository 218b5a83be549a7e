"""The basis of a call: a law that lets nobody be called without one - a consent, a contract, a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.call import Purpose
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.ledger import ConsentStanding, ConsentState, ConsentTerms
from gatekeeper.policy.needs import CallBackNeed, ConsentNeed, ContractNeed, Need, RequestState, the_one
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_RUNNING = the_one(ContractNeed(related=True))

_REASONS: dict[ConsentState, Reason] = {
    ConsentState.NONE: Reason.NO_BASIS,
    ConsentState.WITHDRAWN: Reason.CONSENT_WITHDRAWN,
    ConsentState.FORM: Reason.CONSENT_INCOMPLETE,
    ConsentState.PROOF: Reason.CONSENT_UNPROVED,
    ConsentState.TIME: Reason.CONSENT_TIME,
}


@dataclass(frozen=True)
class Basis(Rule):
    """Blocks a call that rests on nothing that the law accepts; else it gives the ground.

    Attributes:
        consent: what the law asks of a consent; None where a consent is no basis.
        contract: whether a running contract about the call's goods is one.
        request: what the law asks of a request to be called back; None where it is no basis. It is one of calls whose
            purpose is to call back.
        flaws: by what is wrong with a consent the id of the provision that it offends.
    """

    name: ClassVar[str] = "basis"

    consent: ConsentTerms | None = None
    contract: bool = False
    request: CallBackNeed | None = None
    flaws: Mapping[ConsentState, str] = field(default_factory=dict, hash=False)

    @cached_property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        needed: list[Need] = [the_one(ConsentNeed(self.consent))] if self.consent is not None else []
        if self.contract:
            needed.append(_RUNNING)
        if self.request is not None:
            needed.append(the_one(self.request))
        return tuple(needed)

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        standing = self._standing(facts)
        if standing.state is ConsentState.VALID:
            return Outcome(Verdict.ALLOW, Reason.CONSENT, ground=True, proof=standing.ident)
        if self.contract:
            register = facts.of(_RUNNING)
            if register is not None:
                return Outcome(Verdict.ALLOW, Reason.CONTRACT, register, ground=True)
        asked_for = self.request is not None and attempt.call.purpose is Purpose.CALL_BACK
        if asked_for and self.request is not None and facts.of(the_one(self.request)) is RequestState.VALID:
            return Outcome(Verdict.ALLOW, Reason.CALL_BACK, ground=True)
        if attempt.timeless and standing.opens_at:
            return Outcome(Verdict.ALLOW, Reason.CONSENT, ground=True, proof=standing.ident)
        flaw = self.flaws.get(standing.state, "")
        return Outcome(Verdict.BLOCK, _REASONS[standing.state], provision=flaw, proof=standing.ident)

    def cures(self, _attempt: Attempt, facts: Facts, /) -> int:  # noqa: D102 - as in Rule
        return self._standing(facts).opens_at or NEVER

    def _standing(self, facts: Facts) -> ConsentStanding:
        if self.consent is None:
            return ConsentStanding(ConsentState.NONE)
        return facts.of(self.needs[0])  # type: ignore[return-value]  # the consent is its first need
