"""Places of an installation's files, their owners, and the programs that it runs."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gatekeeper.install.draft import Ownership
from gatekeeper.site import AsteriskSite, SiteTree

USER: Final = "gatekeeper"
"""The daemon's user, and its group."""

CONFIGURATION: Final = Path("/etc/gatekeeper/gatekeeper.toml")
ENVIRONMENT: Final = Path("/etc/gatekeeper/environment")
DATA: Final = Path("/var/lib/gatekeeper")
OPT: Final = Path("/opt/gatekeeper")
"""Where the packages' virtual environment is."""

UNITS: Final = "gatekeeper gatekeeper-desk gatekeeper-scrub.timer gatekeeper-doctor.timer gatekeeper-journal.timer"
"""What systemd starts."""

SYSTEMD: Final = Path("/run/systemd/system")
"""It is there where systemd runs: sd_booted(3)."""

SHARED: Final = Ownership("root", USER, 0o640)
"""Of a file that root writes and the daemon reads."""


@dataclass(frozen=True)
class Programs:
    """The programs of an installation, as the site will call them.

    Attributes:
        program: the command `gatekeeper`.
        python: the interpreter that has Gatekeeper's libraries.
    """

    program: Path
    python: Path


def programs_of(tree: SiteTree) -> Programs:
    """This program's own, or in an image those of the package."""
    here = Path(sys.prefix)
    if not tree.is_machine:
        inside = here.is_relative_to(tree.root)
        here = Path("/") / here.relative_to(tree.root) if inside else OPT
        return Programs(here / "bin" / "gatekeeper", here / "bin" / "python3")
    return Programs(here / "bin" / "gatekeeper", Path(sys.executable))


def folder_for_asterisk(site: AsteriskSite) -> Ownership:
    """Whose a folder is that Asterisk reads and root alone writes."""
    return Ownership("root", site.group, 0o750)


def for_asterisk(site: AsteriskSite) -> Ownership:
    """Whose a file is that Asterisk reads and root alone writes."""
    return Ownership("root", site.group, 0o640)
