"""Output of `gatekeeper check`: shows what was decided."""

from collections.abc import Callable
from typing import Any

from gatekeeper.cli.output import console, table
from gatekeeper.cli.times import iso, shown, shown_zone
from gatekeeper.cli.words import WORDS
from gatekeeper.phone import NumberKind, PhoneNumber, display
from gatekeeper.policy import Hit, Step, Verdict, info_of
from gatekeeper.policy.attempt import ALL_LISTS
from gatekeeper.screening.records import Finding
from gatekeeper.text import escaped
from gatekeeper.words import Language, sentence

_KINDS = {
    NumberKind.E164: "a complete public number",
    NumberKind.EMERGENCY: "an emergency number",
    NumberKind.SHORT_CODE: "a short number",
    NumberKind.INTERNAL: "an internal destination of this site",
    NumberKind.WITHHELD: "a withheld number",
    NumberKind.INVALID: "no telephone number",
}


Bases = Callable[[str], str]
"""Gives the text of law that a list of some name rests on, or ""."""


def legal_basis(finding: Finding, bases: Bases) -> str:
    """The texts of law that a decision rests on: of the rule by the law profile, and of the list."""
    hit = finding.decision.hit
    both = (finding.decision.basis, bases(hit.list) if hit else "")
    return "; ".join(dict.fromkeys(filter(None, both)))


def record(finding: Finding, steps: list[Step] | None, lang: Language, law: str, bases: Bases) -> dict[str, Any]:
    """The decision for programs.

    Args:
        finding: the decision.
        steps: each rule's part, where that is wanted.
        lang: the language of the reason's sentence.
        law: the name of the law profile.
        bases: the texts of law that lists rest on.
    """
    attempt, decision = finding.attempt, finding.decision
    info = info_of(decision.reason)
    shown_record: dict[str, Any] = {
        "verdict": decision.verdict.value,
        "reason": decision.reason.value,
        "meaning": sentence(info, lang),
        "law": law,
        "legal_basis": legal_basis(finding, bases),
        "rule": decision.rule,
        "list": decision.hit.list if decision.hit else "",
        "list_version": decision.hit.version if decision.hit else "",
        "dialled": finding.number.dialled,
        "number": display(finding.number.e164) if finding.number.e164 else None,
        "kind": finding.number.kind.name,
        "note": finding.number.note,
        "campaign": attempt.campaign.name,
        "principal": attempt.principal,
        "caller_id": attempt.caller_id,
        "at": iso(attempt.at),
        "lists": finding.rests_on,
    }
    if steps is not None:
        shown_record["steps"] = [
            {
                "rule": step.rule,
                "verdict": step.outcome.verdict.value if step.outcome else None,
                "reason": step.outcome.reason.value if step.outcome else None,
                "list": step.outcome.hit.list if step.outcome and step.outcome.hit else "",
                "list_version": step.outcome.hit.version if step.outcome and step.outcome.hit else "",
                "decides": step.decides,
                "legal_basis": step.basis,
            }
            for step in steps
        ]
    return shown_record


def show(finding: Finding, lang: Language, law: str, bases: Bases) -> None:
    """The decision for people."""
    decision = finding.decision
    info = info_of(decision.reason)
    words = WORDS[lang]
    style = "bold red" if decision.verdict is Verdict.BLOCK else "bold green"
    out = console()
    out.print(f"{_name(finding.number)}: {words.verdict(decision.verdict)}, {decision.reason.value}", style=style)
    out.print(sentence(info, lang))
    facts = table("", "", wrap=("",))
    facts.show_header = False
    for label, value in _facts(finding, law, bases):
        facts.add_row(label, value)
    out.print(facts)


def _facts(finding: Finding, law: str, bases: Bases) -> list[tuple[str, str]]:
    attempt, decision = finding.attempt, finding.decision
    lists = ", ".join("all" if name == ALL_LISTS else name for name in attempt.campaign.lists) or "none"
    found = [
        ("read as", _reading(finding.number)),
        ("list", _hit(decision.hit)),
        ("decided by", "no rule has an opinion" if decision.rule == "default" else f"the rule {decision.rule}"),
        ("legal basis", legal_basis(finding, bases)),
        ("law", law),
        ("campaign", f"{escaped(attempt.campaign.name)} (opposition lists: {lists})"),
        ("principal", escaped(attempt.principal)),
        ("caller ID", escaped(attempt.caller_id)),
        ("at", f"{shown(attempt.at)} ({shown_zone()})"),
        ("lists now", finding.rests_on),
    ]
    return [(label, value) for label, value in found if value]


def show_steps(steps: list[Step]) -> None:
    """What each rule says, in order."""
    made = table("", "Rule", "Says", "List", "Legal basis", wrap=("Says", "Legal basis"))
    decided = False
    for step in steps:
        says = "no opinion"
        if step.outcome:
            says = f"{step.outcome.verdict.value} {step.outcome.reason.value}"
        mark = "→" if step.decides else ""
        style = "bold" if step.decides else "dim" if decided or not step.outcome else ""
        made.add_row(mark, step.rule, says, _hit(step.outcome.hit if step.outcome else None), step.basis, style=style)
        decided = decided or step.decides
    out = console()
    out.print()
    out.print(made)
    if not decided:
        out.print("No rule has an opinion, so the call is allowed.")
    else:
        out.print("The first rule that has an opinion decides; those below it are shown for completeness.", style="dim")


def _name(number: PhoneNumber) -> str:
    return display(number.e164) if number.e164 else escaped(number.dialled) or "(nothing dialled)"


def _reading(number: PhoneNumber) -> str:
    return f"{_KINDS[number.kind]} ({escaped(number.note)})" if number.note else _KINDS[number.kind]


def _hit(hit: Hit | None) -> str:
    return f"{hit.list}, version {hit.version or 'none'}" if hit else ""
