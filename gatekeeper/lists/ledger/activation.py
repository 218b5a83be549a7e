"""Activation: puts a version in force by one small transaction, and retires versions that are too old to be kept."""

import contextlib
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, insert, select, update

from gatekeeper.errors import ImportRefused
from gatekeeper.lists.ledger import hand_contracts
from gatekeeper.lists.ledger.overlay import ChangeNote, effect, lapse, list_row
from gatekeeper.lists.model import ListKind
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.tables import activations, lists, versions
from gatekeeper.lists.version.file import VersionFile, open_version
from gatekeeper.ownership import PRIVATE, make_folder, open_new
from gatekeeper.phone import metadata_version
from gatekeeper.storage import begin_immediate, translated
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.lists.version.build import Built

LEAST_KEPT = 2
"""The version in force, and one to go back to."""


class Record(NamedTuple):
    """What is recorded with a version; times in microseconds since the epoch. As the columns of `list_version`."""

    kind: str
    read: int
    duplicates: int
    rejected: int
    source: str
    source_date: int | None
    valid_until: int | None
    sha256: str
    country: str
    prefixes: str
    territory: str
    cleared: int
    imported_by: str
    raw: str


def activate(
    engine: Engine, layout: Layout, name: str, built: "Built", record: Record, now: int, note: str = ""
) -> int:
    """Put a new version in force; `note` says why, for the record.

    Returns:
        How many removals by hand ended.
    """
    numbering = metadata_version()
    file = open_version(layout.exact(name, built.version), name, built.version, built.build)
    with contextlib.closing(file), begin_immediate(engine) as connection:
        row = list_row(connection, name)
        connection.execute(
            insert(versions).values(
                list_id=row.id,
                imported_at=now,
                numbering=numbering,
                **built._asdict(),
                **record._asdict(),
            )
        )
        lapsed = 0
        if row.kind != ListKind.RED:
            lapsed = lapse(connection, row, file, ChangeNote(now, record.imported_by, f"in version {built.version}"))
        if row.kind == ListKind.CONTRACT:
            hand_contracts.join(connection, row.id)
        put_in_force(connection, row, file, ChangeNote(now, record.imported_by, note or "imported"))
    return lapsed


def put_in_force(connection: Connection, row: Row[Any], file: VersionFile, said: ChangeNote) -> None:
    """Make a version the one that answers, within a write transaction, and record that it was."""
    version, count = file.about.version, file.about.count + effect(connection, row.id, file)
    connection.execute(update(lists).where(lists.c.id == row.id).values(version=version, count=count))
    connection.execute(insert(activations).values(list_id=row.id, version=version, **said._asdict()))


def retire(engine: Engine, layout: Layout, name: str, keep: int) -> Sequence[int]:
    """Remove the files of all versions but the newest and the one in force; what is recorded of them stays.

    Args:
        engine: of the main database.
        layout: where the lists lie.
        name: of the list; its import lock must be held.
        keep: how many of the newest stay.

    Returns:
        The versions whose files went.
    """
    with begin_immediate(engine) as connection:
        row = list_row(connection, name)
        query = select(versions.c.version).where(versions.c.list_id == row.id, versions.c.kept == 1)
        there = list(connection.execute(query.order_by(versions.c.version.desc())).scalars())
        old = [version for version in there[max(keep, LEAST_KEPT) :] if version != row.version]
        if old:
            connection.execute(
                update(versions).where(versions.c.list_id == row.id, versions.c.version.in_(old)).values(kept=0)
            )
    for version in old:
        for path in (layout.exact(name, version), layout.filter(name, version)):
            path.unlink(missing_ok=True)
    return old


def keep_raw(layout: Layout, name: str, version: int, given: Path, sha256: str) -> str:
    """Copy the file as delivered into the list's folder.

    Returns:
        Its path within that folder.

    Raises:
        ImportRefused: it changed while it was read.
    """
    folder = layout.raw(name)
    kept = folder / f"{version}-{given.name}"
    with translated(folder):
        make_folder(folder)
        aside = folder / f".{version}.part"
        try:
            with given.open("rb") as source, open_new(aside, PRIVATE) as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
            with aside.open("rb") as copied:
                if hashlib.file_digest(copied, "sha256").hexdigest() != sha256:
                    raise ImportRefused(
                        phrase(
                            "{given} changed while it was imported: import it again; nothing was imported", given=given
                        )
                    )
            aside.replace(kept)
        finally:
            aside.unlink(missing_ok=True)
    return str(kept.relative_to(layout.folder(name)))
