"""The screening service that every gate asks."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from gatekeeper.attempts.reservation import StandingReservation
from gatekeeper.clock import now_micros
from gatekeeper.errors import JournalError, QueryError, UnreadableCallError
from gatekeeper.journal import DecisionRow, MetRow, new_ident
from gatekeeper.law import Laws, Trades, shipped_trades
from gatekeeper.phone import Normaliser, NumberKind, PhoneNumber
from gatekeeper.policy import NO_FACTS, Attempt, Campaign, Chain, Decision, Gate, Hit, Law, Reason, Step, Verdict
from gatekeeper.policy.attempt import DEFAULT_CAMPAIGN
from gatekeeper.registries.query.source import AnswerBook, QuerySource
from gatekeeper.registries.query.terms import NO_QUERIES, Queries
from gatekeeper.screening.call import CallReader, place_for
from gatekeeper.screening.counting import Counting
from gatekeeper.screening.facts.further import Sources, open_sources
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.gather import Gatherer, Plan
from gatekeeper.screening.ports import Index, Journal
from gatekeeper.screening.prefixed import is_behind_prefix
from gatekeeper.screening.question import Answer, Question
from gatekeeper.screening.recent import MOST_NAMED, AllowedCall, RecentCalls
from gatekeeper.screening.records import Finding, answer_of, attempt_of, completed, met_of, row_of
from gatekeeper.screening.retry import retry_at
from gatekeeper.screening.tally import DecisionTally
from gatekeeper.screening.trouble import Trouble
from gatekeeper.territory import NOWHERE

log = logging.getLogger(__name__)

_FAILED = Decision(Verdict.BLOCK, Reason.GATE_ERROR, "error")
_UNREADABLE = Decision(Verdict.BLOCK, Reason.CALL_UNREADABLE, "call")
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
        facts: by what it gives, each source of further facts that is open already.
        registries: by list name the registry that it comes from; a list that is not there is the site's own.
        trades: the sectors and goods that calls can be about.
        counting: counts the attempts that are let by; None where no cap applies.
        queries: what the answers of those registries are worth.

    Attributes:
        counting: as given.
        recent: as given.

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
        facts: Sources | None = None,
        registries: Mapping[str, str] | None = None,
        trades: Trades | None = None,
        counting: Counting | None = None,
        queries: Queries = NO_QUERIES,
    ) -> None:
        self._normalise = normaliser.normalise
        self._index = index
        self._laws = Laws(law, laws or {})
        self._campaigns = {DEFAULT_CAMPAIGN: Campaign(), **campaigns}
        further = open_sources(self._laws.needs, data_dir, facts or {})
        stores = {id(one): one for one in (*further.values(), queries.known)}
        self._opened = [one for one in stores.values() if hasattr(one, "close")]
        self.gatherer = Gatherer(index, max_age, further, registries or {}, queries)
        self.calls = CallReader(normaliser, trades or shipped_trades())
        self._journal = journal
        self._clock = clock
        self.recent = recent if recent is not None else RecentCalls()
        self._sources = sources or {}
        self._book = book
        self.counting = counting
        self.tally = DecisionTally()
        self._trouble = Trouble(log)

    @property
    def trouble(self) -> str:
        """Why a call was refused with `GATE_ERROR` in the last seconds, or ""."""
        return self._trouble.lately

    def attempts(self) -> Mapping[str, int]:
        """What became of the attempts that caps count, since the start; nothing where none are counted."""
        if self.counting is None:
            return {}
        book = self.counting.book
        return {"reserved": book.reserved, "given_back": book.given_back, "standing": book.standing}

    def close(self) -> None:
        """Let go of the stores of further facts, and of what registries are asked with."""
        for source in self._opened:
            source.close()

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
            if self._sources and self._unsaid(finding) is not None:
                finding = await self._asked(question, at, finding)
                passed = _still(passed, question)
            if finding.decision.verdict is Verdict.BLOCK:
                finding = self.with_retry(question, finding)
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
        elif row.verdict == Verdict.ALLOW and row.reason == passed.reason and not passed.stopped:
            return await self._met_again(question, row, passed)
        else:
            row = row._replace(supersedes=passed.id)
            passed.stopped |= row.verdict == Verdict.BLOCK and row.gate != Gate.WATCHDOG
        row, said = self._counted(row, question, finding, passed)
        if not await self._recorded(row, said, healthy=row.reason not in _SAYS_NOTHING):
            row = self._not_recorded(row, said)
        elif row.verdict == Verdict.ALLOW and question.gate is not Gate.API_ASK:
            self.recent.add(row, question.caller)
        self.tally.add(row)
        return answer_of(row, met_before=passed is not None and not bypass)

    def find(self, question: Question, at: int) -> Finding:
        """The decision on a question asked at a moment, without recording it.

        Raises:
            StoreError: the lists can't be read.
        """
        return self.found(question, self._normalise(question.dialled), at)

    def found(self, question: Question, number: PhoneNumber, at: int) -> Finding:
        """The decision on a question about a number that is read already.

        Raises:
            StoreError: the lists can't be read.
        """
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
        law = self._laws.of(campaign.name)
        chain = law.only
        if chain is not None:
            attempt = attempt_of(question, number, at, campaign)
        else:
            place, call = NOWHERE, campaign.call
            if number.kind is NumberKind.E164:
                place = place_for(number.e164, question.said.postcode, campaign)
                try:
                    call = self.calls.read(question.said, question.caller_id, campaign)
                except UnreadableCallError:
                    plain = attempt_of(question, number, at, campaign, place)
                    return Finding(number, plain, NO_FACTS, _UNREADABLE, "")
            attempt = attempt_of(question, number, at, campaign, place, call)
            chain = law.at(at, place).of_call(attempt)
        return self._judged(question, number, attempt, chain)

    def _judged(self, question: Question, number: PhoneNumber, attempt: Attempt, chain: Chain) -> Finding:
        plan = self.gatherer.plan(attempt.campaign, chain)
        if number.kind is not NumberKind.E164:
            decision = chain.decide(attempt, NO_FACTS)
            return Finding(number, attempt, NO_FACTS, decision, plan.applied.rests_on, chain)
        without = (question.counted,) if question.counted else ()
        facts = self.gatherer.one(number.e164, Asked(attempt, question.said.contact, without), plan)
        return Finding(number, attempt, facts, chain.decide(attempt, facts), plan.applied.rests_on, chain)

    def with_retry(self, question: Question, finding: Finding) -> Finding:
        """A finding that blocks, with the moment from when on the call may be placed; 0 where none comes.

        Raises:
            StoreError: the lists can't be read.
        """
        if finding.decision.verdict is not Verdict.BLOCK or finding.chain is None or not finding.chain.country:
            return finding
        law = self._laws.of(finding.attempt.campaign.name)
        number, contracts = finding.number, self.gatherer.contracts

        def begins(attempt: Attempt) -> int:
            return contracts.begins(number.e164, attempt) if number.kind is NumberKind.E164 else 0

        at = retry_at(finding, law, lambda moment: self.found(question, number, moment), begins)
        return finding._replace(decision=finding.decision._replace(retry_at=at))

    def plan(self, question: Question, chain: Chain) -> Plan:
        """What is asked about the numbers of a question's campaign, by the lists as they are now.

        Raises:
            StoreError: the lists can't be read.
        """
        self._index.refresh()
        return self.gatherer.plan(self._campaign(question), chain)

    def law_of(self, question: Question) -> Law:
        """What the calls of a question's campaign are judged by."""
        return self._laws.of(self._campaign(question).name)

    def campaign_of(self, question: Question) -> Campaign:
        """The campaign of a question, as configured."""
        return self._campaign(question)

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
        return self.chain_of(finding).explain(finding.attempt, finding.facts)

    def chain_of(self, finding: Finding) -> Chain:
        """All the rules that were asked, or would have been, had the number not been decided on before."""
        attempt = finding.attempt
        if finding.chain is not None:
            return finding.chain.whole
        return self._laws.of(attempt.campaign.name).at(attempt.at, attempt.place)

    def adopted(self, row: DecisionRow) -> StandingReservation | None:
        """What a decision that was made elsewhere says of attempts; it goes into the journal with the row."""
        if self.counting is None:
            return None
        question = Question(row.dialled, Gate(row.gate), row.campaign, row.principal, row.caller_id)
        number = self._normalise(row.dialled)
        decision = Decision(Verdict(row.verdict), Reason(row.reason), row.rule)
        attempt = attempt_of(question, number, row.at, self._campaign(question))
        return self.counting.of_decision(row, question, Finding(number, attempt, NO_FACTS, decision, ""), None)

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
        said = None if self.counting is None else self.counting.of_meeting(question.gate, passed, row.at)
        if await self._recorded(met_of(row, passed.id), said, healthy=True):
            row = row._replace(id=passed.id)
            self.tally.met[row.gate] += 1
        elif row.reason == Reason.EMERGENCY:
            row = row._replace(id=passed.id)  # it is let by as before: a row of its own would count the call twice
        else:
            row = self._not_recorded(row._replace(supersedes=passed.id), said)
            self.tally.add(row)
        return answer_of(row, met_before=True)

    def _counted(
        self, row: DecisionRow, question: Question, finding: Finding, passed: AllowedCall | None
    ) -> tuple[DecisionRow, StandingReservation | None]:
        """A decision with what it says of attempts, still in the turn of the loop in which its facts were gathered.

        Who is decided on next sees it: nothing may be awaited between `find` and this.
        """
        if self.counting is None or question.gate is Gate.API_ASK:
            return row, None
        try:
            return row, self.counting.of_decision(row, question, finding, passed)
        except Exception as error:  # noqa: BLE001 - what can't be counted is not let by
            self._trouble.report(error)
            return _refused(row), None

    async def _recorded(self, row: DecisionRow | MetRow, said: StandingReservation | None, *, healthy: bool) -> bool:
        """Write into the log, with what is said of attempts; False where that fails."""
        if self._journal is None:
            return True
        try:
            await self._journal.append(row, said)
        except JournalError as error:
            self._trouble.report(error)
            return False
        self._trouble.clear(healthy)
        return True

    async def _asked(self, question: Question, at: int, finding: Finding) -> Finding:
        """Ask the registries that have to be asked about a number, and decide again."""
        answers = self.gatherer.answers
        for _ in range(len(self._sources)):
            hit = self._unsaid(finding)
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
                return self.find(question, at)  # as of now; the source says so in the log
            await self._book.keep(hit.list, subject, answer, at)
            finding = self.find(question, at)
        return finding

    def _unsaid(self, finding: Finding) -> Hit | None:
        """The list whose answer is missing, where that may change what was decided."""
        decision, unsaid = finding.decision, finding.facts.unscrubbed
        if decision.reason is Reason.NOT_SCRUBBED:
            return decision.hit
        if unsaid is None or decision.verdict is Verdict.BLOCK:
            return None
        # An exception lifts that nothing was answered, but would not lift every answer.
        return unsaid if self.gatherer.answers.of_reassigned(unsaid.list) else None

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

    def _not_recorded(self, row: DecisionRow, said: StandingReservation | None) -> DecisionRow:
        """What is answered where the row can't be written: a refusal, but never of an emergency number."""
        if row.reason != Reason.EMERGENCY:
            row = _refused(row)
        if self._journal is not None:
            # The commit may have been made, and only its answer lost: then the attempt is given back.
            self._journal.keep(row, said.taken_back() if said is not None else None)
        return row


def _still(passed: AllowedCall | None, question: Question) -> AllowedCall | None:
    """A call that was let by; None where another one that shows its id has met a gate while a registry was asked."""
    return passed if passed is not None and passed.may_meet(question) else None


def _refused(row: DecisionRow) -> DecisionRow:
    """The row of a call that is refused after all: no provision of the law says so."""
    return row._replace(
        verdict=Verdict.BLOCK,
        reason=Reason.GATE_ERROR.value,
        rule=_FAILED.rule,
        provision="",
        basis="",
        retry_at=0,
        proof=0,
        attempt_no=0,
        would_block="",
        would_provision="",
    )
