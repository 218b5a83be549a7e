"""Saying in the log that a registry does not answer: once, not for each call."""

import logging
from collections.abc import Callable
from time import monotonic

from gatekeeper.logs import StateLog

QUIET_S = 30.0
"""For how many seconds a registry must not have failed for its outage to be over."""


class RegistryOutage:
    """Notes that a registry fails and answers, and logs when that begins and ends.

    Args:
        log: where it is logged.
        name: of the registry.
        clock: seconds that only go on.
    """

    def __init__(self, log: logging.Logger, name: str, clock: Callable[[], float] = monotonic) -> None:
        self._state = StateLog(
            log,
            f"the registry {name} gives no answer, and calls that need one are blocked as NOT_SCRUBBED",
            over=f"the registry {name} answers again",
            level=logging.WARNING,
        )
        self._clock = clock
        self._failed_at = 0.0

    def failed(self, why: str) -> None:
        """It did not answer; only the first reason of an outage is logged."""
        self._failed_at = self._clock()
        if not self._state.current:
            self._state.begin(why)

    def answered(self) -> None:
        """It did answer."""
        if self._state.current and self._clock() - self._failed_at >= QUIET_S:
            self._state.end()
