"""`gatekeeper list versions`, `list diff` and `list rollback`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.listwords import word, words, zone_said
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import console, count, say, say_counts, say_json, table
from gatekeeper.cli.stores import open_lists
from gatekeeper.cli.times import iso, shown
from gatekeeper.translation import phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.lists import VersionInfo

NamedList = Annotated[str, typer.Argument(metavar="LIST", help="The list's name, such as bloctel.")]

_DAY = slice(len("2026-11-23"))


def versions(
    context: typer.Context,
    name: NamedList,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each version.")] = False,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show every version of a list: from where, of when, how many numbers, and whether its files are still there.

    For example:

      gatekeeper list versions bloctel
      gatekeeper list versions bloctel --lang fr
      gatekeeper list versions bloctel --json
    """
    with open_lists(invocation(context).settings) as store:
        found = store.versions(name)
    if as_json:
        for one in found:
            say_json(_record(one))
        return
    _show(found, lang)


def diff(
    context: typer.Context,
    name: NamedList,
    old: Annotated[int, typer.Argument(metavar="OLD", help="The number of a version.")],
    new: Annotated[int, typer.Argument(metavar="NEW", help="The number of another.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every number that differs into this CSV file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as one JSON object.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Compare two versions of a list, changes by hand left aside.

    What --out writes of a red or an opposition list is imported by `list import --format changes`, into a list that is
    as the first version.

    For example:

      gatekeeper list diff bloctel 11 12
      gatekeeper list diff bloctel 11 12 --out changes.csv
    """
    with open_lists(invocation(context).settings) as store:
        found = store.diff(name, old, new, out)
        changed_by_files = any(one.name == name and one.kind in ("red", "opposition") for one in store.status())
    if as_json:
        say_json({"list": name, "old": old, "new": new, **found._asdict()})
        return
    say(phrase("{name}, version {new} against {old}:", name=name, new=new, old=old))
    say_counts(zip((phrase("new"), phrase("gone"), phrase("unchanged")), found, strict=True))
    if out is not None:
        say(
            phrase(
                "  the numbers are in {path}; where version {old} is in force, --format changes imports them",
                path=out,
                old=old,
            )
            if changed_by_files
            # A list of another kind is no set of numbers: it has answers, or contracts.
            else phrase("  the numbers are in {path}", path=out)
        )


def rollback(
    context: typer.Context,
    name: NamedList,
    version: Annotated[
        int | None, typer.Argument(metavar="VERSION", help="Which; without, the one in force before this one.")
    ] = None,
    text: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for the record.")] = "",
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Put an older version of a list in force again. It is in force for the very next call when this returns.

    The version's own dates count: where it is too old, the calls of its campaigns are blocked (LIST_STALE).

    For example:

      gatekeeper list rollback bloctel
      gatekeeper list rollback bloctel 11 --note "12 was cut off"
    """
    with open_lists(invocation(context).settings) as store:
        taken = store.rollback(name, version, by=who(), note=text)
    say(phrase("{name}: version {version} is in force", name=name, version=taken))


def _record(one: "VersionInfo") -> dict[str, object]:
    times = {key: iso(getattr(one, key)) for key in ("source_date", "valid_until", "imported_at")}
    return {**one._asdict(), **times}


def _show(found: "list[VersionInfo]", lang: Language) -> None:
    from gatekeeper.text import escaped

    heads = words(lang, "version", "kind", "numbers", "callable", "imported", "by", "of", "from", "sha256")
    made = table(*heads, right=words(lang, "numbers", "callable"), wrap=words(lang, "from", "by"))
    for one in found:
        state = word("in force", lang) if one.in_force else "" if one.kept else f"({word('recorded', lang)})"
        made.add_row(
            f"{one.version} {state}".rstrip(),
            word(one.kind, lang),
            count(one.count),
            count(one.cleared) if one.kind == "wash" else "",
            shown(one.imported_at)[_DAY],
            escaped(one.imported_by),
            shown(one.source_date)[_DAY],
            escaped(one.source),
            one.sha256[:12],
            style="bold" if one.in_force else "" if one.kept else "dim",
        )
    out = console()
    out.print(made)
    out.print(zone_said(lang), style="dim")
