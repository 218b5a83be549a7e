"""Keeps the lists served: makes what is missing at the start, and takes over what changes where no call does it."""

import asyncio
import logging

from gatekeeper.config import Settings
from gatekeeper.config.list_rules import configured_lists
from gatekeeper.errors import GatekeeperError, StoreError
from gatekeeper.intake import ensure_list
from gatekeeper.lists import ListIndex, ListStore

log = logging.getLogger(__name__)

IDLE_REFRESH_SECONDS = 1.0
"""How often the lists are looked at where no call does it: filters built meanwhile are taken over."""


class ListKeeper:
    """The serving view of the lists, and the care for it.

    Lists that can't be read are no reason not to serve: calls are refused with `GATE_ERROR`, which says more than a
    daemon that is not there, and emergency numbers get through. When they are mended, they are served.

    Args:
        settings: names the lists that must be there.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._complaint = ""
        self._prepared = False
        self._prepare()
        self.index = ListIndex.open(settings.daemon.data_dir, patient=True)

    def close(self) -> None:
        """Close the lists."""
        self.index.close()

    async def keep(self) -> None:
        """Look at the lists now and then, for ever."""
        while True:
            await asyncio.sleep(IDLE_REFRESH_SECONDS)
            try:
                if not self._prepared:
                    self._prepare()
                self.index.refresh()
            except GatekeeperError as error:
                self._complain(str(error))
            else:
                self._complain("")

    def _prepare(self) -> None:
        """Make the databases where they are missing, and the lists that the configuration names."""
        try:
            with ListStore(self._settings.daemon.data_dir) as store:
                for rules in configured_lists(self._settings).values():
                    ensure_list(store, rules)
        except StoreError as error:
            self._complain(str(error))
        else:
            self._prepared = True

    def _complain(self, complaint: str) -> None:
        if complaint == self._complaint:
            return
        if complaint:
            log.error("the lists can't be read, calls are refused with GATE_ERROR: %s", complaint)
        else:
            log.warning("the lists can be read again")
        self._complaint = complaint
