"""The file tree of a site: the machine's own, or an image's in a folder; paths are those that the site itself uses."""

import grp
import pwd
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.errors import InstallError
from gatekeeper.translation import phrase, trouble_of

_LARGEST = 16 * 1024 * 1024
"""No configuration file has so many bytes; what is larger is not read."""


class SiteTree:
    """Reads files below a root. Nothing is written.

    Args:
        root: the folder that stands for `/`.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root.resolve()

    @property
    def is_machine(self) -> bool:
        """Whether this is the machine itself, and not an image in a folder."""
        return self.root == Path("/")

    def real(self, path: Path) -> Path:
        """Where a path of the site is for us."""
        return self.root / path.relative_to("/")

    def text(self, path: Path) -> str | None:
        """A file's text, byte for byte (undecodable ones are kept); None where there is no such file.

        Raises:
            InstallError: it is there and can't be read.
        """
        real = self.real(path)
        try:
            if not real.is_file() or real.stat().st_size > _LARGEST:
                return None
            return real.read_bytes().decode("utf-8", "surrogateescape")
        except OSError as error:
            raise InstallError(
                phrase("{real} can't be read: {reason}; run this as root", real=real, reason=trouble_of(error))
            ) from None

    def exists(self, path: Path) -> bool:
        """Whether something is there."""
        return self.real(path).exists()

    def is_link(self, path: Path) -> bool:
        """Whether it is a symbolic link: then it is somebody else's file."""
        return self.real(path).is_symlink()

    def glob(self, pattern: str) -> list[Path]:
        """The paths of the site that match an absolute pattern, sorted."""
        found = self.root.glob(pattern.lstrip("/"))
        return sorted(Path("/") / path.relative_to(self.root) for path in found)

    def owner(self, path: Path) -> tuple[str, str] | None:
        """The names of a file's user and group, by the site's own accounts; None where it is not there."""
        try:
            found = self.real(path).stat()
        except OSError:
            return None
        return self._name("/etc/passwd", found.st_uid), self._name("/etc/group", found.st_gid)

    def accounts(self, file: str) -> Iterator[list[str]]:
        """The rows of `/etc/passwd` or `/etc/group`; of a machine those of its directory services, too."""
        for line in (self.text(Path(file)) or "").splitlines():
            row = line.split(":")
            if len(row) > 2:  # noqa: PLR2004 - name, password, number: passwd(5), group(5)
                yield row

    def number(self, file: str, name: str) -> int | None:
        """The number of a user (`/etc/passwd`) or group (`/etc/group`); None where there is none of that name."""
        for row in self.accounts(file):
            if row[0] == name and row[2].isdigit():
                return int(row[2])
        if self.is_machine:
            try:
                return pwd.getpwnam(name).pw_uid if file.endswith("passwd") else grp.getgrnam(name).gr_gid
            except KeyError:
                return None
        return None

    def _name(self, file: str, number: int) -> str:
        named = next((row[0] for row in self.accounts(file) if row[2] == str(number)), "")
        return named or ("root" if number == 0 else str(number))
