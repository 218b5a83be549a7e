"""Subject of an examination: the site, the settings and the moment; what is missing is told with its reason."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.config import DEFAULT_PATH, Settings, load
from gatekeeper.errors import ConfigError, InstallError
from gatekeeper.site import AsteriskSite, SiteKind, SiteTree, find_site


@dataclass(frozen=True)
class Examined:
    """An installation.

    Attributes:
        tree: its files.
        site: its Asterisk; None where there is none here.
        no_site: why there is none.
        settings: its settings; None where they can't be read.
        no_settings: what is wrong with them.
        now: in seconds since the epoch.
    """

    tree: SiteTree
    site: AsteriskSite | None
    no_site: str
    settings: Settings | None
    no_settings: str
    now: float

    @classmethod
    def of(cls, tree: SiteTree, settings: Settings) -> "Examined":
        """An installation whose settings are known."""
        site, no_site = _site(tree, None)
        return cls(tree, site, no_site, settings, "", time.time())

    @property
    def data(self) -> Path | None:
        """Where the data folder is for us."""
        return self.tree.real(self.settings.daemon.data_dir) if self.settings else None


def examined(tree: SiteTree, config: Path | None, environ: Mapping[str, str], kind: SiteKind | None = None) -> Examined:
    """Gather it.

    Args:
        tree: the files.
        config: the configuration, where it is not at its usual place.
        environ: the variables.
        kind: the kind of site, where a person knows it better.
    """
    settings, no_settings = None, ""
    site, no_site = _site(tree, kind)
    try:
        settings = load(config or _default(tree), {**_secrets(tree), **environ})
    except (ConfigError, InstallError) as error:
        no_settings = str(error)
    return Examined(tree, site, no_site, settings, no_settings, time.time())


def _site(tree: SiteTree, kind: SiteKind | None) -> tuple[AsteriskSite | None, str]:
    try:
        return find_site(tree, kind), ""
    except InstallError as error:
        return None, str(error)


def _default(tree: SiteTree) -> Path | None:
    """An image's own configuration; on a machine it is looked for as always."""
    return None if tree.is_machine else tree.real(DEFAULT_PATH)


def _secrets(tree: SiteTree) -> dict[str, str]:
    """What the unit gives the daemon; only root may read it."""
    try:
        text = tree.text(Path("/etc/gatekeeper/environment")) or ""
    except InstallError:
        return {}
    lines = (line.partition("=") for line in text.splitlines() if line.startswith("GATEKEEPER_"))
    return {name.strip(): value.strip() for name, _, value in lines}
