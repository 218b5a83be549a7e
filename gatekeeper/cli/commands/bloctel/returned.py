"""`gatekeeper bloctel return`."""

from pathlib import Path
from typing import Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.importing import import_file
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import say_json
from gatekeeper.cli.reports import show
from gatekeeper.cli.stores import open_lists
from gatekeeper.cli.times import read_moment
from gatekeeper.errors import ListError
from gatekeeper.translation import phrase
from gatekeeper.words import Language

FORMAT = "bloctel-return"


def returned(
    context: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that came back, retour_….")],
    name: Annotated[str, typer.Option("--list", metavar="LIST", help="The list that takes the answers.")] = "bloctel",
    date: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Of when the answers are: they hold from then (when the file was written)."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and change nothing.")] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take it in though the list shrinks or grows a lot, or it is an older one.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Take it in however many lines are unreadable.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Take in what Bloctel answered: who may be called for thirty days, and who may not.

    Only OK in the third column lets a number be called; any other answer marks it. A line without an answer is set
    aside. Numbers that an earlier return answered for, and this one does not name, keep their answer to its end.

    For example:

      gatekeeper bloctel return retour_deposit.csv
      gatekeeper bloctel return retour_deposit.csv --date 2026-11-20 --dry-run
    """
    settings = invocation(context).settings
    section = settings.lists.get(name)
    if section is not None and section.kind != "wash":
        raise ListError(
            phrase(
                '[lists.{name}] has kind = "{kind}"; what Bloctel returns needs kind = "wash"',
                name=name,
                kind=section.kind,
            )
        )
    from gatekeeper.intake import ImportRequest

    asked = ImportRequest(
        by=who(),
        format=FORMAT,
        country="FR",
        source_date=read_moment(date, "--date").at if date is not None else None,
        force=force,
        accept=accept,
        dry_run=dry_run,
    )
    with open_lists(settings) as store:
        report = import_file(store, name, settings, file, asked, quiet=quiet)
    if as_json:
        from gatekeeper.intake.report_fields import report_fields

        say_json(report_fields(report, dry_run=dry_run, numbers=False))
    else:
        show(report, dry_run=dry_run, numbers=False)
