"""Changes that are asked for twice: the same key is done once, and both are answered alike."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from gatekeeper.control.protocol import SocketQuestion
from gatekeeper.control.server import Operation
from gatekeeper.errors import ProtocolError
from gatekeeper.translation import phrase

MOST_KEPT: Final = 10_000
"""So many keys are known; the oldest are forgotten first."""

_Id = tuple[str, str, str]


class _Asked(NamedTuple):
    digest: bytes
    answer: "asyncio.Future[Mapping[str, object]]"


class OncePerKey:
    """Remembers the answers to changes by their `key`, as long as the daemon runs.

    A key belongs to the operation and to who asks (`by`). It is known from the moment when the change begins, so of two
    at the same time one is done; what fails is forgotten, and may be asked again.
    """

    def __init__(self) -> None:
        self._known: dict[_Id, _Asked] = {}

    def __call__(self, operation: Operation) -> Operation:
        """The operation, each key once; what is asked without a key is done each time."""

        async def answer(asked: SocketQuestion) -> Mapping[str, object]:
            if asked.attempts:
                raise ProtocolError(phrase("{op} is about one number: it takes no attempts", op=asked["op"]))
            if not asked.get("key"):
                return await operation(asked)
            return await self._once(asked, operation)

        return answer

    async def _once(self, asked: SocketQuestion, operation: Operation) -> Mapping[str, object]:
        ident = (asked["op"], asked.get("by", ""), asked["key"])
        digest = hashlib.sha256(json.dumps(sorted(asked.items())).encode()).digest()
        known = self._known.get(ident)
        if known is None:
            known = _Asked(digest, asyncio.ensure_future(operation(asked)))
            self._keep(ident, known)
        elif known.digest != digest:
            raise ProtocolError(phrase("this key was used for another change: each change has a key of its own"))
        # Who asked may leave: what has begun is done all the same, and who asks again is told.
        return await asyncio.shield(known.answer)

    def _keep(self, ident: _Id, asked: _Asked) -> None:
        if len(self._known) >= MOST_KEPT:
            del self._known[next(iter(self._known))]
        self._known[ident] = asked

        def ended(answer: "asyncio.Future[Mapping[str, object]]") -> None:
            failed = answer.cancelled() or answer.exception() is not None
            if failed and self._known.get(ident) is asked:
                del self._known[ident]

        asked.answer.add_done_callback(ended)
