"""The application behind `/v1`: routes, their description, and the door before them."""

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from gatekeeper.api.description import document
from gatekeeper.api.documentation import documentation_routes
from gatekeeper.api.door import ApiDoor
from gatekeeper.api.host import ApiHost
from gatekeeper.api.problem import INVALID, NO_SUCH_METHOD, NOT_FOUND, FieldFault, answer_to
from gatekeeper.api.routes import check, journal, lists, records
from gatekeeper.api.serving import Serving, on_error
from gatekeeper.errors import GatekeeperError, ProblemError

_NOT_ALLOWED = 405


def build_api(host: ApiHost) -> ASGIApp:
    """The application that a desk mounts at `/v1`.

    Args:
        host: the process.
    """
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        exception_handlers={
            ProblemError: on_error,
            GatekeeperError: on_error,
            HTTPException: _of_http,
            RequestValidationError: _of_parameters,
            Exception: on_error,
        },
    )
    app.state.serving = Serving(host)
    for module in (check, journal, lists, records):
        app.include_router(module.router)
    app.router.routes.extend(documentation_routes(lambda: document(app)))
    return ApiDoor(app, host)


async def _of_http(_request: Request, error: Exception) -> Response:
    """No such address, or method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for that
    if error.status_code == _NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "")
        return answer_to(NO_SUCH_METHOD._replace(detail=f"It has: {allowed}.", headers=(("allow", allowed),)))
    return answer_to(NOT_FOUND._replace(detail="`GET /v1/openapi.json` says which addresses there are."))


async def _of_parameters(_request: Request, error: Exception) -> Response:
    """A parameter of the address is not what it has to be."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - it is registered for that
    found: list[Any] = list(error.errors())
    faults = tuple(FieldFault("", f"{one['loc'][-1]}: {one['msg']}") for one in found)
    return answer_to(INVALID._replace(detail="A parameter is not what it has to be.", faults=faults))
