"""`gatekeeper list add` and `gatekeeper list remove`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.numbers import GivenNumbers, read_numbers
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import say
from gatekeeper.cli.stores import make_list, open_consents, open_lists
from gatekeeper.translation import marked, phrase
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.lists import ListStore

SOME_REFUSED = 2
"""Exit code where some of what was given is not a number; the others were taken all the same."""

_ADDED = (marked("{list}: {count:,} added"), marked("{list}: {count:,} added, {same:,} already listed"))
_REMOVED = (marked("{list}: {count:,} removed"), marked("{list}: {count:,} removed, {same:,} not listed"))
"""What was done; and with what was so before."""

EditedList = Annotated[str, typer.Argument(metavar="LIST", help="The list's name, such as red.")]
NumberArguments = Annotated[
    list[str], typer.Argument(metavar="NUMBER", help="Numbers; - reads them from standard input, one a line.")
]
Note = Annotated[str, typer.Option(metavar="TEXT", help="Why, for the record.")]


def add(
    context: typer.Context,
    name: EditedList,
    numbers: NumberArguments,
    text: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for the record.")] = "",
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Put numbers on a list. They are in force for the very next call when this returns.

    On a red list each is an objection, too, which the consent ledger keeps.

    For example:

      gatekeeper list add red 0612345678 --note "asked by telephone"
      gatekeeper list add red 0612345678 0612345679
      gatekeeper list add red - < numbers.txt
    """
    settings = invocation(context).settings
    reading = read_numbers(numbers, settings)
    with open_lists(settings) as store:
        make_list(store, name, settings)
        changed = _added(store, name, reading.numbers, text, settings) if reading.numbers else 0
    _report(name, reading, changed, _ADDED)


def remove(
    context: typer.Context,
    name: EditedList,
    numbers: NumberArguments,
    text: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for the record.")] = "",
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Take numbers off a list. They may be called from the very next call on when this returns.

    A number that a later import of the list holds is listed again.

    For example:

      gatekeeper list remove red 0612345678 --note "withdrew the objection in writing"
      gatekeeper list remove red - < numbers.txt
    """
    settings = invocation(context).settings
    reading = read_numbers(numbers, settings)
    with open_lists(settings) as store:
        make_list(store, name, settings)
        changed = store.remove(name, reading.numbers, by=who(), note=text) if reading.numbers else 0
    _report(name, reading, changed, _REMOVED)


def _added(store: "ListStore", name: str, numbers: list[int], text: str, settings: "Settings") -> int:
    from gatekeeper.refusals.red_list import add_by_hand

    with open_consents(settings) as consents:
        return add_by_hand(store, consents, name, numbers, by=who(), note=text)


def _report(name: str, reading: GivenNumbers, changed: int, words: tuple[str, str]) -> None:
    same = len(reading.numbers) - changed
    some, with_others = words
    say(phrase(with_others if same else some, list=name, count=changed, **({"same": same} if same else {})))
    for line in reading.refused:
        sys.stderr.write(phrase("gatekeeper: not taken: {line}", line=line) + "\n")
    if reading.refused or not reading.numbers:
        if not reading.refused:
            sys.stderr.write(phrase("gatekeeper: no number was given") + "\n")
        sys.exit(SOME_REFUSED)
