"""People: users and their roles, keys of programs, and who did what; for admins."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import SCOPES, ApiKey, Role
from gatekeeper.desk.page import Handler, changed, desk_of, needs, render, text_of, to, visitor_of, why_of
from gatekeeper.desk.wording import ACTIONS, word
from gatekeeper.errors import FormError
from gatekeeper.translation import phrase

_MADE = 201
_ACTIONS = 50


async def people(request: Request) -> Response:
    """Show users and keys."""
    return await _page(request)


async def add_user(request: Request) -> Response:
    """Add a user."""
    form, why = await _form(request)
    desk = desk_of(request)
    name, role = text_of(form, "name", 64), _role(form)
    password = form.get("password", "")
    if not isinstance(password, str):
        raise FormError("password", phrase("a text is wanted here"))
    users = desk.accounts.users
    user = await desk.hashing(users.add, name, password, role, by=visitor_of(request).by, principals=_principals(form))
    await changed(request, "user.add", f"{user.name} ({user.role.word})", why)
    return to("/people")


async def change_user(request: Request) -> Response:
    """Give a user another role, end him, or let him in again."""
    form, why = await _form(request)
    desk = desk_of(request)
    users, name, wanted = desk.accounts.users, text_of(form, "name", 64), text_of(form, "do", 16)
    if wanted == "role":
        await desk.in_thread(users.set_role, name, _role(form), _principals(form))
    elif wanted == "end":
        await desk.in_thread(users.end, name)
    elif wanted == "readmit":
        await desk.in_thread(users.readmit, name)
    elif wanted == "unlock":
        user = await desk.in_thread(users.by_name, name)
        await desk.in_thread(desk.accounts.lockout.unlock, user.name)
    elif wanted == "codes-off":
        await desk.in_thread(users.set_totp, name, None)
    elif wanted == "sessions":
        user = await desk.in_thread(users.by_name, name)
        await desk.in_thread(desk.accounts.sessions.end_all, user)
    else:
        raise FormError("do", phrase("this is nothing that can be done to a user"))
    what = f"{name} ({_role(form).word})" if wanted == "role" else name
    await changed(request, f"user.{wanted}", what, why)
    return to("/people")


async def add_key(request: Request) -> Response:
    """Make a key, and show it once."""
    form, why = await _form(request)
    desk = desk_of(request)
    scopes = [one for one in form.getlist("scope") if isinstance(one, str)]
    principal = text_of(form, "principal", 200) or None
    key, text = await desk.in_thread(
        desk.accounts.keys.add,
        text_of(form, "name", 64),
        scopes,
        by=visitor_of(request).by,
        principal=principal,
    )
    await changed(request, "key.add", _named(key), why)
    return await _page(request, made=key, text=text, status=_MADE)


async def end_key(request: Request) -> Response:
    """End a key."""
    form, why = await _form(request)
    desk = desk_of(request)
    ident = text_of(form, "key", 26)
    ended = {one.id: one for one in await desk.in_thread(desk.accounts.keys.all)}.get(ident)
    if ended is None or not await desk.in_thread(desk.accounts.keys.end, ident):
        raise FormError("key", phrase("there is no such key in use"))
    await changed(request, "key.end", _named(ended), why)
    return to("/people")


async def actions(request: Request) -> Response:
    """Show who did what, the newest first."""
    desk = desk_of(request)
    before = request.query_params.get("before", "")
    by = request.query_params.get("by", "")[:80]
    rows = await desk.in_thread(
        desk.accounts.actions.page,
        before=int(before) if before.isdecimal() and before.isascii() and len(before) < 16 else None,  # noqa: PLR2004 - a seq
        by=by,
        size=_ACTIONS,
    )
    seen = {"rows": rows, "by": by, "more": len(rows) == _ACTIONS, "actions": ACTIONS, "word": word}
    return render(request, "actions.html", seen)


async def _page(request: Request, *, made: ApiKey | None = None, text: str = "", status: int = 200) -> Response:
    desk = desk_of(request)
    users = await desk.in_thread(desk.accounts.users.all)
    keys = await desk.in_thread(desk.accounts.keys.all)
    principals = sorted({one.principal for one in desk.settings.campaigns.values() if one.principal})
    seen = {
        "users": users,
        "keys": keys,
        "made": made,
        "text": text,
        "roles": list(Role),
        "scopes": SCOPES,
        "principals": principals,
    }
    return render(request, "people.html", seen, status)


def _named(key: ApiKey) -> str:
    """A key, as people tell it from others of its name."""
    return f"{key.name} ({key.shown}…)"


async def _form(request: Request) -> tuple[FormData, str]:
    form = await request.form(max_files=0, max_fields=50)
    return form, why_of(form)


def _role(form: FormData) -> Role:
    word = text_of(form, "role", 16)
    try:
        return Role[word.upper()]
    except KeyError:
        raise FormError("role", phrase("a role is reader, officer or admin")) from None


def _principals(form: FormData) -> list[str] | None:
    """Those that a reader is to be bound to, separated by commas; None where there are none."""
    named = [one.strip() for one in text_of(form, "principals", 1000).split(",")]
    return [one for one in named if one] or None


def _admin(path: str, handler: Handler, name: str) -> Route:
    return Route(path, needs(Role.ADMIN)(handler), methods=["POST"], name=name)


ROUTES = [
    Route("/people", needs(Role.ADMIN)(people), name="people"),
    Route("/people/actions", needs(Role.ADMIN)(actions), name="actions"),
    _admin("/people/users", add_user, "user_add"),
    _admin("/people/users/change", change_user, "user_change"),
    _admin("/people/keys", add_key, "key_add"),
    _admin("/people/keys/end", end_key, "key_end"),
]
