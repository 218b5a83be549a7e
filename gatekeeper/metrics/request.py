"""HTTP requests of scrapers, and the responses to them: as much of RFC 9112 as one GET on a connection takes."""

from typing import Final, NamedTuple

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
        self._buffer = bytearray()

    def feed(self, data: bytes) -> HttpRequest | None:
        """Take bytes; gives the request once its head is whole.

        Raises:
            ProtocolError: it is too long, or not a request without a body.
        """
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end > MOST_BYTES or (end < 0 and len(self._buffer) > MOST_BYTES):
            raise ProtocolError(f"a request's head is longer than {MOST_BYTES} bytes")
        if end < 0:
            return None
        if end + 4 != len(self._buffer):
            raise ProtocolError("something follows the request: ask once on a connection, without a body")
        return _read(bytes(self._buffer[:end]))

    def cut_short(self, why: str) -> None:
        """No more comes: half a request asks nothing."""


def _read(head: bytes) -> HttpRequest:
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or not words[1].startswith("/"):  # noqa: PLR2004
        raise ProtocolError("the first line is not that of an HTTP/1.1 request")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise ProtocolError("a line of the request is not a header")
        name = name.lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    return HttpRequest(words[0], words[1].partition("?")[0], headers.get("accept", ""))


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
