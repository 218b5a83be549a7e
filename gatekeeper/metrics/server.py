"""The metrics server: `/metrics` for Prometheus, `/healthz` and `/readyz` for whoever decides what to use."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from gatekeeper.errors import ProtocolError
from gatekeeper.metrics.exposition import render
from gatekeeper.metrics.families import Measurement
from gatekeeper.metrics.request import HttpRequest, HttpRequestParser, response
from gatekeeper.metrics.source import MetricsSource
from gatekeeper.net.connection import Connection
from gatekeeper.net.limits import Limits, ServerCounters
from gatekeeper.net.listener import Listener
from gatekeeper.net.peers import AllowedPeers
from gatekeeper.net.tcp_socket import listen, port_of

log = logging.getLogger(__name__)

_LIMITS = Limits(environment_s=5.0, answer_s=10.0, max_connections=32, backlog=32)


class MetricsServer:
    """Serves them. A part of the daemon.

    Args:
        source: where the figures come from.
        host: the address to listen on.
        port: the port; 0 for any that is free.
        allow: addresses and networks that may connect.
    """

    name = "the metrics"
    trouble = ""

    def __init__(self, source: MetricsSource, *, host: str, port: int, allow: Sequence[str]) -> None:
        self.seen = ServerCounters()
        self.port = port
        self._source = source
        self._host = host
        self._peers = AllowedPeers(tuple(allow))
        self._server: asyncio.Server | None = None
        self._listener: Listener[HttpRequest]

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"metrics {self._host}:{self.port}"

    def counters(self) -> Mapping[str, int]:
        """What became of the connections and requests."""
        return {**asdict(self.seen), **(self._listener.load() if self._server is not None else {})}

    async def start(self) -> None:
        """Listen.

        Raises:
            DaemonError: the address can't be listened on.
        """
        self._listener = Listener(
            "metrics",
            parser=HttpRequestParser,
            handler=self._handle,
            limits=_LIMITS,
            counters=self.seen,
            peers=self._peers,
            complaint=_complaint,
            refusal=response(503, b"this could not be answered: the daemon's log says why\n"),
        )
        self._server = await listen(
            self._listener.connection,
            self._host,
            self.port,
            what="scrapes",
            remedy="[metrics] host and port",
            backlog=_LIMITS.backlog,
        )
        self.port = port_of(self._server)
        log.info("metrics on http://%s:%d/metrics", self._host, self.port)

    async def stop(self, grace: float = 2.0, /) -> None:
        """Stop accepting, let running answers end within `grace` seconds, then close everything."""
        if self._server is None:
            return
        self._server.close()
        await self._listener.drain(grace)
        self._server = None

    async def _handle(self, request: HttpRequest, connection: Connection[HttpRequest]) -> None:
        connection.answer(await self._answer(request))

    async def _answer(self, request: HttpRequest) -> bytes:
        head = request.method == "HEAD"
        if not head and request.method != "GET":
            return response(405, b"GET and HEAD only\n", allow="GET, HEAD")
        if request.path == "/healthz":
            return response(200, b"ok\n", head=head)  # the event loop turns, or nobody would answer
        if request.path == "/readyz":
            ready = self._source.readiness()
            told = "".join(f"{one}\n" for one in (*(ready.undecided or ("ok",)), *ready.beside))
            return response(503 if ready.undecided else 200, told.encode("utf-8", "replace"), head=head)
        if request.path == "/metrics":
            readings = self._source.measure()
            body, media_type = await asyncio.to_thread(self._rendered, readings, request.accept)
            return response(200, body, media_type, head=head)
        return response(404, b"there are /metrics, /healthz and /readyz\n", head=head)

    def _rendered(self, readings: Sequence[Measurement], accept: str) -> tuple[bytes, str]:
        return render((*readings, *self._source.measure_disk()), accept)


def _complaint(error: ProtocolError) -> bytes:
    return response(400, f"{error}\n".encode())
