"""HTTP requests of scrapers: what is understood, what is refused, and that pieces make no difference."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import ProtocolError
from gatekeeper.metrics.request import MOST_BYTES, HttpRequest, HttpRequestParser, response

HEAD = b"GET /metrics?x=1 HTTP/1.1\r\nHost: a:9573\r\nAccept: text/plain\r\naccept: */*;q=0.1\r\n\r\n"
READ = HttpRequest("GET", "/metrics", "text/plain, */*;q=0.1")


@given(st.lists(st.integers(1, len(HEAD) - 1), max_size=6))
def test_pieces_make_no_difference(cuts: list[int]) -> None:
    """However it arrives, it is the same request, and none before its end."""
    parser = HttpRequestParser()
    ends = [*sorted(set(cuts)), len(HEAD)]
    read = [parser.feed(HEAD[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
    assert read == [None] * (len(ends) - 1) + [READ]
    assert parser.cut_short("it ended") is None


@pytest.mark.parametrize(
    "data",
    [
        b"GET /metrics\r\n\r\n",  # HTTP/0.9
        b"GET /metrics HTTP/2\r\nHost: a\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n\r\n",
        b"GET metrics HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://other/metrics HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET  /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n folded: x\r\nHost: a\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost: a\r\nAccept\r\n\r\n",
        b"POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
        HEAD + HEAD,
        b"x" * (MOST_BYTES + 1),
        b"GET /" + b"x" * MOST_BYTES + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_what_is_not_a_request_is_refused(data: bytes) -> None:
    """What is not understood is refused, and so is a second request: one may be smuggled in a body."""
    with pytest.raises(ProtocolError):
        HttpRequestParser().feed(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing that a peer sends ends in another error."""
    with contextlib.suppress(ProtocolError):
        HttpRequestParser().feed(data)


def test_a_response_says_how_long_it_is() -> None:
    """HEAD has the length of what GET has, and no body (RFC 9110, 9.3.2)."""
    whole, head = response(200, b"ok\n"), response(200, b"ok\n", head=True)
    assert whole == head + b"ok\n"
    assert b"Content-Length: 3\r\n" in head
    assert b"Allow: GET\r\n" in response(405, b"", allow="GET")
