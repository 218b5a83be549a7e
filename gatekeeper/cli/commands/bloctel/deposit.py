"""`gatekeeper bloctel deposit`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.contacts import ColumnsOption, CountryCodeOption, TableOption, WhereOption, read_contacts
from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import say, say_counts, say_json
from gatekeeper.cli.stores import make_list, open_lists
from gatekeeper.clock import now_micros
from gatekeeper.translation import counted, phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.scrub.deposit import Deposit


def deposit(
    context: typer.Context,
    *,
    contacts: Annotated[
        str,
        typer.Argument(metavar="CONTACTS", help="A CSV or XLSX file, or a database: mysql://user:password@host/name."),
    ],
    name: Annotated[str, typer.Option("--list", metavar="LIST", help="The list that takes the answers.")] = "bloctel",
    out: Annotated[Path, typer.Option(metavar="FILE", help="The deposit file.")] = Path("deposit.csv"),
    within: Annotated[
        int, typer.Option(metavar="DAYS", min=0, max=3660, help="Ask anew where an answer ends within so many days.")
    ] = 7,
    everything: Annotated[
        bool, typer.Option("--all", help="Deposit numbers whose answer still holds, and marked ones, too.")
    ] = False,
    column: ColumnsOption = None,
    country_code_column: CountryCodeOption = None,
    delimiter: Annotated[
        str | None, typer.Option(metavar="CHARACTER", help="What separates columns: ; , | tab or space.")
    ] = None,
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help="Whether the first row names the columns.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(metavar="NAME", help="Such as utf-8 or cp1252.")] = None,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help="Of an XLSX file (the first).")] = None,
    table: TableOption = "",
    where: WhereOption = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the files of an earlier deposit.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as one JSON object.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Make the file to deposit: the numbers that Bloctel has not answered for, or not for much longer.

    Each number is in it once. Beside deposit.csv are deposit.contacts.csv, which tells the line (of a table: the key)
    and column of the contacts that each identifier stands for, and deposit.aside.csv with what can't be deposited, and
    why.

    For example:

      gatekeeper bloctel deposit contacts.csv
      gatekeeper bloctel deposit contacts.xlsx
      gatekeeper bloctel deposit mysql://cron:secret@localhost/asterisk --table vicidial_list --where 'list_id = 101'
      gatekeeper bloctel deposit contacts.csv --column mobile --column fixe --out /srv/deposit.csv --within 10
    """
    settings = invocation(context).settings
    with open_lists(settings) as store:
        make_list(store, name, settings)
    from gatekeeper.contacts.dialect import read_delimiter
    from gatekeeper.phone import Normaliser
    from gatekeeper.scrub.contact_numbers import Reading
    from gatekeeper.scrub.deposit import DepositOptions, make_deposit

    columns = tuple(column or ())
    source = read_contacts(contacts, table, columns, country_code_column, where=where)
    mark = read_delimiter(delimiter) if delimiter is not None else None
    reading = Reading(columns, country_code_column, encoding, mark, header, sheet)
    options = DepositOptions(reading, within, everything, overwrite)
    normaliser, now = Normaliser(settings.phone.as_written_plan()), now_micros()
    made = make_deposit(source, out, name, settings.daemon.data_dir, normaliser, options, now)
    if as_json:
        say_json({**made._asdict(), "written": [str(file.path) for file in made.written]})
    else:
        _show(made)


def _show(made: "Deposit") -> None:
    names = ", ".join(made.columns)
    say(counted("{count:,} number, in {names}", "{count:,} numbers, in {names}", made.cells, names=names))
    rows = [
        (phrase("to deposit"), made.deposited),
        (phrase("there twice"), made.repeated),
        (phrase("answered already"), made.answered),
        (phrase("marked already"), made.marked),
        (phrase("set aside"), made.aside),
    ]
    say_counts(rows, 16)
    for file in made.written:
        say(f"  {file.path}")
