"""The socket's operation `outcome`: a program tells what became of a call that was let by for it."""

from collections.abc import Mapping
from typing import Final

from gatekeeper.control.protocol import SocketQuestion
from gatekeeper.control.server import Operation
from gatekeeper.errors import ProtocolError
from gatekeeper.screening.outcomes import CallOutcome, Outcomes
from gatekeeper.translation import phrase

OUTCOME: Final = "outcome"
"""The operation's name."""

_FIELDS: Final = frozenset({"op", "decision", "outcome", "principal"})


def outcome_operation(outcomes: Outcomes) -> Operation:
    """`{"op": "outcome", "decision": "01JD...", "outcome": "made"}`, or `"given_back"`.

    With a `principal` it is about calls for this company only.
    The answer's `known` is false where no such call was let by over the interface.
    """

    async def answer(asked: SocketQuestion) -> Mapping[str, object]:
        if not _FIELDS.issuperset(asked):
            raise ProtocolError(phrase("there are no fields but: {names}", names=", ".join(sorted(_FIELDS))))
        try:
            outcome = CallOutcome(asked.get("outcome", ""))
        except ValueError:
            raise ProtocolError(phrase("outcome is one of: {names}", names=", ".join(CallOutcome))) from None
        known = await outcomes.tell(asked.get("decision", ""), outcome, asked.get("principal"))
        return {"known": known, "outcome": outcome.value} if known else {"known": False}

    return answer
