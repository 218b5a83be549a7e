"""Bodies of requests: how much of one is taken in, which only a page that takes files raises, for who may send them."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope

FORM_BYTES: Final = 256 * 1024
"""How large a form without a file may be: what is hostile in it takes a tenth of a second to read at most."""

STRANGER_BYTES: Final = 32 * 1024
"""The same of who has not signed in: a name, a password, a code, and where to go."""

_STATE: Final = "gatekeeper.body"


class BodyBound:
    """Takes a body in as long as it is not more than some bytes; more is not taken in at all.

    The page that reads it is told by `HTTPException`, which becomes the answer 413.

    Args:
        receive: gives what comes.
        most: how many bytes.
    """

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._taken = 0
        self.most = most

    async def receive(self) -> Message:
        """What comes next of the body."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._taken += len(message.get("body", b""))
            if self._taken > self.most:
                raise HTTPException(413)
        return message


def bounded(scope: Scope, receive: Receive, most: int) -> Receive:
    """Bound the body of a request, whatever its headers say that it is."""
    bound = scope[_STATE] = BodyBound(receive, most)
    return bound.receive


def admit(request: Request, most: int) -> None:
    """Let a request's body have more bytes: its sender may send a file, and the page takes one."""
    bound: BodyBound = request.scope[_STATE]
    bound.most = most
