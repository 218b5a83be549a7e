"""`gatekeeper shadow ...`: what provisions in shadow would have blocked."""

import csv
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import console, count, say, say_json, table
from gatekeeper.cli.period import (
    CampaignsOption,
    FormatOption,
    LogFormat,
    SinceOption,
    UntilOption,
    read_time,
)
from gatekeeper.cli.stores import open_log
from gatekeeper.text import csv_safe
from gatekeeper.translation import figure, marked, phrase
from gatekeeper.words import Language, Sentence, printed

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.journal.shadow import ShadowLine, ShadowReport

shadow = typer.Typer(
    no_args_is_help=True,
    help="What is judged and journalled and does not block yet ([law] shadow, [campaigns.X] shadow).",
)

COLUMNS: Final = ("day", "campaign", "reason", "provision", "calls", "of", "share")
"""A line's columns as CSV and JSON."""

_HEADINGS: Final = {
    "day": Sentence("Day", "Jour"),
    "campaign": Sentence("Campaign", "Campagne"),
    "reason": Sentence("Reason", "Motif"),
    "provision": Sentence("Provision", "Disposition"),
    "calls": Sentence("Calls", "Appels"),
    "of": Sentence("Of", "Sur"),
    "share": Sentence("Share", "Part"),
}
_SUMMARY: Final = Sentence(
    "Calls let by only because of shadow: {would} of {calls} ({share}).",
    "Appels permis seulement parce qu'une disposition est à blanc : {would} sur {calls} ({share}).",
)
_NOTHING_IN_SHADOW: Final = marked(
    "nothing is in shadow now: [law] shadow names countries and provisions, [campaigns.NAME] shadow = true a campaign"
)


def report(
    context: typer.Context,
    *,
    since: SinceOption = None,
    until: UntilOption = None,
    campaign: CampaignsOption = None,
    form: FormatOption = LogFormat.TABLE,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show which calls would have been blocked, had nothing been in shadow: by reason, provision, campaign and day.

    A call counts once, for the first provision that would have blocked it. What is blocked all the same does not count.

    For example:

      gatekeeper shadow report --since 7d
      gatekeeper shadow report --since 2026-08-01 --until 2026-08-10 --campaign insurance
      gatekeeper shadow report --format csv > shadow.csv
    """
    settings = invocation(context).settings
    from gatekeeper.journal import DecisionFilter  # brings SQLAlchemy in
    from gatekeeper.journal.shadow import shadow_report

    wanted = DecisionFilter(
        since=read_time(since, "--since"),
        until=read_time(until, "--until", end_of_day=True),
        campaigns=frozenset(campaign or ()),
    )
    with open_log(settings) as reader:
        found = shadow_report(reader.shadow_counts(wanted))
    if form is LogFormat.CSV:
        writer = csv.writer(sys.stdout)
        writer.writerow(COLUMNS)
        writer.writerows(
            [csv_safe(value) if isinstance(value, str) else value for value in line] for line in _cells(found)
        )
    elif form is LogFormat.JSON:
        say_json(_record(found))
    else:
        _show(found, lang)
    if not _in_shadow(settings):
        note(phrase(_NOTHING_IN_SHADOW))


shadow.command(name="report", help=help_of(report))(report)


def _in_shadow(settings: "Settings") -> bool:
    return bool(settings.law.shadow) or any(one.shadow for one in settings.campaigns.values())


def _cells(found: "ShadowReport") -> Iterator[tuple[str | int | float, ...]]:
    for one in found.lines:
        yield (one.day.isoformat(), one.campaign, one.reason, one.provision, one.calls, one.of, round(one.share, 4))


def _record(found: "ShadowReport") -> dict[str, Any]:
    return {
        "calls": found.calls,
        "would_block": found.would_block,
        "share": round(found.would_block / found.calls, 4) if found.calls else 0.0,
        "totals": [one._asdict() for one in found.totals],
        "lines": [dict(zip(COLUMNS, cells, strict=True)) for cells in _cells(found)],
    }


def _show(found: "ShadowReport", lang: Language) -> None:
    say(
        printed(_SUMMARY, lang).format(
            would=count(found.would_block), calls=count(found.calls), share=_percent(found.would_block, found.calls)
        )
    )
    if not found.lines:
        return
    totals = _table(("reason", "provision", "calls", "share"), lang)
    for one in found.totals:
        totals.add_row(one.reason, one.provision, count(one.calls), _percent(one.calls, found.calls))
    lines = _table(COLUMNS, lang)
    for cells in _lines(found.lines):
        lines.add_row(*cells)
    from gatekeeper.cli.logtable import legend
    from gatekeeper.cli.output import width

    out = console()
    for part in ("", totals, "", lines, ""):
        out.print(part)
    for text in legend((one.reason for one in found.totals), lang, width()):
        out.print(text, style="dim")


def _lines(lines: "Iterable[ShadowLine]") -> Iterator[tuple[str, ...]]:
    from gatekeeper.text import escaped

    for one in lines:
        day, campaign = one.day.isoformat(), escaped(one.campaign)
        yield day, campaign, one.reason, one.provision, count(one.calls), count(one.of), _percent(one.calls, one.of)


def _table(columns: tuple[str, ...], lang: Language) -> Any:
    heads = {name: printed(_HEADINGS[name], lang) for name in columns}
    right = tuple(heads[name] for name in ("calls", "of", "share") if name in heads)
    return table(*heads.values(), right=right, wrap=(heads["campaign"],) if "campaign" in heads else ())


def _percent(part: int, of: int) -> str:
    return figure(100 * part / of if of else 0.0, ".1f") + phrase(" %")
