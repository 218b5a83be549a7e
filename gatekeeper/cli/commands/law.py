"""`gatekeeper law ...`: the law that calls are judged by: what holds on a day, what is uncertain, what changes."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import console, say, say_json, table
from gatekeeper.errors import ConfigError
from gatekeeper.law import Dated, Profile, find_profile, profile_names
from gatekeeper.law.page import WORDS, Line, differences, lines, page, question_lines, record
from gatekeeper.translation import phrase
from gatekeeper.words import Language

law = typer.Typer(
    no_args_is_help=True, help="The law that calls are judged by: what holds when, and what is uncertain."
)

Name = Annotated[str, typer.Argument(metavar="LAW", help="Which law, such as fr; without, the list of them.")]


class PageForm(StrEnum):
    """How a law is shown."""

    TABLE = "table"
    MD = "md"
    JSON = "json"


def show(
    context: typer.Context,
    name: Name = "",
    at: Annotated[str, typer.Option(metavar="DAY", help="What holds on this day, such as 2026-08-11.")] = "",
    form: Annotated[PageForm, typer.Option("--format", help="How it is shown.")] = PageForm.TABLE,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show a law as this site has it: its provisions, with articles, dates and how sure they are.

    For example:

      gatekeeper law show
      gatekeeper law show fr
      gatekeeper law show fr --at 2026-08-10 --lang fr
    """
    settings = invocation(context).settings
    if not name:
        _overview([settings.profile(one) for one in profile_names()], form, lang)
        return
    profile, day = settings.profile(_known(name)), _day(at)
    if form is PageForm.JSON:
        say_json(record(profile, day))
    elif form is PageForm.MD:
        say(page(profile, lang, day).rstrip("\n"))
    else:
        _table(profile, profile.provisions if day is None else profile.in_force(day), lang)


def diff(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="LAW", help="Which law, such as fr.")],
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day to compare.")],
    to: Annotated[str, typer.Option(metavar="DAY", help="The second.")],
    lang: LanguageOption = Language.EN,
) -> None:
    """Show what begins and what ends in a law between two days.

    For example:

      gatekeeper law diff fr --from 2026-08-10 --to 2026-08-11
    """
    profile = invocation(context).settings.profile(_known(name))
    ended, begun = differences(profile, *(_day(one) or date.min for one in (since, to)))
    for sign, style, changed in (("-", "red", ended), ("+", "green", begun)):
        for line in lines(changed, lang):
            console().print(
                f"{sign} {line.id}: {line.says} ({line.in_force}; {line.article})", style=style, markup=False
            )
    if not ended and not begun:
        say(phrase("nothing changes"))


def switches(context: typer.Context, lang: LanguageOption = Language.EN) -> None:
    """Show the uncertain points of the laws: each reading that can be chosen, the default, and what this site chose.

    Points that no choice decides are in it, too, with what is done meanwhile.

    A site chooses in the file that overrides names in the configuration's section law; docs/law/README.md shows one.

    For example:

      gatekeeper law switches
    """
    settings, french = invocation(context).settings, lang is Language.FR
    made = table(
        phrase("law"),
        phrase("switch"),
        phrase("asks"),
        phrase("choice"),
        phrase("says"),
        wrap=(phrase("asks"), phrase("says")),
    )
    for name in profile_names():
        profile = settings.profile(name)
        for switch in profile.switches:
            for place, (choice, one) in enumerate(switch.choices.items()):
                marks = [WORDS[lang].default] * (choice == switch.default) + [WORDS[lang].chosen] * (
                    choice == switch.chosen != switch.default
                )
                shown = f"{choice} ({', '.join(marks)})" if marks else choice
                first = () if place else (name, switch.name, switch.asks[french])
                made.add_row(*(first or ("", "", "")), shown, one.says[french])
        for asks, says in question_lines(profile, lang):
            made.add_row(name, f"({WORDS[lang].no_switch})", asks, "", says)
    console().print(made)


def trades(context: typer.Context, lang: LanguageOption = Language.EN) -> None:
    """List the sectors and kinds of goods that campaigns and calls can name.

    For example:

      gatekeeper law trades
    """
    known = invocation(context).settings.trades
    made = table(phrase("sector"), "", phrase("goods"), wrap=(phrase("goods"),))
    for name, titles in known.sectors.items():
        goods = ", ".join(sorted(one for one, sector in known.goods.items() if sector == name))
        made.add_row(name, titles[lang is Language.FR], goods)
    console().print(made)


law.command(name="show", help=help_of(show))(show)
law.command(name="diff", help=help_of(diff))(diff)
law.command(name="switches", help=help_of(switches))(switches)
law.command(name="trades", help=help_of(trades))(trades)


def _known(name: str) -> str:
    named = name.replace("-", "_")
    find_profile(named)
    return named


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise ConfigError(phrase("{text!r} is no day: write one as 2026-08-11", text=text)) from None


def _overview(profiles: list[Profile], form: PageForm, lang: Language) -> None:
    if form is PageForm.JSON:
        for profile in profiles:
            say_json({"law": profile.name, "title": profile.title[0], "fingerprint": profile.fingerprint})
        return
    made = table(phrase("law"), "", WORDS[lang].sources, WORDS[lang].fingerprint)
    for profile in profiles:
        of = profile.sources_of.isoformat() if profile.sources_of else ""
        made.add_row(profile.name.replace("_", "-"), profile.title[lang is Language.FR], of, profile.fingerprint)
    console().print(made)


def _table(profile: Profile, provisions: Iterable[Dated], lang: Language) -> None:
    words = WORDS[lang]
    out = console()
    out.print(f"{profile.title[lang is Language.FR]} ({profile.name}), {words.fingerprint} {profile.fingerprint}")
    if profile.sources_of is not None:
        out.print(f"{words.sources} {profile.sources_of.isoformat()}. {words.advice}")
    made = table(words.provision, words.in_force, words.says, words.article, wrap=(words.says, words.article))
    for line in lines(provisions, lang):
        made.add_row(line.id, line.in_force, _told(line), f"{line.article} ({line.sure})")
    out.print(made)


def _told(line: Line) -> str:
    return "\n".join((line.says, *(f"[{mark}]" for mark in line.marks)))
