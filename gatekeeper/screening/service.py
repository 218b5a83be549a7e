"""The screening service that every gate asks."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionRow, MetRow, new_ident
from gatekeeper.lists import ListKind, ListState
from gatekeeper.phone import Normaliser, NumberKind, PhoneNumber
from gatekeeper.policy import (
    NO_FACTS,
    Attempt,
    Campaign,
    Chain,
    Decision,
    Facts,
    Gate,
    Hit,
    Reason,
    Step,
    Verdict,
    info_of,
)
from gatekeeper.policy.attempt import ALL_LISTS, DEFAULT_CAMPAIGN
from gatekeeper.screening.queries import AnswerBook, QueryError, QuerySource
from gatekeeper.screening.question import Answer, Question
from gatekeeper.screening.recent import Passed, RecentCalls
from gatekeeper.screening.trouble import Trouble

log = logging.getLogger(__name__)

NEVER = 1 << 62
"""A moment that does not come, in microseconds since the epoch."""

_FAILED = Decision(Verdict.BLOCK, Reason.GATE_ERROR, "error")
_EMERGENCY = Decision(Verdict.ALLOW, Reason.EMERGENCY, "emergency")

_ASKED = frozenset({ListKind.OPPOSITION, ListKind.WASH, ListKind.QUERY})
"""The kinds of list that campaigns apply."""

_SAYS_NOTHING = frozenset({Reason.GATE_ERROR.value, Reason.EMERGENCY.value})
"""Reasons that do not show that the lists can be read."""


class Index(Protocol):
    """What screening needs of the lists (`gatekeeper.lists.ListIndex`)."""

    def refresh(self) -> bool:
        """Take over what other processes changed; True where something did."""

    def states(self) -> Mapping[str, ListState]:
        """Every list by name."""

    def find(self, number: int, lists: Sequence[str], /) -> Hit | None:
        """The first of the lists that holds the number."""

    def cleared(self, number: int, name: str, at: int, /) -> bool:
        """Whether a wash list says that the number may be called at a moment."""

    def answered(self, number: int, name: str, at: int, /) -> bool | None:
        """What a registry that is asked said of a number; None where nothing that holds at a moment."""

    def uncovered(self, number: int, lists: Sequence[str], /) -> Hit | None:
        """The list that ought to cover the number and does not."""

    def contract(
        self, number: int, lists: Sequence[str], principal: str, subjects: Sequence[str], at: int, /
    ) -> Hit | None:
        """The first of the contract registers that has a running contract of the number with a company."""

    @property
    def fingerprint(self) -> str:
        """Which versions of which lists answers rest on."""


class Journal(Protocol):
    """What screening needs of the block log (`gatekeeper.journal.JournalWriter`)."""

    async def append(self, row: DecisionRow | MetRow, /) -> None:
        """Return when the row is committed, or raise `JournalError`."""

    def keep(self, row: DecisionRow, /) -> None:
        """Hold a row in memory until the log can be written again."""


class Finding(NamedTuple):
    """A decision with all that it came from.

    Attributes:
        attempt: what was decided on.
        facts: what the lists said.
        decision: what the rules made of it.
        rests_on: the versions of the lists, as `name@version` separated by blanks.
    """

    attempt: Attempt
    facts: Facts
    decision: Decision
    rests_on: str


class _Plan(NamedTuple):
    """What a campaign comes down to while the lists stay as they are.

    `stale` is the list that is the first to grow too old, at `fresh_until`. `washes` are the wash lists, each with what
    is said where it has no fresh answer. `queries` are the lists that are asked, likewise; `covering` all others.
    `limited`: whether a list covers certain prefixes only.
    """

    lists: tuple[str, ...]
    fresh_until: int
    stale: Hit | None
    washes: tuple[tuple[str, Hit], ...]
    queries: tuple[tuple[str, Hit], ...]
    covering: tuple[str, ...]
    limited: bool
    subjects: tuple[str, ...]

    @property
    def demanding(self) -> bool:
        """Whether a number that no list holds may be blocked all the same."""
        return bool(self.washes) or bool(self.queries) or self.limited


class Ground(NamedTuple):
    """What the decisions on a campaign's calls rest on at a moment, but for the numbers themselves.

    Attributes:
        campaign: the campaign, as configured.
        red: the red lists, in the order in which they are asked.
        lists: the opposition and wash lists, in the order in which they are asked.
        stale: the list that is too old to rely on, or None.
        rests_on: the versions of the lists, as `name@version` separated by blanks.
        washes: of `lists` the wash lists, each with what is said where it has no fresh answer.
        queries: of `lists` those that are asked, likewise.
        covering: `lists` without those that are asked.
        limited: whether a list covers certain prefixes only.
        contracts: the contract registers.
    """

    campaign: Campaign
    red: tuple[str, ...]
    lists: tuple[str, ...]
    stale: Hit | None
    rests_on: str
    washes: tuple[tuple[str, Hit], ...] = ()
    queries: tuple[tuple[str, Hit], ...] = ()
    covering: tuple[str, ...] = ()
    limited: bool = False
    contracts: tuple[str, ...] = ()


def system_clock() -> int:
    """Now, in microseconds since the epoch."""
    return time.time_ns() // 1000


class Screening:
    """Decides on attempts and records what it decided.

    Args:
        normaliser: reads what was dialled.
        index: the lists, opened for serving.
        chain: the rules, in order.
        campaigns: by name; `default` serves every name that is not there.
        max_age: by list name, how many microseconds after its import a list may be relied on; a list that is not
            there never grows stale by age.
        journal: the block log; None where only `find` and `explain` are used.
        clock: gives now, in microseconds since the epoch.
        recent: the calls let by of late.
        sources: by list name, the registries that are asked number by number.
        book: where their answers are kept.
    """

    def __init__(
        self,
        normaliser: Normaliser,
        index: Index,
        chain: Chain,
        campaigns: Mapping[str, Campaign],
        max_age: Mapping[str, int],
        journal: Journal | None = None,
        clock: Callable[[], int] = system_clock,
        recent: RecentCalls | None = None,
        sources: Mapping[str, QuerySource] | None = None,
        book: AnswerBook | None = None,
    ) -> None:
        self._normalise = normaliser.normalise
        self._index = index
        self.chain = chain
        self._campaigns = {DEFAULT_CAMPAIGN: Campaign(), **campaigns}
        self._max_age = max_age
        self._journal = journal
        self._clock = clock
        self.recent = recent if recent is not None else RecentCalls()
        self._sources = sources or {}
        self._book = book
        self._trouble = Trouble(log)
        self._plans: dict[str, _Plan] = {}
        self._red: tuple[str, ...] = ()
        # Not whether *our* look at the lists found a change: the daemon looks at them between calls, too. The object,
        # not what it says: a list's dates can change while its version does not.
        self._planned_for: str | None = None
        self._contracts: tuple[str, ...] = ()

    async def screen(self, question: Question) -> Answer:
        """Decide and record. The answer's row is committed when this returns.

        Never raises (but for cancellation): whatever goes wrong refuses the call with `GATE_ERROR`. An emergency
        number is allowed even then.
        """
        started = time.perf_counter_ns()
        at = self._clock()
        passed = None
        try:
            if question.earlier or question.gate is Gate.WATCHDOG:
                passed = self._passed(question, at)
                question = _completed(question, passed)
            finding = self.find(question, at)
            if self._sources and finding.decision.reason is Reason.NOT_SCRUBBED:
                finding = await self._asked(question, at, finding)
        except Exception as error:  # noqa: BLE001 - no answer, no call: any fault refuses, and is reported
            self._trouble.report(error)
            finding = self._failed(question, at)
        micros = (time.perf_counter_ns() - started) // 1000
        row = _row(new_ident(at), question, finding, micros)
        if passed is None:
            if question.gate is Gate.WATCHDOG:
                row = row._replace(bypass=1)
        elif row.verdict == Verdict.ALLOW and row.reason == passed.reason:
            return await self._met_again(question, row, passed)
        else:
            row = row._replace(supersedes=passed.id)
        if not await self._recorded(row, healthy=row.reason not in _SAYS_NOTHING):
            row = self._not_recorded(row)
        elif row.verdict == Verdict.ALLOW:
            self.recent.add(row)
        return _answer(row, met_before=passed is not None)

    def find(self, question: Question, at: int) -> Finding:
        """The decision on a question asked at a moment, without recording it.

        Raises:
            StoreError: the lists can't be read.
        """
        number = self._normalise(question.dialled)
        if number.kind is NumberKind.EMERGENCY:
            # Before the lists are touched: an emergency number gets through with a broken database, too.
            return Finding(_attempt(question, number, at, self._campaign(question)), NO_FACTS, _EMERGENCY, "")
        index = self._index
        index.refresh()
        if index.fingerprint is not self._planned_for:
            self._replan()
        campaign = self._campaign(question)
        plan = self._plans.get(campaign.name) or self._plan(campaign)
        attempt = _attempt(question, number, at, campaign)
        facts = NO_FACTS if number.kind is not NumberKind.E164 else self._facts(attempt, plan)
        return Finding(attempt, facts, self.chain.decide(attempt, facts), index.fingerprint)

    def ground(self, question: Question, at: int) -> Ground:
        """What decides on the calls of a question's campaign, whatever their numbers.

        Raises:
            StoreError: the lists can't be read.
        """
        self._index.refresh()
        if self._index.fingerprint is not self._planned_for:
            self._replan()
        campaign = self._campaign(question)
        plan = self._plans.get(campaign.name) or self._plan(campaign)
        stale = plan.stale if at >= plan.fresh_until else None
        return Ground(
            campaign,
            self._red,
            plan.lists,
            stale,
            self._index.fingerprint,
            plan.washes,
            plan.queries,
            plan.covering,
            plan.limited,
            self._contracts,
        )

    def blocks(self, question: Question) -> bool:
        """Whether a question would be blocked now, or can't be decided; nothing is recorded."""
        at = self._clock()
        try:
            question = _completed(question, self._passed(question, at))
            return self.find(question, at).decision.verdict is Verdict.BLOCK
        except Exception as error:  # noqa: BLE001 - as in `screen`
            self._trouble.report(error)
            return True

    def knows(self, question: Question) -> bool:
        """Whether a gate has let this very call by."""
        return self._passed(question, self._clock()) is not None

    def explain(self, finding: Finding) -> list[Step]:
        """What every rule says of a finding."""
        return self.chain.explain(finding.attempt, finding.facts)

    def _passed(self, question: Question, at: int) -> Passed | None:
        """The call as another gate has let it by, if one has."""
        key = self._normalise(question.dialled).e164 or question.dialled
        candidates = self.recent.named(question.earlier, at) if question.earlier else []
        if question.gate is Gate.WATCHDOG:
            of_call = self.recent.of_call(question.linkedid, key, at)
            candidates += [of_call] if of_call is not None else []
        for passed in candidates:
            if passed.key == key and passed.may_meet(question.gate, question.uniqueid, question.linkedid):
                return passed
        return None

    async def _met_again(self, question: Question, row: DecisionRow, passed: Passed) -> Answer:
        """Record that a call which was let by, and still is, has met another gate."""
        met = MetRow(passed.id, row.at, row.gate, row.channel, row.uniqueid, row.linkedid)
        # Before anything is waited for, so that the same id, shown twice at once, is not taken twice.
        self.recent.meet(passed, question.gate, question.uniqueid, question.linkedid)
        if await self._recorded(met, healthy=True):
            row = row._replace(id=passed.id)
        else:
            row = self._not_recorded(row._replace(supersedes=passed.id))
        return _answer(row, met_before=True)

    async def _recorded(self, row: DecisionRow | MetRow, *, healthy: bool) -> bool:
        """Write into the log; False where that fails."""
        if self._journal is None:
            return True
        try:
            await self._journal.append(row)
        except JournalError as error:
            self._trouble.report(error)
            return False
        self._trouble.clear(healthy)
        return True

    async def _asked(self, question: Question, at: int, finding: Finding) -> Finding:
        """Ask the registries that have to be asked about a number, and decide again."""
        for _ in range(len(self._sources)):
            hit = finding.decision.hit
            source = self._sources.get(hit.list) if hit is not None else None
            if hit is None or source is None or self._book is None:
                return finding
            # A gate may have begun us outside of any task, as far as the first wait; clients of HTTP need to be in one.
            await asyncio.sleep(0)
            try:
                answer = await source.ask(finding.attempt.number.e164)
            except QueryError as error:
                log.warning("the registry %s was asked in vain: %s", hit.list, error)
                return finding
            await self._book.keep(hit.list, finding.attempt.number.e164, answer, at)
            finding = self.find(question, at)
        return finding

    def _facts(self, attempt: Attempt, plan: _Plan) -> Facts:
        number, at = attempt.number.e164, attempt.at
        red = self._index.find(number, self._red)
        listed = self._index.find(number, plan.lists)
        stale = plan.stale if at >= plan.fresh_until else None
        unscrubbed = None
        if plan.demanding:
            said, unscrubbed = self._unscrubbed(number, plan, at)
            listed = listed or said
        if listed is None and stale is None and unscrubbed is None:
            return NO_FACTS if red is None else Facts(red)
        contract = None
        if self._contracts:
            contract = self._index.contract(number, self._contracts, attempt.principal, plan.subjects, at)
        return Facts(red, listed, stale, unscrubbed, contract)

    def _unscrubbed(self, number: int, plan: _Plan, at: int) -> tuple[Hit | None, Hit | None]:
        """The registry that was asked and lists a number; and the list that ought to say something, and does not."""
        for name, unsaid in plan.washes:
            if not self._index.cleared(number, name, at):
                return None, unsaid
        uncovered = self._index.uncovered(number, plan.covering) if plan.limited else None
        if not plan.queries or (plan.covering and uncovered is None):
            return None, uncovered
        for name, asked in plan.queries:
            listed = self._index.answered(number, name, at)
            if listed is not False:
                return (asked, None) if listed else (None, asked)
        return None, None

    def _campaign(self, question: Question) -> Campaign:
        return self._campaigns.get(question.campaign) or self._campaigns[DEFAULT_CAMPAIGN]

    def _replan(self) -> None:
        self._plans = {}
        states = self._index.states()
        self._red = tuple(name for name, state in states.items() if state.kind is ListKind.RED)
        self._contracts = tuple(name for name, state in states.items() if state.kind is ListKind.CONTRACT)
        self._planned_for = self._index.fingerprint

    def _plan(self, campaign: Campaign) -> _Plan:
        states = self._index.states()
        if ALL_LISTS in campaign.lists:
            names = tuple(name for name, state in states.items() if state.kind in _ASKED)
        else:
            names = campaign.lists
        fresh_until, stale = NEVER, None
        for name in names:
            state = states.get(name)
            until = self._fresh_until(name, state)
            if until < fresh_until:
                fresh_until, stale = until, Hit(name, str(state.version) if state else "")
        known = tuple(name for name in names if name in states)
        washes = tuple(
            (name, Hit(name, str(states[name].version))) for name in known if states[name].kind is ListKind.WASH
        )
        queries = tuple(
            (name, Hit(name, str(states[name].version))) for name in known if states[name].kind is ListKind.QUERY
        )
        covering = tuple(name for name in known if states[name].kind is not ListKind.QUERY)
        limited = any(states[name].limited for name in known)
        plan = _Plan(known, fresh_until, stale, washes, queries, covering, limited, campaign.subjects)
        self._plans[campaign.name] = plan
        return plan

    def _fresh_until(self, name: str, state: ListState | None) -> int:
        """Until when a list may be relied on; 0 for one that was never imported."""
        if state is not None and state.kind in (ListKind.WASH, ListKind.QUERY):
            # Each of its answers has an end of its own.
            return NEVER
        if state is None or state.imported_at is None:
            return 0
        # What was old when it was imported did not grow younger by it.
        of_when = state.imported_at if state.source_date is None else min(state.imported_at, state.source_date)
        by_age = of_when + self._max_age[name] if name in self._max_age else NEVER
        return min(by_age, state.valid_until if state.valid_until is not None else NEVER)

    def _failed(self, question: Question, at: int) -> Finding:
        """A refusal, of which the log still says whom it was about; never of an emergency number."""
        try:
            number = self._normalise(question.dialled)
        except Exception:  # noqa: BLE001 - then that is the fault that was reported
            number = PhoneNumber(NumberKind.INVALID, 0, question.dialled, "not read")
        decision = _EMERGENCY if number.kind is NumberKind.EMERGENCY else _FAILED
        return Finding(_attempt(question, number, at, self._campaign(question)), NO_FACTS, decision, "")

    def _not_recorded(self, row: DecisionRow) -> DecisionRow:
        """What is answered where the row can't be written: a refusal, but never of an emergency number."""
        if row.reason != Reason.EMERGENCY:
            row = row._replace(verdict=Verdict.BLOCK, reason=Reason.GATE_ERROR, rule=_FAILED.rule)
        if self._journal is not None:
            self._journal.keep(row)
        return row


