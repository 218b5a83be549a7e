"""Builds a version aside: its SQLite file on one core, its filter on the other."""

import contextlib
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from gatekeeper.errors import MergeFailedError
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.version.bloom_fill import build_filter
from gatekeeper.lists.version.external_sort import PackedNumbers, Spool
from gatekeeper.lists.version.file import VersionWriter
from gatekeeper.lists.version.merge import Combined
from gatekeeper.storage.files import fsync_folder
from gatekeeper.storage.sqlite.errors import translated
from gatekeeper.translation import language, speak


class Built(NamedTuple):
    """A version's files, in place and on the disk, but not in force.

    Attributes:
        version: its number.
        build: the token that ties files and row together.
        count: numbers in it.
        canary: one of them; None where there are none.
        absent: a number that is not in it.
    """

    version: int
    build: str
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs of a record
    canary: int | None
    absent: int


Extra = Callable[[VersionWriter], None]
"""Writes what a version's file has beside the listed numbers, when these are through."""


def build_version(
    layout: Layout,
    name: str,
    version: int,
    combined: Combined,
    progress: Callable[[int], None],
    extra: Extra | None = None,
) -> Built:
    """Write a version's files from collected numbers.

    Args:
        layout: where the lists lie.
        name: of the list; its import lock must be held.
        version: number of the new version.
        combined: gives the numbers.
        progress: is told how many numbers are stored.
        extra: writes what else belongs into the version's file.

    Raises:
        StoreError: the disk is full, or the like. Nothing is left behind.
    """
    build = secrets.token_hex(8)
    folder = layout.folder(name)
    exact = folder / f".{version}.{build}.sqlite3.part"
    saved = folder / f".{version}.{build}.bloom.part"
    try:
        with translated(folder), contextlib.closing(Spool(folder)) as spool:

            def fill() -> None:
                build_filter(saved, spool.read(), name=name, version=version, build=build)

            writer = _write(exact, (name, version, build), _Merger(combined, spool, fill), progress, extra)
            exact.replace(layout.exact(name, version))
            saved.replace(layout.filter(name, version))
            fsync_folder(folder)
    except BaseException:
        for path in (exact, saved):
            path.unlink(missing_ok=True)
        raise
    return Built(version, build, writer.count, writer.canary, writer.last + 1)


def _write(
    exact: Path,
    about: tuple[str, int, str],
    merger: "_Merger",
    progress: Callable[[int], None],
    extra: Extra | None,
) -> VersionWriter:
    writer = VersionWriter(exact)
    # Leaving the pool waits for the other core: it must not go on writing into files that are given up.
    with contextlib.closing(writer), ThreadPoolExecutor(1, "gatekeeper-filter", speak, (language(),)) as second:
        other = second.submit(merger.run)
        try:
            for numbers in merger.ranges():
                writer.write(numbers)
                progress(writer.count)
            if extra is not None:
                merger.merged()
                extra(writer)
            writer.finish(*about)
        except MergeFailedError:
            other.result()
            raise
        except BaseException:
            merger.stopped = True
            raise
        other.result()
    return writer


class _Merger:
    """The second core's work: merge the runs for the first, then fill the filter while the first goes on storing.

    Args:
        combined: what to merge.
        spool: where the merged numbers are put for the filter.
        then: fills the filter from it.
    """

    def __init__(self, combined: Combined, spool: Spool, then: Callable[[], None]) -> None:
        self._combined = combined
        self._spool = spool
        self._then = then
        self._ready: SimpleQueue[int | None] = SimpleQueue()
        self._failed = False
        self.stopped = False

    def run(self) -> None:
        """All of it, in the second core's thread."""
        try:
            for numbers in self._combined.merge():
                if self.stopped:
                    return
                self._spool.append(numbers)
                self._ready.put(self._spool.count)
        except BaseException:
            self._failed = True
            raise
        finally:
            self._ready.put(None)
        if not self.stopped:
            self._then()

    def merged(self) -> None:
        """Make sure, after `ranges`, that the merging came to its end.

        Raises:
            MergeFailedError: it failed; why is told by its own thread.
        """
        if self._failed:
            raise MergeFailedError

    def ranges(self) -> Iterator[PackedNumbers]:
        """What is merged so far, in ascending order, until all is; ends early where the merging failed.

        Only counts are handed over: the numbers wait in the spool's file, not in memory.
        """
        done = 0
        while (ready := self._ready.get()) is not None:
            yield from self._spool.between(done, ready)
            done = ready
