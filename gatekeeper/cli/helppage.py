"""Help pages of the command line: Typer draws them, and every text is in the language of who asks.

What a command says of itself stands in English in its docstring and its options. Its French stands paragraph by
paragraph in `locales/fr/help.po`, which is read only where a page is shown in French.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from copy import copy
from pathlib import Path
from typing import Any, Final, TextIO

import typer
from typer.core import TyperCommand, TyperGroup

from gatekeeper.translation import from_catalog, marked, phrase
from gatekeeper.words import NARROW

LOCALES: Final = Path(__file__).with_name("locales")

_STAND_IN: Final = "\ue000"
"""Stands for `NARROW` while Rich fills lines: to it every blank is one that a line may end at."""

_HEADINGS: Final = {
    "ARGUMENTS_PANEL_TITLE": marked("Arguments"),
    "OPTIONS_PANEL_TITLE": marked("Options"),
    "COMMANDS_PANEL_TITLE": marked("Commands"),
    "DEFAULT_STRING": marked("[default: {}]"),
    "REQUIRED_LONG_STRING": marked("[required]"),
}
"""Where `typer.rich_utils` looks its own texts up whenever it draws a page, and what it finds there."""


def told(text: str) -> str:
    """A text of a help page, or the name of a value, in the language of who asks.

    Args:
        text: in English; paragraphs are divided by an empty line.
    """
    return "\n\n".join(from_catalog(one, LOCALES) for one in text.split("\n\n"))


class _InLanguage:
    """What a command and a group of commands show of themselves."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line of usage."""
        pieces = _worded(self, ctx).collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=phrase("Usage:") + " ")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The whole page."""
        page: Any = _worded(self, ctx)
        for one in (page, *page.params, *getattr(page, "commands", {}).values()):
            one.help = _plain(one.help)
        drawn: Any = super(_InLanguage, page)
        output: Any = _Unbroken(sys.stdout)
        with _headings(), redirect_stdout(output):
            drawn.format_help(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """What a shell shows beside the command's name where it completes it."""
        shown: Any = super(_InLanguage, _with_help(self))
        return str(shown.get_short_help_str(limit))

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """What a shell can go on with."""
        shown: Any = super(_InLanguage, _worded(self, ctx))
        return shown.shell_complete(ctx, incomplete)


class HelpCommand(_InLanguage, TyperCommand):
    """A command that explains itself in the language of who asks."""


class HelpGroup(_InLanguage, TyperGroup):
    """A group of such commands."""


def explain_in_language(app: typer.Typer) -> None:
    """Have an application's commands and groups explain themselves in the language of who asks."""
    app.info.cls = HelpGroup
    for command in app.registered_commands:
        command.cls = HelpCommand
    for group in app.registered_groups:
        if group.typer_instance is not None:
            explain_in_language(group.typer_instance)


def _worded(command: Any, context: Any) -> Any:
    """A command in the language of who asks: a copy that is good for being shown alone."""
    made = _with_help(command)
    made.params = [_parameter(one) for one in command.get_params(context)]
    made.add_help_option = False  # it is among them
    if hasattr(command, "commands"):
        made.commands = {name: _with_help(one) for name, one in command.commands.items()}
        made.subcommand_metavar = told(command.subcommand_metavar)
    return made


def _with_help(command: Any) -> Any:
    made = copy(command)
    made.help = told(command.help or "")
    return made


def _parameter(parameter: Any) -> Any:
    made = _with_help(parameter)
    for name in ("metavar", "rich_help_panel"):
        if text := getattr(parameter, name, None):
            setattr(made, name, told(text))
    return made


def _plain(text: str) -> str:
    """A text in which Typer finds no markup: `[phone]` is a table of the configuration."""
    from rich.markup import escape  # most commands show no help

    return escape(text).replace(NARROW, _STAND_IN)


@contextmanager
def _headings() -> Iterator[None]:
    """Typer's own texts in the language of who asks."""
    from typer import rich_utils  # most commands show no help

    kept = {name: getattr(rich_utils, name) for name in _HEADINGS}
    for name, text in _HEADINGS.items():
        setattr(rich_utils, name, phrase(text))
    try:
        yield
    finally:
        for name, text in kept.items():
            setattr(rich_utils, name, text)


class _Unbroken:
    """A stream that writes to another one, with `NARROW` where Rich was given what stands for it.

    Args:
        stream: the other one, which Rich asks whether it is a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        """Everything else is the other one's."""
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write to the other one."""
        return self._stream.write(text.replace(_STAND_IN, NARROW))
