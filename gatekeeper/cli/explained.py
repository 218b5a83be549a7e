"""Explanation of a decision on a terminal: a line for each provision."""

from collections.abc import Sequence
from typing import Final

from gatekeeper.cli.output import console, table
from gatekeeper.explanation import Explained, closing
from gatekeeper.words import Language, Sentence, printed

_HEADINGS: Final = {
    "provision": Sentence("Provision", "Disposition"),
    "rule": Sentence("Rule", "Règle"),
    "says": Sentence("Says", "Avis"),
    "looked_at": Sentence("Looked at", "A examiné"),
    "basis": Sentence("Legal basis", "Fondement"),
}


def show_steps(steps: Sequence[Explained], lang: Language) -> None:
    """What each provision says, in order."""
    named = any(one.step.provision for one in steps)
    heads = {name: printed(said, lang) for name, said in _HEADINGS.items() if named or name != "provision"}
    made = table("", *heads.values(), wrap=tuple(heads[name] for name in ("says", "looked_at", "basis")))
    decided = False
    for one in steps:
        step = one.step
        style = "bold" if step.decides else "dim" if decided or not step.outcome else ""
        cells = [one.provision] if named else []
        cells += [step.rule, one.says(lang), one.seen, step.basis]
        made.add_row("→" if step.decides else "", *cells, style=style)
        decided = decided or step.decides
    out = console()
    out.print()
    out.print(made)
    out.print(closing(steps, lang), style="dim" if decided else "")
