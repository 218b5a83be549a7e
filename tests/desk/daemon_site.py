"""A desk's site with its daemon: pages in this process, stores and daemon real."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.accounts import ACCOUNTS_FILE
from gatekeeper.config import load
from gatekeeper.desk.desk import Desk
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port
from tests.desk.site import DeskSite

LAW = """
[law]
default = "lists-only"
"""


@contextlib.contextmanager
def site_with_daemon(folder: Path, accounts: Path, more: str) -> Iterator[DeskSite]:
    """A site whose daemon runs.

    Args:
        folder: an empty one.
        accounts: the file of accounts.
        more: what stands in the configuration beside addresses.
    """
    config = f"{LAW}{more}\n[desk]\nport = {free_port()}\n"
    with GatekeeperDaemon(folder, config=config) as daemon:
        shutil.copyfile(accounts, daemon.data_dir / ACCOUNTS_FILE)
        settings = load(daemon.config_path, {})
        site = DeskSite(folder, daemon.config_path, settings, Desk(settings))
        try:
            yield site
        finally:
            site.desk.close()


def short_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder whose path is short enough for a socket."""
    return tempfile.TemporaryDirectory(prefix="gk-")
