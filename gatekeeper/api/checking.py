"""Asking the daemon about calls: what is asked at the same time goes in one question.

A question costs a connection. While one is under way, those that come wait for it, and go together in the next; one
that comes alone waits for nobody.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from copy import copy
from typing import Any, Final, NamedTuple

from gatekeeper.errors import DaemonError
from gatekeeper.uploads.work import Asks

MOST: Final = 100
"""So many calls go in one question: about two milliseconds of the daemon's, in slices that others come between."""

ANSWER_S: Final = 5.0
"""For so long an answer is waited for, in seconds."""

AnswersOfMany = list[dict[str, Any]]


class _Group(NamedTuple):
    """What has to be the same for calls in one question."""

    intent: str
    by: str


class _WaitingCall(NamedTuple):
    call: Mapping[str, str]
    answer: "asyncio.Future[dict[str, Any]]"


class Checking:
    """Asks about calls.

    Args:
        daemon: is asked.
    """

    def __init__(self, daemon: Asks) -> None:
        self._daemon = daemon
        self._waiting: defaultdict[_Group, list[_WaitingCall]] = defaultdict(list)
        self._asking: dict[_Group, asyncio.Task[None]] = {}

    async def one(self, call: Mapping[str, str], *, intent: str, by: str) -> dict[str, Any]:
        """Ask about one call.

        Raises:
            DaemonError: the daemon does not answer.
        """
        group = _Group(intent, by)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[group].append(_WaitingCall(call, answer))
        if group not in self._asking:
            self._asking[group] = asyncio.create_task(self._ask_all(group))
        return await answer

    async def many(self, calls: Sequence[Mapping[str, str]], *, intent: str, by: str) -> AsyncIterator[AnswersOfMany]:
        """Ask about many calls; gives the answers in order, some at a time.

        The next question is under way while the answers to the last are made use of.

        Raises:
            DaemonError: the daemon does not answer.
        """
        group = _Group(intent, by)
        under_way: deque[asyncio.Task[AnswersOfMany]] = deque()
        try:
            for start in range(0, len(calls), MOST):
                under_way.append(asyncio.create_task(self._ask(calls[start : start + MOST], group)))
                if len(under_way) > 1:
                    yield await under_way.popleft()
            while under_way:
                yield await under_way.popleft()
        finally:
            # Who hears of none any more is not to have calls reserved for him.
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _ask_all(self, group: _Group) -> None:
        """Ask until nobody waits."""
        try:
            while waiting := self._waiting.pop(group, None):
                for start in range(0, len(waiting), MOST):
                    await self._answer(waiting[start : start + MOST], group)
        finally:
            del self._asking[group]

    async def _answer(self, waiting: Sequence[_WaitingCall], group: _Group) -> None:
        try:
            answers = await self._ask([one.call for one in waiting], group)
        except DaemonError as error:
            for one in waiting:
                if not one.answer.done():
                    one.answer.set_exception(copy(error))
            return
        for one, answer in zip(waiting, answers, strict=True):
            if not one.answer.done():
                one.answer.set_result(answer)

    async def _ask(self, calls: Sequence[Mapping[str, str]], group: _Group) -> AnswersOfMany:
        asked = {"op": "check_many", "intent": group.intent, "by": group.by, "attempts": list(calls)}
        answers = (await self._daemon.ask(asked, ANSWER_S)).get("answers")
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise DaemonError("the daemon answers otherwise than it was asked: are desk and daemon of one version?")
        return answers
