"""Handlers' tools: who asks, how to answer, who may, what a form says, and how a change is written down."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Route

from gatekeeper.accounts import Role
from gatekeeper.desk.desk import Desk
from gatekeeper.desk.rendering import Rendering
from gatekeeper.desk.visitor import VISITOR, Visitor
from gatekeeper.errors import FormError
from gatekeeper.translation import phrase

Handler = Callable[[Request], Awaitable[Response]]

_LONGEST_WHY: Final = 1000
_SEEN: Final = {"GET", "HEAD"}


def desk_of(request: Request) -> Desk:
    """What all pages share."""
    desk = request.app.state.desk
    if not isinstance(desk, Desk):
        raise TypeError("the application has no desk")
    return desk


def visitor_of(request: Request) -> Visitor:
    """Who asks."""
    visitor = request.scope[VISITOR]
    if not isinstance(visitor, Visitor):
        raise TypeError("the request has no visitor")
    return visitor


def render(request: Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200) -> Response:
    """A page out of a template.

    Args:
        request: what is answered. The template sees `request`, `visitor`, `may_change`, `may_rule`, `path` and `here`.
        template: its file in `templates`.
        context: what else it sees.
        status: of the response.
    """
    rendering: Rendering = request.app.state.rendering
    visitor = visitor_of(request)
    seen = {
        "request": request,
        "visitor": visitor,
        "may_change": visitor.may(Role.OFFICER),
        "may_rule": visitor.may(Role.ADMIN),
        "path": request.url.path,
        "here": page_of(request),
        **(context or {}),
    }
    return HTMLResponse(rendering.page(visitor.language, template, seen), status)


def page_of(request: Request) -> str:
    """The address of what is shown: its own, or where it answers a form, that of the nearest page above it."""
    path, query = request.url.path, request.url.query
    if request.method in _SEEN:
        return f"{path}?{query}" if query else path
    while path and not any(_is_fetched(route, path) for route in request.app.routes):
        path = path.rpartition("/")[0]
    return path or "/"


def _is_fetched(route: BaseRoute, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
    return isinstance(route, Route) and route.matches(scope)[0] is Match.FULL


def needs(role: Role) -> Callable[[Handler], Handler]:
    """Let a handler be used by who has signed in and has a role, or a higher one."""

    def guarded(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def guard(request: Request) -> Response:
            visitor = visitor_of(request)
            if visitor.session is None:
                if request.method not in _SEEN:
                    raise HTTPException(401)
                back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return to(f"/sign-in?next={quote(back, safe='')}")
            if not visitor.may(role):
                raise HTTPException(403)
            return await handler(request)

        return guard

    return guarded


def to(address: str) -> RedirectResponse:
    """Send the browser to a page of ours, to be fetched by GET: what it has sent is not sent again on a reload."""
    return RedirectResponse(address, 303)


def text_of(form: FormData, name: str, longest: int = 1000) -> str:
    """A field of a form: a text on one line, without blanks around it; "" where it is missing.

    Raises:
        FormError: it is a file, too long, comes twice, or has characters that can't be seen.
    """
    value = number_of(form, name, longest)
    if not value.isprintable():
        raise FormError(name, phrase("there are characters in it that can't be seen"))
    return value


def number_of(form: FormData, name: str, longest: int) -> str:
    """A field in which a telephone number stands, as `text_of` has it; whoever reads numbers reads it.

    With characters that can't be seen, as come along where a number is copied out of an address book.

    Raises:
        FormError: it is a file, too long, or comes twice.
    """
    value, *more = form.getlist(name) or [""]
    if any(one != value for one in more):
        raise FormError(name, phrase("{name} came twice, with different values: load the page anew", name=name))
    if not isinstance(value, str):
        raise FormError(name, phrase("a text is wanted here, not a file"))
    value = " ".join(value.split())
    if len(value) > longest:
        raise FormError(name, phrase("at most {longest} characters", longest=longest))
    return value


def why_of(form: FormData) -> str:
    """The reason of a change, which its form asks for in the field `why`.

    Raises:
        FormError: there is none.
    """
    why = text_of(form, "why", _LONGEST_WHY)
    if not why:
        raise FormError("why", phrase("every change wants a reason: it is kept with who made it and when"))
    return why


async def changed(request: Request, action: str, what: str, why: str) -> None:
    """Write down what somebody did.

    Args:
        request: by which he did it.
        action: what kind of thing, as `list.add`.
        what: to what.
        why: for what reason, as he gave it.
    """
    desk, visitor = desk_of(request), visitor_of(request)
    add = desk.accounts.actions.add
    await desk.in_thread(add, by=visitor.by, address=visitor.address, action=action, what=what, why=why)
