"""Output of `gatekeeper check`: shows what was decided."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from gatekeeper.cli.output import console, table
from gatekeeper.cli.times import iso, shown, shown_zone
from gatekeeper.cli.words import WORDS
from gatekeeper.explanation import ConsentProof, Explained, hit_text, local_times, step_record
from gatekeeper.phone import NumberKind, PhoneNumber, display
from gatekeeper.policy import Verdict, info_of
from gatekeeper.policy.attempt import ALL_LISTS
from gatekeeper.policy.call import PLAIN_CALL
from gatekeeper.screening.call import SEVERAL
from gatekeeper.screening.records import Finding
from gatekeeper.territory import NOWHERE
from gatekeeper.text import escaped
from gatekeeper.words import Language, Sentence, printed

_KINDS: Final = {
    NumberKind.E164: Sentence("a complete public number", "un numéro public complet"),
    NumberKind.EMERGENCY: Sentence("an emergency number", "un numéro d'urgence"),
    NumberKind.SHORT_CODE: Sentence("a short number", "un numéro court"),
    NumberKind.INTERNAL: Sentence("an internal destination of this site", "une destination interne du site"),
    NumberKind.WITHHELD: Sentence("a withheld number", "un numéro masqué"),
    NumberKind.INVALID: Sentence("no telephone number", "ce n'est pas un numéro de téléphone"),
}
_LABELS: Final = {
    "read": Sentence("read as", "lu comme"),
    "list": Sentence("list", "liste"),
    "rule": Sentence("decided by", "décidé par"),
    "provision": Sentence("provision", "disposition"),
    "basis": Sentence("legal basis", "fondement"),
    "proof": Sentence("proof", "preuve"),
    "retry": Sentence("may be called", "appel possible"),
    "shadow": Sentence("in shadow", "à blanc"),
    "law": Sentence("law", "loi"),
    "place": Sentence("callee", "appelé"),
    "call": Sentence("call", "appel"),
    "campaign": Sentence("campaign", "campagne"),
    "principal": Sentence("principal", "mandant"),
    "caller_id": Sentence("caller ID", "numéro présenté"),
    "at": Sentence("at", "heure"),
    "lists": Sentence("lists now", "listes"),
}
_NOT_CURED: Final = Sentence("time does not cure it", "le temps n'y change rien")
_FROM: Final = Sentence("from {local} ({utc}) on", "à partir de {local} ({utc})")
_NO_RULE: Final = Sentence("no rule has an opinion", "aucune règle ne se prononce")
_THE_RULE: Final = Sentence("the rule {rule}", "la règle {rule}")
_WOULD: Final = Sentence("would be blocked: {reason} ({provision})", "serait bloqué : {reason} ({provision})")
_RULES: Final = Sentence("{law}, rules {fingerprint}", "{law}, règles {fingerprint}")
_LISTS: Final = Sentence("{name} (opposition lists: {lists})", "{name} (listes d'opposition : {lists})")
_ALL: Final = Sentence("all", "toutes")
_NO_LISTS: Final = Sentence("none", "aucune")

Bases = Callable[[str], str]
"""Gives the text of law that a list of some name rests on, or ""."""


class CheckAnswer(NamedTuple):
    """What `gatekeeper check` shows.

    Attributes:
        finding: the decision.
        law: the law that it was judged by.
        bases: the texts of law that lists rest on.
        proof: the consent that it rests on, or None.
        steps: each provision's part; None where that is not wanted.
    """

    finding: Finding
    law: str
    bases: Bases
    proof: ConsentProof | None = None
    steps: Sequence[Explained] | None = None


def legal_basis(finding: Finding, bases: Bases) -> str:
    """The texts of law that a decision rests on: of its provision, and of the list."""
    hit = finding.decision.hit
    both = (finding.decision.basis, bases(hit.list) if hit else "")
    return "; ".join(dict.fromkeys(filter(None, both)))


def record(answer: CheckAnswer, lang: Language) -> dict[str, Any]:
    """The decision for programs; `lang` is the language of the sentences in it."""
    finding = answer.finding
    attempt, decision = finding.attempt, finding.decision
    would = decision.would_block
    shown_record: dict[str, Any] = {
        "verdict": decision.verdict.value,
        "reason": decision.reason.value,
        "meaning": printed(info_of(decision.reason), lang),
        "law": answer.law,
        "rules": finding.chain.fingerprint if finding.chain else "",
        "provision": decision.provision,
        "legal_basis": legal_basis(finding, answer.bases),
        "rule": decision.rule,
        "list": decision.hit.list if decision.hit else "",
        "list_version": decision.hit.version if decision.hit else "",
        "proof": answer.proof.record() if answer.proof else None,
        "retry_at": iso(decision.retry_at) if decision.retry_at else None,
        "would_block": would.reason.value if would else "",
        "would_provision": would.provision if would else "",
        "dialled": finding.number.dialled,
        "number": display(finding.number.e164) if finding.number.e164 else None,
        "kind": finding.number.kind.name,
        "note": finding.number.note,
        "place": _place_record(finding),
        "call": _call_record(finding),
        "campaign": attempt.campaign.name,
        "principal": attempt.principal,
        "caller_id": attempt.caller_id,
        "at": iso(attempt.at),
        "lists": finding.rests_on,
    }
    if answer.steps is not None:
        shown_record["steps"] = [step_record(one) for one in answer.steps]
    return shown_record


def _place_record(finding: Finding) -> dict[str, Any] | None:
    """Where the callee may be; None where the law does not look at it."""
    attempt = finding.attempt
    if attempt.place is NOWHERE:
        return None
    place = attempt.place
    return {
        "country": place.country,
        "regions": list(place.regions),
        "zones": list(place.zones),
        "local_times": local_times(attempt, attempt.at),
        "retry_local": local_times(attempt, finding.decision.retry_at) if finding.decision.retry_at else [],
    }


def _call_record(finding: Finding) -> dict[str, Any] | None:
    """What was said of the call, as it was judged; None where no law looked at it."""
    call = finding.attempt.call
    if call is PLAIN_CALL:
        return None
    return {
        "purpose": call.purpose.value,
        "sectors": list(call.sectors),
        "goods": list(call.goods),
        "dial_mode": call.dial_mode.value,
        "callee": SEVERAL.join(call.callees),
        "subcontractor": call.subcontractor,
    }


def show(answer: CheckAnswer, lang: Language) -> None:
    """The decision for people."""
    finding = answer.finding
    decision = finding.decision
    style = "bold red" if decision.verdict is Verdict.BLOCK else "bold green"
    out = console()
    verdict = WORDS[lang].verdict(decision.verdict)
    out.print(f"{_name(finding.number)}: {verdict}, {decision.reason.value}", style=style)
    out.print(printed(info_of(decision.reason), lang))
    facts = table("", "", wrap=("",))
    facts.show_header = False
    for label, value in (*_decided(answer, lang), *_asked(answer, lang)):
        if value:
            facts.add_row(printed(_LABELS[label], lang), value)
    out.print(facts)


def _decided(answer: CheckAnswer, lang: Language) -> list[tuple[str, str]]:
    """By what it was decided, and on what ground."""
    finding, decision = answer.finding, answer.finding.decision
    would = decision.would_block
    rules = finding.chain.fingerprint if finding.chain else ""
    return [
        ("read", _reading(finding.number, lang)),
        ("list", hit_text(decision.hit)),
        ("rule", printed(_NO_RULE if decision.rule == "default" else _THE_RULE, lang).format(rule=decision.rule)),
        ("provision", decision.provision),
        ("basis", legal_basis(finding, answer.bases)),
        ("proof", answer.proof.line(lang, shown) if answer.proof else ""),
        ("retry", _retry(finding, lang)),
        ("shadow", printed(_WOULD, lang).format(**would._asdict()) if would else ""),
        ("law", printed(_RULES, lang).format(law=answer.law, fingerprint=rules) if rules else answer.law),
    ]


def _asked(answer: CheckAnswer, lang: Language) -> list[tuple[str, str]]:
    """About what it was asked."""
    attempt = answer.finding.attempt
    named = (printed(_ALL, lang) if name == ALL_LISTS else name for name in attempt.campaign.lists)
    lists = ", ".join(named) or printed(_NO_LISTS, lang)
    return [
        ("place", _place(answer.finding)),
        ("call", _call(answer.finding)),
        ("campaign", printed(_LISTS, lang).format(name=escaped(attempt.campaign.name), lists=lists)),
        ("principal", escaped(attempt.principal)),
        ("caller_id", escaped(attempt.caller_id)),
        ("at", f"{shown(attempt.at)} ({shown_zone()})"),
        ("lists", answer.finding.rests_on),
    ]


def _retry(finding: Finding, lang: Language) -> str:
    decision = finding.decision
    if decision.verdict is not Verdict.BLOCK or finding.chain is None or not finding.chain.country:
        return ""
    if not decision.retry_at:
        return printed(_NOT_CURED, lang)
    local = ", ".join(local_times(finding.attempt, decision.retry_at))
    return printed(_FROM, lang).format(local=local, utc=iso(decision.retry_at))


def _place(finding: Finding) -> str:
    attempt = finding.attempt
    if attempt.place is NOWHERE:
        return ""
    where = " ".join(filter(None, (attempt.place.country, *attempt.place.regions)))
    return f"{where}: {', '.join(local_times(attempt, attempt.at))}" if where else ""


def _call(finding: Finding) -> str:
    said = _call_record(finding)
    if said is None:
        return ""
    words = [said["purpose"], *dict.fromkeys((*said["goods"], *said["sectors"])), said["dial_mode"], said["callee"]]
    return ", ".join(filter(None, (*words, escaped(said["subcontractor"]))))


def _name(number: PhoneNumber) -> str:
    return display(number.e164) if number.e164 else escaped(number.dialled) or "(nothing dialled)"


def _reading(number: PhoneNumber, lang: Language) -> str:
    kind = printed(_KINDS[number.kind], lang)
    return f"{kind} ({escaped(number.note)})" if number.note else kind
