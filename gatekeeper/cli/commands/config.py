"""`gatekeeper config`."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.output import console, say, say_json, table
from gatekeeper.errors import ConfigError, GatekeeperError
from gatekeeper.translation import language, phrase
from gatekeeper.words import printed

if TYPE_CHECKING:
    from gatekeeper.config import Settings


def check(
    context: typer.Context,
    root: Annotated[
        Path,
        typer.Option("--root", metavar="DIR", help="The folder that stands for /, with Asterisk and the accounts."),
    ] = Path("/"),
) -> None:
    """Check the configuration: exit code 0 if it is right, 2 with a line for each fault if not.

    Certificates and keys that it names have to be there. Where Asterisk is on this machine and its files may be read,
    trunks are compared with its endpoints.

    For example:

      gatekeeper --config /tmp/new.toml config check
    """
    settings = invocation(context).settings
    for told in settings.notes:
        note(told)
    _compare(settings, root)
    say(phrase("right: {origin}", origin=settings.origin))


def _compare(settings: "Settings", root: Path) -> None:
    """Compare what is named with what there is.

    Raises:
        ConfigError: something that is named does not exist, or can't be used.
    """
    from gatekeeper.doctor import CheckStatus
    from gatekeeper.doctor.named_files import named_files
    from gatekeeper.doctor.names import socket_group, trunk_names
    from gatekeeper.site import SiteTree, find_site

    tree = SiteTree(root)
    found = [*socket_group(settings, tree), *named_files(settings, tree)]
    # Asterisk may be another machine, and its files may be read by others alone.
    with contextlib.suppress(GatekeeperError):
        found += trunk_names(settings, find_site(tree))
    wrong = []
    for one in found:
        text = f"{printed(one.says, language())}; {printed(one.remedy, language())}"
        if one.status is CheckStatus.FAILED:
            wrong.append(f"{settings.origin}: {text}")
        else:
            note(text)
    if wrong:
        raise ConfigError("\n".join(wrong))


def show(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show every setting that is in force: built-in defaults, the file and the variables taken together.

    For example:

      gatekeeper config show
    """
    settings = invocation(context).settings
    if as_json:
        say_json(settings.model_dump(mode="json"))
        return
    from gatekeeper.config.reference import toml  # the other commands do without

    made = table(phrase("Setting"), phrase("Value"), wrap=(phrase("Value"),))
    dumped = settings.model_dump(mode="json")
    for section, value in settings:
        for key, item in _flat(section, value, dumped[section]):
            made.add_row(key, toml(item))
    console().print(made)


def _flat(path: str, value: Any, shown: Any) -> Iterator[tuple[str, Any]]:
    """Every setting of a table, and of the tables in it, by its dotted key, as it is shown."""
    if hasattr(value, "model_fields_set"):
        inner = dict(value)
    elif isinstance(value, dict) and any(hasattr(one, "model_fields_set") for one in value.values()):
        inner = value
    else:
        yield path, shown
        return
    for key, one in inner.items():
        yield from _flat(f"{path}.{key}", one, shown[key])


def emergency(context: typer.Context) -> None:
    """Write the emergency numbers of this configuration as Asterisk's dialplan reads them, to the terminal.

    The dialplan lets emergency calls by without asking, so it needs to know the numbers and what may be dialled before
    them. As shipped it knows France's. Run this, and reload the dialplan, after a change of home, emergency or prefixes
    in [phone].

    For example:

      gatekeeper config emergency > /etc/asterisk/gatekeeper/gatekeeper-emergency-custom.conf
    """
    from gatekeeper.phone import Normaliser  # brings phonenumbers in, which the other commands do without
    from gatekeeper.phone.emergency_dialplan import dialplan_of

    say(dialplan_of(Normaliser(invocation(context).settings.phone.as_dial_plan()).emergency))


config = typer.Typer(no_args_is_help=True, help="Check the configuration, or show what is in force.")
config.command(help=help_of(check))(check)
config.command(help=help_of(show))(show)
config.command(help=help_of(emergency))(emergency)
