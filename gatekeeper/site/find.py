"""Finding a site: which Asterisk there is, whose, in which folders, and all that the configuration tells of it."""

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from gatekeeper.errors import InstallError
from gatekeeper.site.conf import ConfFile, read_conf
from gatekeeper.site.dialplan import Dialplan, read_dialplan
from gatekeeper.site.kinds import SiteKind, site_kind
from gatekeeper.site.managers import Manager, find_manager
from gatekeeper.site.tree import SiteTree
from gatekeeper.site.trunks import Peer, find_peers
from gatekeeper.translation import phrase

_CONF: Final = ("/etc/asterisk/asterisk.conf", "/usr/local/etc/asterisk/asterisk.conf")
_FOLDERS: Final = {
    "astetcdir": "/etc/asterisk",
    "astmoddir": "/usr/lib/asterisk/modules",
    "astvarlibdir": "/var/lib/asterisk",
    "astdatadir": "/usr/share/asterisk",
    "astagidir": "/usr/share/asterisk/agi-bin",
    "astspooldir": "/var/spool/asterisk",
    "astrundir": "/var/run/asterisk",
    "astlogdir": "/var/log/asterisk",
    "astsbindir": "/usr/sbin",
}
_VERSION: Final = re.compile(r"\b(1[3-9]|2[0-9])\.(\d+)\.(\d+)")
_UNITS: Final = ("/etc/systemd/system/asterisk.service", "/usr/lib/systemd/system/asterisk.service")


@dataclass(frozen=True)
class AsteriskSite:
    """An Asterisk and all around it, as its files describe it.

    Attributes:
        tree: where the files are.
        kind: who writes the dialplan.
        recognised_by: the file that tells the kind.
        folders: Asterisk's folders by their names in asterisk.conf.
        version: Asterisk's version, such as 22.10.1; "" where nothing tells it.
        user: the user that it runs as.
        group: that user's group.
    """

    tree: SiteTree
    kind: SiteKind
    recognised_by: str
    folders: dict[str, Path]
    version: str
    user: str
    group: str

    @property
    def etc(self) -> Path:
        """The folder of Asterisk's configuration."""
        return self.folders["astetcdir"]

    @cached_property
    def peers(self) -> tuple[Peer, ...]:
        """All peers that calls can be dialled at."""
        return find_peers(self.tree, self.etc)

    @property
    def trunks(self) -> tuple[Peer, ...]:
        """The peers that lead outside."""
        return tuple(peer for peer in self.peers if peer.is_trunk)

    @cached_property
    def manager(self) -> Manager:
        """Asterisk's manager."""
        return find_manager(self.tree, self.etc)

    @cached_property
    def dialplan(self) -> Dialplan:
        """The dialplan of extensions.conf, with all that it includes."""
        return read_dialplan(self.tree, self.etc)

    def conf(self, name: str) -> ConfFile:
        """Another configuration file."""
        return read_conf(self.tree, self.etc, name)


def find_site(tree: SiteTree, kind: SiteKind | None = None) -> AsteriskSite:
    """Find the Asterisk of a machine or of an image.

    Args:
        tree: its files.
        kind: the kind of site, where a person knows it better.

    Raises:
        InstallError: there is no Asterisk's configuration.
    """
    file = next((Path(one) for one in _CONF if tree.exists(Path(one))), None)
    if file is None:
        raise InstallError(
            phrase(
                "no Asterisk was found: neither {names} is there (below {root}); install Asterisk first, or make "
                "Gatekeeper's own files alone with --files-only",
                names=phrase(" nor ").join(_CONF),
                root=tree.root,
            )
        )
    conf = read_conf(tree, file.parent, file.name)
    named = conf.section("directories")
    folders = {key: Path((named and named.get(key)) or default) for key, default in _FOLDERS.items()}
    if not folders["astetcdir"].is_absolute() or not tree.exists(folders["astetcdir"]):
        folders["astetcdir"] = file.parent
    found, mark = site_kind(tree, folders["astetcdir"])
    user = conf.value("options", "runuser") or _user_of_unit(tree) or (tree.owner(file) or ("root", ""))[0]
    group = conf.value("options", "rungroup") or user
    return AsteriskSite(tree, kind or found, mark, folders, _version(tree, folders), user, group)


def _version(tree: SiteTree, folders: dict[str, Path]) -> str:
    """What the program says when it is run; of an image, what its package or the program's file says."""
    program = folders["astsbindir"] / "asterisk"
    said = ""
    if tree.is_machine:
        try:
            said = subprocess.run(  # noqa: S603 - the site's own Asterisk
                [str(program), "-V"], capture_output=True, text=True, check=False, timeout=20
            ).stdout
        except (OSError, subprocess.TimeoutExpired):
            said = ""
    if not _VERSION.search(said):
        said = _of_package(tree.text(Path("/var/lib/dpkg/status")) or "")
    if not _VERSION.search(said) and tree.real(program).is_file():
        said = tree.real(program).read_bytes().decode("latin-1")
        # Versions of documentation ("since 13.10.0") stand in it, too; none is later than Asterisk's own.
        texts = re.findall(r"\0((?:1[3-9]|2[0-9])\.\d+\.\d+)[^\0 ]*(?=\0)", said)
        said = max(texts, key=lambda text: tuple(map(int, text.split("."))), default="")
    found = _VERSION.search(said)
    return found[0] if found else ""


def _of_package(status: str) -> str:
    found = re.search(r"^Package: asterisk\n(?:.+\n)*?Version: (?:\d+:)?(\S+)", status, re.MULTILINE)
    return found[1] if found else ""


def _user_of_unit(tree: SiteTree) -> str:
    for unit in _UNITS:
        text = tree.text(Path(unit)) or ""
        found = re.search(r"^User=(\S+)", text, re.MULTILINE) or re.search(
            r"^ExecStart=.*\s-U\s+(\S+)", text, re.MULTILINE
        )
        if found:
            return found[1]
    return ""
