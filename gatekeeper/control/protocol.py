"""The protocol of the daemon's Unix socket: one line of JSON asks, one line of JSON answers. Pure.

A question is an object of strings; `op` says what is asked, `screen` where it is missing:

    {"op": "screen", "dialled": "0612345678", "campaign": "spring", "linkedid": "1700000000.1"}

The answer is an object, `{"error": "..."}` where the question can't be answered, with `"passing": true` where the same
again may work later, and `"unknown": true` where nobody knows whether it was done. A question about many calls has in
`attempts` an array of such objects, as many as find room in the line. `lang` names the language of what is told people.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from gatekeeper.errors import DaemonError, GatekeeperError, ProtocolError
from gatekeeper.policy import Gate, Reason
from gatekeeper.screening import Answer, Question, read_said
from gatekeeper.translation import phrase

MAX_QUESTION: Final = 256 * 1024
"""The longest question, in bytes with its newline: every field as long as it may be, each character escaped."""

MAX_VALUE: Final = 1024
"""The longest value in a question, in characters."""

_PLAIN: Final = frozenset(
    {"dialled", "campaign", "principal", "caller_id", "channel", "uniqueid", "linkedid", "earlier", "refused"}
)
_FIELDS: Final = _PLAIN | {"gate", "said"}
"""What may be asked: nothing that the daemon finds out by itself, such as which call counts already."""

_REFUSED: Final = frozenset({"", Reason.NUMBER_INVALID.value, Reason.GATE_ERROR.value})


_MANY: Final = "attempts"
"""The one field that has no string."""

_NOT_SAID: Final = frozenset({Gate.API, Gate.API_ASK})
"""Gates that nobody names in a question to screen: `check` has them."""


LANGUAGE: Final = "lang"
"""The field of any question that says in which language texts are told: `en`, as without it, or `fr`."""


class SocketQuestion(dict[str, str]):
    """A question's fields.

    Attributes:
        attempts: the calls that it is about, where it is about many.
    """

    attempts: tuple[Mapping[str, str], ...] = ()


class QuestionParser:
    """Collects a question out of chunks of any size."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> SocketQuestion | None:
        """Take the next bytes; gives the question once its line is whole, None before.

        Raises:
            ProtocolError: it is too long, no JSON object of strings, or something follows it.
        """
        self._buffer += data
        end = self._buffer.find(b"\n")
        if end >= MAX_QUESTION or (end < 0 and len(self._buffer) >= MAX_QUESTION):
            raise ProtocolError(f"a question is longer than {MAX_QUESTION} bytes")
        if end < 0:
            return None
        if end + 1 != len(self._buffer):
            raise ProtocolError("something follows the question: ask one question on a connection")
        return parse_question(bytes(self._buffer[:end]))

    def cut_short(self, why: str) -> None:
        """No more comes: half a question is none."""


def parse_question(line: bytes) -> SocketQuestion:
    """Read a question's line, without its newline.

    Raises:
        ProtocolError: it is not a JSON object of strings, names a field twice, or has a value that is too long.
    """
    try:
        asked = json.loads(line.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        # The error's own text would repeat what was asked, and that is a person's number.
        raise ProtocolError("a question is one line with a JSON object") from error
    if not isinstance(asked, dict):
        raise ProtocolError("a question is one line with a JSON object")
    many = asked.pop(_MANY, None)
    _demand_strings(asked)
    question = SocketQuestion(asked)
    if many is not None:
        if not isinstance(many, list) or not all(isinstance(one, dict) for one in many):
            raise ProtocolError(f"{_MANY} is an array of objects")
        for one in many:
            _demand_strings(one)
        question.attempts = tuple(many)
    return question


def _demand_strings(fields: Mapping[str, object]) -> None:
    for value in fields.values():
        if type(value) is not str or len(value) > MAX_VALUE:
            raise ProtocolError(f"every value of a question is a string of at most {MAX_VALUE} characters")


def encode(fields: Mapping[str, object]) -> bytes:
    """A line with a JSON object; ASCII only, so that nothing in it can break the line."""
    return json.dumps(fields).encode("ascii") + b"\n"


def parse_answer(line: bytes) -> dict[str, object]:
    """Read an answer's line, for who asked.

    Raises:
        DaemonError: it is not a whole line with an object: the daemon closed the connection within it.
    """
    try:
        answer = json.loads(line.decode("utf-8"))
    except ValueError as error:
        raise DaemonError(phrase("the daemon closed the connection without an answer")) from error
    if not isinstance(answer, dict):
        raise DaemonError(phrase("the daemon's answer is no object"))
    return answer


def error_fields(error: GatekeeperError) -> dict[str, object]:
    """What is answered where a question can't be answered: why, and whether the same again may work later."""
    fields: dict[str, object] = {"error": str(error)}
    if error.passing:
        fields["passing"] = True
    if error.code:
        fields["code"] = error.code
    return fields


def question_of(asked: Mapping[str, str]) -> Question:
    """The question behind a `screen` line.

    Raises:
        ProtocolError: no number, an unknown field, gate or reason to refuse.
    """
    fields: dict[str, Any] = {
        name: value.encode("utf-8", "replace").decode("utf-8") for name, value in asked.items() if name != "op"
    }
    if not _FIELDS.issuperset(fields):
        raise ProtocolError(f"a question to screen has no fields but: op, {', '.join(sorted(_FIELDS))}")
    if fields.get("refused", "") not in _REFUSED:
        raise ProtocolError(f"refused is one of: {', '.join(sorted(filter(None, _REFUSED)))}")
    if not fields.get("dialled") and not fields.get("refused"):
        raise ProtocolError("a question to screen names what was dialled")
    fields["said"] = read_said(fields.get("said", ""))
    gate = fields.pop("gate", Gate.AGI_SCRIPT.value)
    if gate not in Gate.__members__.values() or gate in _NOT_SAID:
        raise ProtocolError(f"gate is one of: {', '.join(one for one in Gate if one not in _NOT_SAID)}")
    return Question(**{"dialled": "", **fields}, gate=Gate(gate))


def answer_fields(answer: Answer) -> dict[str, object]:
    """What is answered to a `screen` line."""
    return {
        "verdict": answer.verdict.value,
        "reason": answer.reason.value,
        "list": answer.list,
        "decision": answer.id,
        "cause": answer.hangup_cause,
        "provision": answer.provision,
        "retry_at": answer.retry,
    }


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field comes twice")
    return fields
