"""Asks Asterisk whether its dialplan takes a number for an emergency, by the very rule of gatekeeper.conf.

A site may have emergency numbers and prefixes in its dialplan that the daemon's configuration has not. What the
dialplan lets by as an emergency must not be cut by the watchdog, so Asterisk itself evaluates the rule, by globals and
dialplan alone. Where the dialplan has put a carrier's prefix before the number, the channel tells which number the gate
let by; a dialer may have set that, so it is believed only of an emergency number behind digits that are nobody's.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from gatekeeper.ami.client import AmiLink
from gatekeeper.errors import ProtocolError
from gatekeeper.phone import NumberKind, PhoneNumber
from gatekeeper.phone.emergency import DIGITS, MOST_PREFIXES, SEPARATORS
from gatekeeper.policy import Reason
from gatekeeper.vocabulary import ChannelVariable, DialplanGlobal
from gatekeeper.watchdog.dial_event import header_of

_ASKABLE: Final = re.compile(r"[0-9A-Za-z*#+]{1,64}")
"""Nothing that ends an argument of a function may stand in one. The dialplan takes nothing else for a number either."""

_YES: Final = "1"
_MOST_OF_PREFIX: Final = 10


class DialplanEmergencies:
    """Knows what the dialplan calls an emergency.

    Args:
        link: the connection to Asterisk.
        normalise: reads numbers.
    """

    def __init__(self, link: AmiLink, normalise: Callable[[str], PhoneNumber]) -> None:
        self._link = link
        self._normalise = normalise

    async def is_one(self, dialled: str) -> bool:
        """Whether the dialplan lets a number by as an emergency; no, where Asterisk does not tell."""
        number = dialled.translate(SEPARATORS)
        if not _ASKABLE.fullmatch(number):
            return False
        try:
            return await self._is_one(number)
        except ProtocolError:
            return False

    async def was_let_by(self, dialled: str, channels: Iterable[str]) -> bool:
        """Whether one of a call's channels was let by as an emergency, and that number is dialled behind a prefix.

        Args:
            dialled: the number behind a prefix.
            channels: the channel that is dialled, and the one that dials, or those that may.
        """
        if self._normalise(dialled).kind is NumberKind.E164:
            return False  # somebody's number, whatever the channel says: not even asked
        for channel in filter(None, channels):
            try:
                reason, number = await asyncio.gather(
                    self._value(ChannelVariable.REASON, channel), self._value(ChannelVariable.NUMBER, channel)
                )
            except ProtocolError:
                continue  # the channel is gone
            if reason == Reason.EMERGENCY and self._is_prefixed(dialled, number) and await self.is_one(number):
                return True
        return False

    def _is_prefixed(self, dialled: str, number: str) -> bool:
        """Whether a prefix stands before the number, and neither the whole nor an end of it is somebody's number."""
        prefix = len(dialled) - len(number)
        if not number or not 0 < prefix <= _MOST_OF_PREFIX or not dialled.endswith(number):
            return False
        return all(self._normalise(dialled[start:]).kind is not NumberKind.E164 for start in range(prefix))

    async def _is_one(self, number: str) -> bool:
        # Asked at once, as if no file of the site's own were there: a call that is to be cut waits for the answers.
        site, prefixes, *known = await asyncio.gather(
            self._value(f"GLOBAL({DialplanGlobal.EMERGENCY_SITE})"),
            self._value(f"GLOBAL({DialplanGlobal.EMERGENCY_PREFIXES})"),
            *self._known(number, ""),
        )
        is_one, is_none = await asyncio.gather(*self._known(number, site)) if site else known
        if _YES in (is_one, is_none):
            return is_one == _YES
        sizes = [size for size in DIGITS if size < len(number)]
        return any(await asyncio.gather(*(self._is_behind(number, size, site, prefixes) for size in sizes)))

    def _known(self, number: str, site: str) -> tuple[Coroutine[Any, Any, str], Coroutine[Any, Any, str]]:
        """Whether the whole is an emergency number, and whether it is somebody's although it looks like one."""
        return (
            self._value(f"DIALPLAN_EXISTS(gatekeeper-emergency{site},{number},1)"),
            self._value(f"DIALPLAN_EXISTS(gatekeeper-not-emergency{site},{number},1)"),
        )

    async def _is_behind(self, number: str, size: int, site: str, prefixes: str) -> bool:
        if await self._value(f"DIALPLAN_EXISTS(gatekeeper-emergency{site},{number[-size:]},1)") != _YES:
            return False
        head = f'REGEX("^(({prefixes})[wW]*){{1,{MOST_PREFIXES}}}$" {number[:-size]})'
        return await self._value(head) == _YES

    async def _value(self, variable: str, channel: str = "") -> str:
        (answer,) = await self._link.ask("Getvar", Variable=variable, Channel=channel)
        return header_of(answer, "Value")
