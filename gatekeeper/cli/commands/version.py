"""`gatekeeper version` and `gatekeeper --version`."""

import platform
import sys
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Annotated

import typer

from gatekeeper import __version__
from gatekeeper.cli.output import say
from gatekeeper.translation import phrase

_LIBRARIES = ("phonenumbers", "SQLAlchemy", "pydantic", "panoramisk", "pyst2", "pybloom-live", "uvloop")


def _told(asked: bool) -> None:
    if asked:
        say(f"gatekeeper {__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option("--version", help="Say which version this is, in one line, and exit.", callback=_told, is_eager=True),
]
"""The option `--version`, as every program of a system has it: a line for scripts."""


def version() -> None:
    """Say which version this is, and on what it runs: for a report of a fault.

    For example:

      gatekeeper version
    """
    say(f"gatekeeper {__version__}")
    say(f"Python {platform.python_version()} on {sys.platform} ({platform.machine()})")
    for library in _LIBRARIES:
        try:
            say(f"{library} {installed(library)}")
        except PackageNotFoundError:
            say(phrase("{library} is not installed", library=library))
