"""The socket's operations `check` and `check_many`: may a call be placed, one or many, for programs beside the gates.

With `"intent": "call"` the call is about to be placed: its attempt is reserved as at a gate, and expires after a
quarter of an hour unless `outcome` tells what became of it. With `"ask"` nothing is reserved. Both are in the journal:
whoever was answered can name the decision. Questions are told from calls by their gate.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

from gatekeeper.control.protocol import SocketQuestion
from gatekeeper.control.server import Operation
from gatekeeper.eager import Done, begin
from gatekeeper.errors import ProtocolError
from gatekeeper.journal.asked_by import PROGRAM
from gatekeeper.policy import Gate
from gatekeeper.screening import Answer, Question, read_said

CHECK: Final = "check"
CHECK_MANY: Final = "check_many"
"""The operations' names."""

MOST: Final = 500
"""So many calls one question is about at most."""

SLICE_NS: Final = 1_000_000
"""For so long calls are decided on in one turn of the loop; the gates' calls come between two of them."""

Screens = Callable[[Question], Coroutine[Any, Any, Answer]]
"""What decides and records (`gatekeeper.screening.Screening.screen`)."""

_INTENTS: Final = {"call": Gate.API, "ask": Gate.API_ASK}
_OF_CALL: Final = ("dialled", "campaign", "principal", "caller_id", "said")
_OF_QUESTION: Final = frozenset({"op", "intent", "by"})
_FIELDS: Final = _OF_QUESTION | set(_OF_CALL)
_OF_EACH: Final = frozenset(_OF_CALL)


def check_operation(screen: Screens) -> Operation:
    """`{"op": "check", "dialled": "0612345678", "intent": "call", ...}`."""

    async def answer(asked: SocketQuestion) -> Mapping[str, object]:
        _demand(asked, _FIELDS)
        return told(await screen(_question(asked, _intent(asked), _by(asked))))

    return answer


def check_many_operation(screen: Screens) -> Operation:
    """`{"op": "check_many", "intent": "ask", "attempts": [{"dialled": "0612345678"}, ...]}`; answers in order."""

    async def answer(asked: SocketQuestion) -> Mapping[str, object]:
        _demand(asked, _OF_QUESTION)
        if not 0 < len(asked.attempts) <= MOST:
            raise ProtocolError(f"check_many is about 1 to {MOST} calls, in `attempts`")
        gate, by = _intent(asked), _by(asked)
        for one in asked.attempts:
            _demand(one, _OF_EACH)
        return {"answers": await _decided(screen, [_question(one, gate, by) for one in asked.attempts])}

    return answer


async def _decided(screen: Screens, questions: Sequence[Question]) -> list[Mapping[str, object]]:
    """Decide slice by slice; those of a slice share a commit."""
    answers: list[Answer] = []
    place = 0
    while place < len(questions):
        until = time.perf_counter_ns() + SLICE_NS
        begun: list[Done | Coroutine[Any, Any, Answer]] = []
        while place < len(questions) and (time.perf_counter_ns() < until or not begun):
            begun.append(begin(screen(questions[place])))
            place += 1
        # Most wait for the one commit. As tasks they go on together; one after the other each would take a turn.
        rest = iter(await asyncio.gather(*(one for one in begun if not isinstance(one, Done))))
        answers += [one.value if isinstance(one, Done) else next(rest) for one in begun]
        await asyncio.sleep(0)
    return [told(one) for one in answers]


def told(answer: Answer) -> Mapping[str, object]:
    """What is answered about a call."""
    return {
        "verdict": answer.verdict.value,
        "reason": answer.reason.value,
        "provision": answer.provision,
        "basis": answer.basis,
        "list": answer.list,
        "list_version": answer.list_version,
        "retry_at": answer.retry,
        "decision": answer.id,
    }


def _question(call: Mapping[str, str], gate: Gate, by: str) -> Question:
    dialled = call.get("dialled", "")
    if not dialled:
        raise ProtocolError("a question to check names what would be dialled")
    said = call.get("said", "")
    return Question(
        _clean(dialled),
        gate,
        _clean(call.get("campaign", "")),
        _clean(call.get("principal", "")),
        _clean(call.get("caller_id", "")),
        said=read_said(said),
        asked_by=by,
    )


def _clean(text: str) -> str:
    """The text without lone surrogates, which no database takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _by(asked: SocketQuestion) -> str:
    by = _clean(asked.get("by", ""))
    return f"{PROGRAM}{by}" if by else ""


def _intent(asked: SocketQuestion) -> Gate:
    gate = _INTENTS.get(asked.get("intent", ""))
    if gate is None:
        raise ProtocolError('intent is "call" where the call is about to be placed, or "ask"')
    return gate


def _demand(asked: Mapping[str, str], fields: frozenset[str]) -> None:
    if not fields.issuperset(asked):
        raise ProtocolError(f"there are no fields but: {', '.join(sorted(fields))}")
