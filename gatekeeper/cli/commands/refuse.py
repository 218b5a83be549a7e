"""`gatekeeper refuse`."""

from typing import Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.numbers import read_number
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import say
from gatekeeper.cli.stores import make_list, open_lists


def refuse(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number, written as you like.")],
    agent: Annotated[str, typer.Option(metavar="NAME", help="The agent who was told.")] = "",
    call: Annotated[
        str, typer.Option(metavar="UNIQUEID", help="Asterisk's unique id of the call it was said in.")
    ] = "",
    text: Annotated[str, typer.Option("--note", metavar="TEXT", help="What else is to be kept.")] = "",
) -> None:
    """Put the number of a person who asked not to be called on the red list, with where it was said.

    It is in force for the very next call when this returns. Emergency, short and internal numbers are not taken.

    For example:

      gatekeeper refuse 0612345678 --agent anna --call 1795461703.2
      gatekeeper refuse +33612345678 --note "by letter, 23 November"
    """
    settings = invocation(context).settings
    from gatekeeper.refusals.service import Refusal, provenance  # brings SQLAlchemy in

    name = settings.refusal.list
    found = read_number(number, settings)
    note = provenance(Refusal(via="command line", agent=agent, uniqueid=call, note=text))
    with open_lists(settings) as store:
        make_list(store, name, settings)
        added = store.add(name, [found], by=f"{agent} (taken down by {who()})" if agent else who(), note=note)
    say(f"{name}: {'added' if added else 'already listed'}")
