"""The application behind `/v1`: routes, their description, and the door before them."""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp

from gatekeeper.api.description import document
from gatekeeper.api.documentation import documentation_routes
from gatekeeper.api.door import ApiDoor
from gatekeeper.api.host import ApiHost
from gatekeeper.api.problem import NO_SUCH_METHOD, NOT_FOUND, answer_to
from gatekeeper.api.routes import check, imports, journal, lists, proofs, records, versions
from gatekeeper.api.serving import Serving, on_error
from gatekeeper.errors import GatekeeperError, ProblemError

_NOT_ALLOWED = 405
_MODULES = (check, journal, lists, versions, imports, records, proofs)


def build_api(host: ApiHost) -> ASGIApp:
    """The application that a desk mounts at `/v1`.

    FastAPI describes the routes. They read their bodies themselves, strictly, and answer by themselves; so they are
    served without what FastAPI does for each request of those that do not, which takes a third of a short answer's
    time.

    Args:
        host: the process.
    """
    described = FastAPI(generate_unique_id_function=lambda route: route.name)
    for module in _MODULES:
        described.include_router(module.router)
    served = [
        Route(one.path, one.endpoint, methods=sorted(one.methods or ()))
        for module in _MODULES
        for one in module.router.routes
        if isinstance(one, APIRoute)
    ]
    app = Starlette(
        routes=[*served, *documentation_routes(lambda: document(described))],
        exception_handlers={
            ProblemError: on_error,
            GatekeeperError: on_error,
            HTTPException: _of_http,
            ClientDisconnect: _gone,
            Exception: on_error,
        },
    )
    app.router.redirect_slashes = False
    app.state.serving = Serving(host)
    return ApiDoor(app, host)


async def _gone(_request: Request, _error: Exception) -> Response:
    """Who leaves before he has sent all is nobody's fault, and nobody is there to be told."""
    return Response(status_code=400)


async def _of_http(request: Request, error: Exception) -> Response:
    """No such address, or method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for that
    if error.status_code == _NOT_ALLOWED:
        allowed = ", ".join(sorted(_methods(request)))
        return answer_to(NO_SUCH_METHOD._replace(detail=f"It has: {allowed}.", headers=(("allow", allowed),)))
    return answer_to(NOT_FOUND._replace(detail="`GET /v1/openapi.json` says which addresses there are."))


def _methods(request: Request) -> set[str]:
    """The methods that an address has; the error itself knows those of one of its routes alone."""
    routes = [one for one in request.app.routes if isinstance(one, Route)]
    there = [one for one in routes if one.matches(request.scope)[0] is not Match.NONE]
    return set[str]().union(*(one.methods or () for one in there))
