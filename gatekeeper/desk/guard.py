"""Guard of the pages: knows who asks, refuses what another site sends, and says in headers what a page may do."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.status import HTTP_401_UNAUTHORIZED
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatekeeper.accounts import Session
from gatekeeper.addresses import network_of
from gatekeeper.api.problem import UNKNOWN_NAME, answer_to
from gatekeeper.desk.body import FORM_BYTES, STRANGER_BYTES, bounded
from gatekeeper.desk.desk import Desk
from gatekeeper.desk.failures import known, unknown
from gatekeeper.desk.origins import Origins
from gatekeeper.desk.session_recheck import SessionRecheck
from gatekeeper.desk.translation import preferred
from gatekeeper.desk.visitor import VISITOR, Visitor
from gatekeeper.errors import GatekeeperError
from gatekeeper.translation import marked, phrase, speaking
from gatekeeper.words import Language

LANGUAGE_COOKIE: Final = "gatekeeper_language"
API: Final = "/v1"
_SECURE_SESSION: Final = "__Host-gatekeeper"
_SESSION: Final = "gatekeeper_session"
SECURE_DEVICE: Final = "__Host-gatekeeper-device"
DEVICE: Final = "gatekeeper_device"
_OURS: Final = frozenset({LANGUAGE_COOKIE, _SECURE_SESSION, _SESSION, SECURE_DEVICE, DEVICE})
REFRESH: Final = "x-gatekeeper-refresh"
"""The header by which a page's script says that it asks by itself, and nobody uses the session."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_WRONG_NAME: Final = marked("This desk is not known under that name: open it by its address, or set desk.public_url.")
_OTHER_SITE: Final = marked("This was sent by a page of another site, and is refused.")
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Same-origin, for the check of forms wants an origin; numbers of people never stand in an address.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_REDIRECTION: Final = 3
"""The first digit of the statuses that say where to go on: RFC 9110, section 15.4."""
_RAW: Final = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
_PRIVATE: Final = [*_RAW, (b"cache-control", b"no-store")]
"""As they are sent: this is on the way of every answer, programs' that ask about a call among them."""
_CHECKED: Final = [*_RAW, (b"cache-control", b"no-cache")]
"""Of the pages' own files: a browser keeps them, and asks whether they are the same still, as the desk may be new."""


def is_secure(desk: Desk, scheme: str) -> bool:
    """Whether the browser reaches the desk by https."""
    return scheme == "https" or desk.settings.desk.public_url.startswith("https:")


def session_cookie(desk: Desk, scheme: str) -> str:
    """The name of the session's cookie: where there is https, one that a browser takes from this host alone."""
    return _SECURE_SESSION if is_secure(desk, scheme) else _SESSION


