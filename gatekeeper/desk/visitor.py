"""Visitor: who asks for a page, in which language. Pure."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from gatekeeper.accounts import Role, Session
from gatekeeper.words import Language

VISITOR: Final = "gatekeeper.visitor"
"""Where it stands in the scope of a request."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks for a page.

    Attributes:
        session: the session; None before somebody has signed in.
        language: of the page.
        zone: in which times are told.
        address: where the request comes from.
    """

    session: Session | None
    language: Language
    zone: ZoneInfo
    address: str

    @property
    def name(self) -> str:
        """The user's name; "" before somebody has signed in."""
        return "" if self.session is None else self.session.user.name

    @property
    def role(self) -> Role | None:
        """What he may do; None before somebody has signed in."""
        return None if self.session is None else self.session.user.role

    @property
    def principals(self) -> frozenset[str] | None:
        """Whose rows alone he may see; None for all, and none at all before somebody has signed in."""
        return frozenset() if self.session is None else self.session.user.principals

    @property
    def by(self) -> str:
        """As he stands in the records of lists, consents and refusals."""
        return f"desk:{self.name}"

    def may(self, role: Role) -> bool:
        """Whether he may do what takes a role."""
        return self.role is not None and self.role >= role
