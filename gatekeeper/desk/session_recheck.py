"""Session recheck: whether a session is still there while one of its requests goes on for long.

Who is ended, or has another role, has no session any more; but what he has begun would go on: a download that he takes
slowly, a form of which he keeps the last byte back.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

AGAIN_S: Final = 1.0
"""For so many seconds a session that was looked for holds."""


class SessionRecheck:
    """Looks for a request's session again.

    Args:
        look: looks for it; gives None where it stands no more.
        clock: seconds that only go forward.
    """

    def __init__(
        self, look: Callable[[], Awaitable[object | None]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._look = look
        self._clock = clock
        self._until = clock() + AGAIN_S

    def receiving(self, receive: Receive) -> Receive:
        """Receive a body; who has lost his session before its end is told so, and nothing is done with it."""

        async def received() -> Message:
            message = await receive()
            whole = message["type"] == "http.request" and not message.get("more_body", False)
            if whole and not await self._stands():
                raise HTTPException(401)
            return message

        return received

    async def demand(self) -> None:
        """Go on with an answer, if the session stands.

        Raises:
            ClientDisconnect: it does not: the answer is cut off, as if its reader were gone.
        """
        if not await self._stands():
            raise ClientDisconnect

    async def _stands(self) -> bool:
        if self._clock() < self._until:
            return True
        self._until = self._clock() + AGAIN_S
        return await self._look() is not None
