"""An installation as checks see it: the settings, the site's files, the stores, and the running Asterisk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from gatekeeper.clock import now_micros
from gatekeeper.config import Settings
from gatekeeper.doctor.running import RunningAsterisk
from gatekeeper.errors import GatekeeperError
from gatekeeper.site import AsteriskSite, SiteTree
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.lists import ListStatus

_T = TypeVar("_T")

ENVIRONMENT: Final = "environment"
"""The file of secrets, beside the configuration."""


class CheckNeed(Enum):
    """What a check can't do without."""

    SETTINGS = "settings"
    """A configuration without a mistake."""
    SITE = "site"
    """An Asterisk's configuration on this machine."""
    STORES = "stores"
    """Lists and journal that can be read."""
    RUNNING = "running"
    """A running Asterisk whose manager lets us in."""


@dataclass(frozen=True)
class Installation:
    """What checks look at. What can't be had is an error in its place, which the check of that thing tells.

    Attributes:
        configured: the settings, or what is wrong with them.
        tree: the machine's files.
        located: the site, or why there is none.
        ask_asterisk: asks the running Asterisk's manager; None where that is not wanted.
        now: the time, in microseconds since the epoch.
    """

    configured: Settings | GatekeeperError
    tree: SiteTree
    located: AsteriskSite | GatekeeperError
    ask_asterisk: Callable[[Settings], RunningAsterisk] | None = None
    now: int = field(default_factory=now_micros)

    @property
    def settings(self) -> Settings:
        """The settings. Only for checks that need them (`CheckNeed.SETTINGS`)."""
        return _there(self.configured)

    @property
    def site(self) -> AsteriskSite:
        """The site. Only for checks that need it (`CheckNeed.SITE`)."""
        return _there(self.located)

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self.settings.daemon.data_dir

    @property
    def environment(self) -> Path:
        """The file of secrets: beside the configuration, where that is a file."""
        file = None if isinstance(self.configured, GatekeeperError) else self.configured.file
        return (file.parent if file else Path("/etc/gatekeeper")) / ENVIRONMENT

    @cached_property
    def lists(self) -> "tuple[ListStatus, ...] | GatekeeperError":
        """How the lists are, or why they can't be read."""
        from gatekeeper.lists import LISTS_FILE, ListStore

        if not (self.data_dir / LISTS_FILE).exists():
            return GatekeeperError(phrase("{data_dir} does not exist", data_dir=self.data_dir / LISTS_FILE))
        try:
            with ListStore(self.data_dir) as store:
                return tuple(store.status())
        except GatekeeperError as error:
            return error

    @cached_property
    def running(self) -> RunningAsterisk:
        """What the running Asterisk says of itself."""
        if self.ask_asterisk is None:
            return RunningAsterisk(trouble=phrase("it was not asked"))
        return self.ask_asterisk(self.settings)

    def has(self, need: CheckNeed) -> bool:
        """Whether something is there that a check needs."""
        if need is CheckNeed.SITE:
            return not isinstance(self.located, GatekeeperError)
        if isinstance(self.configured, GatekeeperError):
            return False
        if need is CheckNeed.STORES:
            return not isinstance(self.lists, GatekeeperError)
        return need is not CheckNeed.RUNNING or not self.running.trouble


def _there(found: _T | GatekeeperError) -> _T:
    if isinstance(found, GatekeeperError):
        raise RuntimeError("a check looked at what it did not say that it needs") from found  # noqa: TRY004 - a fault of ours
    return found
