"""Surveys, non-profit bodies that sell nothing, the press, public services: no prospecting, so no opposition to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt, Period
from gatekeeper.policy.call import Purpose
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import LISTS_SPEAK, Reason
from gatekeeper.policy.rule import Rule

_EXEMPT = Outcome(Verdict.ALLOW, Reason.EXEMPT_PURPOSE, lifts=LISTS_SPEAK)


@dataclass(frozen=True)
class ExemptPurpose(Rule):
    """Lifts what the lists say, where the campaign's purpose is exempt at the moment of the call.

    It stands behind the red lists, which no purpose lifts. The decision names the list that it lifts. From when until
    when a purpose is exempt is a parameter: laws change.

    Attributes:
        periods: by purpose from when until when it is exempt; a purpose that is not there never is.
    """

    name: ClassVar[str] = "exempt_purpose"

    periods: Mapping[Purpose, Period] = field(default_factory=dict)

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if facts.listed is None and facts.stale is None and facts.unscrubbed is None:
            return None  # nothing to lift; most calls are done here
        period = self.periods.get(attempt.campaign.purpose)
        return _EXEMPT if period is not None and period.since <= attempt.at < period.until else None
