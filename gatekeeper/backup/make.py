"""Makes a backup while the daemon runs: each store as it was at one moment, with all the files that it names.

A database is copied first, by SQLite's backup interface, then the files that the copy names, which never change. Where
one is gone (an import took an old version away meanwhile), the database is copied once more.
"""

import json
import os
import platform
import shutil
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper import __version__
from gatekeeper.backup.files import copy_file, write_private
from gatekeeper.backup.layout import ABOUT, FORMAT, age_of, finished_backups, write_sums
from gatekeeper.backup.parts import PARTS, SCRUBS, StorePart
from gatekeeper.backup.unfinished import UNFINISHED, remove_left, unfinished
from gatekeeper.backup.verify import damaged
from gatekeeper.clock import moment_of
from gatekeeper.errors import BackupError, StoreError
from gatekeeper.ownership import PRIVATE, make_folder
from gatekeeper.storage import fsync_folder, translated
from gatekeeper.storage.files import sum_of
from gatekeeper.storage.sqlite.copying import copy_database
from gatekeeper.translation import phrase, trouble_of

_TRIES: Final = 5


class BackupReport(NamedTuple):
    """What was backed up.

    Attributes:
        path: the backup.
        files: how many files it has.
        size: their bytes.
        counts: by store, what was counted in it.
        removed: older backups that were removed.
        kept: older backups that could not be removed, and why.
        later: backups that are dated later than this one; they stay, and are not counted.
    """

    path: Path
    files: int
    size: int
    counts: dict[str, dict[str, int]]
    removed: tuple[Path, ...] = ()
    kept: tuple[tuple[Path, str], ...] = ()
    later: tuple[Path, ...] = ()


def make_backup(data_dir: Path, folder: Path, *, now: int, by: str, keep: int = 0) -> BackupReport:
    """Back a data folder up, and read the backup whole.

    Args:
        data_dir: the data folder.
        folder: where the backup's own folder is made.
        now: in microseconds since the epoch.
        by: who makes it.
        keep: how many backups there may be in the folder, this one among them; older ones are removed. 0: all. The
            clock may have been wrong: one that is dated later than this one is neither counted nor removed.

    Raises:
        BackupError: it can't be made, or is not sound. Nothing is left of it.
        StoreError: a database can't be read.
    """
    if not any((data_dir / part.database).exists() for part in PARTS):
        raise BackupError(
            phrase("{data_dir} has nothing to back up: is this the daemon's data folder?", data_dir=data_dir)
        )
    if folder.resolve().is_relative_to(data_dir.resolve()):
        raise BackupError(
            phrase("{folder} lies in the data folder: choose a place that is not lost with it", folder=folder)
        )
    remove_left(folder)
    target = _free(folder, moment_of(now).strftime("gatekeeper-%Y%m%dT%H%M%SZ"))
    try:
        with unfinished(folder, target.name) as aside:
            report = _fill(data_dir, aside, now, by)
            aside.rename(target)
            fsync_folder(folder)
    except OSError as error:
        raise BackupError(
            phrase(
                "{filename} can't be backed up: {strerror}",
                filename=error.filename or target,
                strerror=trouble_of(error),
            )
        ) from error
    return _prune(report._replace(path=target), keep) if keep else report._replace(path=target)


def _fill(data_dir: Path, aside: Path, now: int, by: str) -> BackupReport:
    sums: dict[str, str] = {}
    about: dict[str, dict[str, int]] = {}
    for part in PARTS:
        if (data_dir / part.database).exists():
            sums |= _store(part, data_dir, aside)
            about[part.name] = part.counts(aside / part.database, in_use=False)
    for path in sorted(data_dir.glob(f"{SCRUBS}/**/*")):
        if path.is_file() and not path.name.startswith("."):
            sums |= _copied(str(path.relative_to(data_dir)), data_dir, aside)
    problems = damaged(aside, set(sums))
    if problems:
        raise BackupError(
            phrase(
                "{data_dir} is not sound: {names}; an earlier backup may be",
                data_dir=data_dir,
                names="; ".join(problems),
            )
        )
    text = json.dumps(
        {
            "format": FORMAT,
            "made_at": moment_of(now).isoformat(),
            "made_by": by,
            "host": platform.node(),
            "gatekeeper": __version__,
            "data_dir": str(data_dir),
            "files": len(sums),
            "counts": about,
        },
        indent=1,
    )
    write_private(aside / ABOUT, text + "\n")
    sums[ABOUT] = sum_of(aside / ABOUT)
    write_sums(aside, sums)
    _sync_folders(aside)
    size = sum((aside / name).stat().st_size for name in sums)
    return BackupReport(aside, len(sums), size, about)


def _store(part: StorePart, data_dir: Path, aside: Path) -> dict[str, str]:
    """Copy a store; gives the sums of its files."""
    sums: dict[str, str] = {}
    for _ in range(_TRIES):
        copy = aside / part.database
        copy.unlink(missing_ok=True)
        copy_database(data_dir / part.database, copy)
        with translated(copy):
            needed, others = part.files(copy)
        for name in (*needed, *others):
            if name not in sums:
                sums |= _copied(name, data_dir, aside)
        missing = [name for name in needed if name not in sums]
        if not missing:
            wanted = {*needed, *others}
            for name in sums.keys() - wanted:
                (aside / name).unlink()
            return {name: digest for name, digest in sums.items() if name in wanted} | {part.database: sum_of(copy)}
    raise StoreError(
        phrase("{name} is missing, but {database} names it", name=data_dir / missing[0], database=part.database),
        phrase("restore it from a backup"),
    )


def _copied(name: str, data_dir: Path, aside: Path) -> dict[str, str]:
    """Copy one file; gives its sum, or nothing where it is not there."""
    target = aside / name
    make_folder(target.parent, 0o700)
    try:
        return {name: copy_file(data_dir / name, target, PRIVATE)}
    except FileNotFoundError:
        return {}


def _sync_folders(top: Path) -> None:
    for parent, _, _ in os.walk(top):
        fsync_folder(Path(parent))


def _free(folder: Path, name: str) -> Path:
    """Where a backup of this second goes: numbered behind those of it that are there, or are being made."""
    names = [path.name.removeprefix(".").removesuffix(UNFINISHED) for path in folder.glob(f"*{name}*")]
    last = max((age_of(Path(one))[1] for one in names), default=0)
    return folder / (f"{name}-{last + 1}" if last else name)


def _prune(report: BackupReport, keep: int) -> BackupReport:
    """Remove the backups that are more than are kept. The new one is made, whatever becomes of them."""
    age = age_of(report.path)
    try:
        others = [path for path in finished_backups(report.path.parent) if path != report.path]
    except OSError as error:
        return report._replace(kept=((report.path.parent, trouble_of(error)),))
    older = [path for path in others if age_of(path) < age]
    removed, kept = [], []
    for path in older[: max(0, len(older) - (keep - 1))]:
        try:
            shutil.rmtree(path)
            removed.append(path)
        except OSError as error:
            kept.append((path, trouble_of(error)))
    later = tuple(path for path in others if age_of(path) > age)
    return report._replace(removed=tuple(removed), kept=tuple(kept), later=later)
