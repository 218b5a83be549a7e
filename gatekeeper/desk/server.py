"""The desk's process: from the settings to a web server, and back."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import ssl
from collections.abc import Iterator
from typing import Any, Final

import uvicorn

from gatekeeper.config import Settings
from gatekeeper.daemon.log import set_up_logging
from gatekeeper.daemon.loop_faults import telling_faults
from gatekeeper.daemon.systemd import ServiceManager
from gatekeeper.desk.app import build_app
from gatekeeper.desk.desk import Desk
from gatekeeper.desk.http import DeadlineProtocol
from gatekeeper.desk.listening import listen
from gatekeeper.errors import DaemonError
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)

_GRACE_S: Final = 5


def serve_desk(settings: Settings) -> None:
    """Serve the desk until SIGTERM or SIGINT.

    Raises:
        DaemonError: it can't listen, or the certificate can't be used.
        StoreError: the accounts can't be opened.
    """
    set_up_logging(settings.daemon.log_level)
    for name in ("python_multipart", "uvicorn.error"):
        # A line to each request that is not understood is a log that strangers fill.
        logging.getLogger(name).setLevel(logging.ERROR)
    section = settings.desk
    desk = Desk(settings)
    try:
        _warn(desk)
        known = desk.known_networks
        listening = listen(section.host, section.port, section.max_connections, section.trusted_proxies, known)
        config = uvicorn.Config(
            build_app(desk),
            http=DeadlineProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=section.max_connections,
            backlog=min(section.max_connections, 256),
            proxy_headers=bool(section.trusted_proxies),
            forwarded_allow_ips=list(section.trusted_proxies),
            timeout_graceful_shutdown=_GRACE_S,
            **_tls(settings),
        )
        secure = "https" if section.certificate else "http"
        # What was built until now lives as long as the desk: the garbage collector need not go through it, for
        # milliseconds each time, on the way of a request.
        gc.collect()
        gc.freeze()
        log.info("the desk listens on %s://%s:%d", secure, section.host, section.port)
        asyncio.run(telling_faults(_Server(config, desk).serve(sockets=[listening])))
    finally:
        desk.close()
    log.info("stopped")


class _Server(uvicorn.Server):
    """uvicorn's server, which tells the service manager how it is, and ends as one that was asked to."""

    manager = ServiceManager.from_environment()

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self._desk = desk

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End by SIGTERM and SIGINT; uvicorn's own would raise the signal once more when it has ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        told = "SIGHUP changes nothing: restart the desk to have it read its configuration"
        loop.add_signal_handler(signal.SIGHUP, log.warning, told)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, and say so."""
        await self._desk.start()
        await super().startup(sockets)
        self.manager.tell("READY=1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, and say so."""
        self.manager.tell("STOPPING=1")
        await super().shutdown(sockets)
        await self._desk.stop()


def _tls(settings: Settings) -> dict[str, Any]:
    section = settings.desk
    if not section.certificate:
        return {}
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(section.certificate, section.certificate_key or None)
    except OSError as error:  # ssl's own errors are among them
        raise DaemonError(
            phrase(
                "desk.certificate and desk.certificate_key can't be used ({reason}): {certificate} has to be PEM, and "
                "its key has to belong to it",
                reason=error,
                certificate=section.certificate,
            )
        ) from error
    return {"ssl_certfile": section.certificate, "ssl_keyfile": section.certificate_key or None}


def _warn(desk: Desk) -> None:
    """Say what an admin would look for first."""
    section = desk.settings.desk
    if not any(user.ended_at is None for user in desk.accounts.users.all()):
        log.warning("nobody can sign in yet: `gatekeeper user add NAME --role admin` makes the first user")
    if section.host not in {"127.0.0.1", "::1", "localhost"} and not section.certificate and not section.public_url:
        log.warning(
            "the desk listens on %s without TLS: passwords pass the network readable; set desk.certificate, or put "
            "a proxy with TLS in front and set desk.public_url",
            section.host,
        )
