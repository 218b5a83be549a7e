"""`POST /journal/search` and `GET /decisions/...`: the journal, as far as a key may see it, page by page."""

import json
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gatekeeper.api.attempts import TextLine
from gatekeeper.api.bodies import Body, json_of, read
from gatekeeper.api.caller import Caller, caller_of, other_principal
from gatekeeper.api.description import described
from gatekeeper.api.journal_pages import FoundPage, JournalPlace, archived_until, next_page, one_decision
from gatekeeper.api.moments import WrittenMoment
from gatekeeper.api.numbers import number_of
from gatekeeper.api.problem import NOT_FOUND
from gatekeeper.api.serving import JSON, LINES, Serving, problem_of, serving_of
from gatekeeper.errors import GatekeeperError, ProblemError
from gatekeeper.journal import DecisionFilter, StoredDecision
from gatekeeper.journal.export import moment
from gatekeeper.policy import Gate, Reason

router = APIRouter()

SCOPE: Final = "journal.read"
ARCHIVED_UNTIL: Final = "gatekeeper-archived-until"
"""The header that says up to which moment what is wanted may be archived, and was not looked for."""

_MOST: Final = 10_000


DecisionId = Annotated[str, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$", examples=["01M8CGD85HZE07ZVPBB6AD21EN"])]
Few = Annotated[list[TextLine], Field(max_length=50)]


class JournalSearch(Body):
    """Which decisions are wanted; what is left out lets all through."""

    since: WrittenMoment | None = Field(None, description="The earliest moment (RFC 3339), itself included.")
    until: WrittenMoment | None = Field(None, description="The latest moment, itself excluded.")
    number: TextLine = Field("", description="A number, in any spelling.")
    verdicts: list[Literal["ALLOW", "BLOCK"]] = Field([], max_length=2)
    reasons: list[Reason] = Field([], max_length=50)
    campaigns: Few = Field([])
    principals: Few = Field([], description="Of a key that has a principal, that one or none.")
    gates: list[Gate] = Field([], max_length=50)
    lists: Few = Field([])
    provisions: Few = Field([])
    before: DecisionId | None = Field(None, description="Only what is older than this decision: how one goes on.")
    after: DecisionId | None = Field(
        None, description="Only what is younger than this one, the oldest first: to follow."
    )
    archives: bool = Field(
        default=False,
        strict=True,
        description="Whether archived months are looked through: each that is come to is unpacked first, which takes "
        "some seconds for a million decisions.",
    )
    limit: int = Field(1000, ge=1, le=_MOST, strict=True)


class JournalLine(Body):
    """A decision."""

    decision: str
    at: str = Field(description="When it was made (RFC 3339).")
    number: str | None = Field(description="E.164, or null where what was dialled is not a complete public number.")
    dialled: str
    verdict: Literal["ALLOW", "BLOCK"]
    reason: Reason
    provision: str
    article: str
    list: str
    list_version: str
    retry_at: str | None
    law: str
    campaign: str
    principal: str
    caller_id: str
    purpose: str
    goods: str
    dial_mode: str
    contact: str
    attempt_no: int = Field(description="Which attempt it is in the window of the law's cap; 0 where none counts it.")
    gates: str = Field(description="Every gate that the call met, separated by blanks, and what was told of it.")
    asked_by: str
    bypass: bool


@router.post(
    "/journal/search",
    **described(
        "Read the journal",
        "Decisions as a stream, one JSON object to a line, the newest first. To go on, send the `decision` of the last "
        "line as `before`; to follow, that of the newest as `after`, which gives the oldest first. Where archived "
        "months may have something of it and `archives` does not ask for them, the answer's header "
        "`Gatekeeper-Archived-Until` says up to when nothing was looked through.",
        scopes=(SCOPE,),
        bodies=(JournalSearch,),
        lines=JournalLine,
    ),
)
async def journal_search(request: Request) -> Response:
    """Find decisions."""
    caller, serving = caller_of(request, SCOPE), serving_of(request)
    wanted = read(JournalSearch, await json_of(request))
    found = _filter(wanted, caller, serving)
    place = JournalPlace(found, wanted.archives, wanted.after is not None, wanted.after or wanted.before or "")
    first = await next_page(serving.host, place, wanted.limit)
    until = None if wanted.archives else await serving.host.in_thread(archived_until, serving.host, found)
    headers = {} if until is None else {ARCHIVED_UNTIL: moment(until)}
    return StreamingResponse(_lines(serving, caller, place, wanted.limit, first), headers=headers, media_type=LINES)


@router.get(
    "/decisions/{decision}",  # noqa: FAST003 - it is read out of the request
    **described(
        "Read one decision",
        "With a correction, where there is one. Another principal's decision is not found, as one that does not exist.",
        scopes=(SCOPE,),
        answer=JournalLine,
        path={"decision": "Its id."},
    ),
)
async def decision_of(request: Request) -> Response:
    """Find one."""
    caller, serving = caller_of(request, SCOPE), serving_of(request)
    found = await find_decision(serving, caller, request.path_params["decision"])
    return Response(json.dumps(line_of(found), ensure_ascii=False), media_type=JSON)


async def find_decision(serving: Serving, caller: Caller, ident: str) -> StoredDecision:
    """The decision in force under an id, if the caller may see it.

    Raises:
        ProblemError: there is none, or it is another principal's.
    """
    found = await one_decision(serving.host, ident[:64], caller.principals)
    if found is None:
        raise NOT_FOUND.told("No decision has this id.")
    return found


def line_of(found: StoredDecision) -> dict[str, Any]:
    """A decision as it is told."""
    row = found.row
    shown = {name: getattr(row, name, None) for name in JournalLine.model_fields}
    shown.update(
        decision=row.id,
        at=moment(row.at),
        number=None if row.number is None else f"+{row.number}",
        article=row.basis,
        retry_at=moment(row.retry_at) if row.retry_at else None,
        gates=found.gates,
        bypass=bool(row.bypass),
    )
    return shown


def _filter(wanted: JournalSearch, caller: Caller, serving: Serving) -> DecisionFilter:
    own = caller.key.principal
    for place, named in enumerate(wanted.principals):
        if own is not None and named != own:
            raise other_principal(own, f"#/principals/{place}")
    return DecisionFilter(
        since=wanted.since,
        until=wanted.until,
        number=number_of(wanted.number, serving.host.settings) if wanted.number else None,
        verdicts=frozenset(wanted.verdicts),
        reasons=frozenset(one.value for one in wanted.reasons),
        campaigns=frozenset(wanted.campaigns),
        principals=frozenset(wanted.principals) if wanted.principals else None,
        gates=frozenset(one.value for one in wanted.gates),
        lists=frozenset(wanted.lists),
        provisions=frozenset(wanted.provisions),
        id_from=wanted.after or "",
        id_before=(wanted.before or "") if wanted.after else "",
    ).within(caller.principals)


async def _lines(
    serving: Serving, caller: Caller, place: JournalPlace, left: int, page: FoundPage
) -> AsyncGenerator[bytes, None]:
    """Page by page: each is one short look, so that the writer's log is emptied meanwhile."""
    try:
        while True:
            rows = page.rows[:left]
            yield "".join(f"{json.dumps(line_of(one), ensure_ascii=False)}\n" for one in rows).encode(
                "utf-8", "replace"
            )
            left -= len(rows)
            if not page.on or left <= 0:
                return
            place = place._replace(at=page.on)
            await caller.again()
            page = await next_page(serving.host, place, left)
    except (GatekeeperError, ProblemError) as error:
        yield json.dumps(problem_of(error).body(), ensure_ascii=False).encode() + b"\n"
