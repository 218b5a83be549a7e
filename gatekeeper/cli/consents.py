"""Shared parts of the consent commands: whose the ledger is, and in which zone times are meant."""

from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.numbers import read_number
from gatekeeper.phone import display
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.config import Settings

WhoseNumber = Annotated[str, typer.Argument(metavar="NUMBER", help="The number, written as you like.")]
WhoseContact = Annotated[
    str, typer.Option("--contact", metavar="ID", help="Who the consumer is, as your own programs know him.")
]
Zone = Annotated[
    str,
    typer.Option("--zone", metavar="NAME", help="Of times without one, such as Europe/Paris, the default in France."),
]


def whose(number: str, contact: str, settings: "Settings") -> int:
    """The number, 0 where only the contact is given.

    Raises:
        typer.BadParameter: neither is.
        BadNumberError: it is not a complete public number.
    """
    if not number and not contact:
        raise typer.BadParameter(phrase("whose? Give the number, or --contact"), param_hint="NUMBER")
    return read_number(number, settings) if number else 0


def named(number: int, contact: str) -> str:
    """A consumer, for people."""
    from gatekeeper.text import escaped

    return " ".join(part for part in (display(number) if number else "", escaped(contact)) if part)


def zone_of(given: str, settings: "Settings") -> str:
    """The zone of times that have none.

    Raises:
        typer.BadParameter: it is not known.
    """
    from gatekeeper.consents.recording import read_zone
    from gatekeeper.errors import ConsentError

    try:
        return read_zone(given, settings.phone.home)
    except ConsentError as error:
        raise typer.BadParameter(str(error), param_hint="--zone") from None
