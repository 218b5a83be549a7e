"""The socket's operation that keeps a file as a proof, which consents and events then name by its SHA-256."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gatekeeper.consents import ConsentStore
from gatekeeper.consents.proof_files import HEAD, checked_kind
from gatekeeper.control.server import Operation
from gatekeeper.daemon.operations.fields import check_fields, needed, writer_of
from gatekeeper.intake.uploads import uploaded_file
from gatekeeper.lists import ListStore
from gatekeeper.refusals.store_thread import StoreThread

OPERATION: Final = "proof_keep"
"""The operation's name."""

FIELDS: Final = frozenset({"path", "source"})


def proof_keep_operation(stores: StoreThread, data_dir: Path) -> Operation:
    """`{"op": "proof_keep", "path": "...", "source": "form.pdf", "by": "anna", "note": "sent by letter"}`.

    The answer's `proof` is what a consent names it by; the same file once more has the same. With `bound_to` it is kept
    for that principal.

    Args:
        stores: where it is kept.
        data_dir: the data folder, in which uploads are.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        check_fields(asked, FIELDS)
        file = uploaded_file(data_dir, needed(asked, "path"))
        written = writer_of(asked)

        def kept(_store: ListStore, consents: ConsentStore) -> dict[str, object]:
            with file.open("rb") as opened:
                head = opened.read(HEAD)
            size = file.stat().st_size
            kind = checked_kind(head, size)
            proof = consents.keep_proof(file, written, asked.get("source", ""))
            return {"proof": proof, "size": size, "kind": kind.name}

        return await stores.run(kept)

    return answer
