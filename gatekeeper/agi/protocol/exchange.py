"""The AGI exchange: makes a question of an AGI request, and AGI commands of an answer. Pure."""

from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from gatekeeper.agi.protocol.wire import MAX_VALUE, AgiRequest, set_variables
from gatekeeper.errors import ProtocolError
from gatekeeper.policy import Gate, Reason, Verdict, info_of
from gatekeeper.screening import Answer, Question, read_said
from gatekeeper.vocabulary import ODD, ChannelVariable, DialplanForm

COMMANDS: Final = 1
"""How many commands an answer takes."""

_DECISION: Final = "-id-"
"""Stands where the decision's id goes."""

GATES: Final[dict[str, Gate]] = {
    DialplanForm.GOSUB: Gate.GOSUB,
    DialplanForm.PREDIAL: Gate.PREDIAL,
    DialplanForm.CONTEXT: Gate.CONTEXT,
}
"""The gate behind a form."""

_FORMS: Final = {
    **{form: (gate, "") for form, gate in GATES.items()},
    **{f"{form}{ODD}": (gate, Reason.NUMBER_INVALID.value) for form, gate in GATES.items()},
}
"""The gate behind a form, and the reason for which it refuses the call whatever the lists say, or ""."""

_CALLER: Final = b"agi_arg_7"
_SAID: Final = b"agi_arg_8"
_DIFFERENT: Final = "the AGI request's arguments differ from its URL: does a value hold a newline?"

_NO_FORM: Final = (Gate.FASTAGI, "")


def question_of(request: AgiRequest) -> Question:
    """The question that the dialplan asks.

        AGI(agi://.../screen,number,campaign,principal,form,linkedid,earlier,caller,said)

    The dialplan encodes each argument (`URIENCODE`), so that none of them can hold a comma or a newline. Without a
    number in the arguments, the channel's extension is the number. `form` tells which form of the gate it is:
    `gosub`, `predial` or `context`, each with `-odd` behind it where the dialplan refuses the call because what was
    dialled is not a number that it could dial; `earlier` names the decisions that the call carries from gates it met
    before; `caller` is the caller ID that is presented, where the argument is missing the channel's own; `said` is what
    the call says of itself (`read_said`), each value encoded by itself.

    Asterisk writes the URL first and the arguments last; between them stand the caller's names and numbers, as they
    came. One with newlines in it could end the environment early, with arguments of its own. So the URL may repeat
    the arguments, as they are encoded, from the first on, and then has to end in `said`:
    `agi://.../screen?number&campaign&principal&goods=insurance`.

    Raises:
        ProtocolError: the request can't be relied on, there is no number at all, or the URL says otherwise than the
            arguments.
    """
    if request.fault:
        raise ProtocolError(request.fault)
    _demand_same(request)
    variables = request.variables
    number = argument(variables, b"agi_arg_1")
    gate, refused = _FORMS.get(argument(variables, b"agi_arg_4"), _NO_FORM)
    if not number and not refused:
        number = plain(variables, b"agi_extension")
        if not number:
            raise ProtocolError("the AGI request names no number: give it as the first argument")
    return Question(
        number,
        gate,
        argument(variables, b"agi_arg_2"),
        argument(variables, b"agi_arg_3"),
        _caller(variables),
        plain(variables, b"agi_channel"),
        plain(variables, b"agi_uniqueid"),
        argument(variables, b"agi_arg_5"),
        argument(variables, b"agi_arg_6"),
        refused,
        said=read_said(plain(variables, _SAID)),
    )


