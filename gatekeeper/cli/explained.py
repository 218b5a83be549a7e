"""Explanation of a decision: for each provision what it looked at, what it said, and whether that counted."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from gatekeeper.cli.looked import hit_text, looked_at
from gatekeeper.cli.output import console, table
from gatekeeper.policy import Chain, Step
from gatekeeper.screening.records import Finding
from gatekeeper.words import Language, Sentence, sentence


class Explained(NamedTuple):
    """A provision's part in a decision, with what it looked at."""

    step: Step
    looked_at: str


_HEADINGS: Final = {
    "provision": Sentence("Provision", "Disposition"),
    "rule": Sentence("Rule", "Règle"),
    "says": Sentence("Says", "Avis"),
    "looked_at": Sentence("Looked at", "A examiné"),
    "basis": Sentence("Legal basis", "Fondement"),
}
_NO_OPINION: Final = Sentence("no opinion", "sans avis")
_APPLIES_NOT: Final = Sentence("does not apply", "ne s'applique pas")
_LIFTED: Final = Sentence("lifted", "levé")
_SHADOW: Final = Sentence("in shadow", "à blanc")
_NONE_DECIDES: Final = Sentence(
    "No rule has an opinion, so the call is allowed.", "Aucune règle ne se prononce : l'appel est permis."
)
_DECIDES: Final = Sentence(
    "The marked line decides; those below it are shown for completeness.",
    "La ligne marquée décide ; celles qui la suivent sont indiquées pour être complet.",
)


def explained(finding: Finding, chain: Chain, steps: Sequence[Step], lang: Language) -> list[Explained]:
    """The steps of a decision, each with what its provision looked at.

    Args:
        finding: what was decided.
        chain: the rules that were asked.
        steps: what each of them said, in the same order.
        lang: the language.
    """
    attempt, facts = finding.attempt, finding.facts
    return [
        Explained(step, looked_at(provision, attempt, facts, lang) if step.applies else "")
        for step, provision in zip(steps, chain.provisions, strict=True)
    ]


def step_record(one: Explained) -> dict[str, Any]:
    """A step for programs."""
    step, outcome = one.step, one.step.outcome
    return {
        "rule": step.rule,
        "provision": (outcome.provision if outcome else "") or step.provision,
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


def show_steps(steps: Sequence[Explained], lang: Language) -> None:
    """What each provision says, in order."""
    named = any(one.step.provision for one in steps)
    heads = {name: sentence(said, lang) for name, said in _HEADINGS.items() if named or name != "provision"}
    made = table("", *heads.values(), wrap=tuple(heads[name] for name in ("says", "looked_at", "basis")))
    decided = False
    for one in steps:
        step = one.step
        style = "bold" if step.decides else "dim" if decided or not step.outcome else ""
        provision = (step.outcome.provision if step.outcome else "") or step.provision
        cells = [provision] if named else []
        cells += [step.rule, _says(step, lang), one.looked_at or _hit(step), step.basis]
        made.add_row("→" if step.decides else "", *cells, style=style)
        decided = decided or step.decides
    out = console()
    out.print()
    out.print(made)
    out.print(sentence(_DECIDES if decided else _NONE_DECIDES, lang), style="dim" if decided else "")


def _hit(step: Step) -> str:
    return hit_text(step.outcome.hit if step.outcome else None)


def _says(step: Step, lang: Language) -> str:
    if not step.applies:
        return sentence(_APPLIES_NOT, lang)
    if step.outcome is None:
        return sentence(_NO_OPINION, lang)
    marks = [sentence(_LIFTED, lang)] if step.lifted else []
    marks += [sentence(_SHADOW, lang)] if step.shadow else []
    said = f"{step.outcome.verdict.value} {step.outcome.reason.value}"
    return f"{said} ({', '.join(marks)})" if marks else said
