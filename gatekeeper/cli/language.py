"""Language of the command line: the locale's, or what `--lang` says. Everything a command tells is told in it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from gatekeeper.translation import language, speak
from gatekeeper.words import Language

_OPTION = "--lang"

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that says something counts (POSIX.1-2017, XBD 8.2)."""


def of_locale(environ: Mapping[str, str]) -> Language:
    """The language of a locale such as `fr_FR.UTF-8`; English for any that is not French."""
    said = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    return Language.FR if said.lower().startswith("fr") else Language.EN


def asked_for(arguments: Sequence[str]) -> Language | None:
    """The language that a command line asks for by `--lang`, if it is one that there is.

    It is looked for ahead of all else, so that the help and what is wrong with the command line are told in it as well.
    """
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name == _OPTION:
            said = value if equals else "".join(arguments[at + 1 : at + 2])
            if said in set(Language):
                return Language(said)
    return None


def _chosen(context: typer.Context, parameter: typer.CallbackParam, value: Language) -> Language:
    source = context.get_parameter_source(parameter.name or "")
    if source is None or source.name == "DEFAULT":
        return language()
    speak(value)
    return value


LanguageOption = Annotated[
    Language,
    typer.Option(
        _OPTION,
        help="The language of what is told; without, that of the locale.",
        callback=_chosen,
        is_eager=True,
        show_default=False,
    ),
]
"""The option `--lang`, alike for every command; a command that has it is told the language that counts."""
