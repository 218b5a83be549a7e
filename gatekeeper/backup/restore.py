"""Puts a backup back into a data folder that no daemon serves.

All of it is verified, then copied beside what is there, and only then moved to its place; what was there is moved into
a folder of its own and stays. Databases come last: killed in between, an old database does not find its files, and
whoever asks it is refused; the same command again puts things right.
"""

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.backup.files import copy_file
from gatekeeper.backup.layout import read_about
from gatekeeper.backup.parts import NAMES, PARTS, SCRUBS
from gatekeeper.backup.verify import verified
from gatekeeper.clock import moment_of
from gatekeeper.errors import BackupError, StoreError
from gatekeeper.ownership import SHARED, make_folder, settle_tree
from gatekeeper.storage import FileLock, fsync_folder
from gatekeeper.storage.files import DAEMON_LOCK
from gatekeeper.translation import phrase, trouble_of

_STAGED: Final = ".restore-"
"""What the folder begins with in which files are got ready."""

_OF_DATABASE: Final = ("-wal", "-shm", "")


class RestoreReport(NamedTuple):
    """What was put back, or would be.

    Attributes:
        made_at: when the backup was made, ISO 8601.
        parts: the parts that were put back.
        files: how many files.
        aside: where what was there has been moved; None where nothing was.
        newer: by store, how much more there was than the backup has.
        unreadable: stores that were there and could not be counted.
    """

    made_at: str
    parts: tuple[str, ...]
    files: int
    aside: Path | None
    newer: dict[str, dict[str, int]]
    unreadable: tuple[str, ...]


def restore_backup(
    folder: Path, data_dir: Path, *, now: int, only: Sequence[str] = (), replace: bool = False, dry_run: bool = False
) -> RestoreReport:
    """Put a backup back.

    Args:
        folder: the backup.
        data_dir: the data folder.
        now: in microseconds since the epoch.
        only: the parts that are put back; all that it has without.
        replace: move aside what is there.
        dry_run: only verify the backup, and say what would be done.

    Raises:
        BackupError: the backup is not sound, a daemon runs, or something is there and may not be moved aside.
    """
    if not folder.is_dir():
        raise BackupError(
            phrase("{path} is no folder: give that of one backup, such as gatekeeper-20261126T030000Z", path=folder)
            if folder.exists()
            else phrase("{path} does not exist", path=folder)
        )
    about = read_about(folder)
    sums = verified(folder)
    chosen = {name: sums[name] for name in sums if _part_of(name) in (only or NAMES)}
    parts = tuple(dict.fromkeys(filter(None, map(_part_of, chosen))))
    missing = [name for name in only if name not in parts]
    if missing:
        raise BackupError(
            phrase(
                "{folder} has no {missing}: it has {names}",
                folder=folder,
                missing=missing[0],
                names=", ".join(sorted({*map(_part_of, sums)} - {""})),
            )
        )
    newer, unreadable = _newer(data_dir, about["counts"], parts)
    report = RestoreReport(str(about["made_at"]), parts, len(chosen), None, newer, unreadable)
    if dry_run:
        return report
    try:
        make_folder(data_dir, 0o750)
        lock = FileLock(data_dir / DAEMON_LOCK)
        if not lock.take(wait=False):
            raise BackupError(
                phrase("a daemon serves {data_dir}: stop it first (`systemctl stop gatekeeper`)", data_dir=data_dir)
            )
        with contextlib.closing(lock):
            return report._replace(aside=_put_back(folder, data_dir, chosen, parts, now, replace=replace))
    except OSError as error:
        raise BackupError(
            phrase(
                "{filename} can't be restored: {strerror}",
                filename=error.filename or data_dir,
                strerror=trouble_of(error),
            )
        ) from error


def _part_of(name: str) -> str:
    """The part that a file of a backup belongs to, or ""."""
    top = name.partition("/")[0]
    if top == SCRUBS:
        return SCRUBS
    return next((part.name for part in PARTS if top in (part.database, *part.folders)), "")


def _places(parts: Sequence[str]) -> list[tuple[str, ...]]:
    """What parts have in the data folder: folders first, then databases.

    What stands together is moved aside before anything takes its place: SQLite would apply an old database's
    write-ahead log to a new one (sqlite.org/howtocorrupt.html, 2.4).
    """
    stores = [part for part in PARTS if part.name in parts]
    folders = [folder for part in stores for folder in part.folders] + [SCRUBS] * (SCRUBS in parts)
    databases = [tuple(part.database + end for end in _OF_DATABASE) for part in stores]
    return [(folder,) for folder in folders] + databases


def _put_back(
    folder: Path, data_dir: Path, chosen: dict[str, str], parts: Sequence[str], now: int, *, replace: bool
) -> Path | None:
    places = _places(parts)
    there = [name for names in places for name in names if os.path.lexists(data_dir / name)]
    if there and not replace:
        raise BackupError(
            phrase(
                "{data_dir} has {there} already; --replace moves aside what is there, and keeps it",
                data_dir=data_dir,
                there=there[0],
            )
        )
    when = moment_of(now).strftime("%Y%m%dT%H%M%SZ")
    _remove_left(data_dir)
    staged = data_dir / f"{_STAGED}{when}"
    aside = _free(data_dir / f"before-restore-{when}")
    try:
        for name, digest in chosen.items():
            make_folder((staged / name).parent)
            if copy_file(folder / name, staged / name, SHARED) != digest:
                raise BackupError(
                    phrase(
                        "{folder} changed while it was read: verify the disk, take another backup", folder=folder / name
                    )
                )
        make_folder(aside)
        for names in places:
            for name in names:
                if name in there:
                    (data_dir / name).rename(aside / name)
            for name in names:
                if (staged / name).exists():
                    (staged / name).rename(data_dir / name)
        fsync_folder(data_dir)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    settle_tree(data_dir)
    if there:
        return aside
    aside.rmdir()
    return None


def _free(path: Path) -> Path:
    """The path, or one beside it where something is there: of a restore within the same second."""
    free, count = path, 1
    while os.path.lexists(free):
        count += 1
        free = path.with_name(f"{path.name}-{count}")
    return free


def _remove_left(data_dir: Path) -> None:
    """Remove what a killed run has left: nobody else is here, for we hold the daemon's lock."""
    for left in data_dir.glob(f"{_STAGED}*"):
        shutil.rmtree(left, ignore_errors=True)


def _newer(
    data_dir: Path, counts: dict[str, dict[str, int]], parts: Sequence[str]
) -> tuple[dict[str, dict[str, int]], tuple[str, ...]]:
    """How much more the stores that are there have than the backup, and those that can't be read."""
    newer: dict[str, dict[str, int]] = {}
    unreadable = []
    for part in PARTS:
        path = data_dir / part.database
        if part.name not in parts or not path.exists():
            continue
        try:
            now = part.counts(path, in_use=True)
        except StoreError:
            unreadable.append(part.name)
            continue
        more = {name: count - counts[part.name].get(name, 0) for name, count in now.items()}
        if any(count > 0 for count in more.values()):
            newer[part.name] = {name: count for name, count in more.items() if count > 0}
    return newer, tuple(unreadable)
