"""`POST /check` and `POST /outcomes`: may a call be placed, and what became of it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gatekeeper.api.attempts import AttemptIn, Checked, CheckMany, CheckOne, answered, asked_of
from gatekeeper.api.batches import Batch
from gatekeeper.api.bodies import Body, json_of, read
from gatekeeper.api.caller import Caller, caller_of
from gatekeeper.api.description import described
from gatekeeper.api.language import language_of
from gatekeeper.api.problem import NOT_FOUND, OUTCOME_TOLD
from gatekeeper.api.replies import Reply
from gatekeeper.api.serving import LINES, Serving, problem_of, reply, serving_of
from gatekeeper.errors import GatekeeperError, OperationRefusedError, OutcomeToldError, ProblemError
from gatekeeper.policy import Reason, Verdict
from gatekeeper.words import Language

router = APIRouter()

SCOPES: Final = {"ask": "check", "call": "call"}
"""What a key has to be for, by what is intended."""

_ATTEMPTS_TO_A_TOKEN: Final = 100
_SLICE: Final = 200
_LONGEST_S: Final = 300
"""For so long the answers to a batch are sent, which a slow line does in a tenth of it."""


_ID: Final = "$response.body#/decision"
"""The decision in an answer, as links name it."""


class OutcomeIn(Body):
    """What became of a call."""

    decision: str = Field(min_length=1, max_length=64, description="The decision's id.")
    outcome: Literal["made", "given_back"] = Field(
        description="`made`: it was placed, answered or not. `given_back`: it was not, and will not be."
    )


class OutcomeTaken(Body):
    """What was taken."""

    decision: str
    outcome: Literal["made", "given_back"]


@router.post(
    "/check",
    **described(
        "Ask whether calls may be placed",
        "One object asks about one call; with `attempts`, up to 10,000, and the answers come as a stream, one JSON "
        "object "
        "to a line, in order. A line with a `type` instead of a `verdict` is a problem: what follows was not "
        "decided. Each "
        "answer is in the journal before it is given. With the intent `call` the attempt counts at once; tell its "
        "outcome.",
        scopes=("check", "call"),
        bodies=(CheckOne, CheckMany),
        answer=Checked,
        lines=Checked,
        idempotent=True,
        languages=True,
        links={
            "outcome": {"operationId": "outcomes", "requestBody": {"decision": _ID, "outcome": "made"}},
            "decision": {"operationId": "decision_of", "parameters": {"decision": _ID}},
        },
    ),
)
async def check(request: Request) -> Response:
    """Ask about one call, or many."""
    value = await json_of(request)
    if isinstance(value, dict) and "attempts" in value:
        return await _check_many(request, value)
    asked = read(CheckOne, value)
    caller = caller_of(request, SCOPES[asked.intent])
    serving, language = serving_of(request), language_of(request.headers.get("accept-language", ""))
    call = asked_of(asked, caller.principal_for(asked.principal))

    async def do() -> Reply:
        told = await serving.checking.one(call, intent=asked.intent, by=caller.key.name)
        return reply(answered(told, language))._replace(passing=told["reason"] == Reason.GATE_ERROR)

    return await serving.once(request, caller, do)


async def _check_many(request: Request, value: dict[str, object]) -> Response:
    serving = serving_of(request)
    asked = read(CheckMany, value)
    caller = caller_of(request, SCOPES[asked.intent])
    calls = await _calls(asked.attempts, caller)
    language = language_of(request.headers.get("accept-language", ""))

    def begin() -> Batch:
        batch = serving.batches.enter(caller.key.id)
        caller.bucket.charge(len(calls) // _ATTEMPTS_TO_A_TOKEN)
        return batch

    if request.headers.get("idempotency-key") is None:
        batch = begin()
        lines = _lines(serving, caller, calls, asked.intent, language, set())
        return _Streamed(_to_the_end(lines), batch)

    async def do() -> Reply:
        seen: set[str] = set()
        with begin():
            lines = _lines(serving, caller, calls, asked.intent, language, seen)
            made = b"".join([part async for part in lines])
        # What was reserved for a call that may be placed is told again, whatever became of the others.
        reserved = asked.intent == "call" and Verdict.ALLOW in seen
        return Reply(200, LINES, made, passing=Reason.GATE_ERROR in seen and not reserved)

    return await serving.once(request, caller, do)


class _Streamed(StreamingResponse):
    """The answers to a batch, which is over when they were sent, or their reader is gone."""

    def __init__(self, lines: AsyncGenerator[bytes, None], batch: Batch) -> None:
        super().__init__(lines, media_type=LINES)
        self._lines = lines
        self._batch = batch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them; who takes them too slowly gets no more, for others wait for his place."""
        with self._batch, contextlib.suppress(TimeoutError):
            try:
                async with asyncio.timeout(_LONGEST_S):
                    await super().__call__(scope, receive, send)
            finally:
                await self._lines.aclose()


async def _calls(attempts: Sequence[AttemptIn], caller: Caller) -> list[dict[str, str]]:
    calls: list[dict[str, str]] = []
    for start in range(0, len(attempts), _SLICE):
        for place, one in enumerate(attempts[start : start + _SLICE], start):
            calls.append(asked_of(one, caller.principal_for(one.principal, f"#/attempts/{place}/principal")))
        await asyncio.sleep(0)
    return calls


async def _lines(
    serving: Serving,
    caller: Caller,
    calls: Sequence[dict[str, str]],
    intent: str,
    language: Language,
    seen: set[str],
) -> AsyncGenerator[bytes, None]:
    """The answers, some lines at a time; their verdicts and reasons go into `seen`."""
    async for answers in serving.checking.many(calls, intent=intent, by=caller.key.name):
        await caller.again()
        seen.update(one[field] for one in answers for field in ("verdict", "reason"))
        yield "".join(f"{json.dumps(answered(one, language), ensure_ascii=False)}\n" for one in answers).encode()


async def _to_the_end(lines: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The lines; where there are no more, because nobody decides, one that says so."""
    try:
        async for part in lines:
            yield part
    except (GatekeeperError, ProblemError) as error:
        yield json.dumps(problem_of(error).body(), ensure_ascii=False).encode() + b"\n"
    finally:
        await lines.aclose()


@router.post(
    "/outcomes",
    **described(
        "Tell what became of a call",
        "Of a call that `POST /v1/check` let by with the intent `call`, within 31 days. What is not told expires "
        "after a "
        "quarter of an hour: then the attempt is not counted, unless a gate of this site met the call.",
        scopes=("call",),
        bodies=(OutcomeIn,),
        answer=OutcomeTaken,
        idempotent=True,
    ),
)
async def outcomes(request: Request) -> Response:
    """Take an outcome."""
    caller, serving = caller_of(request, "call"), serving_of(request)
    told = read(OutcomeIn, await json_of(request))
    asked = {"op": "outcome", "decision": told.decision, "outcome": told.outcome}
    if caller.key.principal is not None:
        asked["principal"] = caller.key.principal

    async def do() -> Reply:
        try:
            answer = await serving.host.daemon.ask(asked)
        except OperationRefusedError as error:
            if error.code == OutcomeToldError.code:
                raise OUTCOME_TOLD.told(str(error)) from None
            raise
        if not answer.get("known"):
            raise NOT_FOUND.told("No call was let by for this key by a decision with this id.")
        return reply({"decision": told.decision, "outcome": told.outcome})

    return await serving.once(request, caller, do)
