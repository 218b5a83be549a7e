"""What a gate asks, and what it is told."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from gatekeeper.clock import moment_of
from gatekeeper.policy import Gate, Reason, Verdict
from gatekeeper.screening.call import NOTHING_SAID, Said

NEVER_AGAIN: Final = "never"
"""In place of a moment: time alone does not cure what blocks the call."""

_UNDECIDED: Final = frozenset({Reason.GATE_ERROR, Reason.GATE_DOWN})


class Question(NamedTuple):
    """May this call be placed?

    Attributes:
        dialled: the number as dialled, with whatever prefixes the site uses.
        gate: where the call was met.
        campaign: the campaign's name, or "".
        principal: the company that is called for, or "" for the campaign's own.
        caller_id: the caller ID to be presented, or "".
        channel: Asterisk's name of the channel, or "".
        uniqueid: Asterisk's unique id of the channel, or "".
        linkedid: Asterisk's id of the whole call, or "".
        earlier: the ids of decisions that the call carries from gates it met before, joined by `&`; or "". They come
            from outside: they are believed only as far as they name decisions of ours on this number.
        refused: the reason for which the gate refuses the call whatever the lists say, or "": it can't dial what was
            dialled, or could not rely on the request. It is told so that the log says what became of the call.
        emergency: whether Asterisk's dialplan takes the number for an emergency, whatever the configuration says.
        caller: Asterisk's name of the channel that dials, where the watchdog asks; or "".
        living: names of channels of earlier decisions that are up now, as far as that was asked.
        said: what the call says of itself, beside campaign and principal.
        timeless: whether it is asked if the call may be placed at some time, whatever the hour.
        counted: the id of the decision by which a gate let this very call by, which counts as its attempt; or "". It is
            ours: not what a call says.
        begun: when that was, in microseconds since the epoch; 0 where no gate has let it by: the hours of the law are
            those of the call's beginning.
        retried: whether a carrier has demanded a password, and this is the same call, which comes again for that. It is
            ours: not what a call says.
        asked_by: who asks for the call, with how the gate knows it (`gatekeeper.journal.asked_by`); or "". Here it is
            the gate's own knowledge; whom the call names, `said` has.
    """

    dialled: str
    gate: Gate
    campaign: str = ""
    principal: str = ""
    caller_id: str = ""
    channel: str = ""
    uniqueid: str = ""
    linkedid: str = ""
    earlier: str = ""
    refused: str = ""
    emergency: bool = False
    caller: str = ""
    living: tuple[str, ...] = ()
    said: Said = NOTHING_SAID
    timeless: bool = False
    counted: str = ""
    begun: int = 0
    asked_by: str = ""
    retried: bool = False


class Answer(NamedTuple):
    """The answer a gate passes on. Its row is committed before it exists, but for `GATE_ERROR`.

    Attributes:
        id: of the decision: 26 characters, sorted by time.
        verdict: allow or block.
        reason: why.
        hangup_cause: the Q.850 cause to end a blocked call with; 0 where the call is allowed.
        number: E.164 as an integer, or 0 where the dialled string is no complete public number.
        list: the list that the decision rests on, or "".
        list_version: its version, or "".
        micros: how long it took to decide, in microseconds, without the wait for the log.
        met_before: whether another gate had let this very call by.
        provision: the id of the provision that decided, or "".
        retry_at: of a call that is blocked, from when on it may be placed, in microseconds since the epoch; 0 where
            time does not cure it.
        basis: the text of law that the provision rests on, or "".
    """

    id: str
    verdict: Verdict
    reason: Reason
    hangup_cause: int
    number: int
    list: str = ""
    list_version: str = ""
    micros: int = 0
    met_before: bool = False
    provision: str = ""
    retry_at: int = 0
    basis: str = ""

    @property
    def retry(self) -> str:
        """From when on a blocked call may be placed, as gates tell it: UTC, `never`, or "".

        "" of a call that is allowed, and of one on which nothing could be decided: why, and for how long, is not known.
        """
        if self.verdict is Verdict.ALLOW or self.reason in _UNDECIDED:
            return ""
        return moment_of(self.retry_at).strftime("%Y-%m-%dT%H:%M:%SZ") if self.retry_at else NEVER_AGAIN


Screen = Callable[[Question], Awaitable[Answer]]
"""What decides on a question and records the decision."""
