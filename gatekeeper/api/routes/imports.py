"""`POST /lists/{list}/imports`, `/consents/imports` and `/imports/{import}`: files, looked at and then imported."""

import contextlib
from collections.abc import AsyncGenerator
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gatekeeper.api.bodies import json_of, read
from gatekeeper.api.caller import Caller, caller_of
from gatekeeper.api.description import described
from gatekeeper.api.import_query import CommitIn, ConsentFileSaid, FileSaid, ListFileSaid
from gatekeeper.api.imports import RUNNING, ImportOut, import_fields, problem_of_import, state_of
from gatekeeper.api.known_lists import known_list, unbound_caller
from gatekeeper.api.problem import LOOKING, NOT_FOUND, REFUSED
from gatekeeper.api.query import query_of
from gatekeeper.api.receiving import owner_of, receive_file
from gatekeeper.api.replies import Reply
from gatekeeper.api.serving import Serving, reply, serving_of
from gatekeeper.uploads.importing import ImportGoal
from gatekeeper.uploads.store import Upload

router = APIRouter()

LISTS: Final = "lists.import"
CONSENTS: Final = "consents.import"

_WAIT_S: Final = 2.0
"""For so long a request waits itself for what it has begun: most is done by then."""

_IMPORT: Final = {"import": "The import's `id`."}
_ASIDE: Final = {"rejects": "rejects_file", "incomplete": "void_file"}
_LINKS: Final = {
    "import": {"operationId": "one_import", "parameters": {"import": "$response.body#/id"}},
    "commit": {"operationId": "commit", "parameters": {"import": "$response.body#/id"}},
}
_ABOUT: Final = (
    " The body is the file, packed or not. It is looked at and changes nothing: `GET /v1/imports/{import}` says how "
    "far that is and what would change, `POST /v1/imports/{import}/commit` imports it, all of it or nothing. Within an "
    "hour; of each key the last four files are kept."
)


@router.post(
    "/lists/{list}/imports",  # noqa: FAST003 - it is read out of the request
    **described(
        "Send a file for a list",
        "With a key for all principals: a list protects people from calls of them all." + _ABOUT,
        scopes=(LISTS,),
        query=ListFileSaid,
        upload=True,
        answer=ImportOut,
        status=202,
        idempotent=True,
        links=_LINKS,
        path={"list": "The list's name."},
    ),
)
async def list_import(request: Request) -> Response:
    """Take a file for a list, and look at it."""
    caller, serving = unbound_caller(request, LISTS), serving_of(request)
    said = read(ListFileSaid, query_of(request))
    name = await known_list(serving, request.path_params["list"])
    return await _taken(request, serving, caller, ImportGoal(name), said)


@router.post(
    "/consents/imports",
    **described(
        "Send a file of consents",
        "Each names its proof by its SHA-256 or `ref:`. With a key for one principal, of that one alone." + _ABOUT,
        scopes=(CONSENTS,),
        query=ConsentFileSaid,
        upload=True,
        answer=ImportOut,
        status=202,
        idempotent=True,
        links=_LINKS,
    ),
)
async def consent_import(request: Request) -> Response:
    """Take a file of consents, and look at it."""
    caller, serving = caller_of(request, CONSENTS), serving_of(request)
    said = read(ConsentFileSaid, query_of(request))
    said = said.model_copy(update={"principal": caller.principal_for(said.principal)})
    return await _taken(request, serving, caller, ImportGoal(), said)


@router.get(
    "/imports/{import}",  # noqa: FAST003 - it is read out of the request
    **described(
        "See how far an import is",
        "What it found or did, and why it is refused: of the key that has sent the file.",
        scopes=(LISTS, CONSENTS),
        answer=ImportOut,
        path=_IMPORT,
    ),
)
async def one_import(request: Request) -> Response:
    """How far an import is."""
    return _shown(_upload_of(request), 200)


@router.post(
    "/imports/{import}/commit",  # noqa: FAST003 - it is read out of the request
    **described(
        "Import a file that was looked at",
        "All of it or nothing; it is in force for the very next call. Asked twice, it is done once.",
        scopes=(LISTS, CONSENTS),
        bodies=(CommitIn,),
        answer=ImportOut,
        status=202,
        idempotent=True,
        path=_IMPORT,
    ),
)
async def commit(request: Request) -> Response:
    """Begin to import a file."""
    caller, serving = caller_of(request, LISTS, CONSENTS), serving_of(request)
    said = read(CommitIn, await json_of(request))

    async def do() -> Reply:
        # Only now: what was answered before is answered again, also where the file has made room for others since.
        upload = _upload_of(request)
        if upload.done is None:
            _must_be_looked_at(upload, accept=said.accept)
            serving.host.imports.take(upload, caller.written(), said.note, accept=said.accept)
        if upload.done is not None:
            await upload.done.wait(_WAIT_S)
        return _told(upload, 202)

    return await serving.once(request, caller, do)


