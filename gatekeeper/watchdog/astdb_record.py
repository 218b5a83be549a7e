"""AstDB records: reads what the dialplan kept of a call while the gate was down. Pure."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl

from gatekeeper.agi.protocol.exchange import GATES
from gatekeeper.clock import EPOCH, micros_of
from gatekeeper.errors import ProtocolError
from gatekeeper.journal import ident_of
from gatekeeper.policy import Decision, Gate, Reason, Verdict
from gatekeeper.screening import Question
from gatekeeper.screening.records import Adopted
from gatekeeper.screening.said import said_of
from gatekeeper.text import printable

RULE: Final = "dialplan"
"""In place of a rule's name: the dialplan decided."""

MOST: Final = 4096
"""The longest record, in characters."""

_KEY: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})Z-[0-9A-Za-z.-]{1,80}", re.ASCII)
_VERDICTS: Final = {
    Reason.GATE_DOWN: Verdict.BLOCK,
    Reason.GATE_ERROR: Verdict.BLOCK,
    Reason.FAIL_OPEN: Verdict.ALLOW,
    Reason.EMERGENCY: Verdict.ALLOW,
}


def read_record(key: str, value: str) -> Adopted:
    """The decision that a record of AstDB tells of.

    Its id is made of the key alone: the same record read twice is the same decision.

    Args:
        key: without the family: `2026-11-23T18:59:39.605670Z-1795461703.2`, the time and the channel.
        value: a query string.

    Raises:
        ProtocolError: it is not one of the gate's.
    """
    when = _KEY.fullmatch(key)
    if when is None or len(value) > MOST:
        raise ProtocolError("its key is no time with a channel, or it is too long")
    try:
        fields = dict(parse_qsl(value, keep_blank_values=True, strict_parsing=True, max_num_fields=30))
        moment = datetime.fromisoformat(when[1]).replace(tzinfo=UTC)
        reason = Reason(fields["reason"])
        verdict = _VERDICTS[reason]
    except (KeyError, ValueError) as error:
        raise ProtocolError("its value is no record of the gate's") from error
    if moment < EPOCH:  # a clock that was never set stands there; what lies before has no ULID
        raise ProtocolError("it is dated before 1970")
    if fields.get("v") != "1" or fields.get("verdict") != verdict:
        raise ProtocolError("its value is of another version, or contradicts itself")
    at = micros_of(moment)
    text = {name: printable(part) for name, part in fields.items()}
    question = Question(
        dialled=text.get("number", ""),
        gate=GATES.get(text.get("form", ""), Gate.FASTAGI),
        campaign=text.get("campaign", ""),
        principal=text.get("principal", ""),
        caller_id=text.get("callerid", ""),
        channel=text.get("channel", ""),
        uniqueid=text.get("uniqueid", ""),
        linkedid=text.get("linkedid", ""),
        said=said_of([("agent", text.get("agent", ""))]),
    )
    return Adopted(_ident(at, key), at, question, Decision(verdict, reason, RULE))


def _ident(at: int, key: str) -> str:
    """A ULID of the record's own time, with the key's digest where others have chance."""
    return ident_of(at, hashlib.sha256(key.encode()).digest()[:10])
