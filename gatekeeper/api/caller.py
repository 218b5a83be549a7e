"""The caller: the program behind a request, by its key; what it may do, and for whom."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.requests import Request

from gatekeeper.accounts.keys import ApiKey
from gatekeeper.api.bucket import TokenBucket
from gatekeeper.api.problem import OTHER_PRINCIPAL, SCOPE_MISSING, FieldFault
from gatekeeper.errors import ProblemError

STATE = "gatekeeper.caller"
"""Where it stands in the scope of a request."""


class Caller(NamedTuple):
    """A program.

    Attributes:
        key: its key.
        bucket: how many requests it may still make.
        again: looks for its key again, in the middle of a long answer; raises `ProblemError` where it was ended.
    """

    key: ApiKey
    bucket: TokenBucket
    again: Callable[[], Awaitable[object]]

    @property
    def principals(self) -> frozenset[str] | None:
        """Whose rows it sees; None for all."""
        return None if self.key.principal is None else frozenset({self.key.principal})

    def written(self) -> dict[str, str]:
        """In whose name the daemon writes something down, by which way, and for which principal alone."""
        said = {"by": f"api:{self.key.name}", "via": "api"}
        return said if self.key.principal is None else {**said, "bound_to": self.key.principal}

    def principal_for(self, named: str, pointer: str = "#/principal") -> str:
        """For whom it asks or writes: its own principal, whoever is named; "" where nobody says.

        Raises:
            ProblemError: another one than its own is named.
        """
        own = self.key.principal
        if own is None:
            return named
        if named and named != own:
            raise other_principal(own, pointer)
        return own


def other_principal(own: str, pointer: str) -> ProblemError:
    """What is told to a program that names a principal who is not its own."""
    detail = f"This key is for the principal {own!r} alone: name that one, or none."
    return OTHER_PRINCIPAL.told(detail, [FieldFault(pointer, f"{own!r}, or left out")])


def caller_of(request: Request, *scopes: str) -> Caller:
    """Who makes a request.

    Args:
        request: the request.
        scopes: what its key has to be for; one of them is enough.

    Raises:
        ProblemError: it is not for that.
    """
    caller = request.scope[STATE]
    assert isinstance(caller, Caller)  # noqa: S101 - the door lets nobody by without
    if caller.key.scopes.isdisjoint(scopes):
        has = ", ".join(sorted(caller.key.scopes))
        raise SCOPE_MISSING.told(f"This needs a key with the scope {' or '.join(scopes)}; this key has: {has}.")
    return caller
