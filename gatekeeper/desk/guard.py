"""Guard of the pages: knows who asks, refuses what another site sends, and says in headers what a page may do."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatekeeper.accounts import Session
from gatekeeper.desk.desk import Desk
from gatekeeper.desk.origins import Origins
from gatekeeper.desk.translation import preferred
from gatekeeper.desk.visitor import Visitor
from gatekeeper.words import Language

LANGUAGE_COOKIE: Final = "gatekeeper_language"
API: Final = "/v1"
REFRESH: Final = "x-gatekeeper-refresh"
"""The header by which a page's script says that it asks by itself, and nobody uses the session."""

FORM_BYTES: Final = 1_000_000
"""How large a form without a file may be."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
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


def is_secure(desk: Desk, scheme: str) -> bool:
    """Whether the browser reaches the desk by https."""
    return scheme == "https" or desk.settings.desk.public_url.startswith("https:")


def session_cookie(desk: Desk, scheme: str) -> str:
    """The name of the session's cookie: where there is https, one that a browser takes from this host alone."""
    return "__Host-gatekeeper" if is_secure(desk, scheme) else "gatekeeper_session"


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
        headers = Headers(scope=scope)
        sending = _with_headers(send, private=not scope["path"].startswith("/static/"))
        refused = self._refused(scope, headers)
        if refused is not None:
            await refused(scope, receive, sending)
            return
        if _is_api(scope["path"]):
            # It has bounds of its own, a body's kind by kind.
            await self._app(scope, receive, sending)
            return
        scope["gatekeeper.visitor"] = await self._visitor(scope, headers)
        await self._app(scope, _bounded(receive, self._most(headers)), sending)

    def _most(self, headers: Headers) -> int:
        """How many bytes a form may have: one that brings a file may have as many as a file."""
        is_upload = headers.get("content-type", "").startswith("multipart/form-data")
        return FORM_BYTES + (self._desk.settings.desk.max_upload_mb * 1_000_000 if is_upload else 0)

    def _refused(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        if not self._origins.knows(headers.get("host", "")):
            return PlainTextResponse(
                "This desk is not known under that name: open it by its address, or set desk.public_url.\n", 421
            )
        # A program shows its key, which no browser adds by itself.
        if not _is_api(scope["path"]) and not self._origins.admits(scope["method"], scope["scheme"], headers):
            return PlainTextResponse("This was sent by a page of another site, and is refused.\n", 403)
        return None

    async def _visitor(self, scope: Scope, headers: Headers) -> Visitor:
        desk = self._desk
        cookies = _cookies(headers)
        token = cookies.get(session_cookie(desk, scope["scheme"]), "")
        session: Session | None = None
        if token and not scope["path"].startswith("/static/"):
            session = await desk.in_thread(desk.accounts.sessions.find, token, used=REFRESH not in headers)
        client = scope.get("client")
        section = desk.settings.desk
        return Visitor(
            session, _language(desk, session, cookies, headers), section.zone, client[0] if client else "unix"
        )


def _language(desk: Desk, session: Session | None, cookies: Mapping[str, str], headers: Headers) -> Language:
    """The user's own choice, else the browser's last choice, else the site's, else what the browser prefers."""
    chosen = (session.user.language if session is not None else "") or cookies.get(LANGUAGE_COOKIE, "")
    if chosen in {"en", "fr"}:
        return Language(chosen)
    set_for_all = desk.settings.desk.language
    return preferred(headers.get("accept-language", "")) if set_for_all == "browser" else Language(set_for_all)


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: one.value for name, one in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _bounded(receive: Receive, most: int) -> Receive:
    """What comes of a request, as long as it is not more than some bytes; more is not taken in at all.

    The page that reads it is told by `HTTPException`, which becomes the answer 413.
    """
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413)
        return message

    return receiving


def _is_api(path: str) -> bool:
    return path == API or path.startswith(f"{API}/")


def _with_headers(send: Send, *, private: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if private:
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending
