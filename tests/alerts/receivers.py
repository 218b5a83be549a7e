"""Real receivers of alerts: an SMTP server, a webhook's HTTP server, and syslog sockets; all on 127.0.0.1."""

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from gatekeeper.alerts.alert import Alert, AlertKind
from gatekeeper.journal import new_ident
from lab.ports import free_port

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = 1_795_000_000_000_000


def alert(kind: AlertKind = AlertKind.TEST, at: int = AT, **facts: str) -> Alert:
    """An alert of some moment."""
    return Alert(new_ident(at), at, kind, facts)


def until(condition: Callable[[], object], seconds: float = 40.0) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@dataclass
class Mailbox:
    """What an SMTP server took.

    Attributes:
        port: its port.
        mail: the messages.
        refused: recipients that it does not take.
        farewell: what it says to a QUIT.
    """

    port: int
    mail: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    farewell: str = "221 Bye"

    async def handle_QUIT(self, *_: Any) -> str:  # noqa: N802 - aiosmtpd's own name
        """A session ends."""
        return self.farewell

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """A recipient is named."""
        if address in self.refused:
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """A message has come."""
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        found["X-To"] = ",".join(envelope.rcpt_tos)
        self.mail.append(found)
        return "250 taken"


def _login(_server: Any, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(
        success=isinstance(data, LoginPassword) and (data.login, data.password) == (b"gate", b"secret"), handled=False
    )


@contextlib.contextmanager
def smtp_server(certificate: tuple[Path, Path] | None = None, port: int = 0) -> Iterator[Mailbox]:
    """An SMTP server; with a certificate it demands STARTTLS and a login."""
    box = Mailbox(port or free_port())
    options: dict[str, Any] = {}
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        options = {
            "tls_context": context, "require_starttls": True, "authenticator": _login,
            "auth_required": True, "auth_require_tls": True,
        }  # fmt: skip
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Hook:
    """What a webhook's receiver took.

    Attributes:
        port: its port.
        answers: the statuses of the next answers; 204 behind them.
        posts: the bodies of what was posted and rightly signed.
        ids: their ids.
        faults: what was wrong with others.
        promised: so many bytes of a body are promised, and do not come.
        stays: for how many seconds the connection stays open behind the head of an answer.
    """

    port: int
    answers: list[int] = field(default_factory=list)
    promised: int = 0
    stays: float = 0.0
    posts: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Take a post; gives the status of the answer."""
        ident, at = headers["webhook-id"], headers["webhook-timestamp"]
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        signed = hmac.new(key, f"{ident}.{at}.".encode() + body, hashlib.sha256)
        if headers["webhook-signature"] != "v1," + base64.b64encode(signed.digest()).decode():
            self.faults.append("signature")
        if abs(time.time() - int(at)) > 60 or path != "/hook" or not headers["host"].startswith(("127.", "localhost")):
            self.faults.append(f"{at} {path} {headers['host']}")
        status = self.answers.pop(0) if self.answers else 204
        if status < 300:
            self.posts.append(json.loads(body))
            self.ids.append(ident)
        return status


@contextlib.contextmanager
def webhook_receiver(certificate: tuple[Path, Path] | None = None, port: int = 0) -> Iterator[Hook]:
    """A webhook's receiver, by HTTPS with a certificate."""
    hook = Hook(port or free_port())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = hook.take(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/hook")
            self.send_header("Content-Length", str(hook.promised))
            self.end_headers()
            time.sleep(hook.stays)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", hook.port), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def syslog_socket(path: Path | None = None) -> Iterator[socket.socket]:
    """A syslog socket: by a path, or UDP on a port of its own."""
    family = socket.AF_UNIX if path is not None else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as receiving:
        receiving.bind(str(path) if path is not None else ("127.0.0.1", free_port("udp")))
        receiving.settimeout(60)
        yield receiving
