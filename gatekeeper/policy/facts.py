"""The facts: what the sources say about a number at the moment of the attempt."""

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar, overload

if TYPE_CHECKING:
    from gatekeeper.policy.needs import FactNeed, Need


class Hit(NamedTuple):
    """A list holds the number.

    Attributes:
        list: the list's name.
        version: the version of the list that said so.
    """

    list: str
    version: str


class Fact(Enum):
    """What a source says of a number, beside what the lists say: an enumeration, so that it has few values by type."""


F = TypeVar("F", bound=Fact)
V = TypeVar("V")


class Facts(NamedTuple):
    """What is known about the number of one attempt.

    Attributes:
        red: the red list that holds it, if one does.
        listed: the first of the campaign's opposition lists that holds it, if one does.
        stale: the first of the campaign's lists that is too old to rely on or was never imported, or None.
        unscrubbed: the first of the campaign's lists that says nothing of the number although it must: a wash list
            without a fresh answer on it, or a list that does not cover its prefix; or None.
        contract: the register that has a running contract of the number with the principal, if one has. Looked up
            only where `listed`, `stale` or `unscrubbed` speaks against the call.
        reassigned: the registry that says that the number was given up since the consent, if one does: no contract and
            no other exception is about the person who has it now.
        further: what the sources say that rules of the law need, each in the place of its need.
        needs: those needs.
    """

    red: Hit | None = None
    listed: Hit | None = None
    stale: Hit | None = None
    unscrubbed: Hit | None = None
    contract: Hit | None = None
    reassigned: Hit | None = None
    further: tuple[object, ...] = ()
    needs: "tuple[Need, ...]" = ()

    @property
    def quiet(self) -> bool:
        """Whether no list speaks against the call."""
        return self[:_SPEAKING] == _SILENT

    @overload
    def of(self, need: type[F]) -> F: ...
    @overload
    def of(self, need: "FactNeed[V]") -> V: ...
    def of(self, need: "type[F] | FactNeed[V]") -> F | V:
        """The fact that a rule needs.

        Raises:
            LookupError: it was not gathered: the rule does not say that it needs it. Then the call is refused.
        """
        for place, one in enumerate(self.needs):
            if one is need:
                return self.further[place]  # type: ignore[return-value]  # its source gives what it asks for
        try:
            return self.further[self.needs.index(need)]  # type: ignore[return-value]  # its source gives what it asks for
        except ValueError:
            raise LookupError(f"{need!r} was not gathered: a rule that looks at it must name it in `needs`") from None


_SPEAKING: Final = Facts._fields.index("further")
_SILENT: Final = (None,) * _SPEAKING

NO_FACTS = Facts()
"""The facts about what is not a person's number: no source is asked."""
