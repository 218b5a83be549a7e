"""Verification of a backup: every file has its sum, every database is sound and has the files that it names."""

from pathlib import Path

from gatekeeper.backup.layout import SUMS, read_about, read_sums
from gatekeeper.backup.parts import PARTS
from gatekeeper.errors import BackupError
from gatekeeper.storage import translated
from gatekeeper.storage.files import sum_of
from gatekeeper.storage.sqlite.copying import problems_of

_TOLD = 5


def verified(folder: Path) -> dict[str, str]:
    """Read a backup whole; gives the sums of its files by their names.

    Raises:
        BackupError: something is wrong with it.
    """
    sums = read_sums(folder)
    if len(sums) != read_about(folder).get("files", 0) + 1:
        raise BackupError(f"{folder / SUMS} does not have the sums of all files: take another backup")
    problems = [problem for name, digest in sums.items() if (problem := _wrong(folder / name, digest))]
    problems = problems or damaged(folder, set(sums))
    if problems:
        more = f" (and {len(problems) - _TOLD} more)" if len(problems) > _TOLD else ""
        raise BackupError(f"{folder} can't be relied on: {'; '.join(problems[:_TOLD])}{more}; take another backup")
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
            found += [f"{one} is missing, but {part.database} names it" for one in needed if one not in names]
    return found


def _wrong(path: Path, digest: str) -> str:
    try:
        return "" if sum_of(path) == digest else f"{path.name} is not what was backed up"
    except OSError as error:
        return f"{path.name} can't be read ({error.strerror})"
