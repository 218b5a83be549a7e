"""Sign-in and sign-out, and the choice of a language."""

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import SignInOutcome
from gatekeeper.clock import SECOND_US, now_micros
from gatekeeper.desk.devices import device_of, keep_device
from gatekeeper.desk.guard import LANGUAGE_COOKIE, is_secure, session_cookie
from gatekeeper.desk.page import desk_of, render, text_of, to, visitor_of

_YEAR_S: Final = 365 * 86_400
_TOO_MANY: Final = 429
_WRONG: Final = 401


async def sign_in(request: Request) -> Response:
    """Ask for name and password, and let in who has them right."""
    if request.method != "POST":  # GET, or HEAD, which nobody who fetches a page ahead is to try a password by
        where = _own_path(request.query_params.get("next", ""))
        return _form(request, where) if visitor_of(request).session is None else to(where)
    form = await request.form(max_files=0, max_fields=10)
    desk, visitor = desk_of(request), visitor_of(request)
    name = text_of(form, "name", 64)
    password = form.get("password", "")
    result = await desk.hashing(
        desk.accounts.door.sign_in,
        name,
        password if isinstance(password, str) else "",
        text_of(form, "code", 16),
        address=visitor.address,
        browser=request.headers.get("user-agent", ""),
        device=device_of(request),
    )
    where = _own_path(text_of(form, "next", 2000))
    if result.outcome is not SignInOutcome.DONE:
        locked = result.outcome is SignInOutcome.LOCKED
        status = _TOO_MANY if locked else _WRONG
        answer = _form(request, where, name=name, wrong=not locked, until=result.locked_until, status=status)
        if locked:
            answer.headers["retry-after"] = str(max(1, -(-(result.locked_until - now_micros()) // SECOND_US)))
        return answer
    add = desk.accounts.actions.add
    await desk.in_thread(add, by=f"desk:{name.lower()}", address=visitor.address, action="sign-in")
    answer = to(where)
    _set_session(request, answer, result.token)
    if result.device:
        keep_device(request, answer, result.device)
    return answer


async def sign_out(request: Request) -> Response:
    """End the session."""
    desk, visitor = desk_of(request), visitor_of(request)
    if visitor.session is not None:
        await desk.in_thread(desk.accounts.sessions.end, visitor.session.id)
    answer = to("/sign-in")
    secure = is_secure(desk, request.url.scheme)
    answer.delete_cookie(session_cookie(desk, request.url.scheme), secure=secure, httponly=True, samesite="lax")
    return answer


async def choose_language(request: Request) -> Response:
    """Keep the language that somebody chose, for his account, and for this browser."""
    form = await request.form(max_files=0, max_fields=10)
    desk, visitor = desk_of(request), visitor_of(request)
    wanted = text_of(form, "language", 2)
    answer = to(_own_path(text_of(form, "next", 2000), barred="/sign-out"))
    if wanted in {"en", "fr"}:
        secure = is_secure(desk, request.url.scheme)
        answer.set_cookie(LANGUAGE_COOKIE, wanted, _YEAR_S, secure=secure, httponly=True, samesite="lax")
        if visitor.session is not None:
            await desk.in_thread(desk.accounts.users.set_language, visitor.name, wanted)
    return answer


def _form(
    request: Request, where: str, *, name: str = "", wrong: bool = False, until: int = 0, status: int = 200
) -> Response:
    here = f"/sign-in?next={quote(where, safe='')}"
    seen = {"next": where, "name": name, "wrong": wrong, "until": until, "here": here}
    return render(request, "sign_in.html", seen, status)


def _set_session(request: Request, answer: Response, token: str) -> None:
    desk = desk_of(request)
    scheme = request.url.scheme
    answer.set_cookie(
        session_cookie(desk, scheme), token, secure=is_secure(desk, scheme), httponly=True, samesite="lax", path="/"
    )


def _own_path(address: str, barred: str = "/sign-") -> str:
    """A path of ours to go to: nothing that could lead to another site, or that begins with what is barred."""
    # No address is parsed here: whether it is one of ours its first two characters say.
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return "/"
    return "/" if address.startswith(barred) or not address.isprintable() else address


ROUTES = [
    Route("/sign-in", sign_in, methods=["GET", "POST"], name="sign_in"),
    Route("/sign-out", sign_out, methods=["POST"], name="sign_out"),
    Route("/language", choose_language, methods=["POST"], name="language"),
]
