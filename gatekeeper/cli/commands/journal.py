"""`gatekeeper journal ...`: how large the journal is, and its archives."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import console, count, say, say_json, table
from gatekeeper.cli.stores import journal_file
from gatekeeper.translation import counted, figure, phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.journal.sqlite.size import JournalSize

journal = typer.Typer(no_args_is_help=True, help="How large the journal is; its archives. `log` shows what is in it.")

_MEGABYTE = 10**6


def archive(
    context: typer.Context,
    *,
    keep_months: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="How many months stay beside the present one; journal.keep_months without."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which months would be archived.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object to a month.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Move old months out of the journal's own file into archives, one to a month, compressed, with their SHA-256.

    It may run while the daemon does; no call waits for it. Every command that reads the journal reads archives, too.

    For example:

      gatekeeper journal archive --dry-run
      gatekeeper journal archive --keep-months 12
    """
    settings = invocation(context).settings
    months = settings.journal.keep_months if keep_months is None else keep_months
    if not months:
        note(
            phrase(
                "nothing is archived: [journal] keep_months is 0 ({origin}); --keep-months says it for once",
                origin=settings.origin,
            )
        )
        return
    from contextlib import closing

    from gatekeeper.clock import now_micros
    from gatekeeper.journal.sqlite import Archiver  # brings SQLAlchemy in

    now, found = now_micros(), False
    with closing(Archiver(journal_file(settings), who())) as archiver:
        if ahead := archiver.dated_ahead(now):
            note(
                counted(
                    "{count:,} decision is dated after this month, by a clock that was wrong: it is archived with "
                    "those that were written beside it",
                    "{count:,} decisions are dated after this month, by a clock that was wrong: they are archived with "
                    "those that were written beside them",
                    ahead,
                )
            )
        if dry_run:
            for plan in archiver.plans(now, months):
                found = True
                say_json({"month": plan.month}) if as_json else say(
                    phrase("{month}: would be archived", month=plan.month)
                )
        else:
            for info in archiver.archive(now, months):
                found = True
                if as_json:
                    say_json({"month": info.month, **info._asdict()})
                else:
                    say(
                        counted(
                            "{month}: {count:,} decision, {size:,.1f} MB, in {name}, SHA-256 {sha256}",
                            "{month}: {count:,} decisions, {size:,.1f} MB, in {name}, SHA-256 {sha256}",
                            info.decisions,
                            month=info.month,
                            size=info.bytes / _MEGABYTE,
                            name=info.name,
                            sha256=info.sha256,
                        )
                    )
    if not found and not as_json:
        say(counted("nothing is older than {count} month", "nothing is older than {count} months", months))


def size(
    context: typer.Context,
    *,
    check: Annotated[bool, typer.Option("--check", help="Read each archive, and compare its SHA-256.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Show how large the journal is, month by month, and which months are archived.

    For example:

      gatekeeper journal size
      gatekeeper journal size --check
    """
    path = journal_file(invocation(context).settings)
    from gatekeeper.journal.sqlite.size import archive_problems, journal_size  # brings SQLAlchemy in

    found = journal_size(path)
    problems = archive_problems(path) if check else []
    if as_json:
        say_json(
            {
                **found._asdict(),
                "months": [one._asdict() for one in found.months],
                **({"problems": problems} if check else {}),
            }
        )
    else:
        _show(found, str(path))
    if problems:
        for problem in problems:
            note(problem)
        sys.exit(2)


def _show(found: "JournalSize", path: str) -> None:
    heads = (phrase("Month"), phrase("Decisions"), phrase("Archive"), phrase("MB"))
    made = table(*heads, right=(heads[1], heads[3]))
    for one in found.months:
        megabytes = "" if one.bytes is None else figure(one.bytes / _MEGABYTE, ",.1f")
        made.add_row(one.month, count(one.decisions), one.archive, megabytes)
    own = sum(one.decisions for one in found.months if not one.archive)
    out = console()
    out.print(made)
    out.print()
    size, free = (one / _MEGABYTE for one in (found.file, found.free))
    told = phrase(
        "{path}: {size:,.1f} MB, of which {free:,.1f} MB are free for new rows", path=path, size=size, free=free
    )
    out.print(told)
    if own:
        used = found.file - found.free
        out.print(
            counted(
                "{count:,} decision in it, {bytes:,.0f} bytes with all that belongs to it",
                "{count:,} decisions in it, {bytes:,.0f} bytes each with all that belongs to them",
                own,
                bytes=used / own,
            )
        )


journal.command(name="archive", help=help_of(archive))(archive)
journal.command(name="size", help=help_of(size))(size)
