"""Operations: what the daemon answers on its control socket beside `screen`; a file to an operation."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from gatekeeper.config import Settings
from gatekeeper.config.list_rules import list_rules
from gatekeeper.control.server import Operation
from gatekeeper.daemon.operations import list_add, list_remove, proof_keep, record
from gatekeeper.daemon.operations.once import OncePerKey
from gatekeeper.lists import ListKind
from gatekeeper.phone import Normaliser
from gatekeeper.refusals.store_thread import StoreThread

if TYPE_CHECKING:
    from gatekeeper.refusals.service import Refusals

WRITING: Final = (record.OPERATION, list_add.OPERATION, list_remove.OPERATION, proof_keep.OPERATION)
"""They wait for a disk."""

LOOSENING: Final = (
    list_remove.OPERATION,
    proof_keep.OPERATION,
    *(f"{record.OPERATION} {kind}" for kind in record.LOOSENING),
)
"""After them somebody may be called who was not to be before: that is not for whoever may ask about calls."""


def writing_operations(settings: Settings, stores: StoreThread, refusals: "Refusals") -> Mapping[str, Operation]:
    """The operations that write lists and consents, by name.

    Args:
        settings: the configuration.
        stores: where they write.
        refusals: takes refusals.
    """
    once, normaliser = OncePerKey(), Normaliser(settings.phone.as_written_plan())
    rules = partial(list_rules, settings)
    registers = [name for name, one in settings.lists.items() if one.kind == ListKind.CONTRACT.value]
    recording = record.Recording(stores, refusals, normaliser, settings.phone.home, registers, rules)
    return {
        record.OPERATION: once(recording.operation()),
        list_add.OPERATION: once(list_add.list_add_operation(stores, normaliser, rules)),
        list_remove.OPERATION: once(list_remove.list_remove_operation(stores, normaliser)),
        proof_keep.OPERATION: once(proof_keep.proof_keep_operation(stores, settings.daemon.data_dir)),
    }
