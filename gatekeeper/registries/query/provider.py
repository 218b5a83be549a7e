"""The adapter of a registry: makes the request out of what is asked, and reads the response. Without a socket."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from gatekeeper.errors import QueryError
from gatekeeper.registries.query.source import QueryAnswer, QuerySubject

MOST_KEPT = 2048
"""Bytes of a response that are kept as evidence, beside its SHA-256."""


class QueryRequest(NamedTuple):
    """A request over HTTP.

    Attributes:
        method: `GET` or `POST`.
        url: whole.
        body: JSON, or None.
    """

    method: str
    url: str
    body: bytes | None = None


class Provider(Protocol):
    """How one registry is asked. A new one is a class with these."""

    @property
    def most(self) -> int:
        """How many numbers go into one request."""

    def request(self, subjects: Sequence[QuerySubject], /) -> QueryRequest:
        """The request about some numbers: each once, and at most `most`.

        Raises:
            QueryError: the registry can't be asked about one of them.
        """

    def read(self, subjects: Sequence[QuerySubject], body: bytes, /) -> list[QueryAnswer | QueryError]:
        """What the response says of each of them, in their order; an error where it says nothing that is understood.

        Raises:
            QueryError: it is not a response that can be read.
        """


class Evidence(NamedTuple):
    """What is kept of a response.

    Attributes:
        sha256: of all of it.
        text: its beginning.
    """

    sha256: str
    text: str


def evidence_of(body: bytes, part: bytes | None = None) -> Evidence:
    """The evidence that a response gives.

    Args:
        body: the response.
        part: of it, what is about the one number; None for all: a response about many holds other people's numbers.
    """
    kept = (body if part is None else part)[:MOST_KEPT]
    # SQLite's text ends at a zero byte for some of its tools.
    return Evidence(hashlib.sha256(body).hexdigest(), kept.decode("utf-8", "replace").replace("\0", "\ufffd"))
