"""`gatekeeper list …`."""

import typer

from gatekeeper.cli.commands.lists import changes, edit, formats, importing, show, status, versions
from gatekeeper.cli.helptext import help_of

lists = typer.Typer(
    no_args_is_help=True,
    help="Fill, change and look at the lists of people who must not be called.",
)
lists.command("import", help=help_of(importing.import_list))(importing.import_list)
lists.command("formats", help=help_of(formats.formats))(formats.formats)
lists.command("add", help=help_of(edit.add))(edit.add)
lists.command("remove", help=help_of(edit.remove))(edit.remove)
lists.command("show", help=help_of(show.show))(show.show)
lists.command("changes", help=help_of(changes.changes))(changes.changes)
lists.command("status", help=help_of(status.status))(status.status)
lists.command("versions", help=help_of(versions.versions))(versions.versions)
lists.command("diff", help=help_of(versions.diff))(versions.diff)
lists.command("rollback", help=help_of(versions.rollback))(versions.rollback)
