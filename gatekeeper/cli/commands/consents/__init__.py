"""`gatekeeper consent …`."""

import typer

from gatekeeper.cli.commands.consents import edit, importing, proof, show
from gatekeeper.cli.helptext import help_of

consents = typer.Typer(
    no_args_is_help=True,
    help="Keep who agreed to be called, by whom, about what and when, with the proof; and who withdrew.",
)
consents.command("import", help=help_of(importing.import_file))(importing.import_file)
consents.command("add", help=help_of(edit.add))(edit.add)
consents.command("withdraw", help=help_of(edit.withdraw))(edit.withdraw)
consents.command("show", help=help_of(show.show))(show.show)
consents.command("status", help=help_of(show.status))(show.status)
consents.command("proof", help=help_of(proof.proof))(proof.proof)

text = typer.Typer(no_args_is_help=True, help="The texts that consumers are shown when they are asked.")
text.command("add", help=help_of(edit.add_text))(edit.add_text)
consents.add_typer(text, name="text")
