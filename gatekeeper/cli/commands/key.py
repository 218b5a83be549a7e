"""`gatekeeper key`: by which programs use the interface `/v1`."""

from typing import Annotated, Final

import typer

from gatekeeper.cli.account_change import account_change
from gatekeeper.cli.bound_principals import warn_of_unknown
from gatekeeper.cli.context import invocation
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.output import console, say, table
from gatekeeper.cli.stores import open_accounts
from gatekeeper.clock import moment_of
from gatekeeper.errors import AccountError
from gatekeeper.translation import marked, phrase

key = typer.Typer(no_args_is_help=True, help="Keys by which programs use the interface /v1.")


_HEADINGS: Final = (
    marked("id"),
    marked("name"),
    marked("begins with"),
    marked("principal"),
    marked("for"),
    marked("last used"),
    marked("state"),
)
"""What is told of each key."""


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What will use it: crm, dialer-2.")],
    scope: Annotated[
        list[str],
        typer.Option(
            metavar="SCOPE",
            help="What it is for: check, call, consents.read, consents.write, consents.import, lists.read, "
            "lists.write, lists.import, journal.read; repeat for several.",
        ),
    ],
    principal: Annotated[
        str | None, typer.Option(metavar="NAME", help="The principal whose rows alone it sees. Without: all.")
    ] = None,
) -> None:
    """Make a key. It is shown once, and stored nowhere.

    For example:

      gatekeeper key add crm --scope check --scope consents.write --principal "ACME SAS"
    """
    with account_change(context, "key.add", name) as change:
        made, text = change.accounts.keys.add(name, scope, by=change.by, principal=principal)
        change.what = f"{made.name} ({made.shown}…)"
    say(text)
    warn_of_unknown(invocation(context).settings, None if principal is None else [principal])


def all_keys(context: typer.Context) -> None:
    """Show the keys, without what makes them keys.

    For example:

      gatekeeper key list
    """
    with open_accounts(invocation(context).settings) as accounts:
        keys = accounts.keys.all()
    if not keys:
        say(phrase("There is no key: `gatekeeper key add NAME --scope check` makes one."))
        return
    headings = [phrase(one) for one in _HEADINGS]
    shown = table(*headings, wrap=tuple(headings[1:]))
    for one in keys:
        used = f"{moment_of(one.used_at).astimezone():%Y-%m-%d %H:%M}" if one.used_at else phrase("never")
        principal = phrase("all") if one.principal is None else one.principal
        state = phrase("in use") if one.ended_at is None else phrase("ended")
        shown.add_row(one.id, one.name, one.shown, principal, ", ".join(sorted(one.scopes)), used, state)
    console().print(shown)


def end(
    context: typer.Context, ident: Annotated[str, typer.Argument(metavar="ID", help="As `key list` has it.")]
) -> None:
    """End a key: from the next request on it is none.

    For example:

      gatekeeper key end 01KASBXG2V5T4E9M8R7QZ0W3JH
    """
    wanted = ident.strip().upper()
    with account_change(context, "key.end", wanted) as change:
        if not change.accounts.keys.end(wanted):
            raise AccountError(
                phrase("there is no key {ident!r} in use: `gatekeeper key list` shows them", ident=ident)
            )
    say(phrase("the key is ended"))


for _command, _name in ((add, "add"), (all_keys, "list"), (end, "end")):
    key.command(_name, help=help_of(_command))(_command)
