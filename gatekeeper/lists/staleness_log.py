"""Log of lists that grow stale: a line 7, 3 and 1 days before the end of a list's time, and one at the moment."""

import logging
from collections.abc import Iterable, Mapping

from gatekeeper.clock import moment_of
from gatekeeper.lists.freshness import DatedList, Freshness, freshness

log = logging.getLogger(__name__)


class StalenessLog:
    """Tells each mark of each list once, and when a list is fresh again; after a start it tells what is so then.

    Args:
        max_age: by list name, how many microseconds after its import a list may be relied on.
    """

    def __init__(self, max_age: Mapping[str, int]) -> None:
        self._max_age = max_age
        self._told: dict[str, tuple[int | None, int]] = {}

    def look(self, lists: Iterable[DatedList], now: int) -> None:
        """Tell what has come since the last look.

        Args:
            lists: those in force.
            now: in microseconds since the epoch.
        """
        before, self._told = self._told, {}
        for one in lists:
            fresh = freshness(one, self._max_age, now)
            mark = fresh.mark
            if mark is not None:
                self._told[one.name] = (fresh.until, mark)
                if before.get(one.name) != self._told[one.name]:
                    _tell(one.name, fresh, mark)
            elif one.name in before:
                log.warning("the list %s is fresh again%s", one.name, _until(fresh))


def _tell(name: str, fresh: Freshness, mark: int) -> None:
    if fresh.state == "missing":
        log.error(
            "the list %s was never imported: the calls of its campaigns are blocked (gatekeeper list import)", name
        )
    elif not mark:
        log.error(
            "the list %s is stale%s: the calls of its campaigns are blocked until a new file is imported",
            name,
            _until(fresh, "since"),
        )
    else:
        days = fresh.days_begun
        log.warning(
            "the list %s grows stale in %s%s: import a new file before, for calls are blocked then",
            name,
            "1 day" if days == 1 else f"{days} days",
            _until(fresh, "at"),
        )


def _until(fresh: Freshness, word: str = "until") -> str:
    return "" if fresh.until is None else f" ({word} {moment_of(fresh.until):%Y-%m-%d %H:%M:%S} UTC)"
