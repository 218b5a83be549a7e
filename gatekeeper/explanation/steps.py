"""Steps of a decision: for each provision what it looked at, what it said, and whether that counted."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from gatekeeper.explanation.looked import Shown, hit_text, looked_at
from gatekeeper.policy import Chain, Step, Verdict
from gatekeeper.screening.records import Finding
from gatekeeper.words import Language, Sentence, printed

NO_OPINION: Final = Sentence("no opinion", "sans avis")
_APPLIES_NOT: Final = Sentence("does not apply", "ne s'applique pas")
_VERDICTS: Final = {
    Verdict.ALLOW: Sentence("ALLOW", "PERMIS"),
    Verdict.BLOCK: Sentence("BLOCK", "BLOQUÉ"),
}
_LIFTED: Final = Sentence("lifted", "levé")
_SHADOW: Final = Sentence("in shadow", "à blanc")
_NONE_DECIDES: Final = Sentence(
    "No rule has an opinion, so the call is allowed.", "Aucune règle ne se prononce : l'appel est permis."
)
_DECIDES: Final = Sentence(
    "The marked line decides; those below it are shown for completeness.",
    "La ligne marquée décide ; celles qui la suivent sont indiquées pour être complet.",
)


class Explained(NamedTuple):
    """A provision's part in a decision, with what it looked at."""

    step: Step
    looked_at: str

    @property
    def provision(self) -> str:
        """The id of the provision that speaks, or ""."""
        outcome = self.step.outcome
        return (outcome.provision if outcome else "") or self.step.provision

    @property
    def seen(self) -> str:
        """What it looked at, or the list that its opinion rests on."""
        outcome = self.step.outcome
        return self.looked_at or hit_text(outcome.hit if outcome else None)

    def says(self, lang: Language) -> str:
        """What it says."""
        step = self.step
        if not step.applies:
            return printed(_APPLIES_NOT, lang)
        if step.outcome is None:
            return printed(NO_OPINION, lang)
        marks = [printed(_LIFTED, lang)] if step.lifted else []
        marks += [printed(_SHADOW, lang)] if step.shadow else []
        said = f"{printed(_VERDICTS[step.outcome.verdict], lang)} {step.outcome.reason.value}"
        return f"{said} ({', '.join(marks)})" if marks else said


def explained(finding: Finding, chain: Chain, steps: Sequence[Step], lang: Language, shown: Shown) -> list[Explained]:
    """The steps of a decision, each with what its provision looked at.

    Args:
        finding: what was decided.
        chain: the rules that were asked.
        steps: what each of them said, in the same order.
        lang: the language.
        shown: writes moments.
    """
    attempt, facts = finding.attempt, finding.facts
    return [
        Explained(step, looked_at(provision, attempt, facts, lang, shown) if step.applies else "")
        for step, provision in zip(steps, chain.provisions, strict=True)
    ]


def step_record(one: Explained) -> dict[str, Any]:
    """A step for programs."""
    step, outcome = one.step, one.step.outcome
    return {
        "rule": step.rule,
        "provision": one.provision,
        "applies": step.applies,
        "looked_at": one.looked_at,
        "verdict": outcome.verdict.value if outcome else None,
        "reason": outcome.reason.value if outcome else None,
        "list": outcome.hit.list if outcome and outcome.hit else "",
        "list_version": outcome.hit.version if outcome and outcome.hit else "",
        "proof": outcome.proof if outcome else 0,
        "decides": step.decides,
        "lifted": step.lifted,
        "shadow": step.shadow,
        "legal_basis": step.basis,
    }


def closing(steps: Sequence[Explained], lang: Language) -> str:
    """What stands below the steps: which of them decides, or that none does."""
    return printed(_DECIDES if any(one.step.decides for one in steps) else _NONE_DECIDES, lang)
