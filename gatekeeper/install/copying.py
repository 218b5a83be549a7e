"""Copying the files that come with Gatekeeper to a folder, without overwriting what somebody has changed there."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from gatekeeper.errors import InstallError
from gatekeeper.install.files import SHIPPED, content, folder
from gatekeeper.translation import marked, phrase, trouble_of


class Copied(StrEnum):
    """What became of a file."""

    NEW = marked("copied")
    SAME = marked("unchanged")
    REPLACED = marked("overwritten")


def copy_to(target: Path, *, force: bool = False) -> Iterator[tuple[Path, Copied]]:
    """Copy every file to its name below a folder, which is made where it is missing.

    A file is written whole or not at all, and has the mode of the one that it is a copy of. The AGI script names the
    interpreter that runs this.

    Args:
        target: the folder.
        force: overwrite the files that are there and differ.

    Yields:
        Each file below `target`, and what became of it.

    Raises:
        InstallError: a file that is there differs, and `force` was not given: nothing was copied. Or one can't be
            written: the text names it.
    """
    contents = {shipped.name: content(shipped.name, Path(sys.executable)) for shipped in SHIPPED}
    states = {name: _state(wanted, target / name) for name, wanted in contents.items()}
    changed = [str(target / name) for name, state in states.items() if state is Copied.REPLACED]
    if changed and not force:
        raise InstallError(
            phrase(
                "nothing was copied: these are there already, and differ from those that come with this version; move "
                "them away, name another folder, or overwrite them with --force:"
            )
            + "".join(f"\n  {path}" for path in changed)
        )
    for name, state in states.items():
        if state is not Copied.SAME:
            _copy(contents[name], folder() / name, target / name)
        yield target / name, state


def _state(wanted: bytes, target: Path) -> Copied:
    """What copying would do to a file."""
    try:
        if not os.path.lexists(target):
            return Copied.NEW
        if target.is_dir():
            raise InstallError(
                phrase("{target} is a folder, and a file has to go there; name another folder", target=target)
            )
        return Copied.SAME if target.read_bytes() == wanted else Copied.REPLACED
    except FileNotFoundError:
        return Copied.REPLACED  # a symbolic link to nowhere
    except OSError as error:
        raise InstallError(
            phrase(
                "{target} can't be read: {reason}; run this as a user who may", target=target, reason=trouble_of(error)
            )
        ) from None


def _copy(wanted: bytes, source: Path, target: Path) -> None:
    unfinished = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(wanted)
        shutil.copymode(source, unfinished)
        os.replace(unfinished, target)  # noqa: PTH105 - a name, not a Path
    except OSError as error:
        if unfinished is not None:
            with suppress(OSError):
                os.unlink(unfinished)  # noqa: PTH108 - the same
        raise InstallError(
            phrase(
                "{target} can't be written: {reason}; run this as a user who may, or name another folder",
                target=target,
                reason=trouble_of(error),
            )
        ) from None
