"""`gatekeeper list import`."""

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.importing import import_file
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import say_json
from gatekeeper.cli.reports import show
from gatekeeper.cli.stores import open_lists
from gatekeeper.cli.times import read_moment
from gatekeeper.errors import ImportRefused
from gatekeeper.translation import phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.lists import ListStore


def import_list(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Argument(metavar="LIST", help="The list's name, as the configuration has it.")],
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Text, CSV, XLSX or a registry's own, packed or not; - is standard input."),
    ],
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="The registry's format: see `gatekeeper list formats`."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A column of numbers: heading, or counted from 1. Repeat for several."),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(metavar="CHARACTER", help="What separates columns: ; , | tab or space.")
    ] = None,
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help="Whether the first line is a heading.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="The file's encoding, such as utf-8 or cp1252.")
    ] = None,
    member: Annotated[
        str | None, typer.Option(metavar="NAME", help="The file within a zip; without it all but a README.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="The country of numbers written the national way (phone.home).")
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="TEXT", help="Where the file came from, for the record (its name).")
    ] = "",
    source_date: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Of when the file is (the latest date in it, if its format has any)."),
    ] = None,
    valid_until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Until when the list may be relied on; a day counts to its end."),
    ] = None,
    reject_limit: Annotated[
        float, typer.Option(metavar="PERCENT", min=0, max=100, help="Refuse a file with more unreadable lines.")
    ] = 10.0,
    sha256: Annotated[
        str, typer.Option(metavar="HEX", help="The SHA-256 that the file must have; FILE.sha256 is looked at, too.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Import however many lines are unreadable.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would come and what would go, and change nothing.")
    ] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Import though it shrinks or grows a lot, is older, or leaves numbers out."),
    ] = False,
    show_numbers: Annotated[
        bool, typer.Option("--show-numbers", help="Show numbers and rejected lines in the report, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Replace a list by the numbers of a file: all of it or nothing.

    Delimiter, column, heading and encoding are found out where they are not given. Lines that hold no number are
    counted and kept in a file of rejects; numbers in columns that are not read refuse the import. Until the import is
    through, and if it fails, the old list stays in force.

    For example:

      gatekeeper list import bloctel bloctel-2026-11.csv.gz
      gatekeeper list import us-dnc 2026-11-23.zip --format ftc
      gatekeeper list import bloctel export.csv --column Telephone --delimiter ";"
      gatekeeper list import bloctel export.csv --valid-until 2026-12-23 --dry-run
      zcat huge.gz | gatekeeper list import bloctel - --source "deposit of 23/11"
    """
    call = invocation(context)
    from gatekeeper.intake import ImportRequest

    asked = ImportRequest(
        by=who(),
        format=form or "",
        delimiter=delimiter,
        column=_columns(column or []),
        header=header,
        encoding=encoding,
        country=country or "",
        source=source or (phrase("standard input") if str(file) == "-" else ""),
        source_date=_moment(source_date, "--source-date"),
        valid_until=_moment(valid_until, "--valid-until", end_of_day=True),
        member=member,
        max_reject_share=reject_limit / 100,
        force=force,
        sha256=_checked_sum(sha256),
        dry_run=dry_run,
        accept=accept,
    )
    with open_lists(call.settings) as store:
        report = import_file(store, name, call.settings, file, asked, quiet=quiet)
        stale = _stale(store, name, call.settings)
    if as_json:
        from gatekeeper.intake.report_fields import report_fields

        say_json(report_fields(report, dry_run=dry_run, numbers=show_numbers))
    else:
        show(report, dry_run=dry_run, numbers=show_numbers)
    if stale and not dry_run:
        note(
            phrase(
                "the list {name} is too old to be relied on: the calls of its campaigns are blocked (LIST_STALE)",
                name=name,
            )
        )


def _columns(given: list[str]) -> str | int | tuple[str | int, ...] | None:
    """What was said of columns; a number counts them from 1."""
    found = tuple(int(one) if one.isascii() and one.isdecimal() else one for one in given)
    return found if len(found) > 1 else found[0] if found else None


def _checked_sum(text: str) -> str:
    if text and not re.fullmatch(r"[0-9A-Fa-f]{64}", text.strip()):
        raise ImportRefused(phrase("--sha256 takes a SHA-256 in 64 hexadecimal digits"))
    return text.strip().lower()


def _stale(store: "ListStore", name: str, settings: "Settings") -> bool:
    """Whether the version in force is too old already."""
    from gatekeeper.cli.commands.lists.status import freshness

    return any(one.name == name and freshness(one, settings).state == "stale" for one in store.status())


def _moment(text: str | None, option: str, *, end_of_day: bool = False) -> datetime | None:
    if text is None:
        return None
    moment = read_moment(text, option, end_of_day=end_of_day)
    if moment.note:
        note(moment.note)
    return moment.at
