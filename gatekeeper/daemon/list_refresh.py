"""Care for the lists: makes those that are missing, takes over changes while no call does, tells which grow stale."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from gatekeeper.clock import now_micros
from gatekeeper.daemon.part import Background
from gatekeeper.errors import GatekeeperError, StoreError
from gatekeeper.intake import ListRules, ensure_list
from gatekeeper.lists import ListIndex, ListStore
from gatekeeper.lists.staleness_log import StalenessLog
from gatekeeper.logs import StateLog
from gatekeeper.translation import phrase, retold

log = logging.getLogger(__name__)

IDLE_REFRESH_SECONDS = 1.0
"""How often the lists are looked at where no call does it: filters built meanwhile are taken over."""


class ListKeeper:
    """The serving view of the lists, and the care for it: a part of the daemon, which has its `index` once started.

    Where lists can't be read, the daemon serves all the same: calls are refused with `GATE_ERROR`, which says more than
    a daemon that is not there, and emergency numbers get through. When they are mended, they are served.

    Args:
        data_dir: the folder of the lists.
        lists: those that must be there.
        max_age: by list name, how many microseconds after its import a list may be relied on.
    """

    name = "the lists"

    def __init__(self, data_dir: Path, lists: Iterable[ListRules], max_age: Mapping[str, int]) -> None:
        self._data_dir = data_dir
        self._lists = tuple(lists)
        self._outage = StateLog(
            log,
            phrase("the lists can't be read, calls are refused with GATE_ERROR"),
            over="the lists can be read again",
        )
        self._prepared = False
        self._staleness = StalenessLog(max_age)
        self._care = Background(phrase("the care for the lists"), self._keep)
        self.index: ListIndex

    @property
    def address(self) -> str:
        """The lists, and how many numbers each has."""
        return "lists: " + ", ".join(f"{state.name} ({state.count:,})" for state in self.index.states().values())

    @property
    def trouble(self) -> str:
        """Why they can't be read, or are not looked after, or ""."""
        return "; ".join(filter(None, (retold(self._outage.current), self._care.trouble)))

    def counters(self) -> Mapping[str, int]:
        """How many lists there are with how many numbers, and how often the care for them failed."""
        counts = [state.count for state in self.index.states().values()]
        return {"lists": len(counts), "numbers": sum(counts), **self._care.counters()}

    async def start(self) -> None:
        """Make what is missing, and open the lists.

        Raises:
            StoreError: they can't be opened.
        """
        self._prepare()
        self.index = ListIndex.open(self._data_dir, patient=True)
        await self._care.start()

    async def stop(self, grace: float, /) -> None:
        """Close the lists."""
        await self._care.stop(grace)
        self.index.close()

    async def _keep(self) -> None:
        """Look at the lists now and then, for ever."""
        while True:
            await asyncio.sleep(IDLE_REFRESH_SECONDS)
            try:
                if not self._prepared:
                    self._prepare()
                self.index.refresh()
            except GatekeeperError as error:
                self._outage.begin(str(error))
            else:
                self._outage.end()
                self._staleness.look(self.index.states().values(), now_micros())

    def _prepare(self) -> None:
        """Make the databases where they are missing, and the lists that the configuration names."""
        try:
            with ListStore(self._data_dir) as store:
                for rules in self._lists:
                    ensure_list(store, rules)
        except StoreError as error:
            self._outage.begin(str(error))
        else:
            self._prepared = True
