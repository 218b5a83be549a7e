"""`gatekeeper consent show` and `gatekeeper consent status`."""

from typing import Annotated

import typer

from gatekeeper.cli.consents import WhoseContact, WhoseNumber, named, whose
from gatekeeper.cli.context import invocation
from gatekeeper.cli.output import console, count, say, say_json, table
from gatekeeper.cli.stores import open_consents, open_ledger
from gatekeeper.cli.times import iso, shown, shown_zone

_ENTRY = ("Entry", "What", "When", "Principal", "Goods", "Until", "Slots", "Lacks", "Proof", "By")
_FILE = ("Imported", "File", "Consents", "Incomplete", "Rejected", "By")


def show(
    context: typer.Context,
    number: WhoseNumber = "",
    contact: WhoseContact = "",
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each entry.")] = False,
) -> None:
    """Show everything that the ledger has of a consumer, in the order in which it was written down.

    For example:

      gatekeeper consent show 0612345678
      gatekeeper consent show --contact c-4711 --json
    """
    settings = invocation(context).settings
    e164 = whose(number, contact, settings)
    from contextlib import closing

    from gatekeeper.consents.extract import extract_of

    with open_consents(settings) as consents, closing(open_ledger(settings)) as ledger:
        found = extract_of(ledger, consents, e164, contact)
    if as_json:
        for one in found:
            say_json(
                {**one._asdict(), "at": iso(one.at), "until": iso(one.until or None), "written_at": iso(one.written_at)}
            )
        return
    if not found:
        say(f"{named(e164, contact)}: nothing is known")
        return
    from gatekeeper.text import escaped

    made = table(*_ENTRY, wrap=_ENTRY[4:])
    for one in found:
        made.add_row(
            str(one.id), one.kind, shown(one.at), escaped(one.principal), escaped(", ".join(one.goods)),
            shown(one.until or None), one.slots, one.lacks, escaped(one.proof), escaped(one.written_by),
        )  # fmt: skip
    out = console()
    out.print(made)
    out.print(f"Times are local ({shown_zone()}).", style="dim")


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show how much is in the ledger, and what was imported.

    For example:

      gatekeeper consent status
      gatekeeper consent status --json
    """
    settings = invocation(context).settings
    with open_consents(settings) as consents:
        counts, imports = consents.counts(), consents.imports()
    if as_json:
        say_json({"counts": counts, "imports": [{**one._asdict(), "at": iso(one.at)} for one in imports]})
        return
    for name, value in counts.items():
        say(f"{name.replace('_', ' '):<20}{count(value):>14}")
    if imports:
        from gatekeeper.text import escaped

        made = table(*_FILE, right=_FILE[2:5], wrap=("File", "By"))
        for one in imports:
            numbers = (count(one.taken), count(one.void), count(one.rejected))
            made.add_row(shown(one.at), escaped(one.file), *numbers, escaped(one.by))
        console().print(made)
