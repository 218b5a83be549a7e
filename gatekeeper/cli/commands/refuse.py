"""`gatekeeper refuse`."""

from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.numbers import read_number
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import say
from gatekeeper.cli.stores import make_list, open_consents, open_lists, open_log
from gatekeeper.errors import BadNumberError, ListError
from gatekeeper.translation import phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.refusals.service import Refusal, Refused


def refuse(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number, written as you like.")] = "",
    agent: Annotated[str, typer.Option(metavar="NAME", help="The agent who was told.")] = "",
    call: Annotated[
        str, typer.Option(metavar="UNIQUEID", help="Asterisk's unique id of the call it was said in.")
    ] = "",
    decision: Annotated[
        str,
        typer.Option(metavar="ID", help="The decision that let the call by, of the last hour; it names the number."),
    ] = "",
    text: Annotated[str, typer.Option("--note", metavar="TEXT", help="What else is to be kept.")] = "",
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Put the number of a person who asked not to be called on the red list, with where it was said.

    It is in force for the very next call when this returns, and an objection in the consent ledger. Emergency, short
    and internal numbers are not taken.

    For example:

      gatekeeper refuse 0612345678 --agent anna --call 1795461703.2
      gatekeeper refuse +33612345678 --note "by letter, 23 November"
      gatekeeper refuse --decision 01KASBXG2V5T4E9M8R7QZ0W3JH --agent anna
    """
    settings = invocation(context).settings
    if not number and not decision:
        raise typer.BadParameter(phrase("which number? Give it, or --decision"), param_hint="NUMBER")
    import asyncio  # a quarter of what every other command takes to start

    from gatekeeper.refusals.service import Refusal, Refused  # brings SQLAlchemy in

    refusal = Refusal("command line", number, decision, agent, uniqueid=call, note=text, recorded_by=who())
    result = asyncio.run(_take(refusal, settings))
    name = settings.refusal.list
    if result is Refused.TOO_MANY:
        raise ListError(phrase("{name}: more than refusal.per_minute within a minute; nothing was changed", name=name))
    if result is Refused.NOT_A_PERSON:
        if number:
            read_number(number, settings)  # says why it is none
        raise BadNumberError(phrase("no call to a person that was let by within the last hour has this decision"))
    say(phrase("{name}: added", name=name) if result is Refused.ADDED else phrase("{name}: already listed", name=name))


async def _take(refusal: "Refusal", settings: "Settings") -> "Refused":
    """By the use case that the gates have; what they remember of the calls let by, the journal tells here."""
    from contextlib import ExitStack

    from gatekeeper.daemon.wiring import build_refusals
    from gatekeeper.phone import Normaliser
    from gatekeeper.refusals.red_list import adding_to
    from gatekeeper.screening.history import History
    from gatekeeper.screening.recent import RecentCalls

    with ExitStack() as stack:
        store = stack.enter_context(open_lists(settings))
        make_list(store, settings.refusal.list, settings)
        lookup = None
        if refusal.decision:
            reader = open_log(settings)
            stack.callback(reader.close)
            lookup = History(reader, Normaliser(settings.phone.as_dial_plan())).attempt
        consents = stack.enter_context(open_consents(settings))
        refusals = build_refusals(settings, RecentCalls(lookup), adding_to(store, consents, settings.refusal.list))
        return await refusals.take(refusal)
