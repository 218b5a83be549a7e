"""`GET /lists` and `/red-list`: how fresh lists are, and the company's own list of who must not be called."""

from contextlib import closing
from typing import Any, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.api.attempts import Number, TextLine
from gatekeeper.api.bodies import Body, json_of, read
from gatekeeper.api.caller import caller_of
from gatekeeper.api.description import described
from gatekeeper.api.numbers import number_of
from gatekeeper.api.problem import OTHER_PRINCIPAL
from gatekeeper.api.replies import Reply
from gatekeeper.api.serving import Serving, known_again, reply, serving_of
from gatekeeper.clock import now_micros
from gatekeeper.journal.export import moment
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.lists.freshness import freshness

router = APIRouter()

_ALL: Final = "Every list of the site; registers of contracts only with a key for all principals."

READ: Final = "lists.read"
WRITE: Final = "lists.write"


class RedListEntry(Body):
    """A number for the red list, and why."""

    number: Number
    note: TextLine = Field("", description="Why: it is kept with the entry.")


class RedListQuestion(Body):
    """A number that may be on the red list."""

    number: Number


class RedListResult(Body):
    """What was done."""

    result: Literal["ADDED", "ALREADY", "REMOVED", "NOT_LISTED"]
    list: str


class RedListAnswer(Body):
    """Whether a number is on the red list."""

    listed: bool
    since: str | None


class ListLine(Body):
    """A list."""

    name: str
    kind: str
    title: str
    state: str = Field(description="`fresh`, `due`, `stale`, `missing` or `in force`.")
    until: str | None = Field(description="Until when it may be relied on (RFC 3339).")
    version: int
    numbers: int
    imported_at: str | None
    problem: str


class ListsAnswer(Body):
    """All lists."""

    lists: list[ListLine]


@router.get(
    "/lists",
    **described("See how fresh the lists are", _ALL, scopes=(READ,), answer=ListsAnswer),
)
async def lists(request: Request) -> Response:
    """All lists."""
    caller, serving = caller_of(request, READ), serving_of(request)
    lines = await serving.host.in_thread(_lists, serving, contracts=caller.key.principal is None)
    made = reply({"lists": lines})
    return Response(made.body, made.status, media_type=made.kind)


def _lists(serving: Serving, *, contracts: bool) -> list[dict[str, Any]]:
    """All lists; registers of contracts, whose counts are of all principals together, for a key for all alone."""
    settings, now = serving.host.settings, now_micros()
    with closing(ListStore(settings.daemon.data_dir)) as store:
        found = [one for one in store.status() if contracts or one.kind is not ListKind.CONTRACT]
    lines = []
    for one in found:
        fresh = freshness(one, settings.max_ages, now)
        lines.append(
            {
                "name": one.name,
                "kind": one.kind.value,
                "title": one.title,
                "state": fresh.state,
                "until": None if fresh.until is None else moment(fresh.until),
                "version": one.version,
                "numbers": one.count,
                "imported_at": None if one.imported_at is None else moment(one.imported_at),
                "problem": one.problem,
            }
        )
    return lines


@router.post(
    "/red-list",
    **described(
        "Put a number on the red list",
        "It is in force for the very next call, of every campaign. Who asked not to be called objects, too, which "
        "the consent "
        "ledger keeps.",
        scopes=(WRITE,),
        bodies=(RedListEntry,),
        answer=RedListResult,
        idempotent=True,
    ),
)
async def red_list_add(request: Request) -> Response:
    """Put a number on it."""
    return await _changed(request, "list_add")


@router.post(
    "/red-list/removals",
    **described(
        "Take a number off the red list",
        "Only with a key for all principals: the list protects people from calls of them all.",
        scopes=(WRITE,),
        bodies=(RedListEntry,),
        answer=RedListResult,
        idempotent=True,
    ),
)
async def red_list_remove(request: Request) -> Response:
    """Take a number off it."""
    if caller_of(request, WRITE).key.principal is not None:
        raise OTHER_PRINCIPAL.told("The red list is of all principals: this needs a key that is for all of them.")
    return await _changed(request, "list_remove")


async def _changed(request: Request, operation: str) -> Response:
    caller, serving = caller_of(request, WRITE), serving_of(request)
    entry = read(RedListEntry, await json_of(request))
    settings = serving.host.settings
    number = number_of(entry.number, settings)
    asked = {"op": operation, "list": settings.refusal.list, "number": f"+{number}"}
    asked = known_again(request, caller, {**asked, "note": entry.note, **caller.written()})

    async def do() -> Reply:
        answer = await serving.host.daemon.ask(asked)
        return reply({"result": answer["result"], "list": answer["list"]})

    return await serving.once(request, caller, do)


@router.post(
    "/red-list/search",
    **described(
        "See whether a number is on the red list",
        "By a body, for a person's number never stands in an address.",
        scopes=(READ,),
        bodies=(RedListQuestion,),
        answer=RedListAnswer,
    ),
)
async def red_list_search(request: Request) -> Response:
    """Whether a number is on it."""
    caller_of(request, READ)
    serving = serving_of(request)
    number = number_of(read(RedListQuestion, await json_of(request)).number, serving.host.settings)

    def look() -> dict[str, Any]:
        settings = serving.host.settings
        with closing(ListStore(settings.daemon.data_dir)) as store:
            found = [one for one in store.show(number) if one.list == settings.refusal.list and one.listed]
        since = found[0].since if found else None
        return {"listed": bool(found), "since": None if since is None else moment(since)}

    made = reply(await serving.host.in_thread(look))
    return Response(made.body, made.status, media_type=made.kind)
