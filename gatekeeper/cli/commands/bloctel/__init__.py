"""`gatekeeper bloctel …`."""

import typer

from gatekeeper.cli.commands.bloctel import deposit, returned
from gatekeeper.cli.helptext import help_of

bloctel = typer.Typer(
    no_args_is_help=True,
    help="Deposit numbers at Bloctel, and take in its answers.",
)
bloctel.command("deposit", help=help_of(deposit.deposit))(deposit.deposit)
bloctel.command("return", help=help_of(returned.returned))(returned.returned)
