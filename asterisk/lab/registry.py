"""A registry that is asked over HTTP, on 127.0.0.1: reassigned numbers, litigators, and one number by GET.

It speaks what the providers `reassigned` and `litigator` send, and can fail in the ways that registries do.
"""

import json
import threading
from collections.abc import Callable
from datetime import date
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

SINCE: Final = date(2021, 1, 27)
"""Of an earlier date it has no data."""

SLOW_SECONDS: Final = 2.5


class Fault(Enum):
    """How it fails."""

    STATUS = "status"
    """It answers with the status 503."""
    LIMIT = "limit"
    """It answers the first request with the status 429, and the next ones rightly."""
    SLOW = "slow"
    GONE = "gone"
    """It closes the connection without a word."""
    NO_JSON = "no JSON"
    OTHER_JSON = "other JSON"
    ODD_WORD = "odd word"
    LEFT_OUT = "left out"
    """It leaves the numbers out that it was asked about."""
    OF_OTHERS = "of others"
    """It answers about other numbers."""
    TWO_WAYS = "two ways"
    """It answers about each number with both words."""
    HUGE = "huge"
    REDIRECT = "redirect"


class LabRegistry:
    """The server, for as long as the context lasts.

    Attributes:
        given_up: the numbers (ten digits) that were permanently disconnected, and when.
        litigators: numbers in E.164 with plus.
        words: what `/check/NUMBER` answers; "no" for all others.
        fault: how it fails; None where it does not.
        asked: every number that it was asked about, as it was written.
        dates: the dates that it was asked with.
        requests: how many there were.
        keys: the values of the header Authorization.
    """

    def __init__(self) -> None:
        self.given_up: dict[str, date] = {}
        self.litigators: set[str] = set()
        self.words: dict[str, str] = {}
        self.fault: Fault | None = None
        self.asked: list[str] = []
        self.dates: list[str] = []
        self.requests = 0
        self.keys: set[str] = set()
        self._over = threading.Event()
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.serve(self, lambda: registry.check(self.path.rpartition("/")[2]))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = registry.reassigned if self.path == "/reassigned" else registry.litigation
                registry.serve(self, lambda: answer(body))

            def log_message(self, *_arguments: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def check(self, number: str) -> Any:
        """The answer about one number."""
        self.asked.append(number)
        return {"result": {"status": self._word(self.words.get(number, "no"))}}

    def reassigned(self, body: Any) -> Any:
        """The answer of the Reassigned Numbers Database."""
        results = []
        for query in body["queries"]:
            number, since = query["number"], date.fromisoformat(query["date"])
            self.asked.append(number)
            self.dates.append(query["date"])
            given_up = self.given_up.get(number)
            known = "no_data" if since < SINCE else "yes" if given_up is not None and given_up > since else "no"
            results.append({"number": number, "date": query["date"], "answer": self._word(known)})
        return self._results(results, "answer", ("yes", "no"))

    def litigation(self, body: Any) -> Any:
        """The answer of the list of litigators."""
        self.asked += body["numbers"]
        results = [{"number": one, "litigator": self._word(one in self.litigators)} for one in body["numbers"]]
        return self._results(results, "litigator", (True, False))

    def _word(self, word: Any) -> Any:
        return "perhaps" if self.fault is Fault.ODD_WORD else word

    def _results(self, results: list[Any], field: str, both: tuple[Any, Any]) -> Any:
        if self.fault is Fault.LEFT_OUT:
            results = []
        elif self.fault is Fault.OF_OTHERS:
            results = [{**one, "number": one["number"][:-1] + "99"} for one in results]
        elif self.fault is Fault.TWO_WAYS:
            results = [{**one, field: word} for one in results for word in both]
        return {"results": results}

    def serve(self, handler: BaseHTTPRequestHandler, answer: Callable[[], Any]) -> None:
        """Answer a request, or fail at it."""
        self.requests += 1
        self.keys |= set(filter(None, [handler.headers.get("Authorization")]))
        fault = self.fault
        if fault is Fault.SLOW:
            self._over.wait(SLOW_SECONDS)
        if fault is Fault.GONE:
            handler.close_connection = True
            return
        text = json.dumps({"other": []} if fault is Fault.OTHER_JSON else answer())
        if fault is Fault.NO_JSON:
            text = "<html>" + text
        if fault is Fault.HUGE:
            text += " " * (8 << 20)
        status = {Fault.STATUS: 503, Fault.REDIRECT: 302}.get(fault, 200) if fault else 200
        if fault is Fault.LIMIT and self.requests == 1:
            status = 429
        try:
            handler.send_response(status)
            if status == 302:
                handler.send_header("Location", self.url + "/check/1")
            handler.send_header("Content-Length", str(len(text)))
            handler.end_headers()
            handler.wfile.write(text.encode())
        except OSError:
            handler.close_connection = True  # whoever asked has gone
