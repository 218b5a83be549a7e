"""Shared by all routes: the host, what asks the daemon, the answers of a day, and how a request becomes an answer."""

import json
import logging
import traceback
from collections.abc import Callable, Coroutine, Mapping
from hashlib import sha256
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.api.batches import BatchesUnderWay
from gatekeeper.api.caller import Caller
from gatekeeper.api.checking import Checking
from gatekeeper.api.host import ApiHost
from gatekeeper.api.problem import (
    DAEMON_DOWN,
    FAULT,
    MEDIA_TYPE,
    NO_ROOM,
    NOT_NOW,
    REFUSED,
    STORE,
    TOO_OFTEN,
    ApiProblem,
    answer_to,
    without_folders,
)
from gatekeeper.api.replies import REPLIES_FILE, Replies, Reply, ReplyStore
from gatekeeper.errors import (
    DaemonError,
    GatekeeperError,
    NoRoomError,
    NotNowError,
    OperationRefusedError,
    ProblemError,
    StoreError,
    TooOftenError,
)

log = logging.getLogger(__name__)

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
_SOON: Final = (("retry-after", "5"),)


class Serving:
    """What all routes share.

    Args:
        host: the process.
    """

    def __init__(self, host: ApiHost) -> None:
        self.host = host
        self.checking = Checking(host.daemon)
        self.batches = BatchesUnderWay()
        self.replies = Replies(ReplyStore(host.settings.daemon.data_dir / REPLIES_FILE), host.in_thread)

    async def once(
        self, request: Request, caller: Caller, do: Callable[[], Coroutine[Any, Any, Reply]], body: bytes | None = None
    ) -> Response:
        """Do what a request asks; where it has an idempotency key, once, however often it comes.

        Args:
            request: the request; its body was read.
            caller: who makes it.
            do: does it.
            body: stands for the request's body where that is a file; without, the body does.
        """
        key = request.headers.get("idempotency-key")
        if key is None:
            return _response(await do())
        language = request.headers.get("accept-language", "")
        asked = "?".join(filter(None, (request.scope["path"], request.url.query)))
        what = f"{request.method} {asked} {language}\n".encode() + (await request.body() if body is None else body)
        return _response(await self.replies.once(caller.key.id, key, what, lambda: _settled(do)))


def known_again(request: Request, caller: Caller, asked: Mapping[str, str]) -> dict[str, str]:
    """A change, with a key by which the daemon knows it where it is asked for twice: its answer may be lost."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return dict(asked)
    digest = sha256(json.dumps([key, sorted(asked.items())]).encode()).hexdigest()
    return {**asked, "key": f"{caller.key.id}-{digest}"}


async def _settled(do: Callable[[], Coroutine[Any, Any, Reply]]) -> Reply:
    """Do it; a problem is an answer, too."""
    try:
        return await do()
    except (GatekeeperError, ProblemError) as error:
        problem = problem_of(error)
        return Reply(
            problem.status, MEDIA_TYPE, json.dumps(problem.body(), ensure_ascii=False).encode(), problem.headers
        )


def serving_of(request: Request) -> Serving:
    """What all routes share."""
    serving = request.app.state.serving
    assert isinstance(serving, Serving)  # noqa: S101 - `build_api` puts it there
    return serving


def reply(fields: object, status: int = 200) -> Reply:
    """An answer in JSON."""
    return Reply(status, JSON, json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace"))


def problem_of(error: Exception) -> ApiProblem:
    """What is told of an error."""
    if isinstance(error, ProblemError):
        assert isinstance(error.problem, ApiProblem)  # noqa: S101 - that is what it carries
        return error.problem
    if isinstance(error, NoRoomError):
        return NO_ROOM._replace(detail=str(error), headers=(("retry-after", "60"),))
    if isinstance(error, GatekeeperError):
        if error.passing:
            log.warning("the interface: %s", error)
        problem, headers = _kind_of(error)
        return problem._replace(detail=without_folders(str(error)), headers=headers)
    # Without the error's own text, which could hold a person's number.
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("a fault of the interface (%s):\n%s", type(error).__name__, frames)
    return FAULT._replace(detail="The log of the desk has where it happened.")


def _kind_of(error: GatekeeperError) -> tuple[ApiProblem, tuple[tuple[str, str], ...]]:
    """Which problem an error is, and its headers."""
    if error.code == TooOftenError.code:
        return TOO_OFTEN, (("retry-after", "15"),)
    if isinstance(error, NotNowError):
        return NOT_NOW, _SOON
    if isinstance(error, DaemonError) and not isinstance(error, OperationRefusedError):
        return DAEMON_DOWN, _SOON
    if isinstance(error, StoreError):
        return STORE, _SOON
    return (NOT_NOW, _SOON) if error.passing else (REFUSED, ())


async def on_error(_request: Request, error: Exception) -> Response:
    """The answer to a request that can't be served."""
    return answer_to(problem_of(error))


def _response(made: Reply) -> Response:
    return Response(made.body, made.status, dict(made.headers), made.kind)
