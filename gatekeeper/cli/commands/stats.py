"""`gatekeeper stats`."""

import csv
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import console, count, say_json, table, width
from gatekeeper.cli.period import (
    CampaignsOption,
    FormatOption,
    LogFormat,
    ReasonsOption,
    SinceOption,
    UntilOption,
    VerdictOption,
    read_time,
)
from gatekeeper.cli.stores import open_log
from gatekeeper.cli.words import WORDS
from gatekeeper.text import csv_safe, escaped
from gatekeeper.translation import figure, phrase
from gatekeeper.words import Language, Sentence, printed

if TYPE_CHECKING:
    from rich.table import Table

    from gatekeeper.journal.stats import StatKey, StatLine

_COUNTS: Final = ("calls", "allowed", "blocked", "bypasses")
_HEADINGS: Final = {
    "day": Sentence("Day", "Jour"),
    "hour": Sentence("Hour", "Heure"),
    "gate": Sentence("Gate", "Point"),
    "agent": Sentence("Agent", "Agent"),
    "calls": Sentence("Calls", "Appels"),
    "allowed": Sentence("Allowed", "Permis"),
    "blocked": Sentence("Blocked", "Bloqués"),
    "share": Sentence("Share", "Part"),
    "bypasses": Sentence("Bypasses", "Contournements"),
}
_ALL: Final = Sentence("all", "total")
_NOTHING: Final = Sentence("No decision.", "Aucune décision.")


def stats(
    context: typer.Context,
    *,
    by: Annotated[
        str,
        typer.Option(
            metavar="KEYS",
            help="Divided by commas: day, hour, campaign, principal, verdict, reason, list, provision, gate, asked_by, "
            "agent.",
        ),
    ] = "reason",
    since: SinceOption = None,
    until: UntilOption = None,
    campaign: CampaignsOption = None,
    reason: ReasonsOption = None,
    verdict: VerdictOption = None,
    form: FormatOption = LogFormat.TABLE,
    lang: LanguageOption = Language.EN,
) -> None:
    """Count the journal's decisions, its archives' too: calls, allowed, blocked, bypasses.

    A call counts once, by its last decision. Days and hours are local.

    For example:

      gatekeeper stats --since today
      gatekeeper stats --by reason,campaign,day --since 7d
      gatekeeper stats --by day --since 2026-11-01 --format csv > november.csv
    """
    keys = _keys(by)
    settings = invocation(context).settings
    from gatekeeper.journal import DecisionFilter  # brings SQLAlchemy in
    from gatekeeper.journal.stats import stat_lines

    wanted = DecisionFilter(
        since=read_time(since, "--since"),
        until=read_time(until, "--until", end_of_day=True),
        campaigns=frozenset(campaign or ()),
        reasons=frozenset(one.value for one in reason or ()),
        verdicts=frozenset([verdict.value] if verdict else ()),
    )
    with open_log(settings) as reader:
        lines = stat_lines(reader.counts(wanted, keys), keys)
    if form is LogFormat.CSV:
        writer = csv.writer(sys.stdout)
        writer.writerow((*keys, *_COUNTS))
        writer.writerows((*map(csv_safe, one.values), *_counts(one)) for one in lines)
    elif form is LogFormat.JSON:
        for one in lines:
            say_json({**dict(zip(keys, one.values, strict=True)), **dict(zip(_COUNTS, _counts(one), strict=True))})
    else:
        _show(lines, keys, lang)


def _keys(text: str) -> "list[StatKey]":
    from gatekeeper.journal.stats import StatKey  # the help does without

    keys = []
    for word in text.split(","):
        try:
            keys.append(StatKey(word.strip().lower()))
        except ValueError:
            there = ", ".join(StatKey)
            raise typer.BadParameter(
                phrase("{word!r} is none of: {there}", word=word.strip(), there=there), param_hint="--by"
            ) from None
    if len(set(keys)) < len(keys):
        raise typer.BadParameter(phrase("a key stands there twice"), param_hint="--by")
    return keys


def _counts(one: "StatLine") -> tuple[int, int, int, int]:
    return one.calls, one.allowed, one.blocked, one.bypasses


def _show(lines: "Sequence[StatLine]", keys: "Sequence[StatKey]", lang: Language) -> None:
    from gatekeeper.cli.logtable import legend, zone_line
    from gatekeeper.journal.stats import total_of

    out = console()
    if not lines:
        out.print(printed(_NOTHING, lang))
        return
    made = _table(keys, lang)
    for one in lines:
        made.add_row(*_shown(one.values, keys, lang), *_figures(one))
    if len(lines) > 1:
        made.add_section()
        made.add_row(printed(_ALL, lang), *[""] * (len(keys) - 1), *_figures(total_of(lines)), style="bold")
    out.print(made)
    told = [zone_line(lang)] if {"day", "hour"} & set(keys) else []
    if "reason" in keys:
        place = [key.value for key in keys].index("reason")
        told = legend((one.values[place] for one in lines), lang, width()) + told
    for text in ("", *told):
        out.print(text, style="dim")


def _table(keys: "Sequence[StatKey]", lang: Language) -> "Table":
    counted = [printed(_HEADINGS[name], lang) for name in ("calls", "allowed", "blocked", "share", "bypasses")]
    named = [printed(_HEADINGS[key], lang) if key in _HEADINGS else WORDS[lang].headings[key.value] for key in keys]
    return table(*named, *counted, right=tuple(counted), wrap=tuple(named))


def _shown(values: Sequence[str], keys: "Sequence[StatKey]", lang: Language) -> Iterator[str]:
    for key, value in zip(keys, values, strict=True):
        yield WORDS[lang].verdict(value) if key == "verdict" else escaped(value)


def _figures(one: "StatLine") -> tuple[str, ...]:
    share = figure(100 * one.blocked / one.calls, ".1f") + phrase(" %")
    return count(one.calls), count(one.allowed), count(one.blocked), share, count(one.bypasses)
