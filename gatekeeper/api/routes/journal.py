"""`POST /journal/search` and `GET /decisions/...`: the journal, as far as a key may see it, page by page."""

import json
from collections.abc import AsyncGenerator, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gatekeeper.api.attempts import TextLine
from gatekeeper.api.bodies import Body, json_of, read
from gatekeeper.api.caller import Caller, caller_of, other_principal
from gatekeeper.api.description import described
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
_PAGE: Final = 500
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
        "line as `before`; to follow, that of the newest as `after`, which gives the oldest first. Months that were "
        "archived are not looked through.",
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
    first = await serving.host.in_thread(_page, serving, found, wanted, wanted.limit)
    return StreamingResponse(_lines(serving, caller, found, wanted, first), media_type=LINES)


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

    def look() -> list[StoredDecision]:
        with serving.host.journal() as journal:
            return journal.latest(DecisionFilter(id=ident[:64]).within(caller.principals), 1)

    found = await serving.host.in_thread(look)
    if not found:
        raise NOT_FOUND.told("No decision has this id.")
    return found[0]


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
    ).within(caller.principals)


class _Page(NamedTuple):
    rows: Sequence[StoredDecision]
    on: str


def _page(serving: Serving, found: DecisionFilter, wanted: JournalSearch, limit: int) -> _Page:
    """The next decisions, and from where to go on; "" at the end."""
    with serving.host.journal() as journal:
        size = min(_PAGE, limit)
        if wanted.after is None:
            page = journal.page(found, before=wanted.before or "", size=size)
            return _Page(page.rows, page.older)
        page = journal.page(found, before=wanted.before or "", after=wanted.after, size=size)
    rows = [row for row in reversed(page.rows) if row.row.id > wanted.after]
    return _Page(rows, rows[-1].row.id if rows and page.newer else "")


async def _lines(
    serving: Serving, caller: Caller, found: DecisionFilter, wanted: JournalSearch, page: _Page
) -> AsyncGenerator[bytes, None]:
    """Page by page: each is one short look, so that the writer's log is emptied meanwhile."""
    left = wanted.limit
    try:
        while True:
            rows = page.rows[:left]
            yield "".join(f"{json.dumps(line_of(one), ensure_ascii=False)}\n" for one in rows).encode(
                "utf-8", "replace"
            )
            left -= len(rows)
            if not page.on or left <= 0:
                return
            wanted = wanted.model_copy(update={"after" if wanted.after else "before": page.on})
            await caller.again()
            page = await serving.host.in_thread(_page, serving, found, wanted, left)
    except (GatekeeperError, ProblemError) as error:
        yield json.dumps(problem_of(error).body(), ensure_ascii=False).encode() + b"\n"
