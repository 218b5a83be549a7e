"""`gatekeeper version`."""

import platform
import sys
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

from gatekeeper import __version__
from gatekeeper.cli.output import say
from gatekeeper.translation import phrase

_LIBRARIES = ("phonenumbers", "SQLAlchemy", "pydantic", "panoramisk", "pyst2", "pybloom-live", "uvloop")


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
