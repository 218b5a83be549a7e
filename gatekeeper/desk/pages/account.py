"""One's own account: password, one-time codes, sessions."""

from io import BytesIO

import segno
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role, Session, SignInOutcome, User, totp
from gatekeeper.clock import now_micros
from gatekeeper.desk.devices import device_of
from gatekeeper.desk.drawn import DrawnSecrets
from gatekeeper.desk.page import Handler, changed, desk_of, needs, render, text_of, to, visitor_of
from gatekeeper.errors import AccountError, FormError
from gatekeeper.translation import phrase

_WRONG = 422
_DRAWN = DrawnSecrets()


async def account(request: Request) -> Response:
    """Show one's own account."""
    return await _page(request)


async def change_password(request: Request) -> Response:
    """Take another password, for the present one; all sessions end."""
    form, user, stored = await _proved(request)
    desk = desk_of(request)
    password = form.get("new", "")
    if not isinstance(password, str) or password != form.get("again"):
        raise FormError("again", phrase("the new password and its repetition differ"))
    await desk.hashing(desk.accounts.users.set_password, user.name, password, instead=stored)
    await changed(request, "account.password", user.name, "")
    return to("/sign-in")


async def begin_codes(request: Request) -> Response:
    """Draw a secret for an authenticator, and show it; it holds once a code of it was typed."""
    await _proved(request)
    return await _page(request, secret=_DRAWN.draw(_session(request)))


async def confirm_codes(request: Request) -> Response:
    """Have the account ask for codes from now on."""
    form = await request.form(max_files=0, max_fields=10)
    desk, user = desk_of(request), _user(request)
    secret = _DRAWN.of(_session(request))
    if user.has_totp:
        if not secret:
            return to("/account")  # a double click: the first has done it
        raise AccountError(phrase("this account asks for one-time codes already: take them away first"))
    if not secret:
        raise AccountError(phrase("begin anew: this key was not drawn here, or is too old"))
    step = totp.step_of(secret, text_of(form, "code", 16), now_micros(), 0)
    if step is None:
        return await _page(request, secret=secret, wrong_code=True, status=_WRONG)
    _DRAWN.drop(_session(request))
    await desk.in_thread(desk.accounts.users.set_totp, user.name, secret, step=step)
    await changed(request, "account.totp", user.name, "")
    return to("/account")


async def end_codes(request: Request) -> Response:
    """Have the account ask for no codes any more."""
    _form, user, stored = await _proved(request)
    desk = desk_of(request)
    await desk.in_thread(desk.accounts.users.set_totp, user.name, None, instead=stored)
    await changed(request, "account.totp-off", user.name, "")
    return to("/account")


async def end_session(request: Request) -> Response:
    """End one of one's own sessions, or all others."""
    form = await request.form(max_files=0, max_fields=10)
    desk, visitor, user = desk_of(request), visitor_of(request), _user(request)
    ident = text_of(form, "session", 26)
    if ident:
        await desk.in_thread(desk.accounts.sessions.end, ident, user)
    elif visitor.session is not None:
        await desk.in_thread(desk.accounts.sessions.end_all, user, visitor.session.id)
    return to("/account")


async def _page(request: Request, *, secret: str = "", wrong_code: bool = False, status: int = 200) -> Response:
    desk, visitor, user = desk_of(request), visitor_of(request), _user(request)
    sessions = await desk.in_thread(desk.accounts.sessions.of, user)
    seen = {
        "user": user,
        "sessions": sessions,
        "own": visitor.session.id if visitor.session else "",
        "secret": secret,
        "picture": _picture(totp.address_of(secret, user.name, "Gatekeeper")) if secret else "",
        "wrong_code": wrong_code,
    }
    return render(request, "account.html", seen, status)


def _picture(address: str) -> Markup:
    """The QR code of an authenticator's address, as SVG without any style of its own."""
    out = BytesIO()
    segno.make(address).save(out, kind="svg", xmldecl=False, svgns=False, scale=4, border=4, light="#ffffff")
    return Markup(out.getvalue().decode())  # noqa: S704 - made by the library out of an address in base 32


def _user(request: Request) -> User:
    return _own_session(request).user


def _session(request: Request) -> str:
    return _own_session(request).id


def _own_session(request: Request) -> Session:
    session = visitor_of(request).session
    if session is None:
        raise TypeError("nobody has signed in")
    return session


async def _proved(request: Request) -> tuple[FormData, User, str]:
    """The form of somebody who has typed his present password, with the hash of that.

    Raises:
        FormError: it is not his.
    """
    form = await request.form(max_files=0, max_fields=10)
    desk, visitor, user = desk_of(request), visitor_of(request), _user(request)
    password = form.get("password", "")
    typed = password if isinstance(password, str) else ""
    proof = await desk.hashing(
        desk.accounts.door.proof_of, user, typed, address=visitor.address, device=device_of(request)
    )
    if proof.outcome is SignInOutcome.LOCKED:
        raise FormError("password", phrase("too many wrong passwords: wait some minutes"))
    if proof.outcome is not SignInOutcome.DONE:
        raise FormError("password", phrase("this is not your present password"))
    return form, user, proof.stored


def _own(path: str, handler: Handler, name: str) -> Route:
    return Route(path, needs(Role.READER)(handler), methods=["POST"], name=name)


ROUTES = [
    Route("/account", needs(Role.READER)(account), name="account"),
    _own("/account/password", change_password, "account_password"),
    _own("/account/codes", begin_codes, "account_codes"),
    _own("/account/codes/confirm", confirm_codes, "account_codes_confirm"),
    _own("/account/codes/end", end_codes, "account_codes_end"),
    _own("/account/sessions/end", end_session, "account_session_end"),
]
