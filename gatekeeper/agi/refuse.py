"""The dialplan's and the socket's way to put the other party of a call on the red list."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from gatekeeper.agi.ask import Operation
from gatekeeper.agi.exchange import argument, plain
from gatekeeper.agi.fastagi import Endpoint, GateRequest
from gatekeeper.agi.protocol import set_variable
from gatekeeper.errors import ProtocolError
from gatekeeper.screening.refusal import Refusal, Refused

ROUTE: Final = "refuse"
"""The path that the dialplan asks: `agi://host:port/refuse`; also the operation of the socket."""

VARIABLE: Final = "GATEKEEPER_REFUSED"
"""Tells the dialplan what came of it."""

_FIELDS: Final = frozenset(Refusal._fields) - {"via"} | {"op"}

Refuse = Callable[[Refusal], Awaitable[Refused]]


def refuse_route(refuse: Refuse) -> Endpoint:
    """The FastAGI endpoint of `AGI(agi://.../refuse,number,agent,decision,linkedid)`, each argument URI-encoded."""

    async def answer(request: GateRequest) -> None:
        variables = request.agi.variables
        refusal = Refusal(
            via="feature code",
            number=argument(variables, b"agi_arg_1"),
            agent=argument(variables, b"agi_arg_2"),
            decision=argument(variables, b"agi_arg_3"),
            linkedid=argument(variables, b"agi_arg_4"),
            channel=plain(variables, b"agi_channel"),
            uniqueid=plain(variables, b"agi_uniqueid"),
        )
        request.answer(set_variable(VARIABLE, await refuse(refusal)), 1)

    return answer


def refuse_operation(refuse: Refuse) -> Operation:
    """The socket's operation: `{"op": "refuse", "number": "0612345678", "agent": "Anna", ...}`."""

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        if not _FIELDS.issuperset(asked):
            raise ProtocolError(f"a refusal has no fields but: {', '.join(sorted(_FIELDS))}")
        fields = {name: value for name, value in asked.items() if name != "op"}
        return {"result": (await refuse(Refusal(via="socket", **fields))).value}

    return answer
