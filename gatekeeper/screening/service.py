"""The screening service that every gate asks."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from gatekeeper.clock import now_micros
from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionRow, MetRow, new_ident
from gatekeeper.law import Laws
from gatekeeper.phone import Normaliser, NumberKind, PhoneNumber
from gatekeeper.policy import NO_FACTS, Campaign, Decision, Gate, Law, Reason, Step, Verdict
from gatekeeper.policy.attempt import DEFAULT_CAMPAIGN
from gatekeeper.registries.query.source import AnswerBook, QueryError, QuerySource
from gatekeeper.registries.query.terms import NO_QUERIES, Queries
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.facts.further import open_sources
from gatekeeper.screening.gather import Gatherer
from gatekeeper.screening.ports import Index, Journal
from gatekeeper.screening.prefixed import is_behind_prefix
from gatekeeper.screening.question import Answer, Question
from gatekeeper.screening.recent import MOST_NAMED, AllowedCall, RecentCalls
from gatekeeper.screening.records import Finding, answer_of, attempt_of, completed, met_of, row_of
from gatekeeper.screening.trouble import Trouble

log = logging.getLogger(__name__)

_FAILED = Decision(Verdict.BLOCK, Reason.GATE_ERROR, "error")
_EMERGENCY = Decision(Verdict.ALLOW, Reason.EMERGENCY, "emergency")

_REFUSED_BY = "gate"
"""In place of a rule's name: the gate that asked refuses the call."""

_SAYS_NOTHING = frozenset({Reason.GATE_ERROR.value, Reason.EMERGENCY.value})
"""Reasons that do not show that the lists can be read."""


