"""`/lists/{list}/versions` and `/lists/{list}/rollbacks`: what was in force, and how it is put in force again."""

from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.api.attempts import TextLine
from gatekeeper.api.bodies import Body, json_of, read
from gatekeeper.api.caller import caller_of
from gatekeeper.api.description import described
from gatekeeper.api.known_lists import known_list, unbound_caller
from gatekeeper.api.problem import IMPORT_FAILED, IMPORT_UNKNOWN, NOT_FOUND, REFUSED, without_folders
from gatekeeper.api.replies import Reply
from gatekeeper.api.routes.imports import LISTS
from gatekeeper.api.routes.lists import READ
from gatekeeper.api.serving import Serving, reply, serving_of
from gatekeeper.errors import UnknownListError
from gatekeeper.journal.export import moment
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.uploads.work import UNKNOWN

router = APIRouter()

_WAIT_S: Final = 20.0
"""For so long a request waits: the older version is read whole before it counts."""

_LATER: Final = {"retry-after": "5"}
_PATH: Final = {"list": "The list's name."}


class RollbackIn(Body):
    """Which version is to be in force again."""

    version: Annotated[int, Field(ge=1, le=2_147_483_647, strict=True)] | None = Field(
        None, description="Its number; without, the one before the present one."
    )
    note: Annotated[TextLine, Field(min_length=1, description="Why: it is kept in the list's history.")]


class RollbackOut(BaseModel):
    """What is in force again."""

    list: str
    version: int | None = Field(description="The version; null while it is still being read: see `versions`.")


class VersionLine(BaseModel):
    """A version."""

    version: int
    in_force: bool
    kept: bool = Field(description="Whether it can be put in force again.")
    numbers: int
    rejected: int
    imported_at: str
    imported_by: str = Field(description="By whom; of a key for one principal, empty, as the file is.")
    file: str
    source_date: str | None
    sha256: str


class VersionsAnswer(BaseModel):
    """The versions of a list, the newest first."""

    versions: list[VersionLine]
    list: str


@router.get(
    "/lists/{list}/versions",  # noqa: FAST003 - it is read out of the request
    **described(
        "See the versions of a list",
        "Those that are kept can be put in force again. Of registers of contracts only with a key for all principals.",
        scopes=(READ,),
        answer=VersionsAnswer,
        path=_PATH,
    ),
)
async def versions(request: Request) -> Response:
    """The versions of a list."""
    caller, serving = caller_of(request, READ), serving_of(request)
    name = await known_list(serving, request.path_params["list"])
    found = await serving.host.in_thread(_versions, serving, name, everything=caller.key.principal is None)
    made = reply({"list": name, "versions": found})
    return Response(made.body, made.status, media_type=made.kind)


def _versions(serving: Serving, name: str, *, everything: bool) -> list[dict[str, Any]]:
    with ListStore(serving.host.settings.daemon.data_dir) as store:
        kinds = {one.name: one.kind for one in store.status()}
        configured = serving.host.settings.lists.get(name)
        if not everything and ListKind.CONTRACT in (kinds.get(name), configured.kind if configured else None):
            raise NOT_FOUND.told("There is no list of that name: `GET /v1/lists` has them.")
        try:
            found = store.versions(name)
        except UnknownListError:  # it is configured, and was never imported
            found = []
    return [
        {
            "version": one.version,
            "in_force": one.in_force,
            "kept": one.kept,
            "numbers": one.count,
            "rejected": one.rejected,
            "imported_at": moment(one.imported_at),
            "imported_by": one.imported_by if everything else "",
            "file": one.source if everything else "",
            "source_date": None if one.source_date is None else moment(one.source_date),
            "sha256": one.sha256,
        }
        for one in found
    ]


@router.post(
    "/lists/{list}/rollbacks",  # noqa: FAST003 - it is read out of the request
    **described(
        "Put an older version of a list in force again",
        "It is read whole, then in force for the very next call. With a key for all principals.",
        scopes=(LISTS,),
        bodies=(RollbackIn,),
        answer=RollbackOut,
        idempotent=True,
        path=_PATH,
    ),
)
async def rollback(request: Request) -> Response:
    """Put an older version in force."""
    caller, serving = unbound_caller(request, LISTS), serving_of(request)
    said = read(RollbackIn, await json_of(request))
    name = await known_list(serving, request.path_params["list"])
    asked = {"op": "list_rollback", "list": name, "version": str(said.version or ""), "note": said.note}
    asked |= caller.written()

    async def do() -> Reply:
        work = serving.host.imports.job(asked)
        await work.wait(_WAIT_S)
        if work.state == "refused":
            raise REFUSED.told(work.text)
        if work.running or work.report.get(UNKNOWN):
            raise IMPORT_UNKNOWN.told(f"Ask `/v1/lists/{name}/versions` which is in force.", headers=_LATER)
        if work.state == "failed":
            raise IMPORT_FAILED.told(without_folders(work.text), headers=_LATER)
        return reply({"list": name, "version": work.report.get("version")})

    return await serving.once(request, caller, do)
