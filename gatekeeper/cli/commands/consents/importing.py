"""`gatekeeper consent import`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.consents import Zone, zone_of
from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import say, say_counts, say_json
from gatekeeper.cli.progress import ImportProgress
from gatekeeper.cli.stores import open_consents
from gatekeeper.translation import counted, phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.consents.importing.importer import ConsentImport


def import_file(
    context: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX or JSON; CSV and JSON also packed.")],
    proofs: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the files are that it names as proofs; beside it without."),
    ] = None,
    delimiter: Annotated[str, typer.Option(metavar="CHARACTER", help="What separates the columns.")] = "",
    country: Annotated[str, typer.Option(metavar="CODE", help="Whose national numbers are in it.")] = "",
    zone: Zone = "",
    source: Annotated[str, typer.Option(metavar="TEXT", help="Where it comes from, for the record.")] = "",
    reject_limit: Annotated[
        float, typer.Option(metavar="PERCENT", min=0, max=100, help="Refuse it with more unreadable records than that.")
    ] = 10.0,
    force: Annotated[bool, typer.Option("--force", help="Import however many records are unreadable.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would come, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Add the consents of a file to the ledger: all of it or nothing.

    What can't be read is kept aside, with its line and why. A consent that lacks something that a law may ask for (an
    item, the hour, the proof) is kept and told: it never counts where the law asks for it.

    For example:

      gatekeeper consent import consents.csv --dry-run
      gatekeeper consent import consents.xlsx --proofs recordings/
      gatekeeper consent import crm.json --source "CRM, 23 November"
    """
    settings = invocation(context).settings
    from gatekeeper.consents.importing.importer import ConsentImportOptions, import_consents  # brings NumPy in
    from gatekeeper.lists import Progress

    options = ConsentImportOptions(
        country=country.upper() or settings.phone.home,
        zone=zone_of(zone, settings),
        delimiter=delimiter,
        proofs=proofs,
        by=who(),
        source=source,
        dry_run=dry_run,
        max_reject_share=reject_limit / 100,
        force=force,
    )
    with open_consents(settings) as store, ImportProgress(visible=sys.stderr.isatty() and not quiet) as progress:
        report = import_consents(store, file, options, lambda *told: progress.update(Progress(*told)))
    if as_json:
        say_json({**report.as_fields(), "dry_run": dry_run})
    else:
        _show(report, dry_run=dry_run)


def _show(report: "ConsentImport", *, dry_run: bool) -> None:
    if dry_run:
        done = counted(
            "{count:,} consent would be added; nothing was changed ({seconds:.1f} s)",
            "{count:,} consents would be added; nothing was changed ({seconds:.1f} s)",
            report.taken,
            seconds=report.seconds,
        )
    else:
        done = counted(
            "{count:,} consent added ({seconds:.1f} s)",
            "{count:,} consents added ({seconds:.1f} s)",
            report.taken,
            seconds=report.seconds,
        )
    say(done)
    say_counts(
        [
            (phrase("records read"), report.read),
            (phrase("incomplete"), report.void),
            (phrase("rejected"), report.rejected),
        ]
    )
    for label, samples, kept in (
        (phrase("rejected"), report.samples, report.rejects_file),
        (phrase("never counts where the law asks for it"), report.void_samples, report.void_file),
    ):
        for sample in samples:
            say(phrase("  {label}: line {line}: {why}", label=label, line=sample.line, why=sample.reason))
        if kept:
            say(phrase("  all of them are in {path}", path=kept))
    say(f"  SHA-256     {report.sha256}")
