"""The application: pages, static files and guard, put together for one desk."""

import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from gatekeeper.api import build_api
from gatekeeper.desk.desk import Desk
from gatekeeper.desk.failures import HANDLERS
from gatekeeper.desk.guard import API, Guard
from gatekeeper.desk.rendering import Rendering
from gatekeeper.desk.routes import NAVIGATION, routes


def build_app(desk: Desk) -> Starlette:
    """The ASGI application of a desk, which stays the caller's to close."""
    static = StaticFiles(directory=Path(__file__).with_name("static"))
    app = Starlette(
        routes=[
            Route("/healthz", _health),
            Mount("/static", static, name="static"),
            _WholeMount(API, build_api(desk)),
            *routes(),
        ],
        middleware=[Middleware(Guard, desk=desk)],
        exception_handlers=dict(HANDLERS),
    )
    app.state.desk = desk
    app.state.rendering = Rendering(desk.settings.desk.zone, {"navigation": NAVIGATION})
    return app


class _WholeMount(Mount):
    """A mount that takes all below its path: Starlette's leaves an address with a line break in it to the pages."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Its own address without a slash is below it, too: to a program nobody says to come again with one."""
        if scope["type"] == "http" and scope["path"] == self.path:
            scope = {**scope, "path": f"{scope['path']}/"}
            found, child = super().matches(scope)
            return found, {**child, "path": scope["path"]}
        return super().matches(scope)


async def _health(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok\n")
