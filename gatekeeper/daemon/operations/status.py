"""The control socket's operation that tells how the daemon and its parts are: what works, and what does not."""

from collections.abc import Mapping
from typing import Final

from gatekeeper import __version__
from gatekeeper.control.server import Operation
from gatekeeper.daemon.measuring import Observed
from gatekeeper.errors import ProtocolError

STATUS: Final = "status"
"""The operation's name."""


def status_operation(observed: Observed) -> Operation:
    """The operation: `{"op": "status"}`.

    The answer has the daemon's `version`, whether it is `ready` to decide, why not (`undecided`), what else does not
    work (`beside`), and its `parts`, each with name, address and trouble ("" where there is none).
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        if set(asked) - {"op"}:
            raise ProtocolError("a question about the status has no field but op")
        state = observed.readiness()
        return {
            "version": __version__,
            "ready": not state.undecided,
            "undecided": list(state.undecided),
            "beside": list(state.beside),
            "parts": [{"name": one.name, "address": one.address, "trouble": one.trouble} for one in observed.parts],
        }

    return answer
