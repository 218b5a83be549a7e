"""A row of the journal: one decision, with the call it was about."""

from typing import Final, NamedTuple

JOURNAL_FILE: Final = "journal.sqlite3"
"""The journal's file in the data folder."""


class DecisionRow(NamedTuple):
    """One decision; the attributes are the columns, in order.

    Attributes:
        id: a ULID of `at`: 26 characters, sorted by time.
        at: when it was decided, in microseconds since the epoch (UTC).
        dialled: the number as it was dialled.
        number: E.164 as an integer; None where the dialled string is not a complete public number.
        verdict: `ALLOW` or `BLOCK`.
        reason: the reason code.
        rule: the rule that decided.
        list: the list that it rests on, or "".
        list_version: that list's version, or "".
        facts: the versions of all lists that were looked at, as `name@version` separated by blanks.
        campaign: the campaign.
        principal: the company that is called for, or "".
        caller_id: the caller ID to be presented, or "".
        channel: Asterisk's name of the channel, or "".
        uniqueid: Asterisk's unique id of the channel, or "".
        linkedid: Asterisk's id of the whole call, or "".
        gate: where the call was met first.
        micros: how long it took to decide, in microseconds.
        supersedes: the id of the decision that this one takes the place of, or "": one of an earlier gate, which let
            the attempt by; or, in a correction, one that was written and never answered.
        bypass: 1 where no gate had let the call by before it was dialled, else 0.
        provision: the id of the provision that decided ("FR-HOURS"), or "".
        basis: the text of law that the provision rests on, or "".
        law: the law that the call was judged by ("fr"), or "" where none was asked.
        rules: the fingerprint of the set of rules in force, or "".
        retry_at: of a call that was blocked, from when on it may be placed, in microseconds since the epoch; 0 where
            time does not cure it, or it was allowed.
        proof: the id of the consent that it rests on; 0 without one.
        attempt_no: which attempt to reach the consumer it is in the window of the law's cap, from 1 up; 0 where no cap
            counts it.
        would_block: the reason for which a provision in shadow would have blocked it, or "".
        would_provision: the id of that provision, or "".
        purpose: what is called for, as it was judged, as are all of these: of what campaign and call say, the stricter.
        sector: the trades that it is for, separated by commas.
        goods: the kinds of goods or services that it is about, separated by commas.
        dial_mode: how it is dialled.
        callee: whom it calls.
        subcontractor: who calls for the principal, or "".
        contact: by what the site knows the consumer, as the call says it, or "".
        postcode: the consumer's, as the call says it, or "".
        asked_by: who asked for the call, with how that is known (`asked_by.py`): `manager:` and the user who logged in
            at the AMI proxy, `api:` and the name of a program's key, `agent:` and whom the call names; "" where
            nobody is known.
    """

    id: str
    at: int
    dialled: str
    number: int | None
    verdict: str
    reason: str
    rule: str
    list: str
    list_version: str
    facts: str
    campaign: str
    principal: str
    caller_id: str
    channel: str
    uniqueid: str
    linkedid: str
    gate: str
    micros: int
    supersedes: str = ""
    bypass: int = 0
    provision: str = ""
    basis: str = ""
    law: str = ""
    rules: str = ""
    retry_at: int = 0
    proof: int = 0
    attempt_no: int = 0
    would_block: str = ""
    would_provision: str = ""
    purpose: str = ""
    sector: str = ""
    goods: str = ""
    dial_mode: str = ""
    callee: str = ""
    subcontractor: str = ""
    contact: str = ""
    postcode: str = ""
    asked_by: str = ""


class MetRow(NamedTuple):
    """A call that was let by, met again by another gate; the attributes are the columns, in order.

    Attributes:
        decision: the id of the decision that let it by.
        at: when it was met, in microseconds since the epoch (UTC).
        gate: where.
        channel: Asterisk's name of the channel, or "".
        uniqueid: Asterisk's unique id of the channel, or "".
        linkedid: Asterisk's id of the whole call, or "".
    """

    decision: str
    at: int
    gate: str
    channel: str
    uniqueid: str
    linkedid: str


class Once(DecisionRow):
    """A decision that may be in the journal already, and is not to be doubled."""

    __slots__ = ()


JournalEntry = DecisionRow | MetRow
"""What the journal is made of."""