def refused_question(request: AgiRequest) -> Question:
    """The question behind a request that can't be relied on, as far as it can be told, for its row in the journal.

    Number, campaign and principal are the URL's, which no caller ID can reach, where that has them.
    """
    variables = {name: value[:MAX_VALUE] for name, value in request.variables.items()}
    query = variables.get(b"agi_network_script", b"").partition(b"?")[2]
    repeated = [value for value in query.split(b"&") if b"=" not in value]
    variables |= {b"agi_arg_%d" % place: value for place, value in enumerate(repeated, start=1) if value}
    number = argument(variables, b"agi_arg_1") or plain(variables, b"agi_extension")
    gate, _ = _FORMS.get(argument(variables, b"agi_arg_4"), _NO_FORM)
    return Question(
        number,
        gate,
        argument(variables, b"agi_arg_2"),
        argument(variables, b"agi_arg_3"),
        caller_id=_caller(variables),
        channel=plain(variables, b"agi_channel"),
        uniqueid=plain(variables, b"agi_uniqueid"),
        linkedid=argument(variables, b"agi_arg_5"),
        refused=Reason.GATE_ERROR.value,
    )


def commands_of(answer: Answer) -> bytes:
    """The command that hands an answer to the dialplan: all variables are set, or none.

    Raises:
        ValueError: the name of the list or of the provision, or the decision's id, is not a plain word.
    """
    head, tail = _frame(answer.verdict, answer.reason, answer.list, answer.hangup_cause, answer.provision, answer.retry)
    ident = answer.id
    if not ident.isalnum() or not ident.isascii():
        raise ValueError("a decision's id is letters and digits")
    return b"%b%b%b" % (head, ident.encode("ascii"), tail)


@lru_cache(maxsize=1024)
def _frame(
    verdict: Verdict, reason: Reason, list_name: str, cause: int, provision: str, retry: str
) -> tuple[bytes, bytes]:
    """What is the same for many answers: the command before the decision's id, and after it."""
    command = set_variables(
        {
            ChannelVariable.REASON: reason.value,
            ChannelVariable.LIST: list_name,
            ChannelVariable.CAUSE: str(cause),
            ChannelVariable.PROVISION: provision,
            ChannelVariable.RETRY_AT: retry,
            ChannelVariable.DECISION: _DECISION,
            ChannelVariable.VERDICT: verdict.value,
        }
    )
    head, _, tail = command.partition(_DECISION.encode())
    return head, tail


def refusal_without_decision() -> bytes:
    """The command that refuses a call on which nothing could be decided; the dialplan keeps the record."""
    return set_variables(
        {
            ChannelVariable.REASON: Reason.GATE_ERROR.value,
            ChannelVariable.LIST: "",
            ChannelVariable.CAUSE: str(info_of(Reason.GATE_ERROR).hangup_cause),
            ChannelVariable.PROVISION: "",
            ChannelVariable.RETRY_AT: "",
            ChannelVariable.DECISION: "",
            ChannelVariable.VERDICT: Verdict.BLOCK.value,
        }
    )


def _demand_same(request: AgiRequest) -> None:
    """What follows the `?` in the URL must be what the arguments are."""
    variables = request.variables
    _, mark, query = variables.get(b"agi_network_script", b"").partition(b"?")
    if not mark:
        return
    words = variables.get(_SAID, b"").strip(b"&")
    if words:
        # All of them: what is left of the query is plain values, none of which has an equals sign when it is encoded.
        query, ending = query[: -len(words) - 1], query[-len(words) - 1 :]
        if ending != b"&" + words or query.find(b"=") >= 0:
            raise ProtocolError(_DIFFERENT)
    for number, value in enumerate(query.split(b"&"), start=1):
        if value != variables.get(b"agi_arg_%d" % number, b""):
            raise ProtocolError(_DIFFERENT)


def plain(variables: dict[bytes, bytes], name: bytes) -> str:
    """A value of the environment as it came, or ""."""
    return variables.get(name, b"").decode("utf-8", "replace")


def argument(variables: dict[bytes, bytes], name: bytes) -> str:
    """An argument of the dialplan, decoded, or ""."""
    value = variables.get(name)
    if value is None:
        return ""
    text = value.decode("utf-8", "replace")
    return unquote(text) if "%" in text else text


def _caller(variables: dict[bytes, bytes]) -> str:
    """The caller ID that is presented: the argument, which may be empty, before the channel's own.

    Asterisk writes `unknown` where a channel has none. On a called channel its own is the number that is called.
    """
    if _CALLER in variables:
        return argument(variables, _CALLER)
    value = plain(variables, b"agi_callerid")
    return "" if value == "unknown" else value