class Screening:
    """Decides on attempts and records what it decided.

    Args:
        normaliser: reads what was dialled.
        index: the lists, opened for serving.
        law: which rules hold when, for campaigns that have no law of their own.
        campaigns: by name; `default` serves every name that is not there.
        max_age: by list name, how many microseconds after its import a list may be relied on; a list that is not
            there never grows stale by age.
        journal: the block log; None where only `find` and `explain` are used.
        clock: gives now, in microseconds since the epoch.
        recent: the calls let by of late.
        sources: by list name, the registries that are asked number by number.
        book: where their answers are kept.
        laws: by campaign, the law of those that have one of their own.
        data_dir: where the stores of further facts are.
        queries: what the answers of those registries are worth.

    Raises:
        ConfigError: a rule needs what no source of facts gives.
    """

    def __init__(
        self,
        normaliser: Normaliser,
        index: Index,
        law: Law,
        campaigns: Mapping[str, Campaign],
        max_age: Mapping[str, int],
        journal: Journal | None = None,
        clock: Callable[[], int] = now_micros,
        recent: RecentCalls | None = None,
        sources: Mapping[str, QuerySource] | None = None,
        book: AnswerBook | None = None,
        laws: Mapping[str, Law] | None = None,
        data_dir: Path | None = None,
        queries: Queries = NO_QUERIES,
    ) -> None:
        self._normalise = normaliser.normalise
        self._index = index
        self._laws = Laws(law, laws or {})
        self._campaigns = {DEFAULT_CAMPAIGN: Campaign(), **campaigns}
        self.gatherer = Gatherer(index, max_age, self._laws, open_sources(self._laws.needs, data_dir), queries)
        self._journal = journal
        self._clock = clock
        self.recent = recent if recent is not None else RecentCalls()
        self._sources = sources or {}
        self._book = book
        self._trouble = Trouble(log)

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
                question = completed(question, passed)
            finding = self.find(question, at)
            if self._sources and finding.decision.reason is Reason.NOT_SCRUBBED:
                finding = await self._asked(question, at, finding)
        except Exception as error:  # noqa: BLE001 - no answer, no call: any fault refuses, and is reported
            self._trouble.report(error)
            finding = self._failed(question, at)
        micros = (time.perf_counter_ns() - started) // 1000
        row = row_of(new_ident(at), question, finding, micros)
        bypass = question.gate is Gate.WATCHDOG and (passed is None or passed.reason == Reason.FAIL_OPEN)
        if bypass:
            # Under FAIL_OPEN the dialplan let it by, and no gate had a look at it.
            row = row._replace(bypass=1, supersedes="" if passed is None else passed.id)
        elif passed is None:
            pass
        elif row.verdict == Verdict.ALLOW and row.reason == passed.reason:
            return await self._met_again(question, row, passed)
        else:
            row = row._replace(supersedes=passed.id)
        if not await self._recorded(row, healthy=row.reason not in _SAYS_NOTHING):
            row = self._not_recorded(row)
        elif row.verdict == Verdict.ALLOW:
            self.recent.add(row, question.caller)
        return answer_of(row, met_before=passed is not None and not bypass)

    def find(self, question: Question, at: int) -> Finding:
        """The decision on a question asked at a moment, without recording it.

        Raises:
            StoreError: the lists can't be read.
        """
        number = self._normalise(question.dialled)
        if question.refused:
            decision = Decision(Verdict.BLOCK, Reason(question.refused), _REFUSED_BY)
            return Finding(number, attempt_of(question, number, at, self._campaign(question)), NO_FACTS, decision, "")
        if question.emergency:
            number = PhoneNumber(NumberKind.EMERGENCY, 0, question.dialled, "the dialplan takes it for one")
        if number.kind is NumberKind.EMERGENCY:
            # Before the lists are touched: an emergency number gets through with a broken database, too.
            return Finding(number, attempt_of(question, number, at, self._campaign(question)), NO_FACTS, _EMERGENCY, "")
        self._index.refresh()
        campaign = self._campaign(question)
        applied = self.gatherer.applied(campaign)
        if question.principal and applied.by_principal:
            applied = applied._replace(principal=question.principal)
        attempt = attempt_of(question, number, at, campaign)
        facts = self.gatherer.one(number.e164, applied, at) if number.kind is NumberKind.E164 else NO_FACTS
        chain = applied.chain or applied.law.at(at)
        return Finding(number, attempt, facts, chain.decide(attempt, facts), applied.rests_on)

    def applied(self, question: Question) -> Applied:
        """What applies to the calls of a question's campaign now, whatever their numbers.

        Raises:
            StoreError: the lists can't be read.
        """
        self._index.refresh()
        applied = self.gatherer.applied(self._campaign(question))
        return applied._replace(principal=question.principal) if question.principal else applied

    def blocks(self, question: Question) -> bool:
        """Whether a question would be blocked now, or can't be decided; nothing is recorded."""
        at = self._clock()
        try:
            question = completed(question, self._passed(question, at))
            return self.find(question, at).decision.verdict is Verdict.BLOCK
        except Exception as error:  # noqa: BLE001 - as in `screen`
            self._trouble.report(error)
            return True

    def knows(self, question: Question) -> bool:
        """Whether a gate has let this very call by."""
        return self._passed(question, self._clock()) is not None

    def reads(self, question: Question) -> bool:
        """Whether what was dialled is a number of some kind."""
        return self._normalise(question.dialled).kind is not NumberKind.INVALID

    def doubts(self, question: Question) -> tuple[str, ...]:
        """The channels of which one has to be up, for a call that was let by to be this one; none without a doubt."""
        if self.knows(question):
            return ()
        doubted = [one for one in self._candidates(question, self._clock()) if one.is_doubtful(question)]
        return tuple(dict.fromkeys(name for one in doubted for name in sorted(one.channels)))[:MOST_NAMED]

    def without_prefix(self, question: Question) -> Question:
        """The question about the number that a gate let by, where that is dialled with a carrier's prefix before it."""
        at = self._clock()
        for passed in self.recent.named(question.earlier, at):
            key = passed.key
            if isinstance(key, int) and is_behind_prefix(question.dialled, key, self._normalise):
                return question._replace(dialled=f"+{key}")
        return question

    def explain(self, finding: Finding) -> list[Step]:
        """What every rule says of a finding."""
        attempt = finding.attempt
        return self._laws.of(attempt.campaign.name).at(attempt.at).explain(attempt, finding.facts)

    def _passed(self, question: Question, at: int) -> AllowedCall | None:
        """The call as another gate has let it by, if one has."""
        for passed in self._candidates(question, at):
            if passed.may_meet(question):
                return passed
        return None

    def _candidates(self, question: Question, at: int) -> list[AllowedCall]:
        """What was let by with this number, and that this call names, or shares its id with."""
        key = self._normalise(question.dialled).e164 or question.dialled
        named = self.recent.named(question.earlier, at) if question.earlier else []
        if question.gate is Gate.WATCHDOG:
            of_call = self.recent.of_call(question.linkedid, key, at)
            named += [of_call] if of_call is not None else []
        return [passed for passed in named if passed.key == key]

    async def _met_again(self, question: Question, row: DecisionRow, passed: AllowedCall) -> Answer:
        """Record that a call which was let by, and still is, has met another gate."""
        # Before anything is waited for, so that the same id, shown twice at once, is not taken twice.
        self.recent.meet(passed, question)
        if await self._recorded(met_of(row, passed.id), healthy=True):
            row = row._replace(id=passed.id)
        elif row.reason == Reason.EMERGENCY:
            row = row._replace(id=passed.id)  # it is let by as before: a row of its own would count the call twice
        else:
            row = self._not_recorded(row._replace(supersedes=passed.id))
        return answer_of(row, met_before=True)

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
        answers = self.gatherer.answers
        for _ in range(len(self._sources)):
            hit = finding.decision.hit
            source = self._sources.get(hit.list) if hit is not None else None
            if hit is None or source is None or self._book is None:
                return finding
            subject = answers.subject(hit.list, finding.number.e164, finding.attempt.principal, at)
            if answers.said(hit.list, subject, at) is not None:
                return finding  # it has answered, or can't be asked: it has no data
            # A gate may have begun us outside of any task, as far as the first wait; clients of HTTP need to be in one.
            await asyncio.sleep(0)
            try:
                answer = await source.ask(*subject)
            except QueryError:
                return finding  # the source says so in the log
            await self._book.keep(hit.list, subject, answer, at)
            finding = self.find(question, at)
        return finding

    def _campaign(self, question: Question) -> Campaign:
        return self._campaigns.get(question.campaign) or self._campaigns[DEFAULT_CAMPAIGN]

    def _failed(self, question: Question, at: int) -> Finding:
        """A refusal, of which the log still says whom it was about; never of an emergency number."""
        try:
            number = self._normalise(question.dialled)
        except Exception:  # noqa: BLE001 - then that is the fault that was reported
            number = PhoneNumber(NumberKind.INVALID, 0, question.dialled, "not read")
        decision = _EMERGENCY if question.emergency or number.kind is NumberKind.EMERGENCY else _FAILED
        return Finding(number, attempt_of(question, number, at, self._campaign(question)), NO_FACTS, decision, "")

    def _not_recorded(self, row: DecisionRow) -> DecisionRow:
        """What is answered where the row can't be written: a refusal, but never of an emergency number."""
        if row.reason != Reason.EMERGENCY:
            row = row._replace(verdict=Verdict.BLOCK, reason=Reason.GATE_ERROR, rule=_FAILED.rule)
        if self._journal is not None:
            self._journal.keep(row)
        return row
