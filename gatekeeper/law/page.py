"""A law as people read it, in English or French: provisions, uncertain points and sources, as rows or a page. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Final, NamedTuple

from gatekeeper.clock import moment_of
from gatekeeper.law.profile import Dated, Profile
from gatekeeper.law.switch import Switch
from gatekeeper.policy import Provision, Reason
from gatekeeper.policy.provision import EVERY_CALL
from gatekeeper.policy.week import ShortDays, Week
from gatekeeper.words import Language

_A_MOMENT: Final = 10**14
"""An integer above this is a moment in microseconds: no count is as large."""

_REASONS: Final[Mapping[str, tuple[Reason, ...]]] = {
    "ban": (Reason.SECTOR_BANNED, Reason.CONTRACT, Reason.CALL_BACK),
    "basis": (
        Reason.NO_BASIS,
        Reason.CONSENT_WITHDRAWN,
        Reason.CONSENT_INCOMPLETE,
        Reason.CONSENT_UNPROVED,
        Reason.CONSENT_TIME,
        Reason.CONSENT,
        Reason.CONTRACT,
        Reason.CALL_BACK,
    ),
    "caller_id": (Reason.CALLER_ID,),
    "cap": (Reason.ATTEMPTS_CAP,),
    "consent": (Reason.CONSENT,),
    "customer": (Reason.CONTRACT, Reason.CUSTOMER),
    "hours": (Reason.CALL_DAY, Reason.CALL_HOURS),
    "objection": (Reason.OBJECTED,),
    "out_of_scope": (Reason.OUT_OF_SCOPE,),
    "permitted": (Reason.PERMITTED,),
    "registry": (Reason.LISTED, Reason.LIST_STALE, Reason.NOT_SCRUBBED, Reason.CLEAR),
    "request": (Reason.CALL_BACK,),
    "rest": (Reason.REST_PERIOD,),
}
"""By rule the reason codes that it gives; `forbidden` has its own as a parameter."""

_DAYS: Final = {
    Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    Language.FR: ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
}


class PageWords(NamedTuple):
    """The words of a page."""

    provision: str
    in_force: str
    says: str
    applies: str
    article: str
    sure: str
    ever: str
    until: str
    on: str
    not_looked_at: str
    lifts: str
    reasons: str
    shadow: str
    changed: str
    off: str
    advice: str
    sources: str
    fingerprint: str
    uncertain: str
    no_switch: str
    default: str
    chosen: str
    looser: str
    holidays: str
    made: str
    confidence: Mapping[str, str]


WORDS: Final = {
    Language.EN: PageWords(
        "Provision",
        "In force",
        "What it says",
        "Which calls",
        "Text",
        "Confidence",
        "always",
        "until",
        "from",
        "told, no gate can look at it",
        "lifts",
        "Reason codes",
        "in shadow: judged and told, does not block",
        "changed by this site",
        "switched off",
        "This is not legal advice: it is how the sources were read. Let counsel read it, and choose where it is "
        "uncertain.",
        "The sources are of",
        "fingerprint",
        "Uncertain points",
        "no switch",
        "the default",
        "chosen",
        "allows more calls: needs a reason",
        "closed on public holidays of",
        "This page is made from the law's data by",
        {
            "text": "the official wording was read",
            "2q": "a third party quotes the official wording whole",
            "2": "an account by a third party",
            "m": "general knowledge",
        },
    ),
    Language.FR: PageWords(
        "Disposition",
        "En vigueur",
        "Ce qu'elle dit",
        "Quels appels",
        "Texte",
        "Certitude",
        "toujours",
        "jusqu'au",
        "depuis le",
        "indiqué, aucun filtre ne peut le vérifier",
        "lève",
        "Motifs",
        "à blanc : jugé et signalé, ne bloque pas",
        "modifié par ce site",
        "désactivé",
        "Ceci n'est pas un conseil juridique : c'est la lecture faite des sources. Faites-la relire, et choisissez là "
        "où elle est incertaine.",
        "Les sources sont du",
        "empreinte",
        "Points incertains",
        "sans option",
        "par défaut",
        "choisi",
        "autorise plus d'appels : exige un motif",
        "fermé les jours fériés de",
        "Cette page est tirée des données de la loi par",
        {
            "text": "texte officiel lu",
            "2q": "texte officiel cité intégralement par un tiers",
            "2": "compte rendu d'un tiers",
            "m": "connaissance générale",
        },
    ),
}


class Line(NamedTuple):
    """A provision as people read it.

    Attributes:
        id: its id, or that of its rule.
        in_force: from when until when.
        says: what it says, in a sentence or two.
        rule: its rule with the parameters, or that no gate can look at it.
        calls: to which calls it applies, "" for all.
        article: the text of law.
        sure: how sure it is.
        marks: what a site has otherwise, and what it lifts.
        reasons: the reason codes that its rule gives.
    """

    id: str
    in_force: str
    says: str
    rule: str
    calls: str
    article: str
    sure: str
    marks: tuple[str, ...]
    reasons: tuple[str, ...] = ()


def lines(provisions: Iterable[Dated], lang: Language) -> Iterator[Line]:
    """The provisions as people read them; those of the site's own lists and of emergency numbers are left out."""
    for one in provisions:
        if one.statement.id:
            yield _line(one, lang)


