"""`gatekeeper list status`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.listwords import word, words, zone_said
from gatekeeper.cli.output import console, count, say_json, table, width
from gatekeeper.cli.stores import open_lists
from gatekeeper.cli.times import iso, shown
from gatekeeper.clock import now_micros
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.lists import ListStatus
    from gatekeeper.lists.freshness import Freshness

_WIDE = 100
"""From how many columns on there is room for everything."""

_COLUMNS = ("list", "kind", "state", "numbers", "by_hand", "version", "imported", "until", "days")

DUE = 3
"""Exit code where a list ends within seven days, and none is worse."""

BLOCKING = 4
"""Exit code where a list is stale, missing or damaged, so that calls are blocked."""


STYLES = {"due": "yellow", "stale": "bold red", "missing": "bold red"}
"""The colours of states; green without."""


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each list.")] = False,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show every list: how many numbers, from where, and until when it may be relied on.

    A list that is stale, or was never imported, blocks the calls of its campaigns (LIST_STALE, or NOT_SCRUBBED for a
    wash list). For monitoring, the exit code is 3 where a list ends within seven days, and 4 where one is stale,
    missing or damaged.

    For example:

      gatekeeper list status
      gatekeeper list status --lang fr
      gatekeeper list status --json
    """
    settings = invocation(context).settings
    with open_lists(settings) as store:
        found = store.status()
    configured_only = [name for name in settings.lists if name not in {one.name for one in found}]
    if as_json:
        for one in found:
            say_json(_record(one, freshness(one, settings)))
        for name in configured_only:
            say_json({"list": name, "kind": settings.lists[name].kind, "state": "missing"})
        sys.exit(_code(found, configured_only, settings))
    wide = width() >= _WIDE
    heads = words(lang, *(name for name in _COLUMNS if wide or name != "kind"))
    made = table(*heads, right=words(lang, "numbers", "days"), wrap=words(lang, "list"))
    for one in found:
        fresh = freshness(one, settings)
        made.add_row(*_cells(one, fresh, lang, wide=wide), style=STYLES.get(fresh.state, "green"))
    out = console()
    out.print(made)
    for one in found:
        if one.problem:
            out.print(f"{one.name}: {one.problem}", style="bold red")
        if one.name not in settings.lists:
            out.print(word("not_configured", lang).format(one.name), style="yellow")
    for name in configured_only:
        out.print(word("never_imported", lang).format(name), style="bold red")
    out.print(zone_said(lang), style="dim")
    sys.exit(_code(found, configured_only, settings))


def _code(found: "list[ListStatus]", missing: list[str], settings: "Settings") -> int:
    """The exit code, for monitoring."""
    # What the configuration does not name applies where all lists do.
    states = {freshness(one, settings).state for one in found}
    if missing or states & {"stale", "missing"} or any(one.problem for one in found):
        return BLOCKING
    return DUE if "due" in states else 0


def freshness(one: "ListStatus", settings: "Settings") -> "Freshness":
    """Whether a list may be relied on now."""
    from gatekeeper.lists.freshness import freshness as freshness_at  # the help does without the lists

    return freshness_at(one, settings.max_ages, now_micros())


def _cells(one: "ListStatus", fresh: "Freshness", lang: Language, *, wide: bool) -> list[str]:
    by_hand = [
        f"+{one.added_by_hand}" if one.added_by_hand else "",
        f"-{one.removed_by_hand}" if one.removed_by_hand else "",
    ]
    day = slice(None if wide else len("2026-11-23"))
    return [
        one.name,
        *((word(one.kind.value, lang),) if wide else ()),
        word(fresh.state, lang),
        count(one.count),
        " ".join(part for part in by_hand if part),
        str(one.version or ""),
        shown(one.imported_at)[day] or word("never", lang),
        shown(fresh.until)[day] or "-",
        "" if fresh.days is None else str(fresh.days),
    ]


def _record(one: "ListStatus", fresh: "Freshness") -> dict[str, object]:
    return {
        "list": one.name,
        "kind": one.kind,
        "title": one.title,
        "state": fresh.state,
        "good_until": iso(fresh.until),
        "days_left": fresh.days,
        "version": one.version,
        "count": one.count,
        "added_by_hand": one.added_by_hand,
        "removed_by_hand": one.removed_by_hand,
        "source": one.source,
        "source_date": iso(one.source_date),
        "imported_at": iso(one.imported_at),
        "imported_by": one.imported_by,
        "valid_until": iso(one.valid_until),
        "sha256": one.sha256,
        "filter_ready": one.filter_ready,
        "problem": one.problem,
        "cleared": one.cleared,
        "prefixes": one.prefixes,
    }
