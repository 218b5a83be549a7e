"""HTTP requests of scrapers, and the responses to them: as much of RFC 9112 as one GET on a connection takes."""

from typing import Final, NamedTuple

import h11

from gatekeeper.errors import ProtocolError

MOST_BYTES: Final = 8192
"""Of a request's head, which is all of it."""

_STATUS: Final = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Service Unavailable",
}

TEXT: Final = "text/plain; charset=utf-8"


class HttpRequest(NamedTuple):
    """A request.

    Attributes:
        method: such as `GET`.
        path: without its query.
        accept: what the client takes.
    """

    method: str
    path: str
    accept: str


class HttpRequestParser:
    """Collects one request: a `QuestionParser`."""

    def __init__(self) -> None:
        self._connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_BYTES)
        self._size = 0

    def feed(self, data: bytes) -> HttpRequest | None:
        """Take bytes; gives the request once its head is whole.

        Raises:
            ProtocolError: it is too long, or not a request without a body.
        """
        self._size += len(data)
        if self._size > MOST_BYTES:  # h11 looks at what is not whole yet alone
            raise ProtocolError(f"a request is longer than {MOST_BYTES} bytes")
        try:
            self._connection.receive_data(data)
            found = self._connection.next_event()
            if found is h11.NEED_DATA:
                return None
            end = self._connection.next_event()
        except h11.RemoteProtocolError as error:
            raise ProtocolError(f"not a request of HTTP/1.1: {error}") from None
        if not isinstance(found, h11.Request) or not isinstance(end, h11.EndOfMessage) or self._follows():
            raise ProtocolError("something follows the request: ask once on a connection, without a body")
        accepts = (value for name, value in found.headers if name == b"accept")
        target = found.target.decode("ascii").partition("?")[0]
        if not target.startswith("/"):
            raise ProtocolError("the request's target is not a path")
        return HttpRequest(found.method.decode("ascii"), target, b", ".join(accepts).decode("latin-1"))

    def cut_short(self, why: str) -> None:
        """No more comes: half a request asks nothing."""

    def _follows(self) -> bool:
        data, closed = self._connection.trailing_data
        return bool(data) and not closed


def response(status: int, body: bytes, media_type: str = TEXT, *, head: bool = False, allow: str = "") -> bytes:
    """A whole response, after which the connection is closed.

    Args:
        status: its code.
        body: what is sent.
        media_type: of the body.
        head: leave the body out, as HEAD asks.
        allow: the methods that there are, where another was used.
    """
    lines = [
        f"HTTP/1.1 {status} {_STATUS[status]}",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
        *([f"Allow: {allow}"] if allow else []),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"" if head else body)
