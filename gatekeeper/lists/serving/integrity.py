"""Integrity checks of versions' files: one that changed is not relied on until it was read whole."""

import contextlib
import logging
import threading
from pathlib import Path

from gatekeeper.errors import StoreError
from gatekeeper.lists.version.file import VersionFile
from gatekeeper.lists.version_key import VersionKey
from gatekeeper.storage.files import FileStamp, stamp
from gatekeeper.storage.sqlite.errors import translated
from gatekeeper.translation import joined, marked, phrase

log = logging.getLogger(__name__)

_REMEDY = marked("restore the file from a backup, or import the list again")


class Integrity:
    """Remembers which versions' files are suspect, and has them checked in threads: that takes seconds."""

    def __init__(self) -> None:
        self._checks: dict[VersionKey, _DeepCheck | None] = {}

    def add(self, base: VersionKey) -> None:
        """Rely on this version no more."""
        if base not in self._checks:
            log.warning(
                "the file of version %d of the list %s is suspect, it is to be checked", base.version, base.name
            )
            self._checks[base] = None

    def clear(self, base: VersionKey, path: Path) -> None:
        """Return when the version's file is above suspicion.

        Raises:
            StoreError: it is not, or not yet: ask again.
        """
        if base not in self._checks:
            return
        with translated(path):
            now = stamp(path)
        check = self._checks[base]
        if check is None or check.stamp != now:
            check = self._checks[base] = _DeepCheck(path, now)
        if not check.done:
            raise StoreError(
                phrase("{path} was changed, it is being checked", path=path), phrase("wait for the check to end")
            )
        if check.problems:
            raise StoreError(joined(check.problems[:3]), phrase(_REMEDY))
        del self._checks[base]

    def forget(self) -> None:
        """Wait for running checks."""
        for check in self._checks.values():
            if check is not None:
                check.thread.join()


class _DeepCheck:
    """Reads a version's file whole, in a thread.

    Args:
        path: of the file.
        now: its stamp.
    """

    def __init__(self, path: Path, now: FileStamp) -> None:
        self.stamp = now
        self.problems: list[str] = []
        self.done = False
        self._path = path
        self.thread = threading.Thread(target=self._run, name="gatekeeper-file-check", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            with contextlib.closing(VersionFile(self._path)) as file:
                self.problems = file.problems()
        except StoreError as error:
            self.problems = [str(error)]
        finally:
            self.done = True
