"""The socket's operation that puts the other party of a call on the red list."""

from collections.abc import Mapping
from typing import Final

from gatekeeper.control.server import Operation
from gatekeeper.errors import ProtocolError
from gatekeeper.refusals.service import Refusal, Refuse

OPERATION: Final = "refuse"
"""The operation's name."""

_FIELDS: Final = frozenset(Refusal._fields) - {"via", "recorded_by"} | {"op"}


def refuse_operation(refuse: Refuse) -> Operation:
    """The socket's operation: `{"op": "refuse", "number": "0612345678", "agent": "Anna", ...}`."""

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        if not _FIELDS.issuperset(asked):
            raise ProtocolError(f"a refusal has no fields but: {', '.join(sorted(_FIELDS))}")
        fields = {name: value for name, value in asked.items() if name != "op"}
        return {"result": (await refuse(Refusal(via="socket", **fields))).value}

    return answer
