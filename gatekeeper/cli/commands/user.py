"""`gatekeeper user`: who may sign in at the desk."""

import getpass
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.account_change import account_change
from gatekeeper.cli.bound_principals import warn_of_unknown
from gatekeeper.cli.context import invocation
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.output import console, say, table
from gatekeeper.cli.stores import open_accounts
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.accounts import Role

user = typer.Typer(no_args_is_help=True, help="Who may sign in at the desk.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As the user signs in.")]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]


class RoleWord(StrEnum):
    """The roles, as they are written here."""

    READER = "reader"
    OFFICER = "officer"
    ADMIN = "admin"


RoleOption = Annotated[
    RoleWord,
    typer.Option(help="reader: looks; officer: changes lists and consents; admin: has users and keys, too."),
]
PrincipalsOption = Annotated[
    list[str] | None,
    typer.Option("--principal", metavar="NAME", help="Bind a reader to this principal's rows; repeat for several."),
]


def add(
    context: typer.Context,
    name: NameArgument,
    role: RoleOption = RoleWord.READER,
    principal: PrincipalsOption = None,
    password_stdin: StdinOption = False,
) -> None:
    """Add a user; the password is asked for.

    For example:

      gatekeeper user add anna --role admin
      gatekeeper user add acme-audit --role reader --principal "ACME SAS"
    """
    with account_change(context, "user.add", name) as change:
        password = _password(from_stdin=password_stdin)
        made = change.accounts.users.add(name, password, _role(role), by=change.by, principals=principal)
        change.what = f"{made.name} ({made.role.word})"
    say(phrase("{name} may sign in as {word}", name=made.name, word=made.role.word))
    warn_of_unknown(invocation(context).settings, principal)


def all_users(context: typer.Context) -> None:
    """Show who may sign in, and who may not any more.

    For example:

      gatekeeper user list
    """
    with open_accounts(invocation(context).settings) as accounts:
        users = accounts.users.all()
    if not users:
        say(phrase("Nobody yet: `gatekeeper user add NAME --role admin` makes the first user."))
        return
    shown = table(
        phrase("name"),
        phrase("role"),
        phrase("principals"),
        phrase("one-time codes"),
        phrase("state"),
        wrap=(phrase("principals"),),
    )
    for one in users:
        bound = phrase("all") if one.principals is None else ", ".join(sorted(one.principals))
        state = phrase("may sign in") if one.ended_at is None else phrase("ended")
        shown.add_row(one.name, one.role.word, bound, phrase("yes") if one.has_totp else phrase("no"), state)
    console().print(shown)


def password(context: typer.Context, name: NameArgument, password_stdin: StdinOption = False) -> None:
    """Give a user another password; all sessions of the user end.

    For example:

      gatekeeper user password anna
    """
    with account_change(context, "user.password", name) as change:
        change.accounts.users.by_name(name)
        change.accounts.users.set_password(name, _password(from_stdin=password_stdin))
        change.accounts.lockout.unlock(name.lower())
    say(phrase("{name}: the password is changed", name=name))


def role(
    context: typer.Context,
    name: NameArgument,
    role: Annotated[RoleWord, typer.Argument(metavar="ROLE", help="reader, officer or admin.")],
    principal: PrincipalsOption = None,
) -> None:
    """Give a user another role; all sessions of the user end.

    For example:

      gatekeeper user role anna officer
    """
    with account_change(context, "user.role", f"{name} ({role.value})") as change:
        change.accounts.users.set_role(name, _role(role), principal)
    say(f"{name}: {role.value}")
    warn_of_unknown(invocation(context).settings, principal)


def end(context: typer.Context, name: NameArgument) -> None:
    """Let a user not sign in any more, and end all sessions. What the user did stays on record.

    For example:

      gatekeeper user end anna
    """
    with account_change(context, "user.end", name) as change:
        change.accounts.users.end(name)
    say(phrase("{name} may not sign in any more", name=name))


def readmit(context: typer.Context, name: NameArgument) -> None:
    """Let a user who was ended sign in again.

    For example:

      gatekeeper user readmit anna
    """
    with account_change(context, "user.readmit", name) as change:
        change.accounts.users.readmit(name)
    say(phrase("{name} may sign in again", name=name))


def unlock(context: typer.Context, name: NameArgument) -> None:
    """Let a user try again at once, who has to wait after wrong passwords.

    For example:

      gatekeeper user unlock anna
    """
    with account_change(context, "user.unlock", name) as change:
        change.accounts.users.by_name(name)
        change.accounts.lockout.unlock(name.lower())
    say(phrase("{name} may try again", name=name))


def codes_off(context: typer.Context, name: NameArgument) -> None:
    """Ask a user for no one-time codes any more: when the telephone with the authenticator is lost.

    For example:

      gatekeeper user codes-off anna
    """
    with account_change(context, "user.codes-off", name) as change:
        change.accounts.users.set_totp(name, None)
    say(phrase("{name} signs in without a code", name=name))


for _command, _name in (
    (add, "add"),
    (all_users, "list"),
    (password, "password"),
    (role, "role"),
    (end, "end"),
    (readmit, "readmit"),
    (unlock, "unlock"),
    (codes_off, "codes-off"),
):
    user.command(_name, help=help_of(_command))(_command)


def _role(word: RoleWord) -> "Role":
    from gatekeeper.accounts import Role

    return Role[word.name]


def _password(*, from_stdin: bool) -> str:
    """The password: asked for twice at a terminal, never an argument, which every user of the machine could see."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise typer.BadParameter(
            phrase("there is no terminal to ask for the password: give --password-stdin, and pipe it in")
        )
    given = getpass.getpass("Password (12 characters or more): ")
    if given != getpass.getpass("Once more: "):
        raise typer.BadParameter(phrase("the two passwords differ"))
    return given
