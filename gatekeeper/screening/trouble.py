"""Reports that calls are refused by a fault: once when it begins, once when it is over."""

import logging
import traceback
from time import monotonic
from typing import Final

from gatekeeper.errors import GatekeeperError
from gatekeeper.logs import StateLog
from gatekeeper.supervised import fault_of
from gatekeeper.translation import phrase, retold

_LATELY_S: Final = 15.0
"""For how many seconds after a call was refused by a fault that is said to whoever asks."""


class Trouble:
    """Reports a fault when it begins, when it changes and when it ends.

    Args:
        log: where it is reported.
    """

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._state = StateLog(log, phrase("calls are refused with GATE_ERROR"))
        self._refused = 0
        self._refused_at = 0.0

    @property
    def lately(self) -> str:
        """Why a call was refused in the last seconds, or "".

        No call, no news: where calls go elsewhere because of it, nothing would ever show that it is over.
        """
        return retold(self._state.current) if monotonic() - self._refused_at < _LATELY_S else ""

    def report(self, error: Exception) -> None:
        """A call is refused because of this error."""
        self._refused += 1
        self._refused_at = monotonic()
        text = str(error) if isinstance(error, GatekeeperError) else fault_of(error)
        if self._state.begin(text) and not isinstance(error, GatekeeperError):
            # Where it happened, without the error's own text: that could hold the number.
            self._log.error("it happened here:\n%s", "".join(traceback.format_tb(error.__traceback__)))

    def clear(self, healthy: bool) -> None:
        """A call was decided and recorded; `healthy` where nothing was wrong."""
        if healthy and self._state.current:
            self._log.warning("recovered after %d refused calls from: %s", self._refused, self._state.current)
            self._state.end()
            self._refused = 0
