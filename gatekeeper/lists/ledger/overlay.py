"""Changes by hand: the small overlay over a list's imported version, and the history of every change."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select, update

from gatekeeper.errors import UnknownListError
from gatekeeper.lists.ledger import hand_contracts
from gatekeeper.lists.model import ListKind
from gatekeeper.lists.tables import changes, lists, overlay
from gatekeeper.lists.version.file import VersionFile
from gatekeeper.registries.contract_row import ContractRow
from gatekeeper.translation import phrase

ADD, REMOVE, LAPSE = "add", "remove", "lapse"


class ChangeNote(NamedTuple):
    """What is recorded with a change.

    Attributes:
        at: when, in microseconds since the epoch.
        by: who.
        note: why.
    """

    at: int
    by: str
    note: str


_BATCH = 500
"""Numbers asked for in one statement: databases limit how many parameters one may have."""


def list_row(connection: Connection, name: str) -> Row[Any]:
    """The row of a list.

    Raises:
        UnknownListError: there is none.
    """
    row = connection.execute(select(lists).where(lists.c.name == name)).one_or_none()
    if row is None:
        names = connection.execute(select(lists.c.name).order_by(lists.c.name)).scalars().all()
        raise UnknownListError(
            phrase("there is no list {name!r}: there are {names}", name=name[:40], names=", ".join(names))
        )
    return row


def add(
    connection: Connection, row: Row[Any], base: VersionFile | None, numbers: Sequence[int], said: ChangeNote
) -> int:
    """List numbers by hand, within a write transaction.

    Every addition is recorded, that of a number already listed, too: it keeps the number listed when a later import
    does not have it.

    Returns:
        How many numbers are newly listed.
    """
    state = _state(connection, row.id, numbers)
    in_base = base.holding(numbers) if base else set()
    fresh = sum(1 for number in numbers if not _listed(state.get(number), number in in_base))
    _put(connection, row.id, [number for number in numbers if state.get(number) != ADD], ADD)
    _record(connection, row, numbers, ADD, said)
    _count(connection, row.id, fresh)
    return fresh


def add_contract(
    connection: Connection, row: Row[Any], base: VersionFile | None, contract: ContractRow, said: ChangeNote
) -> None:
    """Write a contract down by hand, within a write transaction: its number is in the register from then on."""
    unlisted = hand_contracts.was_taken_off(connection, row.id, contract.e164)
    add(connection, row, base, [contract.e164], said)
    hand_contracts.write(connection, row, contract, unlisted=unlisted)


def remove(
    connection: Connection, row: Row[Any], base: VersionFile | None, numbers: Sequence[int], said: ChangeNote
) -> int:
    """Unlist numbers by hand, within a write transaction; those that are not listed are left alone.

    Returns:
        How many numbers are no longer listed.
    """
    state = _state(connection, row.id, numbers)
    in_base = base.holding(numbers) if base else set()
    listed = [number for number in numbers if _listed(state.get(number), number in in_base)]
    _forget(connection, row.id, [number for number in listed if number in state])
    _put(connection, row.id, [number for number in listed if number in in_base], REMOVE)
    if row.kind == ListKind.CONTRACT:
        hand_contracts.end(connection, row.id, listed, row.changes + 1)
    _record(connection, row, listed, REMOVE, said)
    _count(connection, row.id, -len(listed))
    return len(listed)


def take_back(
    connection: Connection, row: Row[Any], base: VersionFile | None, numbers: Sequence[int], said: ChangeNote
) -> int:
    """Unlist numbers as `remove` does, but for those that a registry's own version holds: these stay listed."""
    if base is not None and row.kind not in {ListKind.RED, ListKind.CONTRACT}:
        numbers = sorted(set(numbers) - base.holding(numbers))
    return remove(connection, row, base, numbers, said)


def lapse(connection: Connection, row: Row[Any], base: VersionFile, said: ChangeNote) -> int:
    """End the removals by hand: of numbers that the new version holds with a record, of others silently."""
    removed = connection.execute(
        select(overlay.c.number).where(overlay.c.list_id == row.id, overlay.c.op == REMOVE).order_by(overlay.c.number)
    ).scalars()
    numbers = list(removed)
    ended = sorted(base.holding(numbers))
    _forget(connection, row.id, numbers)
    _record(connection, row, ended, LAPSE, said)
    return len(ended)


def effect(connection: Connection, list_id: int, base: VersionFile) -> int:
    """How many more numbers (or fewer, below 0) are listed than a version holds, by the changes made by hand."""
    rows = connection.execute(select(overlay.c.number, overlay.c.op).where(overlay.c.list_id == list_id)).all()
    in_base = base.holding(row.number for row in rows)
    added = sum(1 for row in rows if row.op == ADD and row.number not in in_base)
    return added - sum(1 for row in rows if row.op == REMOVE and row.number in in_base)


def _listed(op: str | None, in_base: bool) -> bool:
    return op == ADD or (op is None and in_base)


def _state(connection: Connection, list_id: int, numbers: Sequence[int]) -> dict[int, str]:
    """What the overlay says of numbers; those it says nothing of are not there."""
    found: dict[int, str] = {}
    for part in _batches(numbers):
        query = select(overlay.c.number, overlay.c.op).where(overlay.c.list_id == list_id, overlay.c.number.in_(part))
        found.update((row.number, row.op) for row in connection.execute(query))
    return found


def _put(connection: Connection, list_id: int, numbers: Sequence[int], op: str) -> None:
    _forget(connection, list_id, numbers)
    if numbers:
        connection.execute(insert(overlay), [{"list_id": list_id, "number": number, "op": op} for number in numbers])


def _forget(connection: Connection, list_id: int, numbers: Sequence[int]) -> None:
    for part in _batches(numbers):
        connection.execute(delete(overlay).where(overlay.c.list_id == list_id, overlay.c.number.in_(part)))


def _record(connection: Connection, row: Row[Any], numbers: Sequence[int], op: str, said: ChangeNote) -> None:
    if not numbers:
        return
    first = connection.execute(select(lists.c.changes).where(lists.c.id == row.id)).scalar_one() + 1
    common = {"list_id": row.id, "op": op, **said._asdict()}
    connection.execute(
        insert(changes), [{**common, "seq": first + index, "number": number} for index, number in enumerate(numbers)]
    )
    connection.execute(update(lists).where(lists.c.id == row.id).values(changes=first + len(numbers) - 1))


def _count(connection: Connection, list_id: int, more: int) -> None:
    connection.execute(update(lists).where(lists.c.id == list_id).values(count=lists.c.count + more))


def _batches(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(numbers), _BATCH):
        yield numbers[start : start + _BATCH]
