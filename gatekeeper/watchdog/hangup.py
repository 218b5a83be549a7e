"""Hangup: ends calls, and tells by Asterisk's answer whether each was ended."""

import asyncio
import logging
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from gatekeeper.ami.client import AmiLink
from gatekeeper.errors import ProtocolError
from gatekeeper.logs import StateLog
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)

_CALL_REJECTED: Final = "21"
_ANSWER_S: Final = 5.0
_GONE: Final = "No such channel"


class Ended(StrEnum):
    """What became of a call that was to be ended; the values stand in events."""

    YES = "yes"
    NO = "no"
    GONE = "gone"


AskedHangups = list["asyncio.Future[Any] | None"]
"""For each channel, what waits for the answer; None where nobody could be asked."""


class Hangups:
    """Hangs up channels.

    Args:
        link: the connection to Asterisk.

    Attributes:
        done: how many calls were ended.
        failed: how many could not be.
    """

    def __init__(self, link: AmiLink) -> None:
        self.done = 0
        self.failed = 0
        self._link = link
        self._refusal = StateLog(
            log, phrase("a blocked call could not be hung up"), over="blocked calls are hung up again"
        )

    @property
    def trouble(self) -> str:
        """Why the last one could not be, or ""."""
        return self._refusal.trouble

    def begin(self, channels: Iterable[str]) -> AskedHangups:
        """Ask for the end of a call, whose channel is one of these; nothing is waited for."""
        return [self._ask(channel) for channel in channels]

    async def outcome(self, asked: AskedHangups) -> Ended:
        """What became of it."""
        futures = [future for future in asked if future is not None]
        if futures:
            await asyncio.wait(futures, timeout=_ANSWER_S)
        answers = [
            phrase("there is no connection to Asterisk") if future is None else _answer(future) for future in asked
        ]
        refusals = [answer for answer in answers if answer not in {"", _GONE}]
        if refusals or not answers:
            self.failed += 1
            self._refusal.begin(refusals[0] if refusals else phrase("its channel is not known"))
            return Ended.NO
        if all(answers):
            return Ended.GONE
        self.done += 1
        self._refusal.end()
        return Ended.YES

    def _ask(self, channel: str) -> "asyncio.Future[Any] | None":
        try:
            return self._link.send("Hangup", Channel=channel, Cause=_CALL_REJECTED)
        except ProtocolError:
            return None


def _answer(future: "asyncio.Future[Any]") -> str:
    """Why a channel was not hung up, or ""."""
    if not future.done():
        return "Asterisk does not answer"
    if future.cancelled():
        return "the connection to Asterisk ended"
    answer = future.result()
    return "" if answer.success else str(answer.message) or "Asterisk refuses it"
