"""`gatekeeper list changes`."""

import csv
import itertools
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.listwords import word
from gatekeeper.cli.output import console, say_json, table
from gatekeeper.cli.period import (
    FormatOption,
    LogFormat,
    SinceOption,
    UntilOption,
    read_time,
)
from gatekeeper.cli.stores import open_lists
from gatekeeper.cli.times import iso, shown
from gatekeeper.clock import micros_of
from gatekeeper.phone import display
from gatekeeper.text import csv_safe, escaped
from gatekeeper.words import Language, Sentence, printed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gatekeeper.lists import ListChange

COLUMNS: Final = ("list", "change", "at", "number", "op", "by", "note")
"""The columns of CSV, and the keys of JSON."""

_HEADINGS: Final = {
    "list": Sentence("List", "Liste"),
    "change": Sentence("Change", "N°"),
    "at": Sentence("Time", "Heure"),
    "number": Sentence("Number", "Numéro"),
    "op": Sentence("What", "Action"),
    "by": Sentence("By", "Par"),
    "note": Sentence("Note", "Note"),
}
_NOTHING: Final = Sentence("No change by hand.", "Aucune modification à la main.")


def changes(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="LIST", help="The list's name, such as red; all without.")] = "",
    *,
    since: SinceOption = None,
    until: UntilOption = None,
    form: FormatOption = LogFormat.TABLE,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show every change by hand, oldest first: which number was added or removed when, by whom, and why.

    Refusals are among them, in whichever way they came. CHANGE is the number behind the + of a list's version: 12+57.

    For example:

      gatekeeper list changes red --since 7d
      gatekeeper list changes --since 2026-11-01 --until 2026-11-30 --format csv > changes.csv
    """
    begin, end = read_time(since, "--since"), read_time(until, "--until", end_of_day=True)
    with open_lists(invocation(context).settings) as store:
        found = store.changes(name, micros_of(begin) if begin else 0, micros_of(end) if end else None)
        if form is LogFormat.CSV:
            writer = csv.writer(sys.stdout)
            writer.writerow(COLUMNS)
            writer.writerows([csv_safe(str(value)) for value in _record(one).values()] for one in found)
        elif form is LogFormat.JSON:
            for one in found:
                say_json(_record(one))
        else:
            _show(found, lang)


def _record(one: "ListChange") -> dict[str, Any]:
    return dict(zip(COLUMNS, (one.list, one.seq, iso(one.at), f"+{one.number}", one.op, one.by, one.note), strict=True))


def _show(found: "Iterable[ListChange]", lang: Language) -> None:
    rows = iter(found)
    first = next(rows, None)
    out = console()
    if first is None:
        out.print(printed(_NOTHING, lang))
        return
    heads = [printed(_HEADINGS[column], lang) for column in COLUMNS]
    made = table(*heads, right=(heads[1],), wrap=tuple(heads[-3:]))
    for one in itertools.chain([first], rows):
        texts = (word(one.op, lang), escaped(one.by), escaped(one.note))
        made.add_row(one.list, str(one.seq), shown(one.at), display(one.number), *texts)
    out.print(made)
