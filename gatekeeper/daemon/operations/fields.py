"""The fields of a question to an operation: which there may be, and which there must be."""

from collections.abc import Iterable, Mapping

from gatekeeper.errors import ProtocolError


def fields_of(asked: Mapping[str, str], needed: Iterable[str], more: Iterable[str] = ()) -> dict[str, str]:
    """The fields of a question, without its `op`.

    Args:
        asked: the question.
        needed: the fields that it must have, and not empty.
        more: those that it may have.

    Raises:
        ProtocolError: it has others, or lacks some.
    """
    given = {name: value for name, value in asked.items() if name != "op"}
    needed = tuple(needed)
    known = {*needed, *more}
    if not known.issuperset(given):
        raise ProtocolError(f"{asked.get('op', '')} has no fields but: {', '.join(sorted(known))}")
    missing = sorted(name for name in needed if not given.get(name))
    if missing:
        raise ProtocolError(f"{asked.get('op', '')} needs: {', '.join(missing)}")
    return given
