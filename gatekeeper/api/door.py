"""ApiDoor of the interface: lets in who shows a key, so often as it may come, and takes no more than it may bring."""

import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from typing import Final, NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatekeeper.accounts.keys import ApiKey
from gatekeeper.api.bucket import Taken, TokenBucket
from gatekeeper.api.caller import STATE, Caller
from gatekeeper.api.host import ApiHost
from gatekeeper.api.problem import KEY_MISSING, KEY_UNKNOWN, TOO_LARGE, TOO_MANY, answer_to
from gatekeeper.api.serving import problem_of
from gatekeeper.errors import ProblemError

OPEN: Final = frozenset({"/openapi.json", "/docs", "/docs.css"})
"""What anybody may read: what there is, nothing of what is in it."""

BODY: Final = 64 * 1024
BATCH: Final = 8 * 1024 * 1024
"""The largest bodies, in bytes: of any request, and of a batch."""

_FILES: Final = re.compile(r"/lists/[^/]+/imports|/consents/imports|/proofs")
"""Where a file is a body."""

_TRUSTED_S: Final = 1.0
"""For so long a key that was looked up holds: one that is ended may be used for a second more."""

_MOST_KEYS: Final = 10_000
_SCHEME: Final = "bearer "
_NOBODY: Final = frozenset({KEY_MISSING.code, KEY_UNKNOWN.code})
"""Problems of those whose requests are not counted."""

_CHALLENGE: Final = {"www-authenticate": 'Bearer realm="gatekeeper"'}


class _Known(NamedTuple):
    key: ApiKey
    until: float


class ApiDoor:
    """Stands before all routes, as ASGI middleware.

    Args:
        app: what it lets into.
        host: has the keys, and says how often one may come.
        clock: seconds that only go forward.
    """

    def __init__(self, app: ASGIApp, host: ApiHost, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._host = host
        self._clock = clock
        self._per_minute = host.settings.desk.rate_per_minute
        self._uploads = host.settings.desk.max_upload_mb * 1024 * 1024
        self._known: dict[bytes, _Known] = {}
        self._buckets: dict[str, TokenBucket] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or answer."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or path in OPEN:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            key = await self._key(headers)
            bucket = self._bucket(key)
            taken = bucket.take(self._clock())
            sending = self._telling(send, taken)
            if not taken.allowed:
                raise TOO_MANY.told(
                    f"This key may make {self._per_minute} requests in a minute, and {bucket.most} at once: wait.",
                    headers={"retry-after": str(taken.wait_s)},
                )
            most = self._most(path)
            if int(headers.get("content-length", "0")) > most:
                raise too_large(most)
        except ProblemError as error:
            problem = problem_of(error)
            await answer_to(problem)(scope, receive, send if problem.code in _NOBODY else sending)
            return
        again = partial(self._key, headers)
        scope[STATE] = Caller(key, bucket, again)
        await self._app(scope, self._bounded(receive, most, again), sending)

    async def _key(self, headers: Headers) -> ApiKey:
        said = headers.get("authorization", "")
        if not said:
            raise KEY_MISSING.told("Send the header `Authorization: Bearer KEY`.", headers=_CHALLENGE)
        text = said[len(_SCHEME) :].strip() if said[: len(_SCHEME)].lower() == _SCHEME else ""
        digest = sha256(text.encode("utf-8", "surrogateescape")).digest()
        known = self._known.get(digest)
        now = self._clock()
        if known is not None and now < known.until:
            return known.key
        key = await self._host.in_thread(self._host.accounts.keys.find, text)
        if key is None:
            self._known.pop(digest, None)
            raise KEY_UNKNOWN.told("An admin makes keys in the desk, and ends them.", headers=_CHALLENGE)
        if len(self._known) >= _MOST_KEYS:
            self._known.clear()
        self._known[digest] = _Known(key, now + _TRUSTED_S)
        return key

    def _bucket(self, key: ApiKey) -> TokenBucket:
        found = self._buckets.get(key.id)
        if found is None:
            found = self._buckets[key.id] = TokenBucket(self._per_minute, self._clock())
        return found

    def _bounded(self, receive: Receive, most: int, again: Callable[[], Awaitable[object]]) -> Receive:
        """Receive a body of at most so many bytes, whatever its headers say of it, of a key that holds at its end."""
        seen, until = 0, self._clock() + _TRUSTED_S

        async def receiving() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise too_large(most)
            if not message.get("more_body") and message["type"] == "http.request" and self._clock() >= until:
                await again()
            return message

        return receiving

    def _most(self, path: str) -> int:
        if path == "/check":
            return BATCH
        return self._uploads if _FILES.fullmatch(path) else BODY

    def _telling(self, send: Send, taken: Taken) -> Send:
        """Send, with how many requests may still be made (draft-ietf-httpapi-ratelimit-headers)."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"ratelimit-policy", b'"key";q=%d;w=60' % self._per_minute),
                    (b"ratelimit", b'"key";r=%d;t=%d' % (taken.left, taken.wait_s)),
                ]
            await send(message)

        return sending


def too_large(most: int) -> ProblemError:
    """What is told of a body that is larger than this address takes."""
    return TOO_LARGE.told(f"This address takes at most {most} bytes.")
