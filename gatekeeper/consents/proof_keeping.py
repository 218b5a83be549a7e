"""Keeping proofs as files: copied by their SHA-256, noted in the ledger, and whose they are.

A proof is of the principals for whom its file was brought. Who writes for one principal alone gets a file by an entry
only where it was brought for that one: to know another's SHA-256, and to name it, gives nothing. An entry that somebody
wrote who may write for all principals gives its own one the file.
"""

import hashlib
import os
import secrets
import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from gatekeeper.consents.paths import ConsentLayout
from gatekeeper.consents.tables import proof_holders, proofs
from gatekeeper.errors import ConsentError
from gatekeeper.ownership import make_folder, open_new
from gatekeeper.policy.ledger import name_key
from gatekeeper.storage import fsync_folder, translated
from gatekeeper.translation import phrase, trouble_of

BY_SUM: Final = "sha256:"
"""How an entry's `proof` begins that names a file."""

_CHUNK: Final = 1 << 20


def place_proof(layout: ConsentLayout, file: Path) -> str:
    """Copy a file into the folder of proofs, durably; gives its SHA-256.

    One that is kept already is written anew: how long it takes tells nobody that it was there.

    Raises:
        ConsentError: the file can't be read.
        StoreError: it can't be kept.
    """
    folder = layout.proofs
    try:
        source = file.open("rb")
    except OSError as error:
        raise ConsentError(
            phrase("the proof {file} can't be read: {strerror}", file=file, strerror=trouble_of(error))
        ) from None
    aside = folder / f".{secrets.token_hex(8)}.part"
    with source, translated(folder):
        make_folder(folder)
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        source.seek(0)
        try:
            with open_new(aside, 0o440) as copy:
                shutil.copyfileobj(source, copy, _CHUNK)
                copy.flush()
                os.fsync(copy.fileno())
            aside.replace(layout.proof(digest))
        finally:
            aside.unlink(missing_ok=True)
        fsync_folder(folder)
    return digest


def note_proofs(connection: Connection, kept: dict[str, Path], source: int, name: str = "") -> None:
    """Write down which files are kept as proofs, within a write transaction; by their own names without another."""
    for digest, file in kept.items():
        try:
            with connection.begin_nested():
                row = {"sha256": digest, "name": name or file.name, "size": file.stat().st_size, "source_id": source}
                connection.execute(insert(proofs).values(row))
        except IntegrityError:
            continue  # it is kept already


def note_holder(connection: Connection, digest: str, principal: str, source: int) -> None:
    """Write down for which principal a file was brought, within a write transaction."""
    if not holds(connection, digest, principal):
        row = {"sha256": digest, "principal": name_key(principal), "source_id": source}
        connection.execute(insert(proof_holders).values(row))


def holds(connection: Connection, digest: str, principal: str) -> bool:
    """Whether a file was brought for a principal."""
    where = (proof_holders.c.sha256 == digest, proof_holders.c.principal == name_key(principal))
    return connection.execute(select(proof_holders.c.sha256).where(*where)).first() is not None
