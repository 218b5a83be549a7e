"""Lists that a request is about: they are there, and its key may change them."""

from typing import Final

from starlette.requests import Request

from gatekeeper.api.caller import Caller, caller_of
from gatekeeper.api.problem import NOT_FOUND, OTHER_PRINCIPAL
from gatekeeper.api.serving import Serving
from gatekeeper.lists import LISTS_FILE
from gatekeeper.lists.ledger.status import read_status

_SHARED: Final = (
    "A list protects people from calls of all principals, whichever campaigns name it today, and a register of "
    "contracts has those of all: this needs a key that is for all of them."
)


def unbound_caller(request: Request, scope: str) -> Caller:
    """Who makes a request that is about all principals.

    Raises:
        ProblemError: the key is for one principal, or not for the scope.
    """
    caller = caller_of(request, scope)
    if caller.key.principal is not None:
        raise OTHER_PRINCIPAL.told(_SHARED)
    return caller


async def known_list(serving: Serving, name: str) -> str:
    """The name of a list that is configured, or that there is.

    Raises:
        ProblemError: there is none of that name.
    """
    if name in serving.host.settings.lists or name in await serving.host.in_thread(_stored, serving):
        return name
    raise NOT_FOUND.told("There is no list of that name: `GET /v1/lists` has them.")


def _stored(serving: Serving) -> set[str]:
    data_dir = serving.host.settings.daemon.data_dir
    return {one.name for one in read_status(data_dir)} if (data_dir / LISTS_FILE).exists() else set()
