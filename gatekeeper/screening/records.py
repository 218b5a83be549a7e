"""Makes the journal's rows, all of them: from questions to attempts, from decisions to rows and answers. Pure."""

from functools import cache
from typing import NamedTuple

from gatekeeper.journal import DecisionRow, MetRow
from gatekeeper.journal.asked_by import AGENT, joined
from gatekeeper.phone import PhoneNumber, callee_of
from gatekeeper.policy import NO_FACTS, Attempt, Call, Campaign, Chain, Decision, Facts, Gate, Reason, Verdict, info_of
from gatekeeper.policy.attempt import DEFAULT_CAMPAIGN
from gatekeeper.policy.call import PLAIN_CALL
from gatekeeper.policy.needs import AttemptsStanding
from gatekeeper.screening.call import SEVERAL, Said
from gatekeeper.screening.question import Answer, Question
from gatekeeper.screening.recent import AllowedCall
from gatekeeper.territory import NOWHERE, Place


class Finding(NamedTuple):
    """A decision with all that it came from.

    Attributes:
        number: what was dialled, normalised; the rules do not see it.
        attempt: what was decided on.
        facts: what the lists said.
        decision: what the rules made of it.
        rests_on: the versions of the lists, as `name@version` separated by blanks.
        chain: the rules that were asked; None where none were.
    """

    number: PhoneNumber
    attempt: Attempt
    facts: Facts
    decision: Decision
    rests_on: str
    chain: Chain | None = None


class Adopted(NamedTuple):
    """A decision that was made elsewhere, and has to stand in the journal like one of our own.

    Attributes:
        id: its id, which is the same each time the decision is told of.
        at: when it was made, in microseconds since the epoch.
        question: what would have been asked.
        decision: what was decided.
    """

    id: str
    at: int
    question: Question
    decision: Decision


def attempt_of(
    question: Question,
    number: PhoneNumber,
    at: int,
    campaign: Campaign,
    place: Place = NOWHERE,
    call: Call = PLAIN_CALL,
) -> Attempt:
    """The attempt that a question asks about."""
    principal = question.principal or campaign.principal
    begun = question.begun or at
    return Attempt(
        callee_of(number),
        at,
        campaign,
        principal,
        question.caller_id,
        question.gate,
        place,
        call,
        question.timeless,
        min(begun, at),
    )


def row_of(ident: str, question: Question, finding: Finding, micros: int) -> DecisionRow:
    """The row of a decision.

    Args:
        ident: its id.
        question: what was asked.
        finding: what was decided.
        micros: how long that took, in microseconds.
    """
    number, attempt, facts, decision, rests_on, chain = finding
    hit, would, said = decision.hit, decision.would_block, question.said
    call = words_of(attempt.call, said)
    # `_value_` is what `value` gives, by way of two functions of Python's: this is on every call's way.
    return DecisionRow(
        id=ident,
        at=attempt.at,
        dialled=question.dialled,
        number=number.e164 or None,
        verdict=decision.verdict._value_,
        reason=decision.reason._value_,
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
        gate=attempt.gate._value_,
        micros=micros,
        provision=decision.provision,
        basis=decision.basis,
        law=chain.name if chain is not None else "",
        rules=chain.fingerprint if chain is not None else "",
        retry_at=decision.retry_at,
        proof=decision.proof,
        attempt_no=_attempt_no(attempt, facts, chain) if chain is not None and facts.needs else 0,
        would_block=would.reason.value if would is not None else "",
        would_provision=would.provision if would is not None else "",
        purpose=call.purpose,
        sector=call.sector,
        goods=call.goods,
        dial_mode=call.dial_mode,
        callee=call.callee,
        subcontractor=call.subcontractor,
        contact=said.contact,
        postcode=said.postcode,
        asked_by=joined(question.asked_by, f"{AGENT}{said.agent}") if said.agent else question.asked_by,
    )


