"""Usage errors: tells what Typer and pydantic find wrong with a command line, in the language of who wrote it.

Both say it in English only, whatever the locale. What they say is found among their texts, and said by `phrase`; a text
that is not among them stays as it is.
"""

import re
import sys
from typing import Any, Final

import typer

from gatekeeper.cli.helppage import told
from gatekeeper.translation import language, marked, phrase
from gatekeeper.words import NARROW, Language

UsageFault: Final[Any] = next(one for one in typer.BadParameter.__mro__ if one.__name__ == "ClickException")
"""What every usage error is. Typer once took Click's own, and carries one of its own since."""

_TEXTS: Final = (
    marked("Missing command."),
    marked("Missing argument {names}."),
    marked("Missing argument {names}. {why}"),
    marked("Missing option {names}."),
    marked("Missing option {names}. {why}"),
    marked("Choose from: {others}"),
    marked("No such command {names}. Did you mean {others}?"),
    marked("No such command {names}."),
    marked("No such option: {names} (Possible options: {others})"),
    marked("No such option: {names}"),
    marked("Option {names} requires an argument."),
    marked("Option {names} does not take a value."),
    marked("Got unexpected extra argument(s) ({others})"),
    marked("Invalid value: {why}"),
    marked("Invalid value for {names}: {why}"),
    marked("{names} is not one of {others}."),
    marked("Input should be a valid integer, unable to parse string as an integer"),
    marked("Input should be a valid number, unable to parse string as a number"),
    marked("Input should be greater than or equal to {bound}"),
    marked("Input should be less than or equal to {bound}"),
    marked("Input should be greater than {bound}"),
    marked("Input should be less than {bound}"),
)
"""Typer's texts, and those of pydantic that a value can meet; of two that fit, the one that says more comes first."""

_OF_PYDANTIC: Final = "Value error, "
_QUOTED: Final = re.compile(r"'([^']*)'")


def tell(fault: Any) -> None:
    """Tell a usage error on standard error: how the command is used, and what is wrong."""
    if type(fault).__name__ == "NoArgsIsHelpError":
        return  # the page of help was shown in its place
    if (context := getattr(fault, "ctx", None)) is not None:
        sys.stderr.write(context.get_usage() + "\n")
        sys.stderr.write(phrase("`{command} --help` explains it.", command=context.command_path) + "\n")
    sys.stderr.write(f"gatekeeper: {said(fault.format_message())}\n")


def said(message: str) -> str:
    """A message of Typer's, or of pydantic's, in the language of who asks."""
    message = " ".join(message.split()).removeprefix(_OF_PYDANTIC)
    for text in _TEXTS:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(text))
        if found := re.fullmatch(pattern, message):
            return phrase(text, **{name: _value(name, value) for name, value in found.groupdict().items()})
    return message


def _value(name: str, value: str) -> str:
    if name == "why":
        return said(value)
    if language() is not Language.FR:
        return value
    return _QUOTED.sub(lambda found: f"«{NARROW}{told(found[1])}{NARROW}»", value)
