"""The cookie by which a browser is known in which somebody has signed in before: it outlives the session."""

from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.accounts.devices import KEPT_S
from gatekeeper.desk.guard import DEVICE, SECURE_DEVICE, is_secure, own_cookies
from gatekeeper.desk.page import desk_of


def device_of(request: Request) -> str:
    """What the browser keeps of an earlier sign-in, or ""."""
    return own_cookies(request.headers).get(_name(request), "")


def keep_device(request: Request, answer: Response, token: str) -> None:
    """Have the browser keep it."""
    secure = is_secure(desk_of(request), request.url.scheme)
    answer.set_cookie(_name(request), token, KEPT_S, secure=secure, httponly=True, samesite="lax", path="/")


def _name(request: Request) -> str:
    return SECURE_DEVICE if is_secure(desk_of(request), request.url.scheme) else DEVICE
