"""HTTP queries to a registry, by what its provider makes of the question and reads out of the response."""

import asyncio
import logging
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from gatekeeper.errors import QueryError
from gatekeeper.registries.query.outage import RegistryOutage
from gatekeeper.registries.query.provider import Provider, QueryRequest
from gatekeeper.registries.query.source import QueryAnswer, QuerySubject
from gatekeeper.translation import phrase, trouble_of

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

_LARGEST = 64 << 10
"""Bytes that an answer about one number may have."""

_LARGEST_OF_MANY = 4 << 20
"""Bytes that an answer about many may have."""


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are trusted: read once for all registries, for that takes a tenth of a second."""
    import httpx

    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class HttpQueryPlan:
    """How a registry is asked.

    Attributes:
        name: of its list.
        provider: makes the requests and reads the responses.
        headers: that go with it, such as a key.
        deadline_s: within how many seconds an answer must be there while a call waits.
        patience_s: the same where no call does.
        at_once: how many questions may be open.
    """

    name: str
    provider: Provider
    headers: Mapping[str, str] = field(default_factory=dict)
    deadline_s: float = 0.5
    patience_s: float = 30.0
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
        self._outage = RegistryOutage(log, plan.name)

    @property
    def most(self) -> int:
        """How many numbers it is asked about at once, by `ask_many`."""
        return self._plan.provider.most

    def open(self) -> "httpx.AsyncClient":
        """Make what it is asked with, once; the first question does so itself where nobody has.

        That takes a good part of a second, in which nothing else is answered: where calls wait, it is done before.

        Raises:
            QueryError: it can't be: the environment names certificates that can't be read, or a proxy that is none.
        """
        import httpx  # sites that ask nobody do without

        if self._client is None:
            try:
                self._client = httpx.AsyncClient(
                    verify=_trusted(), timeout=self._plan.patience_s, headers=dict(self._plan.headers)
                )
            except OSError as error:
                raise QueryError(
                    phrase(
                        "the certificates that are trusted can't be read ({reason}); see SSL_CERT_FILE",
                        reason=trouble_of(error),
                    )
                ) from None
            except (ValueError, ImportError, httpx.InvalidURL) as error:
                # Their texts could hold a proxy's password.
                raise QueryError(phrase("it can't be asked ({name})", name=type(error).__name__)) from None
        return self._client

    async def ask(self, number: int, consent: date | None = None, region: str = "", /) -> QueryAnswer:
        """Ask the registry about one number, see `QuerySource.ask`."""
        try:
            (answer,) = await self._ask([QuerySubject(number, consent, region)], self._plan.deadline_s, _LARGEST)
            if isinstance(answer, QueryError):
                raise answer
        except QueryError as error:
            self._outage.failed(str(error))
            raise
        self._outage.answered()
        return answer

    async def ask_many(self, subjects: Sequence[QuerySubject]) -> list[QueryAnswer | QueryError]:
        """What it says of each of some numbers, in their order; no call waits for it.

        Args:
            subjects: numbers, each once, and at most `most`.

        Raises:
            QueryError: it does not answer at all.
        """
        return await self._ask(subjects, self._plan.patience_s, _LARGEST_OF_MANY)

    async def _ask(
        self, subjects: Sequence[QuerySubject], deadline_s: float, largest: int
    ) -> list[QueryAnswer | QueryError]:
        import httpx

        client = self.open()
        request = self._plan.provider.request(subjects)
        try:
            async with asyncio.timeout(deadline_s), self._open:
                body = await self._response(client, request, largest)
        except TimeoutError:
            raise QueryError(phrase("there was no answer within {deadline_s:g} s", deadline_s=deadline_s)) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The text of the library's error could hold the address, and so the number.
            raise QueryError(phrase("it can't be asked ({name})", name=type(error).__name__)) from None
        return self._plan.provider.read(subjects, body)

    async def _response(self, client: "httpx.AsyncClient", request: QueryRequest, largest: int) -> bytes:
        body = bytearray()
        headers = {} if request.body is None else {"Content-Type": "application/json"}
        async with client.stream(request.method, request.url, content=request.body, headers=headers) as response:
            async for part in response.aiter_bytes():
                body += part
                if len(body) > largest:
                    break
        if response.status_code != 200:  # noqa: PLR2004 - HTTP's own word for "here it is"
            raise QueryError(phrase("it answers with the status {status_code}", status_code=response.status_code))
        if len(body) > largest:
            raise QueryError(phrase("its answer is longer than {largest} bytes", largest=largest))
        return bytes(body)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
