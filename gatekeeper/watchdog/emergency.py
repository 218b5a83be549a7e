"""Asks Asterisk whether its dialplan takes a number for an emergency, by the very rule of gatekeeper.conf.

A site may have emergency numbers and prefixes in its dialplan that the daemon's configuration has not. What the
dialplan lets by as an emergency must not be cut by the watchdog, so Asterisk itself evaluates the rule. Nothing that a
dialer can set is looked at: no channel variable, only globals and the dialplan.
"""

import asyncio
import re
from typing import Final

from gatekeeper.ami.client import AmiLink
from gatekeeper.errors import ProtocolError
from gatekeeper.phone.emergency import DIGITS, MOST_PREFIXES, SEPARATORS
from gatekeeper.vocabulary import DialplanGlobal
from gatekeeper.watchdog.dial_event import first

_ASKABLE: Final = re.compile(r"[0-9A-Za-z*#+]{1,64}")
"""Nothing that ends an argument of a function may stand in one. The dialplan takes nothing else for a number either."""

_YES: Final = "1"


class DialplanEmergencies:
    """Knows what the dialplan calls an emergency.

    Args:
        link: the connection to Asterisk.
    """

    def __init__(self, link: AmiLink) -> None:
        self._link = link

    async def is_one(self, dialled: str) -> bool:
        """Whether the dialplan lets a number by as an emergency; no, where Asterisk does not tell."""
        number = dialled.translate(SEPARATORS)
        if not _ASKABLE.fullmatch(number):
            return False
        try:
            return await self._is_one(number)
        except ProtocolError:
            return False

    async def _is_one(self, number: str) -> bool:
        site, prefixes = await asyncio.gather(
            self._value(f"GLOBAL({DialplanGlobal.EMERGENCY_SITE})"),
            self._value(f"GLOBAL({DialplanGlobal.EMERGENCY_PREFIXES})"),
        )
        if await self._value(f"DIALPLAN_EXISTS(gatekeeper-emergency{site},{number},1)") == _YES:
            return True
        if await self._value(f"DIALPLAN_EXISTS(gatekeeper-not-emergency{site},{number},1)") == _YES:
            return False
        sizes = [size for size in DIGITS if size < len(number)]
        return any(await asyncio.gather(*(self._is_behind(number, size, site, prefixes) for size in sizes)))

    async def _is_behind(self, number: str, size: int, site: str, prefixes: str) -> bool:
        if await self._value(f"DIALPLAN_EXISTS(gatekeeper-emergency{site},{number[-size:]},1)") != _YES:
            return False
        head = f'REGEX("^(({prefixes})[wW]*){{1,{MOST_PREFIXES}}}$" {number[:-size]})'
        return await self._value(head) == _YES

    async def _value(self, variable: str) -> str:
        (answer,) = await self._link.ask("Getvar", Variable=variable)
        return first(answer, "Value")
