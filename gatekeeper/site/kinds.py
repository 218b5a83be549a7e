"""The kind of a site: plain, FreePBX, Issabel, VICIdial; each is recognised by files that it alone brings."""

from enum import StrEnum
from pathlib import Path
from typing import Final

from gatekeeper.site.tree import SiteTree


class SiteKind(StrEnum):
    """Who writes a site's dialplan."""

    PLAIN = "plain"
    """People do."""
    FREEPBX = "freepbx"
    """FreePBX does; what people add stands in files whose names end in `_custom.conf`."""
    ISSABEL = "issabel"
    """Issabel does, by a descendant of FreePBX: the same files and hooks, by Macro()."""
    VICIDIAL = "vicidial"
    """VICIdial writes `extensions-vicidial.conf` out of its database; people write the rest."""


_MARKS: Final = (
    # Issabel brings FreePBX's files as well, and so goes first.
    (SiteKind.ISSABEL, ("/etc/issabel.conf", "/etc/issabel-release", "/var/www/html/modules/pbxadmin")),
    (SiteKind.FREEPBX, ("/etc/freepbx.conf", "/etc/sangoma/pbx", "/var/www/html/admin/libraries/freepbx")),
    (SiteKind.VICIDIAL, ("/etc/astguiclient.conf", "/usr/share/astguiclient")),
)
"""Sources: FreePBX's installer writes /etc/freepbx.conf, Issabel's packages /etc/issabel.conf, VICIdial's install.pl
/etc/astguiclient.conf."""

_WRITTEN: Final = (
    (SiteKind.FREEPBX, "extensions_additional.conf"),
    (SiteKind.VICIDIAL, "extensions-vicidial.conf"),
)
"""What each writes into Asterisk's folder; it tells where an image has the configuration alone."""


def site_kind(tree: SiteTree, etc: Path) -> tuple[SiteKind, str]:
    """The kind of a site, and the file that tells it ("" where it is plain)."""
    marks = [(kind, Path(mark)) for kind, files in _MARKS for mark in files]
    marks += [(kind, etc / name) for kind, name in _WRITTEN]
    for kind, mark in marks:
        if tree.exists(mark):
            return kind, str(mark)
    return SiteKind.PLAIN, ""
