"""Version history of a list: list, compare, roll back."""

import contextlib
import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, func, select

from gatekeeper.clock import now_micros
from gatekeeper.errors import ListError
from gatekeeper.lists.ledger.activation import put_in_force
from gatekeeper.lists.ledger.overlay import ChangeNote, list_row
from gatekeeper.lists.model import Activation, VersionDiff, VersionInfo
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.tables import activations, versions
from gatekeeper.lists.version.file import VersionFile, open_version
from gatekeeper.phone import display
from gatekeeper.registries.formats.changes import ADDED, DROPPED, HEADER
from gatekeeper.storage import begin_immediate, fsync_folder
from gatekeeper.translation import joined, phrase, trouble_of


def infos(connection: Connection, layout: Layout, name: str) -> list[VersionInfo]:
    """Every version that ever was, newest first."""
    row = list_row(connection, name)
    query = select(versions).where(versions.c.list_id == row.id).order_by(versions.c.version.desc())
    return [
        VersionInfo(
            version=one.version,
            in_force=one.version == row.version,
            kept=bool(one.kept),
            kind=one.kind,
            count=one._mapping["count"],  # noqa: SLF001 - public in spite of its name; Row.count is a method
            cleared=one.cleared,
            read=one.read,
            duplicates=one.duplicates,
            rejected=one.rejected,
            source=one.source,
            source_date=one.source_date,
            valid_until=one.valid_until,
            sha256=one.sha256,
            imported_at=one.imported_at,
            imported_by=one.imported_by,
            prefixes=tuple(one.prefixes.split()),
            raw=str(layout.folder(name) / one.raw) if one.raw else "",
        )
        for one in connection.execute(query)
    ]


def activations_of(connection: Connection, name: str) -> list[Activation]:
    """Which version was put in force when, by whom and why, newest first."""
    row = list_row(connection, name)
    query = select(activations.c.version, activations.c.at, activations.c.by, activations.c.note)
    query = query.where(activations.c.list_id == row.id).order_by(activations.c.id.desc())
    return [Activation(*one) for one in connection.execute(query)]


def diff(engine: Engine, layout: Layout, name: str, old: int, new: int, out: Path | None) -> VersionDiff:
    """Compare two versions.

    Args:
        engine: of the main database.
        layout: where the lists lie.
        name: of the list.
        old: number of the first version.
        new: number of the second.
        out: where each number that differs is written, as CSV with its change (`added`, `dropped`), which can be
            imported in the format `changes`; None: nowhere.

    Raises:
        ListError: a version is not there any more, or never was; or `out` can't be written.
        StoreError: a version's file can't be read.
    """
    # Imported here: it needs NumPy.
    from gatekeeper.lists.version.merge import aligned, within

    added = dropped = unchanged = 0
    with contextlib.ExitStack() as stack:
        with engine.connect() as connection:
            opened = [_open(connection, layout, name, one) for one in (old, new)]
        files = [stack.enter_context(contextlib.closing(file)) for file in opened]
        writer = stack.enter_context(_Changes(out)) if out is not None else None
        for before, after in aligned(files[0].ranges(), files[1].ranges()):
            stays = within(after, before)
            comes, goes = after[~stays], before[~within(before, after)]
            added, dropped, unchanged = added + len(comes), dropped + len(goes), unchanged + int(stays.sum())
            if writer is not None:
                writer.write(ADDED, comes.tolist())
                writer.write(DROPPED, goes.tolist())
    return VersionDiff(added, dropped, unchanged)


def rollback(engine: Engine, layout: Layout, name: str, version: int | None, said: tuple[str, str]) -> int:
    """Put an older version in force again. Its own dates count: where it is too old, its campaigns are blocked.

    Args:
        engine: of the main database.
        layout: where the lists lie.
        name: of the list.
        version: which; None is the one that was in force before the present one.
        said: who, and why, for the record.

    Returns:
        The version now in force.

    Raises:
        ListError: there is no such version.
        StoreError: its file can't be read.
    """
    with begin_immediate(engine) as connection:
        row = list_row(connection, name)
        wanted = _earlier(connection, row.id, row.version) if version is None else version
        if wanted is None:
            raise ListError(phrase("the list {name} has no version to go back to", name=name))
        if wanted == row.version:
            raise ListError(phrase("version {wanted} of the list {name} is in force already", wanted=wanted, name=name))
        with contextlib.closing(_open(connection, layout, name, wanted)) as file:
            problems = file.problems()
            if problems:
                raise ListError(
                    phrase(
                        "version {wanted} of the list {name} is damaged: {names}",
                        wanted=wanted,
                        name=name,
                        names=joined(problems[:3]),
                    )
                )
            by, note = said
            put_in_force(connection, row, file, ChangeNote(now_micros(), by, note or f"instead of {row.version}"))
    return wanted


def _earlier(connection: Connection, list_id: int, present: int) -> int | None:
    """The version that was in force before the present one and is still there."""
    own = versions.c.list_id == list_id, versions.c.kept == 1, versions.c.version != present
    there = set(connection.execute(select(versions.c.version).where(*own)).scalars())
    query = select(activations.c.version).where(activations.c.list_id == list_id, activations.c.version.in_(there))
    last = connection.execute(query.order_by(activations.c.id.desc()).limit(1)).scalar()
    return last if last is not None else max((version for version in there if version < present), default=None)


def _open(connection: Connection, layout: Layout, name: str, version: int) -> VersionFile:
    row = list_row(connection, name)
    query = select(versions).where(versions.c.list_id == row.id, versions.c.version == version)
    found = connection.execute(query).one_or_none()
    if found is None:
        newest = connection.execute(select(func.max(versions.c.version)).where(versions.c.list_id == row.id)).scalar()
        raise ListError(
            phrase(
                "the list {name} has no version {version}; the newest is {newest}",
                name=name,
                version=version,
                newest=newest or phrase("none yet"),
            )
        )
    if not found.kept:
        raise ListError(
            phrase(
                "version {version} of the list {name} is recorded, but its numbers were removed for its age",
                version=version,
                name=name,
            )
        )
    return open_version(layout.exact(name, version), name, version, found.build)


class _Changes:
    """The file of a comparison: whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._aside = path.with_name(f".{path.name}.{os.getpid()}.part")

    def __enter__(self) -> Self:
        if self._path.is_dir():
            raise ListError(phrase("{path} is a folder: give the name of a file", path=self._path))
        try:
            # For nobody but whoever asked: there are people's numbers in it.
            handle = os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._trouble(error) from error
        self._stream = os.fdopen(handle, "w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream)
        self._writer.writerow(HEADER)
        return self

    def _trouble(self, error: OSError) -> ListError:
        return ListError(phrase("{path} can't be written: {strerror}", path=self._path, strerror=trouble_of(error)))

    def write(self, change: str, numbers: Iterable[int]) -> None:
        """Add numbers."""
        # The apostrophe keeps a spreadsheet from taking +33... for a sum; the importer takes it off.
        try:
            self._writer.writerows((change, f"'{display(number)}") for number in numbers)
        except OSError as error:
            raise self._trouble(error) from error

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._stream.close()
            if kind is None:
                self._aside.replace(self._path)
                fsync_folder(self._path.absolute().parent)
        except OSError as error:
            raise self._trouble(error) from error
        finally:
            # In place it is not there any more.
            self._aside.unlink(missing_ok=True)
