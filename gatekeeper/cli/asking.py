"""Questions to whoever runs a command, in the language of what is told."""

import sys
from typing import Final

import typer

from gatekeeper.translation import language, phrase
from gatekeeper.words import Language

_YES: Final = {Language.EN: {"y", "yes"}, Language.FR: {"o", "oui", "y", "yes"}}


def must_agree(question: str) -> None:
    """Ask whether to go on.

    Args:
        question: in the language of what is told.

    Raises:
        typer.Abort: anything but yes was answered, or nothing.
    """
    sys.stdout.write(phrase("{question} [y/N] ", question=question))
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() not in _YES[language()]:
        raise typer.Abort