def differences(profile: Profile, first: date, second: date) -> tuple[list[Dated], list[Dated]]:
    """What ends and what begins in a law between two days."""
    before, after = profile.in_force(first), profile.in_force(second)
    return [one for one in before if one not in after], [one for one in after if one not in before]


class ChoiceLine(NamedTuple):
    """A reading of an uncertain point, as people read it.

    Attributes:
        name: by which it is chosen.
        says: what it means.
        marks: whether it is the default, allows more, or was chosen and why.
        holds: whether it is the one that holds.
    """

    name: str
    says: str
    marks: tuple[str, ...]
    holds: bool


class SwitchLine(NamedTuple):
    """An uncertain point, as people read it: its name, what it asks, and its readings."""

    name: str
    asks: str
    choices: tuple[ChoiceLine, ...]


def switch_lines(profile: Profile, lang: Language) -> Iterator[SwitchLine]:
    """The uncertain points of a law."""
    for switch in profile.switches:
        yield SwitchLine(switch.name, switch.asks[lang is Language.FR], tuple(_choices(switch, lang)))


def question_lines(profile: Profile, lang: Language) -> list[tuple[str, str]]:
    """The uncertain points of a law that have no switch: what is asked, and what is done meanwhile."""
    french = lang is Language.FR
    return [(one.asks[french], one.says[french]) for one in profile.open_questions]


def _choices(switch: Switch, lang: Language) -> Iterator[ChoiceLine]:
    words = WORDS[lang]
    for name, choice in switch.choices.items():
        marks = [words.default] if name == switch.default else []
        marks += [words.looser] if choice.loosens and name != switch.default else []
        marks += [f"{words.chosen}: {switch.because}" if switch.because else words.chosen] * (
            name == switch.chosen != switch.default
        )
        yield ChoiceLine(name, choice.says[lang is Language.FR], tuple(marks), name == switch.chosen)


def _line(one: Dated, lang: Language) -> Line:
    words, said, provision = WORDS[lang], one.statement, one.provision
    marks = []
    if provision is not None and provision.lifts:
        marks.append(f"{words.lifts} {', '.join(sorted(provision.lifts))}")
    if provision is not None and provision.shadow:
        marks.append(words.shadow)
    if one.overridden:
        off = f" ({words.off})" if provision is None else ""
        marks.append(f"{words.changed}{off}: {one.overridden}")
    return Line(
        said.id,
        span(said.first, said.last, words),
        (said.note_fr if lang is Language.FR else "") or said.note,
        words.not_looked_at if provision is None else _rule(provision, lang),
        "" if provision is None else _calls(provision),
        said.article,
        words.confidence[said.confidence],
        tuple(marks),
        tuple(one.value for one in _REASONS.get(provision.rule.name, ())) if provision is not None else (),
    )


def span(first: date | None, last: date | None, words: PageWords) -> str:
    """From when until when."""
    begins = f"{words.on} {first.isoformat()}" if first is not None and first.year > 1970 else words.ever  # noqa: PLR2004 - "ever" in the data
    return f"{begins} {words.until} {last.isoformat()}" if last is not None else begins


def _rule(provision: Provision, lang: Language) -> str:
    rule = provision.rule
    parameters = [
        f"{one.name} = {_shown(getattr(rule, one.name), lang)}"
        for one in fields(rule)  # type: ignore[arg-type]  # every rule is a dataclass
        if getattr(rule, one.name) not in ("", (), None, False, 0, frozenset(), {})
    ]
    return f"{rule.name}: {'; '.join(parameters)}" if parameters else rule.name


def _calls(provision: Provision) -> str:
    scope = provision.scope
    if scope is EVERY_CALL:
        return ""
    parts = [
        f"{one.name}: {', '.join(sorted(str(value) for value in getattr(scope, one.name)))}"
        for one in fields(scope)
        if getattr(scope, one.name)
    ]
    return "; ".join(parts)


