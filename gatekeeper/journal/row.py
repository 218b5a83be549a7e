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
