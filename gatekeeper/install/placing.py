"""Putting files where they go: whole or not at all, with the owner and mode of what was there, within an image."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gatekeeper.errors import InstallError
from gatekeeper.install.draft import Ownership
from gatekeeper.site import SiteTree
from gatekeeper.translation import phrase, trouble_of


class Placing:
    """Writes below a site's root.

    Args:
        tree: the site.
    """

    def __init__(self, tree: SiteTree) -> None:
        self._tree = tree
        self.not_given: list[str] = []
        """What could not be given to its owner, for an ordinary user writes this image."""

    def file(self, path: Path, content: bytes, ownership: Ownership | None) -> None:
        """Write a file.

        Raises:
            InstallError: it can't be written.
        """
        real = self._inside(path)
        unfinished = ""
        try:
            self.parents(path)
            handle, unfinished = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            self._give(Path(unfinished), path, real, ownership)
            os.replace(unfinished, real)  # noqa: PTH105 - a name, not a Path
        except OSError as error:
            with suppress(OSError):
                Path(unfinished).unlink()
            raise InstallError(
                phrase(
                    "{real} can't be written: {reason}; run this as root. `gatekeeper install --undo` puts back what "
                    "was changed until now",
                    real=real,
                    reason=trouble_of(error),
                )
            ) from None

    def folder(self, path: Path, ownership: Ownership) -> None:
        """Make a folder.

        Raises:
            InstallError: it can't be made.
        """
        real = self._inside(path)
        try:
            self.parents(path)
            real.mkdir()
            real.chmod(ownership.mode)
            self._own(real, path, ownership)
        except FileExistsError:
            return
        except OSError as error:
            raise InstallError(
                phrase("{real} can't be made: {reason}; run this as root", real=real, reason=trouble_of(error))
            ) from None

    def parents(self, path: Path) -> None:
        """Make the folders above, as root's."""
        self._inside(path).parent.mkdir(mode=0o755, parents=True, exist_ok=True)

    def remove(self, path: Path) -> None:
        """Remove a file.

        Raises:
            InstallError: it can't be removed.
        """
        real = self._inside(path)
        try:
            real.unlink(missing_ok=True)
        except OSError as error:
            raise InstallError(
                phrase("{real} can't be removed: {reason}; run this as root", real=real, reason=trouble_of(error))
            ) from None

    def remove_folder(self, path: Path) -> bool:
        """Remove a folder if nothing is in it; whether it is gone."""
        real = self._inside(path)
        try:
            real.rmdir()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    def missing_parents(self, path: Path) -> Iterator[Path]:
        """The folders above a path that are not there, the outermost first."""
        missing = [one for one in path.parents if not self._tree.exists(one)]
        return reversed(missing)

    def _inside(self, path: Path) -> Path:
        """Where a path is for us. A symbolic link of an image could lead to the machine itself."""
        real = self._tree.real(path)
        resolved = real.parent.resolve()
        if not resolved.is_relative_to(self._tree.root):
            raise InstallError(
                phrase(
                    "{path} of the image leads out of {root}, to {resolved}: nothing is written there",
                    path=path,
                    root=self._tree.root,
                    resolved=resolved,
                )
            )
        return resolved / real.name

    def _give(self, unfinished: Path, path: Path, real: Path, ownership: Ownership | None) -> None:
        if real.exists():
            found = real.stat()
            unfinished.chmod(found.st_mode & 0o7777)
            if (found.st_uid, found.st_gid) != (os.geteuid(), unfinished.stat().st_gid):
                os.chown(unfinished, found.st_uid, found.st_gid)
            for name in os.listxattr(real):
                with suppress(OSError):  # such as those that the kernel keeps for itself
                    os.setxattr(unfinished, name, os.getxattr(real, name))
            return
        wanted = ownership or Ownership("root", "root", 0o644)
        unfinished.chmod(wanted.mode)
        self._own(unfinished, path, wanted)

    def _own(self, real: Path, path: Path, ownership: Ownership) -> None:
        user = self._tree.number("/etc/passwd", ownership.user)
        group = self._tree.number("/etc/group", ownership.group)
        numbers = (0 if ownership.user == "root" else user, 0 if ownership.group == "root" else group)
        uid, gid = (-1 if number is None else number for number in numbers)
        try:
            os.chown(real, uid, gid)
        except PermissionError:
            if self._tree.is_machine:
                raise
            uid = -1
        if -1 in (uid, gid):
            self.not_given.append(f"{ownership.user}:{ownership.group} {path}")
