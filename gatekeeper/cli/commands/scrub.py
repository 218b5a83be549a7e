"""`gatekeeper scrub`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.contacts import ColumnsOption, CountryCodeOption, read_contacts
from gatekeeper.cli.context import invocation, must_have_campaign, note
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import say, say_counts, say_json
from gatekeeper.cli.previews import PreviewFormat
from gatekeeper.cli.progress import WorkProgress
from gatekeeper.cli.stores import must_have_lists
from gatekeeper.translation import counted, phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.contacts.address import Contacts
    from gatekeeper.scrub.options import ScrubOptions
    from gatekeeper.scrub.run import ScrubOutcome

_ALWAYS = (0, 1, 3)
"""Rows of the counts that are shown though they are 0."""

_FILES = "Contacts in a file"
_TABLES = "Contacts in a database"


def scrub(
    context: typer.Context,
    *,
    contacts: Annotated[
        str,
        typer.Argument(metavar="CONTACTS", help="A CSV or XLSX file, or a database: mysql://user:password@host/name."),
    ] = "",
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="Scrub what the configuration has in [scrubs.NAME] and is due.")
    ] = False,
    campaign: Annotated[
        str, typer.Option(metavar="NAME", help="The campaign whose lists apply (campaigns.default).")
    ] = "",
    principal: Annotated[str, typer.Option(metavar="NAME", help="The company that is called for.")] = "",
    column: ColumnsOption = None,
    country_code_column: CountryCodeOption = None,
    contact_column: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="With the site's own ids of the consumers, who may have several numbers.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    postcode_column: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="With their postcodes, which say where they are.", rich_help_panel=_FILES),
    ] = None,
    caller_id: Annotated[
        str,
        typer.Option(metavar="NUMBER", help="What the calls will present (the first of the campaign's caller_ids)."),
    ] = "",
    callable_from: Annotated[
        bool,
        typer.Option(
            "--callable-from",
            help="Add to each contact that is kept from when on it may be called, by its own clock.",
            rich_help_panel=_FILES,
        ),
    ] = False,
    ground: Annotated[
        bool,
        typer.Option(
            "--ground", help="Add to each contact that is kept on what ground it may be called.", rich_help_panel=_FILES
        ),
    ] = False,
    preview: Annotated[
        bool,
        typer.Option("--preview", help="Only count who could be called now, today and this week; change nothing."),
    ] = False,
    at: Annotated[str, typer.Option(metavar="TIME", help="For which moment (--preview).")] = "now",
    output_format: Annotated[PreviewFormat, typer.Option("--format", help="Of --preview.")] = PreviewFormat.TABLE,
    leave_other_numbers: Annotated[
        bool,
        typer.Option(
            "--leave-other-numbers", help="Leave numbers in other columns unchecked; the certificate says so."
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and write nothing at all.")] = False,
    in_place: Annotated[
        bool,
        typer.Option("--in-place", help="A file: what may be called takes its place. A table: mark its contacts."),
    ] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to write (beside the file; for a database, here).")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what an earlier scrub wrote.")] = False,
    lang: LanguageOption = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="The certificate as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    delimiter: Annotated[
        str | None,
        typer.Option(metavar="CHARACTER", help="What separates columns: ; , | tab or space.", rich_help_panel=_FILES),
    ] = None,
    header: Annotated[
        bool | None,
        typer.Option("--header/--no-header", help="Whether the first row names the columns.", rich_help_panel=_FILES),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Such as utf-8 or cp1252.", rich_help_panel=_FILES)
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of an XLSX file (the first shown).", rich_help_panel=_FILES)
    ] = None,
    table: Annotated[
        str, typer.Option(metavar="NAME", help="The table, or SCHEMA.TABLE.", rich_help_panel=_TABLES)
    ] = "",
    key: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Unique in each row (the primary key).", rich_help_panel=_TABLES),
    ] = None,
    mark: Annotated[
        str | None,
        typer.Option(metavar="COLUMN=VALUE", help="What marks a contact, as status=DNC.", rich_help_panel=_TABLES),
    ] = None,
    where: Annotated[
        str,
        typer.Option(metavar="CONDITION", help="Which rows, in SQL, as 'list_id = 101'.", rich_help_panel=_TABLES),
    ] = "",
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete contacts instead of marking them.", rich_help_panel=_TABLES)
    ] = False,
    drop_numbers: Annotated[
        bool,
        typer.Option(
            "--drop-numbers",
            help="Of a contact that may be called on another number, only empty the one that may not.",
            rich_help_panel=_TABLES,
        ),
    ] = False,
    batch: Annotated[
        int, typer.Option(metavar="ROWS", min=1, max=100_000, help="To a transaction.", rich_help_panel=_TABLES)
    ] = 2000,
) -> None:
    """Take out of contacts whoever may not be called, and certify it.

    Beside contacts.csv it writes contacts.clean.csv with those that may be called, byte for byte as they were,
    contacts.removed.csv with the others and the reason beside each, and a certificate (JSON and PDF). Delimiter,
    heading, encoding and the columns of numbers are found out where they are not given. Where other columns hold
    telephone numbers as well it stops, and names them. A contact that loses one of its
    numbers and keeps another stays, with that cell emptied, and stands in contacts.removed.csv, too.

    What depends on the clock (hours, attempts, a rest) takes nobody out: --callable-from tells for each contact
    from when on it may be called, and --preview how many could be called when, and why the others not.

    A database is only looked at, unless --in-place is given: then contacts are marked, in small transactions, while
    others go on working on it. A scrub that was killed goes on when it is repeated.

    With --scheduled it scrubs what [scrubs.NAME] of the configuration names and is due, and fails when one of them
    failed or is overdue. All other options are those of that section.

    For example:

      gatekeeper scrub contacts.csv
      gatekeeper scrub contacts.csv --campaign insurance --column mobile --column telephone
      gatekeeper scrub contacts.xlsx --dry-run
      gatekeeper scrub contacts.csv --campaign insurance --callable-from --ground
      gatekeeper scrub contacts.csv --campaign insurance --preview --at 2026-11-30T10:00
      gatekeeper scrub mysql://cron:secret@localhost/asterisk --table vicidial_list --mark status=DNC --in-place
      gatekeeper scrub --scheduled
    """
    call = invocation(context)
    settings = call.settings_with("scrubs") if scheduled else call.settings
    if scheduled == bool(contacts):
        raise typer.BadParameter(phrase("name the contacts, or give --scheduled"), param_hint="CONTACTS")
    must_have_campaign(campaign, settings)
    must_have_lists(settings)
    if scheduled:
        from gatekeeper.cli.commands.scheduled import run_scheduled

        run_scheduled(settings)
        return
    from gatekeeper.contacts.dialect import read_delimiter
    from gatekeeper.scrub.options import ScrubOptions, TableOptions

    options = ScrubOptions(
        campaign=campaign,
        principal=principal,
        caller_id=caller_id,
        columns=tuple(column or ()),
        country_code_column=country_code_column,
        contact_column=contact_column,
        postcode_column=postcode_column,
        callable_from=callable_from,
        ground=ground,
        leave_other_numbers=leave_other_numbers,
        encoding=encoding,
        delimiter=read_delimiter(delimiter) if delimiter is not None else None,
        header=header,
        sheet=sheet,
        language=lang,
        folder=output,
        overwrite=overwrite,
        in_place=in_place,
        dry_run=dry_run,
        table=TableOptions(delete, drop_numbers, batch),
    )
    if not preview and (at != "now" or output_format is not PreviewFormat.TABLE):
        option = "--at" if at != "now" else "--format"
        raise typer.BadParameter(phrase("is for --preview: a scrub is of now"), param_hint=option)
    marking = _mark(mark)
    source = read_contacts(contacts, table, options.columns, country_code_column, where=where, key=key, mark=marking)
    if preview:
        from gatekeeper.cli.commands.scrub_preview import run_preview

        run_preview(settings, source, options, at, output_format, visible=not quiet)
        return
    if dry_run and in_place:
        note(phrase("this is a dry run: nothing is changed in place"))
    outcome = _run(settings, source, options, visible=not quiet)
    if as_json:
        say_json(outcome.certificate.as_dict())
    else:
        _show(outcome, dry_run=dry_run)
    if outcome.certificate.details.get("other_sheets"):
        note(phrase("other sheets were not looked at: {names}", names=outcome.certificate.details["other_sheets"]))
    if outcome.lists_changed:
        note(phrase("a list changed meanwhile; the contacts were judged by the lists as they were at the beginning"))
    if outcome.certificate.details.get("settled", "yes") != "yes":
        note(phrase("contacts that may not be called kept coming into the table: scrub it again"))


def _mark(given: str | None) -> tuple[str, str] | None:
    if given is None:
        return None
    column, equals, value = given.partition("=")
    if not column or not equals:
        raise typer.BadParameter(phrase("give a column and a value, as status=DNC"), param_hint="--mark")
    return column, value


def _run(settings: "Settings", contacts: "Contacts", options: "ScrubOptions", *, visible: bool) -> "ScrubOutcome":
    from gatekeeper.daemon.wiring import open_scrubber
    from gatekeeper.scrub.door import scrub as scrub_contacts

    bar = WorkProgress(phrase("scrubbing"), visible=visible and sys.stderr.isatty())
    with open_scrubber(settings, who()) as scrubber, bar as progress:
        return scrub_contacts(scrubber, contacts, options, progress.update)


def _show(outcome: "ScrubOutcome", *, dry_run: bool) -> None:
    certificate, tally = outcome.certificate, outcome.tally
    say(
        counted(
            "{source}: {count:,} contact, numbers in {names}",
            "{source}: {count:,} contacts, numbers in {names}",
            tally.read,
            source=certificate.source,
            names=", ".join(outcome.columns),
        )
    )
    rows = [
        (phrase("may be called"), tally.kept),
        (phrase("taken out"), tally.removed),
        (phrase("left alone"), tally.left),
        (phrase("lost a number"), tally.reduced),
        (phrase("unreadable"), tally.unreadable),
        (phrase("no number"), tally.empty),
    ]
    say_counts([row for place, row in enumerate(rows) if row[1] or place in _ALWAYS], 14)
    say_counts(sorted(tally.reasons.items()), 12, 4)
    say(f"  {phrase('lists'):<14}{', '.join(f'{one.name}@{one.version}' for one in certificate.lists) or '-'}")
    for name, value in tally.strays.items():
        note(
            counted(
                "{count:,} number in the column {name} was NOT checked",
                "{count:,} numbers in the column {name} were NOT checked",
                value,
                name=name,
            )
        )
    if dry_run:
        say(phrase("  dry run: nothing was written or changed"))
    for file in outcome.written:
        say(f"  {file.path}")
