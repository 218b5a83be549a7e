"""Failures: what somebody sees when a page can't be shown."""

import logging
import traceback
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.desk.page import render
from gatekeeper.errors import DaemonError, FormError, GatekeeperError, GoneError, OperationRefusedError, StoreError

log = logging.getLogger(__name__)

_NOT_FOUND = 404
_UNPROCESSABLE = 422
_CONFLICT = 409
_UNAVAILABLE = 503
_FAULT = 500

_TYPED: Final = ("name", "principals", "principal", "why")
"""What people write into forms that are not shown again: no browser restores them, for no page of ours may be kept."""


async def of_http(request: Request, error: Exception) -> Response:
    """No such page, not allowed, too large."""
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (_FAULT, None)
    answer = _page(request, status)
    answer.headers.update(headers or {})  # of a 405, what is allowed (RFC 9110, 15.5.6)
    return answer


async def known(request: Request, error: Exception) -> Response:
    """What Gatekeeper knows: it is told in its own words."""
    status = _UNPROCESSABLE if isinstance(error, FormError) else _CONFLICT
    remedy = ""
    if isinstance(error, GoneError):
        status = _NOT_FOUND
    if isinstance(error, DaemonError) and not isinstance(error, OperationRefusedError):
        status = _UNAVAILABLE
    if isinstance(error, StoreError):
        status, remedy = _UNAVAILABLE, error.remedy
        log.warning("%s %s: %s", request.method, request.url.path, error)
    return _page(request, status, str(error), remedy)


async def unknown(request: Request, error: Exception) -> Response:
    """A fault of ours: the log has where it was, without the error's own text, which could hold a person's number."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("a fault of the desk (%s) at %s:\n%s", type(error).__name__, request.url.path, frames)
    return _page(request, _FAULT)


def _page(request: Request, status: int, told: str = "", remedy: str = "") -> Response:
    form = getattr(request, "_form", None)  # where it was read; to read it now could wait for the rest of it
    given = ((name, form.get(name)) for name in _TYPED if form is not None)
    typed = {name: value for name, value in given if isinstance(value, str)}
    seen = {"status": status, "told": told, "remedy": remedy, "typed": typed, "sent": request.method == "POST"}
    return render(request, "failure.html", seen, status)


HANDLERS = {HTTPException: of_http, GatekeeperError: known}
"""What is not among them the guard answers by `unknown`: it stands further out."""