def _shown(value: Any, lang: Language) -> str:
    if isinstance(value, Week):
        return _week(value, lang)
    if isinstance(value, ShortDays):
        return str(value)
    if isinstance(value, bool):
        return {Language.EN: ("no", "yes"), Language.FR: ("non", "oui")}[lang][value]
    if type(value) is int and value > _A_MOMENT:
        return moment_of(value).astimezone().date().isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return ", ".join(f"{_shown(key, lang)} -> {_shown(one, lang)}" for key, one in value.items())
    if isinstance(value, frozenset):
        return ", ".join(sorted(_shown(one, lang) for one in value))
    if isinstance(value, tuple):
        return ", ".join(_shown(one, lang) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        shown = [(one.name, getattr(value, one.name)) for one in fields(value)]
        return (
            "("
            + ", ".join(f"{name} {_shown(one, lang)}" for name, one in shown if one not in ("", 0, False, None))
            + ")"
        )
    return str(value)


def _week(week: Week, lang: Language) -> str:
    names = _DAYS[lang]
    found: list[tuple[int, int, str]] = []
    for day, hours in enumerate(week.hours):
        text = ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in hours)
        if found and found[-1][2] == text:
            found[-1] = (found[-1][0], day, text)
        else:
            found.append((day, day, text))
    return "; ".join(
        f"{names[first] if first == last else f'{names[first]}-{names[last]}'} {text}"
        for first, last, text in found
        if text
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def page(profile: Profile, lang: Language, day: date | None = None) -> str:
    """A law as a page of Markdown.

    Args:
        profile: the law.
        lang: in which language.
        day: what holds on that day; None for everything, whenever it holds.
    """
    words = WORDS[lang]
    title = profile.title[lang is Language.FR]
    shown = list(lines(profile.provisions if day is None else profile.in_force(day), lang))
    parts = [f"# {title}\n", f"{words.advice}\n"]
    if profile.sources_of is not None:
        parts.append(f"{words.sources} {profile.sources_of.isoformat()}.\n")
    parts += [_section(line, words) for line in shown]
    if profile.switches or profile.open_questions:
        parts.append(f"## {words.uncertain}\n")
        parts += [_switch(switch) for switch in switch_lines(profile, lang)]
    for asks, says in question_lines(profile, lang):
        parts.append(f"### {asks}\n\n{says} ({words.no_switch})\n")
    return "\n".join(parts)


def _section(line: Line, words: PageWords) -> str:
    calls = f"\n- {words.applies}: {line.calls}" if line.calls else ""
    marks = "".join(f"\n- {mark}" for mark in line.marks)
    reasons = f"\n- {words.reasons}: {', '.join(f'`{one}`' for one in line.reasons)}" if line.reasons else ""
    return (
        f"## {line.id}\n\n{line.says}\n\n- {words.in_force}: {line.in_force}\n- {words.article}: {line.article} "
        f"({line.sure})\n- `{line.rule}`{calls}{reasons}{marks}\n"
    )


def _switch(switch: SwitchLine) -> str:
    rows = [f"### {switch.name}\n\n{switch.asks}\n"]
    rows += [
        f"- `{one.name}`: {one.says}" + (f" ({'; '.join(one.marks)})" if one.marks else "") for one in switch.choices
    ]
    return "\n".join(rows) + "\n"


def record(profile: Profile, day: date | None = None) -> dict[str, Any]:
    """A law for programs."""
    provisions = profile.provisions if day is None else profile.in_force(day)
    return {
        "law": profile.name,
        "title": profile.title[0],
        "country": profile.country,
        "sources_of": profile.sources_of.isoformat() if profile.sources_of else None,
        "fingerprint": profile.fingerprint,
        "provisions": [
            {
                "id": one.statement.id,
                "from": one.statement.first.isoformat() if one.statement.first else None,
                "until": one.statement.last.isoformat() if one.statement.last else None,
                "article": one.statement.article,
                "confidence": one.statement.confidence.value,
                "note": one.statement.note,
                "note_fr": one.statement.note_fr,
                "rule": None if one.provision is None else one.provision.rule.name,
                "parameters": None if one.provision is None else _rule(one.provision, Language.EN),
                "lifts": [] if one.provision is None else sorted(one.provision.lifts),
                "shadow": one.provision is not None and one.provision.shadow,
                "changed_because": one.overridden,
            }
            for one in provisions
            if one.statement.id
        ],
        "switches": [
            {
                "name": one.name,
                "asks": one.asks[0],
                "default": one.default,
                "chosen": one.chosen,
                "because": one.because,
                "choices": {name: choice.says[0] for name, choice in one.choices.items()},
            }
            for one in profile.switches
        ],
        "open": [{"asks": asks, "says": says} for asks, says in question_lines(profile, Language.EN)],
    }
