"""Drawn secrets of one-time codes: kept from the page that shows one until a code of it was typed.

They stand here and not in the form: who only has somebody's session, and not his password, could else send a secret of
his own, and keep the owner out for good.
"""

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from gatekeeper.accounts import totp

HOLD_S: Final = 900
"""For so many seconds a secret waits for its first code."""

_MOST: Final = 1000


class _Drawn(NamedTuple):
    secret: str
    until: float


class DrawnSecrets:
    """The secrets that wait for their first code, one to a session.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._there: dict[str, _Drawn] = {}

    def draw(self, session: str) -> str:
        """Draw one for a session, whose password was just shown; an earlier one counts no more."""
        now = self._clock()
        self._there = {one: drawn for one, drawn in self._there.items() if drawn.until > now}
        if len(self._there) >= _MOST:
            del self._there[next(iter(self._there))]
        secret = totp.new_secret()
        self._there[session] = _Drawn(secret, now + HOLD_S)
        return secret

    def of(self, session: str) -> str:
        """The one of a session; "" where there is none any more."""
        drawn = self._there.get(session)
        return drawn.secret if drawn is not None and drawn.until > self._clock() else ""

    def drop(self, session: str) -> None:
        """Forget it: it holds now."""
        self._there.pop(session, None)