def _attempt(question: Question, number: PhoneNumber, at: int, campaign: Campaign) -> Attempt:
    principal = question.principal or campaign.principal
    return Attempt(number, at, campaign, principal, question.caller_id, question.gate)


def _row(ident: str, question: Question, finding: Finding, micros: int) -> DecisionRow:
    attempt, _, decision, rests_on = finding
    hit = decision.hit
    return DecisionRow(
        id=ident,
        at=attempt.at,
        dialled=question.dialled,
        number=attempt.number.e164 or None,
        verdict=decision.verdict.value,
        reason=decision.reason.value,
        rule=decision.rule,
        list=hit.list if hit else "",
        list_version=hit.version if hit else "",
        facts=rests_on,
        campaign=question.campaign or attempt.campaign.name,
        principal=attempt.principal,
        caller_id=attempt.caller_id,
        channel=question.channel,
        uniqueid=question.uniqueid,
        linkedid=question.linkedid,
        gate=attempt.gate.value,
        micros=micros,
    )


def _completed(question: Question, passed: Passed | None) -> Question:
    """A question with what an earlier gate knew of the call: at the end of the line nobody names the campaign."""
    if passed is None:
        return question
    if question.gate is Gate.WATCHDOG:
        return question._replace(campaign=passed.campaign, principal=passed.principal)
    return question._replace(
        campaign=question.campaign or passed.campaign, principal=question.principal or passed.principal
    )


def _answer(row: DecisionRow, *, met_before: bool = False) -> Answer:
    reason = Reason(row.reason)
    return Answer(
        id=row.id,
        verdict=Verdict(row.verdict),
        reason=reason,
        hangup_cause=info_of(reason).hangup_cause,
        number=row.number or 0,
        list=row.list,
        list_version=row.list_version,
        micros=row.micros,
        met_before=met_before,
    )