@router.delete(
    "/imports/{import}",  # noqa: FAST003 - it is read out of the request
    **described(
        "Throw a file away",
        "Nothing was changed, and nothing will be. One that is being worked with is not thrown away.",
        scopes=(LISTS, CONSENTS),
        answer=ImportOut,
        path=_IMPORT,
    ),
)
async def discard(request: Request) -> Response:
    """Throw a file away."""
    upload, serving = _upload_of(request), serving_of(request)
    if upload.busy:
        raise LOOKING.told("It is being worked with: ask again when that has ended.", headers={"retry-after": "1"})
    serving.host.uploads.remove(upload)
    return _shown(upload, 200)


@router.get(
    "/imports/{import}/{what}",  # noqa: FAST003 - it is read out of the request
    **described(
        "Download the lines that were set aside",
        "`rejects`: those that can't be used; `incomplete`: consents that lack something. Before the file is imported.",
        scopes=(LISTS, CONSENTS),
        file="text/csv",
        path={**_IMPORT, "what": "`rejects` or `incomplete`."},
    ),
)
async def aside(request: Request) -> Response:
    """What a look has set aside."""
    upload, name = _upload_of(request), _ASIDE.get(request.path_params["what"], "")
    path = upload.file.with_name(f"{name}.csv")
    if not name or not path.is_file():
        raise NOT_FOUND.told("Nothing was set aside, or the file was imported.")
    return FileResponse(path, media_type="text/csv", filename=f"{name}.csv")


async def _taken(request: Request, serving: Serving, caller: Caller, goal: ImportGoal, said: FileSaid) -> Response:
    """Take the file in, and begin to look; a file that is refused at once is answered with why."""
    file = await receive_file(request, serving, caller, goal.purpose, said.asked(), name=said.name, sha256=said.sha256)

    async def do() -> Reply:
        begun.upload = file.upload
        look = serving.host.imports.look(file.upload, caller.written())
        await look.wait(_WAIT_S)
        problem = problem_of_import(file.upload)
        if problem is not None:
            serving.host.uploads.remove(file.upload)
            raise problem.told(problem.detail, problem.faults, dict(problem.headers))
        return _told(file.upload, 202)

    async with _kept_if_begun(serving, file.upload) as begun:
        return await serving.once(request, caller, do, file.digest)


class _Begun:
    upload: Upload | None = None


@contextlib.asynccontextmanager
async def _kept_if_begun(serving: Serving, upload: Upload) -> AsyncGenerator[_Begun, None]:
    """Where the same was asked before, its answer is given again, and the file that came with it is of no use."""
    begun = _Begun()
    try:
        yield begun
    finally:
        if begun.upload is None:
            serving.host.uploads.remove(upload)


def _must_be_looked_at(upload: Upload, *, accept: bool) -> None:
    """Make sure that a file may be imported.

    Raises:
        ProblemError: it may not yet, or not at all.
    """
    state = state_of(upload)
    if state == "looking":
        raise LOOKING.told("Ask `GET /v1/imports/{import}` until its state is `looked`.", headers={"retry-after": "1"})
    problem = problem_of_import(upload)
    if problem is not None:
        raise problem.told(problem.detail, problem.faults, dict(problem.headers))
    warnings = upload.look.report.get("warnings") if upload.look else ()
    if warnings and not accept:
        raise REFUSED.told(f"Send `accept: true` once somebody has looked at this: {'; '.join(warnings)}")


def _upload_of(request: Request) -> Upload:
    """The upload that the address names, of this key."""
    caller = caller_of(request, LISTS, CONSENTS)
    upload = serving_of(request).host.uploads.owned(request.path_params["import"], owner_of(caller))
    if upload is None or not ImportGoal.is_of(upload):
        raise NOT_FOUND.told("This key has sent no such file within the last hour.")
    return upload


def _told(upload: Upload, status: int) -> Reply:
    made = reply(import_fields(upload), status)
    return made._replace(headers=(("retry-after", "1"),)) if state_of(upload) in RUNNING else made


def _shown(upload: Upload, status: int) -> Response:
    made = _told(upload, status)
    return Response(made.body, made.status, dict(made.headers), made.kind)