class Guard:
    """Stands before all pages, as ASGI middleware.

    Args:
        app: what it guards.
        desk: what all pages share.
    """

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._origins = Origins(desk.settings.desk.public_url, desk.settings.desk.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or have it answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sending = Sending(send, private=not scope["path"].startswith("/static/"))
        try:
            await self._let_by(scope, receive, sending)
        except ClientDisconnect:
            return  # there is nobody to be told
        except Exception as error:  # noqa: BLE001 - what goes on to the server is logged with the error's own text
            await _told(error, scope, receive, sending)

    async def _let_by(self, scope: Scope, receive: Receive, sending: "Sending") -> None:
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        if refused is not None:
            await refused(scope, receive, sending)
            return
        scope[VISITOR] = _nobody(self._desk, scope, headers)
        if _is_api(scope["path"]):
            # It has bounds of its own, a body's kind by kind.
            await self._app(scope, receive, sending)
            return
        visitor = scope[VISITOR] = await self._visitor(scope, headers)
        with speaking(visitor.language):
            if visitor.session is None:
                await self._app(scope, bounded(scope, receive, STRANGER_BYTES), sending)
                return
            sessions, token = (
                self._desk.accounts.sessions,
                own_cookies(headers)[session_cookie(self._desk, scope["scheme"])],
            )
            recheck = SessionRecheck(partial(self._desk.in_thread, sessions.find, token, used=False))
            sending.recheck = recheck
            await self._app(scope, bounded(scope, recheck.receiving(receive), FORM_BYTES), sending)

    def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        api = _is_api(scope["path"])
        if not self._origins.knows(headers.get("host", "")):
            text, status = _WRONG_NAME, 421
        # A program shows its key, which no browser adds by itself.
        elif not api and not self._origins.admits(scope["method"], scope["scheme"], headers):
            text, status = _OTHER_SITE, 403
        else:
            return None
        if api:
            return answer_to(UNKNOWN_NAME._replace(detail=text))
        with speaking(_language(self._desk, None, own_cookies(headers), headers)):
            return PlainTextResponse(phrase(text) + "\n", status)

    async def _visitor(self, scope: Scope, headers: Headers) -> Visitor:
        desk = self._desk
        cookies = own_cookies(headers)
        token = cookies.get(session_cookie(desk, scope["scheme"]), "")
        session: Session | None = None
        if token and not scope["path"].startswith("/static/"):
            session = await desk.in_thread(desk.accounts.sessions.find, token, used=REFRESH not in headers)
        nobody: Visitor = scope[VISITOR]
        if session is not None:
            desk.known_networks.add(network_of(nobody.address))
        return replace(nobody, session=session, language=_language(desk, session, cookies, headers))


def _language(desk: Desk, session: Session | None, cookies: Mapping[str, str], headers: Headers) -> Language:
    """The user's own choice, else the browser's last choice, else the site's, else what the browser prefers."""
    chosen = (session.user.language if session is not None else "") or cookies.get(LANGUAGE_COOKIE, "")
    if chosen in {"en", "fr"}:
        return Language(chosen)
    set_for_all = desk.settings.desk.language
    return preferred(headers.get("accept-language", "")) if set_for_all == "browser" else Language(set_for_all)


def own_cookies(headers: Headers) -> dict[str, str]:
    """Our cookies in a request; one that comes with two values is none, for somebody else has planted one of them.

    They have no quotes. The standard library takes seconds to read some that have (CVE-2024-7592, in Python 3.11.2).
    """
    found: dict[str, set[str]] = {}
    for header in headers.getlist("cookie"):
        for one in header.split(";"):
            name, _, value = one.strip().partition("=")
            if name in _OURS:
                found.setdefault(name, set()).add(value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def _is_api(path: str) -> bool:
    return path == API or path.startswith(f"{API}/")


class Sending:
    """Sends an answer, with the headers that every one has.

    Args:
        send: takes it.
        private: whether nobody may keep it.

    Attributes:
        begun: whether something was sent.
        ended: whether all was.
        recheck: of who has signed in, tells whether he still is.
    """

    def __init__(self, send: Send, *, private: bool) -> None:
        self._send = send
        self._added = _PRIVATE if private else _CHECKED
        self.begun = self.ended = False
        self.recheck: SessionRecheck | None = None

    async def __call__(self, message: Message) -> None:
        """Send what comes next of it."""
        if message["type"] == "http.response.start":
            if message["status"] == HTTP_401_UNAUTHORIZED or message["status"] // 100 == _REDIRECTION:
                # It says that the session is gone, or where to go on: it has to reach who has just ended his own.
                self.recheck = None
            said = message["headers"]
            names = {name for name, _ in said}
            message["headers"] = [*said, *(one for one in self._added if one[0] not in names)]
        elif self.recheck is not None:
            await self.recheck.demand()
        self.begun = True
        self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)


async def _told(error: Exception, scope: Scope, receive: Receive, sending: Sending) -> None:
    """Answer to what no page has caught: in the log without its own text, and with the headers of every answer.

    The server would write down the text, in which a person's number may stand, and answer without the headers.
    """
    if sending.ended:
        return  # who answered has told it
    request = Request(scope, receive)
    answer = await (known if isinstance(error, GatekeeperError) else unknown)(request, error)
    if not sending.begun:
        await answer(scope, receive, sending)


def _nobody(desk: Desk, scope: Scope, headers: Headers) -> Visitor:
    """Who asks, as long as nobody knows who that is."""
    client, section = scope.get("client"), desk.settings.desk
    language = _language(desk, None, own_cookies(headers), headers)
    return Visitor(None, language, section.zone, client[0] if client else "unix")
