"""The FastAGI route by which the dialplan puts the other party of a call on the red list."""

from typing import Final

from gatekeeper.agi.fastagi import Endpoint, GateRequest
from gatekeeper.agi.protocol.exchange import argument, plain
from gatekeeper.agi.protocol.wire import set_variable
from gatekeeper.refusals.service import Refusal, Refuse
from gatekeeper.vocabulary import ChannelVariable

ROUTE: Final = "refuse"
"""The path that the dialplan asks: `agi://host:port/refuse`."""


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
        request.answer(set_variable(ChannelVariable.REFUSED, await refuse(refusal)), 1)

    return answer