def words_of(call: Call, said: Said) -> Said:
    """What was said of a call, in words: as it was judged; or, where no law looked at it, as the call has it."""
    if call is PLAIN_CALL:
        return said
    # SQLite's driver asks of all that is not exactly a text, as a word of an enumeration, whether it can be adapted.
    return Said(
        call.purpose._value_,
        SEVERAL.join(call.sectors),
        SEVERAL.join(filter(None, call.goods)),
        call.dial_mode._value_,
        call.callee._value_ if call.also_callee is None else SEVERAL.join(call.callees),
        call.subcontractor,
    )


def _attempt_no(attempt: Attempt, facts: Facts, chain: Chain) -> int:
    """Which attempt it is in the window of the cap that counts the most of them; 0 where none counts it."""
    most = -1
    for said in facts.further:
        if type(said) is AttemptsStanding and said.made > most:
            most = said.made
    return most + 1 if chain.counts(attempt, facts) else 0


def adopt(adopted: Adopted, number: PhoneNumber) -> DecisionRow:
    """The row of a decision that was made elsewhere, on a number as we read it."""
    attempt = attempt_of(adopted.question, number, adopted.at, Campaign())
    return row_of(adopted.id, adopted.question, Finding(number, attempt, NO_FACTS, adopted.decision, ""), micros=0)


def met_of(row: DecisionRow, earlier: str) -> MetRow:
    """The row of a call that was let by and has met another gate, which decided the same.

    Args:
        row: what that gate decided.
        earlier: the id of the decision that let the call by.
    """
    return MetRow(earlier, row.at, row.gate, row.channel, row.uniqueid, row.linkedid)


def told_of(ident: str, at: int, told: str) -> MetRow:
    """The row of what a program told of a call that was let by for it: in place of a gate stands what it told."""
    return MetRow(ident, at, told, "", "", "")


def completed(question: Question, passed: AllowedCall | None) -> Question:
    """A question with what an earlier gate knew of the call.

    At the end of the line nobody names the campaign, or the goods. What the watchdog sees there says less than what was
    decided on; to another gate the call may say more than it said before. The campaign that the SIP gate names may be
    its trunk's, which is for calls that have none.
    """
    if passed is None:
        return question
    if question.gate is Gate.WATCHDOG:
        return question._replace(
            counted=passed.id,
            begun=passed.at,
            campaign=passed.campaign,
            principal=passed.principal,
            caller_id=passed.caller_id,
            said=passed.said,
            asked_by=passed.asked_by,
        )
    campaign, principal = question.campaign or passed.campaign, question.principal or passed.principal
    if question.gate is Gate.SIP_GATE and passed.campaign != DEFAULT_CAMPAIGN:
        campaign, principal = passed.campaign, passed.principal or question.principal
    return question._replace(
        counted=passed.id,
        begun=passed.at,
        campaign=campaign,
        principal=principal,
        caller_id=question.caller_id or passed.caller_id,
        said=Said(*(now or before for now, before in zip(question.said, passed.said, strict=True))),
        asked_by=joined(passed.asked_by, question.asked_by) if passed.asked_by else question.asked_by,
    )


def answer_of(row: DecisionRow, *, met_before: bool = False) -> Answer:
    """What a gate is told of a row."""
    verdict, reason, cause = _meaning(row.verdict, row.reason)
    return Answer(
        id=row.id,
        verdict=verdict,
        reason=reason,
        hangup_cause=cause,
        number=row.number or 0,
        list=row.list,
        list_version=row.list_version,
        micros=row.micros,
        met_before=met_before,
        provision=row.provision,
        retry_at=row.retry_at,
        basis=row.basis,
    )


@cache
def _meaning(verdict: str, reason: str) -> tuple[Verdict, Reason, int]:
    """What a row's words stand for, and the hangup cause that goes with them. There are as many as reasons."""
    meant = Reason(reason)
    return Verdict(verdict), meant, info_of(meant).hangup_cause
