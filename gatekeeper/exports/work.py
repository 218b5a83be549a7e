"""Work on one export: walks through the journal in short looks, writes the file, and says how far it is."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gatekeeper.clock import now_micros
from gatekeeper.errors import ExportCancelledError, ExportError, StoreError
from gatekeeper.exports.csv_file import CsvFile
from gatekeeper.exports.job import ExportedFile, ExportJob, ExportState, JobState
from gatekeeper.exports.json_file import JsonFile
from gatekeeper.exports.order import ExportFormat
from gatekeeper.exports.row_file import RowFile
from gatekeeper.exports.store import ExportStore
from gatekeeper.exports.words import ExportTrouble, as_of_words
from gatekeeper.exports.xlsx_file import XlsxFile
from gatekeeper.journal.reader import StoredDecision
from gatekeeper.journal.row import JOURNAL_FILE
from gatekeeper.journal.sqlite import WholeReader
from gatekeeper.lists import LISTS_FILE, ListKind, ListStore
from gatekeeper.storage.files import sum_of
from gatekeeper.supervised import tell_fault
from gatekeeper.translation import speaking, trouble_of
from gatekeeper.words import sentence

log = logging.getLogger(__name__)

STEM: Final = "journal"
"""What the files are called, before their ending."""

PAGE: Final = 500
"""Rows to a look: some thousandths of a second in which the journal's log can't be emptied."""

_SAY_S: Final = 0.5
"""How often what was done is written down, and looked whether it is still wanted."""


def make_export(store: ExportStore, ident: str, data_dir: Path) -> ExportState | None:
    """Make one, and write down what comes of it.

    Args:
        store: where it was ordered.
        ident: which.
        data_dir: the folder of the journal.

    Returns:
        How it ended; None where it is not to be made, or another process makes it.

    Raises:
        ExportError: what comes of it can't be written down.
    """
    lock = store.lock(ident)
    if not lock.take(wait=False):
        return None
    try:
        job = store.find(ident)
        if job is None or job.state.state is not ExportState.QUEUED:
            return None
        with speaking(job.order.language):
            ended = _Making(store, job, data_dir).run()
        store.save(ident, ended)
        return ended.state
    finally:
        lock.release()


def _lists_for_all(data_dir: Path) -> frozenset[str]:
    """The lists whose versions whoever is bound to principals may know.

    Those of a register of contracts tell what others write into it; what is there no more could have been one.
    """
    if not (data_dir / LISTS_FILE).exists():
        return frozenset()
    with ListStore(data_dir) as store:
        return frozenset(one.name for one in store.status() if one.kind is not ListKind.CONTRACT)


def _without(stored: StoredDecision, told: frozenset[str]) -> StoredDecision:
    """A decision without the versions of other lists than these, nor its number among all that its writer wrote.

    From that one could tell how many calls there were of others.
    """
    facts = " ".join(one for one in stored.row.facts.split() if one.rpartition("@")[0] in told)
    return stored._replace(row=stored.row._replace(facts=facts), stamp=stored.stamp._replace(sequence=None))


class _Making:
    """An export that is being made."""

    def __init__(self, store: ExportStore, job: ExportJob, data_dir: Path) -> None:
        self._store = store
        self._job = job
        self._data_dir = data_dir
        self._folder = store.folder_of(job.id)
        self._state = job.state._replace(state=ExportState.RUNNING)
        self._first = -1 if job.order.wanted.since is not None else 0
        self._last = 0
        self._said_at = 0.0

    def run(self) -> JobState:
        """Make it; gives how it ended."""
        why = self._say(ExportTrouble.FAULT)
        self._remove_files()
        try:
            self._look_around()
            files = tuple(self._written())
            return self._state._replace(state=ExportState.DONE, share=1.0, files=files)
        except ExportCancelledError:
            self._remove_files()
            return self._state._replace(state=ExportState.CANCELLED)
        except ExportError as error:
            why = str(error)
        except StoreError as error:
            why = self._say(ExportTrouble.JOURNAL, str(error))
        except OSError as error:
            why = self._say(ExportTrouble.DISK, trouble_of(error))
        except SystemExit:
            # The desk is stopped: the next one has it made.
            self._store.save(self._job.id, JobState(tries=self._state.tries))
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits for it is to know that it has failed
            tell_fault(log, "an export failed", error)
        self._remove_files()
        return self._state._replace(state=ExportState.FAILED, why=why)

    def _written(self) -> Iterator[ExportedFile]:
        told = None if self._job.order.principals is None else _lists_for_all(self._data_dir)
        with WholeReader(self._data_dir / JOURNAL_FILE) as reader:
            self._last = reader.last_seq()
            self._state = self._state._replace(upto=self._last, upto_at=now_micros())
            file = self._file(reader.ident_at(self._last))
            try:
                looks = reader.pages(self._job.order.wanted, upto=self._last, size=PAGE, looked=self._looked)
                for page in looks:
                    self._count(len(page), file.most)
                    file.add(page if told is None else [_without(one, told) for one in page])
                made = file.finish(self._tick)
            except BaseException:
                file.discard()
                raise
        for path in made:
            self._tick()
            yield ExportedFile(path.name, path.stat().st_size, sum_of(path))

    def _count(self, rows: int, most: int) -> None:
        self._state = self._state._replace(rows=self._state.rows + rows)
        allowed = self._store.limits.rows
        if allowed and self._state.rows > allowed:
            raise ExportError(self._say(ExportTrouble.TOO_MANY_ROWS, allowed))
        if most and self._state.rows > most:
            raise ExportError(self._say(ExportTrouble.TOO_MANY, most))

    def _file(self, newest: str) -> RowFile:
        """The file, with what its head says.

        Args:
            newest: the id of the newest decision of the journal.
        """
        order = self._job.order
        as_of = as_of_words(order, self._state.upto_at, newest)
        path = self._folder / f"{STEM}.{order.form}"
        match order.form:
            case ExportFormat.CSV:
                return CsvFile(path, order.language, order.zone)
            case ExportFormat.XLSX:
                return XlsxFile(path, order.language, order.zone, about=as_of)
            case ExportFormat.PDF:
                from gatekeeper.exports.pdf_file import PdfFile  # a third of a second

                return PdfFile(path, order, self._job.made_at, as_of)
            case ExportFormat.JSON | ExportFormat.NDJSON:
                return JsonFile(path, array=order.form is ExportFormat.JSON)

    def _looked(self, seq: int) -> None:
        """Note up to where the journal was looked through."""
        if self._first < 0:
            self._first = seq
        left = max(1, self._last - self._first)
        self._state = self._state._replace(share=min(1.0, max(0.0, (seq - self._first) / left)))
        self._tick()

    def _tick(self) -> None:
        if time.monotonic() - self._said_at >= _SAY_S:
            self._look_around()

    def _look_around(self) -> None:
        """Say how far it is, and whether it may go on.

        Raises:
            ExportCancelledError: it was called off.
            ExportError: it takes too much room.
        """
        self._said_at = time.monotonic()
        if self._store.is_cancelled(self._job.id):
            raise ExportCancelledError(self._job.id)
        limits = self._store.limits
        if sum(path.stat().st_size for path in self._folder.iterdir() if path.is_file()) > limits.file_bytes:
            raise ExportError(self._say(ExportTrouble.TOO_LARGE, limits.file_bytes >> 20))
        if self._store.free_bytes() < limits.free_bytes:
            raise ExportError(self._say(ExportTrouble.NO_ROOM))
        self._store.save(self._job.id, self._state)

    def _say(self, trouble: ExportTrouble, said: object = "") -> str:
        return sentence(trouble.value, self._job.order.language).format(said)

    def _remove_files(self) -> None:
        """Remove what an earlier try, or this one, has left."""
        kept = {"order.json", "state.json", "cancel", "lock"}
        for path in self._folder.iterdir():
            if path.name not in kept and path.is_file():
                path.unlink(missing_ok=True)
