"""Store of exports: a folder for each, with what was ordered, how far it is, and its files.

| file | written by | what |
|---|---|---|
| `order.json` | who orders, once | what was asked for, when |
| `state.json` | the process that makes it; before and after it, who finds that it is gone | how far it is |
| `cancel` | whoever calls it off | empty |
| `lock` | held by the process that makes it | whether it lives |

A state is replaced as a whole. A job whose process has died is begun again, thrice at most.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gatekeeper.clock import HOUR_US, now_micros
from gatekeeper.errors import ExportError
from gatekeeper.exports.job import ExportJob, ExportState, JobState
from gatekeeper.exports.order import ExportOrder, order_text, read_order
from gatekeeper.exports.words import ExportTrouble
from gatekeeper.ownership import PRIVATE, make_folder, open_new
from gatekeeper.storage import FileLock
from gatekeeper.translation import phrase, trouble_of
from gatekeeper.words import sentence

_ORDER, _STATE, _CANCEL, _LOCK = "order.json", "state.json", "cancel", "lock"
_IDENT: Final = re.compile(r"[0-9a-f]{32}")
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """How much exports may take.

    Attributes:
        hours: how long one is kept after its end.
        waiting: how many of one person may wait or be made.
        waiting_in_all: how many of all people together may.
        rows: how many decisions one may have; 0 for any number.
        kept: how many of one person there may be.
        file_bytes: how large the files of one may become.
        all_bytes: how large the files of all may be when another is ordered.
        free_bytes: how much room must be left on the disk: calls need it for the journal.
    """

    hours: int = 24
    waiting: int = 3
    waiting_in_all: int = 30
    rows: int = 0
    kept: int = 20
    file_bytes: int = 32 << 30
    all_bytes: int = 64 << 30
    free_bytes: int = 2 << 30


class ExportStore:
    """Keeps them. Its methods may be called from any thread and process, and raise `ExportError` where the disk fails.

    Args:
        folder: the exports' folder, made with the first order.
        limits: how much they may take.
        clock: microseconds since the epoch.
    """

    def __init__(self, folder: Path, limits: ExportLimits | None = None, clock: Callable[[], int] = now_micros) -> None:
        self.limits = limits or ExportLimits()
        self._folder = folder
        self._clock = clock

    def add(self, order: ExportOrder) -> ExportJob:
        """Take an order.

        Raises:
            ExportError: there are too many already, or there is no room; the text is in the order's language.
        """
        with _reported(self._folder):
            make_folder(self._folder, 0o700)
        with _reported(self._folder), FileLock(self._folder / ".lock"):
            self._demand_room(order)
            ident = secrets.token_hex(16)
            aside = self._folder / f".{ident}"
            make_folder(aside, 0o700)
            made_at = self._clock()
            _write(aside / _ORDER, {"made_at": made_at, "order": order_text(order)})
            _write(aside / _STATE, JobState(changed_at=made_at).as_dict())
            aside.rename(self._folder / ident)
        return ExportJob(ident, order, made_at, JobState(changed_at=made_at))

    def jobs(self) -> list[ExportJob]:
        """All of them, the newest first; what can't be read is passed over."""
        found = [self.find(name) for name in self._idents()]
        return sorted((one for one in found if one is not None), key=lambda one: one.made_at, reverse=True)

    def find(self, ident: str) -> ExportJob | None:
        """One of them; None where there is none of that id."""
        if not _IDENT.fullmatch(ident):
            return None
        folder = self._folder / ident
        try:
            ordered = json.loads((folder / _ORDER).read_text())
            state = JobState.of(json.loads((folder / _STATE).read_text()))
            order = read_order(ordered["order"])
        except (OSError, ValueError, KeyError, TypeError, ExportError):
            return None
        if state.state is ExportState.QUEUED and (folder / _CANCEL).exists():
            state = state._replace(state=ExportState.CANCELLED)
        return ExportJob(ident, order, ordered["made_at"], state)

    def save(self, ident: str, state: JobState) -> None:
        """Write down how far one is: by who makes it."""
        with _reported(self._folder):
            _write(self._folder / ident / _STATE, state._replace(changed_at=self._clock()).as_dict())

    def cancel(self, ident: str) -> None:
        """Call one off; who makes it sees that within a second."""
        with _reported(self._folder):
            (self._of(ident) / _CANCEL).touch()

    def is_cancelled(self, ident: str) -> bool:
        """Whether it was called off."""
        return (self._of(ident) / _CANCEL).exists()

    def remove(self, ident: str) -> None:
        """Remove one with its files; one that is being made is called off, and goes tomorrow."""
        lock = self.lock(ident)
        with _reported(self._folder), contextlib.suppress(FileNotFoundError):  # somebody else has removed it
            if not lock.take(wait=False):
                (self._of(ident) / _CANCEL).touch()
                return
            try:
                # Out of sight at once, and whole: nobody puts anything into it any more.
                shutil.rmtree(self._of(ident).rename(self._folder / f".{ident}"), ignore_errors=True)
            finally:
                lock.release()

    def lock(self, ident: str) -> FileLock:
        """What the process that makes it holds."""
        return FileLock(self._of(ident) / _LOCK)

    def folder_of(self, ident: str) -> Path:
        """Where its files lie."""
        return self._of(ident)

    def path_of(self, job: ExportJob, name: str) -> Path | None:
        """A finished file of an export, by its name; None where it has none of that name."""
        found = next((one for one in job.state.files if one.name == name), None)
        return self._of(job.id) / found.name if found is not None else None

    def next_waiting(self) -> str | None:
        """The oldest that waits, with those that a dead process has left; None where none does."""
        for job in reversed(self.jobs()):
            if job.state.state is ExportState.RUNNING:
                self._put_back(job)
            elif job.state.state is ExportState.QUEUED:
                return job.id
        return next((job.id for job in reversed(self.jobs()) if job.state.state is ExportState.QUEUED), None)

    def sweep(self) -> None:
        """Remove what was kept for long enough, and what an order that was cut short has left."""
        before = self._clock() - self.limits.hours * HOUR_US
        for ident in self._idents():
            job = self.find(ident)
            if job is None:
                # Of another version, say: nobody is shown it, and its files are of people all the same.
                if _changed_before(self._of(ident), before):
                    self.remove(ident)
            elif job.state.changed_at < before and job.state.state.is_over:
                self.remove(ident)
        for path in self._folder.glob(".*"):
            if path.is_dir() and _changed_before(path, before):
                shutil.rmtree(path, ignore_errors=True)

    def free_bytes(self) -> int:
        """How much room the disk has."""
        with _reported(self._folder):
            return shutil.disk_usage(self._folder).free

    def died(self, ident: str) -> None:
        """The process of one has died by itself."""
        job = self.find(ident)
        if job is not None and not job.state.state.is_over:
            self._put_back(job)

    def _put_back(self, found: ExportJob) -> None:
        """Put one back whose process is gone; one that lives, or that has come to its end since, is left alone."""
        lock = self.lock(found.id)
        with _reported(self._folder):
            if not lock.take(wait=False):
                return
            try:
                job = self.find(found.id)
                if job is None or job.state.state is not found.state.state:
                    return
                tries = job.state.tries + 1
                state = job.state._replace(state=ExportState.QUEUED, tries=tries, rows=0, share=0.0)
                if tries >= _TRIES:
                    why = sentence(ExportTrouble.INTERRUPTED.value, job.order.language)
                    state = state._replace(state=ExportState.FAILED, why=why)
                self.save(job.id, state)
            finally:
                lock.release()

    def _demand_room(self, order: ExportOrder) -> None:
        jobs = self.jobs()
        own = [job for job in jobs if job.order.owner == order.owner]
        waiting = [job for job in jobs if not job.state.state.is_over]
        trouble = None
        if sum(job.order.owner == order.owner for job in waiting) >= self.limits.waiting:
            trouble = ExportTrouble.WAITING, self.limits.waiting
        elif len(waiting) >= self.limits.waiting_in_all:
            trouble = ExportTrouble.WAITING_IN_ALL, self.limits.waiting_in_all
        elif len(own) >= self.limits.kept:
            trouble = ExportTrouble.KEPT, self.limits.kept
        elif self._all_bytes() >= self.limits.all_bytes or self.free_bytes() < self.limits.free_bytes:
            trouble = ExportTrouble.NO_ROOM, 0
        if trouble is not None:
            raise ExportError(sentence(trouble[0].value, order.language).format(trouble[1]))

    def _all_bytes(self) -> int:
        return sum(one.bytes for job in self.jobs() for one in job.state.files)

    def _idents(self) -> list[str]:
        with _reported(self._folder):
            names = [path.name for path in self._folder.iterdir()] if self._folder.exists() else []
        return [name for name in names if _IDENT.fullmatch(name)]

    def _of(self, ident: str) -> Path:
        if not _IDENT.fullmatch(ident):
            raise ExportError(phrase("that is not the id of an export"))
        return self._folder / ident


def _changed_before(folder: Path, moment: int) -> bool:
    """Whether nothing came into a folder since a moment (microseconds); False of one that is gone."""
    try:
        return folder.stat().st_mtime_ns // 1000 < moment
    except OSError:
        return False


@contextlib.contextmanager
def _reported(folder: Path) -> Iterator[None]:
    """Let errors of the disk out as `ExportError`."""
    try:
        yield
    except OSError as error:
        raise ExportError(
            phrase("exports can't be kept in {folder}: {strerror}", folder=folder, strerror=trouble_of(error))
        ) from error


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write a file whole, or not at all."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open_new(aside, PRIVATE) as file:
        file.write(json.dumps(content).encode())
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
