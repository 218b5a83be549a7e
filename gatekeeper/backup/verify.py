"""Verification of a backup: every file has its sum, every database is sound and has the files that it names."""

from pathlib import Path

from gatekeeper.backup.layout import SUMS, read_about, read_sums
from gatekeeper.backup.parts import PARTS
from gatekeeper.errors import BackupError
from gatekeeper.storage import translated
from gatekeeper.storage.files import sum_of
from gatekeeper.storage.sqlite.copying import problems_of
from gatekeeper.translation import phrase, trouble_of

_TOLD = 5


def verified(folder: Path) -> dict[str, str]:
    """Read a backup whole; gives the sums of its files by their names.

    Raises:
        BackupError: something is wrong with it.
    """
    sums = read_sums(folder)
    if len(sums) != read_about(folder).get("files", 0) + 1:
        raise BackupError(
            phrase("{folder} does not have the sums of all files: take another backup", folder=folder / SUMS)
        )
    problems = [problem for name, digest in sums.items() if (problem := _wrong(folder / name, digest))]
    problems = problems or damaged(folder, set(sums))
    if problems:
        more = phrase(" (and {count} more)", count=len(problems) - _TOLD) if len(problems) > _TOLD else ""
        raise BackupError(
            phrase(
                "{folder} can't be relied on: {names}{more}; take another backup",
                folder=folder,
                names="; ".join(problems[:_TOLD]),
                more=more,
            )
        )
    return sums


def damaged(folder: Path, names: set[str]) -> list[str]:
    """What is wrong with the databases in a folder, and what they name that is not there."""
    found = []
    for name in sorted(names):
        if name.endswith(".sqlite3"):
            found += [f"{name}: {problem}" for problem in problems_of(folder / name)]
    if found:
        return found
    for part in PARTS:
        if part.database in names:
            with translated(folder / part.database):
                needed, _ = part.files(folder / part.database)
            found += [
                phrase("{name} is missing, but {database} names it", name=one, database=part.database)
                for one in needed
                if one not in names
            ]
    return found


def _wrong(path: Path, digest: str) -> str:
    try:
        return "" if sum_of(path) == digest else phrase("{name} is not what was backed up", name=path.name)
    except OSError as error:
        return phrase("{name} can't be read ({strerror})", name=path.name, strerror=trouble_of(error))
