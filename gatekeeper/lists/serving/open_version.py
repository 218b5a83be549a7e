"""An imported version open for serving: its exact store, and its filter once that is checked.

Theory of operation
===================
The exact store answers from the first moment. The filter only spares asking it, and is relied on in one state alone:

| state      | filter | left for, when                                                                              |
|------------|--------|---------------------------------------------------------------------------------------------|
| checking   | no     | filtered, when all its bits fit their checksum and the canary passes; rebuilding otherwise  |
| filtered   | yes    | never, while the version is open                                                            |
| rebuilding | no     | checking, when the process that makes the filter has ended well; unfiltered, when it failed |
| unfiltered | no     | rebuilding, at a `poll` a minute after the last try; never, where `rebuild` is not set      |

A version begins in `checking`; in `rebuilding` (or `unfiltered`) where its filter is missing, or not of this version.
Small filters are checked before the constructor returns where that is asked for.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from gatekeeper.errors import FilterMismatchError
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.version.bloom import SavedFilter
from gatekeeper.lists.version.file import VersionFile, open_version
from gatekeeper.lists.version_key import VersionKey
from gatekeeper.storage.files import stamp
from gatekeeper.storage.sqlite.errors import translated

log = logging.getLogger(__name__)

_AT_ONCE = 64 << 20
"""Bytes of a filter that are checked while the index is opened (some 25 ms); larger ones are checked aside."""

_AGAIN = 60.0
"""Seconds until a rebuilding that failed is tried again."""


class ServedVersion:
    """An imported version, open for serving.

    The filter is only relied on after all its bits were checked against their checksum: a damaged one would let calls
    to listed people pass. Until then, and while there is none, the exact store alone answers.

    Args:
        layout: where the lists lie.
        base: which version.
        rebuild: whether to start a process that makes a filter where there is none that fits.
        at_once: whether to check a filter of moderate size before returning.
        canary: a number that the version holds, where one is known: a filter that does not let it pass is not used.

    Raises:
        StoreError: the version's file can't be used.
    """

    def __init__(
        self, layout: Layout, base: VersionKey, *, rebuild: bool, at_once: bool, canary: int | None = None
    ) -> None:
        self.base = base
        self._canary = canary
        self._layout = layout
        self._rebuild = rebuild
        path = layout.exact(base.name, base.version)
        with translated(path):
            self._stamp = stamp(path)
        self.file: VersionFile = open_version(path, base.name, base.version, base.build)
        self.filter: SavedFilter | None = None
        self._checking: _Check | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._retry_at = 0.0
        self._try_filter(at_once=at_once)

    def changed(self) -> bool:
        """Whether the version's file is another than was opened, which nobody does on purpose.

        Raises:
            StoreError: it is gone.
        """
        path = self.file.path
        with translated(path):
            return stamp(path) != self._stamp

    def poll(self) -> bool:
        """See whether a check or a rebuilding has ended; true where `filter` changed by it."""
        before = self.filter
        if self._checking is not None and self._checking.done:
            self._checked()
        elif self.filter is None and self._checking is None and self._rebuild:
            self._poll_process()
        return self.filter is not before

    def _try_filter(self, *, at_once: bool) -> None:
        path = self._layout.filter(self.base.name, self.base.version)
        try:
            saved = SavedFilter(path)
        except FilterMismatchError as error:
            self._unfit(str(error))
            return
        meta = saved.meta
        if (meta.list, meta.version, meta.build, meta.count) != (*self.base, self.file.about.count):
            saved.close()
            self._unfit(f"{path} belongs to another version")
            return
        self._checking = _Check(saved, at_once=at_once and saved.size <= _AT_ONCE)
        if self._checking.done:
            self._checked()

    def _checked(self) -> None:
        check, self._checking = self._checking, None
        if check is None:
            return
        path, why = check.saved.path, "is damaged"
        if check.intact:
            if self._canary is None or self._canary in check.saved.filter:
                self.filter = check.saved
                return
            why = "does not let pass what it was made for"
            log.error("%s %s", path, why)
        check.saved.close()
        self._unfit(f"{path} {why}")

    def _unfit(self, why: str) -> None:
        log.warning(
            "the list %s is answered from its exact store alone, its filter is to be rebuilt: %s", self.base.name, why
        )
        if self._rebuild:
            self._start()

    def _start(self) -> None:
        if self._process is not None or time.monotonic() < self._retry_at:
            return
        self._retry_at = time.monotonic() + _AGAIN
        command = [
            sys.executable,
            "-m",
            "gatekeeper.lists.version.rebuild",
            str(self._layout.data_dir),
            self.base.name,
            str(self.base.version),
        ]
        # The process finds the package where this one found it.
        root = str(Path(__file__).resolve().parents[2])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, *_given_path()])}
        try:
            # The command is our own module; its arguments are a folder, a checked name and a number.
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment)  # noqa: S603
        except OSError as error:
            log.warning("the filter of the list %s can't be rebuilt: %s", self.base.name, error)

    def _poll_process(self) -> None:
        process = self._process
        if process is None:
            self._start()
        elif process.poll() is not None:
            self._process = None
            if process.returncode == 0:
                self._try_filter(at_once=False)
            else:
                log.warning(
                    "rebuilding the filter of the list %s failed, status %d", self.base.name, process.returncode
                )

    def close(self) -> None:
        """Close everything; a rebuilding is stopped."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None
        if self._checking is not None:
            self._checking.drop()
        if self.filter is not None:
            self.filter.close()
        self.file.close()


class _Check:
    """Compares a filter's bits with their checksum, at once or in a thread."""

    def __init__(self, saved: SavedFilter, *, at_once: bool) -> None:
        self.saved = saved
        self.intact = False
        self.done = False
        self._thread: threading.Thread | None = None
        if at_once:
            self._run()
        else:
            self._thread = threading.Thread(target=self._run, name="gatekeeper-filter-check", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self.intact = self.saved.intact()
        finally:
            self.done = True

    def drop(self) -> None:
        """Wait for the end (a fraction of a second) and close the filter."""
        if self._thread is not None:
            self._thread.join()
        self.saved.close()


def _given_path() -> list[str]:
    given = os.environ.get("PYTHONPATH", "")
    return given.split(os.pathsep) if given else []
