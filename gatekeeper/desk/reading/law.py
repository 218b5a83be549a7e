"""The law as the desk shows it: which laws there are, what holds on a day, what comes next, what is uncertain."""

from datetime import date
from typing import NamedTuple

from gatekeeper.config import Settings
from gatekeeper.law import Profile, profile_names
from gatekeeper.law.page import Line, SwitchLine, differences, lines, question_lines, switch_lines
from gatekeeper.words import Language


class LawPage(NamedTuple):
    """A law as it is on a day.

    Attributes:
        profile: the law.
        title: what people call it.
        day: the day.
        holds: what holds on it.
        later: what begins after it.
        uncertain: the points that can be read in two ways.
        undecided: those that no switch decides: what is asked, and what is done meanwhile.
        other: another day that it is compared with; None without.
        ended: what holds on `day` and not on `other`.
        begun: what holds on `other` and not on `day`.
        campaigns: the campaigns that are judged by it.
    """

    profile: Profile
    title: str
    day: date
    holds: list[Line]
    later: list[Line]
    uncertain: list[SwitchLine]
    undecided: list[tuple[str, str]]
    other: date | None
    ended: list[Line]
    begun: list[Line]
    campaigns: list[str]


def read_laws(settings: Settings) -> list[Profile]:
    """Every law, as this site has it; those that its campaigns are judged by first."""
    used = {settings.law_name(name) for name in settings.campaigns}
    found = [settings.profile(name) for name in profile_names()]
    return sorted(found, key=lambda one: one.name not in used)


def read_law(
    settings: Settings, name: str, day: date, lang: Language, other: date | None, campaigns: list[str]
) -> LawPage | None:
    """One law on a day; None where there is none of that name.

    Args:
        settings: the configuration.
        name: of the law, as in an address: with - for _.
        day: the day.
        lang: in which language.
        other: another day to compare with.
        campaigns: the names of the campaigns that may be seen.
    """
    known = name.replace("-", "_")
    if known not in profile_names():
        return None
    profile = settings.profile(known)
    ended, begun = differences(profile, day, other) if other is not None else ([], [])
    later = [one for one in profile.provisions if one.statement.first is not None and one.statement.first > day]
    return LawPage(
        profile,
        profile.title[lang is Language.FR],
        day,
        list(lines(profile.in_force(day), lang)),
        list(lines(later, lang)),
        list(switch_lines(profile, lang)),
        question_lines(profile, lang),
        other,
        list(lines(ended, lang)),
        list(lines(begun, lang)),
        sorted(one for one in campaigns if settings.law_name(one) == known),
    )
