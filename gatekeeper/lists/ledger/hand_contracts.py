"""Contracts by hand: written down beside those of a register's file, which a later import of the register leaves alone.

A number's contracts end all together: who takes the number off the register ends those of the file, too, until an
import has the number again. A contract that is written down after that counts alone (`alone`), without those of the
file.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, insert, select, update

from gatekeeper.lists.tables import hand_contracts, overlay
from gatekeeper.registries.contract_row import ContractRow


def write(connection: Connection, row: Row[object], contract: ContractRow, *, unlisted: bool) -> None:
    """Write a contract down, within the write transaction of its change, which is the list's last.

    Args:
        connection: to the main database.
        row: of the register, as it was before the change.
        contract: with its names as they are compared.
        unlisted: whether the number had been taken off by hand before.
    """
    table = hand_contracts
    running = select(table.c.id).where(
        table.c.list_id == row.id, table.c.number == contract.e164, table.c.ended == 0, table.c.alone == 1
    )
    alone = unlisted or connection.execute(running).first() is not None
    said = contract._asdict()
    number = said.pop("e164")
    connection.execute(insert(table).values(list_id=row.id, number=number, seq=row.changes + 1, alone=alone, **said))


def was_taken_off(connection: Connection, list_id: int, number: int) -> bool:
    """Whether a number of the register's file was taken off by hand."""
    query = select(overlay.c.op).where(overlay.c.list_id == list_id, overlay.c.number == number)
    return connection.execute(query).scalar() == "remove"


def end(connection: Connection, list_id: int, numbers: Sequence[int], seq: int) -> None:
    """End all contracts by hand of numbers that were taken off, by the change of this number and those after it."""
    for number in numbers:
        connection.execute(
            update(hand_contracts)
            .where(hand_contracts.c.list_id == list_id, hand_contracts.c.number == number, hand_contracts.c.ended == 0)
            .values(ended=seq)
        )


def join(connection: Connection, list_id: int) -> None:
    """Have the contracts of a new file count beside those by hand again."""
    connection.execute(update(hand_contracts).where(hand_contracts.c.list_id == list_id).values(alone=0))
