"""Fields of an operation's question: read strictly, so that what is not understood changes nothing."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from gatekeeper.consents import WrittenBy
from gatekeeper.errors import ProtocolError
from gatekeeper.translation import phrase

WHO: Final = frozenset({"op", "by", "via", "note", "key", "bound_to"})
"""What every change says: who, by which way, why, the key by which the same change asked again is known, and the
principal for whom alone it is made where the writer may write for no other.
"""

VIAS: Final = ("api", "desk", "socket")
"""The ways by which people and programs come to the socket."""

_MOST_NAMED: Final = 120
"""So many characters has whoever writes, and a key."""


def check_fields(asked: Mapping[str, str], known: AbstractSet[str]) -> None:
    """Make sure that nothing is said that would be passed over, and nothing that can't stand in a record.

    Raises:
        ProtocolError: a field is not known, or holds what can't be printed on a line.
    """
    allowed = known | WHO
    if not allowed >= asked.keys():
        raise ProtocolError(phrase("{op} has no fields but: {names}", op=asked["op"], names=", ".join(sorted(allowed))))
    for name, value in asked.items():
        if not value.isprintable():
            raise ProtocolError(phrase("{name} is text on one line, without control characters", name=name))
    for name in ("by", "key"):
        if len(asked.get(name, "")) > _MOST_NAMED:
            raise ProtocolError(phrase("{name} has at most {most_named} characters", name=name, most_named=_MOST_NAMED))
    if not asked.get("by", "").strip():
        raise ProtocolError(phrase("by is missing: say who writes this down"))
    if asked.get("via", "socket") not in VIAS:
        raise ProtocolError(phrase("via is one of: {names}", names=", ".join(VIAS)))


def writer_of(asked: Mapping[str, str]) -> WrittenBy:
    """Who writes something down into the consent ledger."""
    return WrittenBy(
        asked["by"].strip(), asked.get("via", "socket"), asked.get("note", ""), asked.get("bound_to", "").strip()
    )


def needed(asked: Mapping[str, str], name: str) -> str:
    """A field that has to be there.

    Raises:
        ProtocolError: it is missing or empty.
    """
    value = asked.get(name, "").strip()
    if not value:
        raise ProtocolError(phrase("{name} is missing", name=name))
    return value
