"""HTTP queries to a registry: one GET a number, and a word in the answer that tells whether it may be called."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gatekeeper.errors import QueryError
from gatekeeper.registries.query.source import QueryAnswer

if TYPE_CHECKING:
    import httpx

_LARGEST = 64 << 10
"""Bytes that an answer may have."""


@dataclass(frozen=True, slots=True)
class HttpQueryPlan:
    """How a registry is asked.

    Attributes:
        url: with `{number}` where the number goes, in E.164 without plus.
        headers: that go with it, such as a key.
        field: where the word is in a JSON answer: names divided by dots; "" takes the whole answer as text.
        listed: words that mean: must not be called.
        callable: words that mean: may be called.
        hold: for how long an answer holds, in microseconds.
        deadline_s: within how many seconds it must be there.
        at_once: how many questions may be open.
    """

    url: str
    listed: frozenset[str]
    callable: frozenset[str]
    hold: int
    headers: Mapping[str, str] = field(default_factory=dict)
    field: str = ""
    deadline_s: float = 0.5
    at_once: int = 20


class HttpQuery:
    """A registry that is asked over HTTP. Redirects are not followed, for the key must not go elsewhere.

    Args:
        plan: how it is asked.
    """

    def __init__(self, plan: HttpQueryPlan) -> None:
        self._plan = plan
        self._client: httpx.AsyncClient | None = None
        self._open = asyncio.Semaphore(plan.at_once)

    async def ask(self, number: int, /) -> QueryAnswer:
        """Ask the registry about one number, see `QuerySource.ask`."""
        import httpx  # sites that ask nobody do without

        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._plan.deadline_s, headers=dict(self._plan.headers))
        try:
            async with asyncio.timeout(self._plan.deadline_s), self._open:
                body = await self._get(self._client, self._plan.url.replace("{number}", str(number)))
        except TimeoutError:
            raise QueryError(f"there was no answer within {self._plan.deadline_s} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The text of the library's error could hold the address, and so the number.
            raise QueryError(f"it can't be asked ({type(error).__name__})") from None
        word = self._word(body)
        if word in self._plan.listed:
            return QueryAnswer(listed=True, hold=self._plan.hold)
        if word in self._plan.callable:
            return QueryAnswer(listed=False, hold=self._plan.hold)
        raise QueryError("its answer says neither that the number may be called nor that it may not")

    async def _get(self, client: "httpx.AsyncClient", url: str) -> bytes:
        body = b""
        async with client.stream("GET", url) as response:
            async for part in response.aiter_bytes():
                body += part
                if len(body) > _LARGEST:
                    break
        if response.status_code != 200:  # noqa: PLR2004 - HTTP's own word for "here it is"
            raise QueryError(f"it answers with the status {response.status_code}")
        if len(body) > _LARGEST:
            raise QueryError(f"its answer is longer than {_LARGEST} bytes")
        return body

    def _word(self, body: bytes) -> str:
        text = body.decode("utf-8", "replace").strip()
        if not self._plan.field:
            return text
        try:
            found: Any = json.loads(text)
            for name in self._plan.field.split("."):
                found = found[name]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise QueryError(f"its answer has no {self._plan.field}") from None
        # As JSON writes it: true, false, 1, and texts without their quotes.
        return found if isinstance(found, str) else json.dumps(found)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
