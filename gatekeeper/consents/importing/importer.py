"""An import of consents: read to the end, built aside, and put in force by one small transaction."""

import hashlib
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import insert, select, update

from gatekeeper.clock import now_micros
from gatekeeper.consents.importing.build import build_segment, read_segment
from gatekeeper.consents.importing.cells import GRACE
from gatekeeper.consents.importing.proof_cells import ProofCells
from gatekeeper.consents.importing.reading import ConsentSample, ReadConsents, read_sheet
from gatekeeper.consents.importing.records import ConsentReader
from gatekeeper.consents.importing.rows import EntryRows, joined
from gatekeeper.consents.model import WrittenBy
from gatekeeper.consents.proof_keeping import note_proofs, place_proof
from gatekeeper.consents.segment import SegmentFile
from gatekeeper.consents.shared_terms import keep_terms
from gatekeeper.consents.shown_texts import give_text
from gatekeeper.consents.store import ConsentStore, add_source, take_ids
from gatekeeper.consents.tables import segments
from gatekeeper.errors import ConsentError
from gatekeeper.ownership import make_folder
from gatekeeper.phone import DialPlan, Normaliser, emergency_numbers
from gatekeeper.registries.reading.cell import ListCellReader
from gatekeeper.registries.reading.rejects import RejectFile
from gatekeeper.registries.reading.source import open_source
from gatekeeper.storage import FileLock, begin_immediate, translated
from gatekeeper.tabular.zipped import ZipKind, zip_kind
from gatekeeper.translation import counted, phrase

_LARGER: Final = 4
"""A recent segment that is less than so many times smaller than the one before is put together with it."""

_AT_ONCE: Final = 1 << 14
"""Records that stay in the processor's cache while they are completed."""

_MOST_BYTES: Final = 64 << 30
_MOST_RATIO: Final = 200

Tell = Callable[[str, int, int], None]
"""Is told a phase (`reading`, `storing`), how much of it is done, and of how much; 0 where that is not known."""


def _nobody(_phase: str, _done: int, _total: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class ConsentImportOptions:
    """How to read a file of consents.

    Attributes:
        country: whose national numbers are in it (two letters).
        zone: of moments without one.
        delimiter: one character or its name; "" finds out.
        proofs: the folder of the files that are named as proofs; None: that of the file.
        by: who imports, for the record.
        note: why, for the record.
        source: what is kept of where it comes from; "" takes the file's name.
        principal: whose consents they are where a record does not say, and nobody else's; "": anybody's.
        bound_to: the principal for whom alone `by` writes; "" for who may write for all.
        dry_run: read and count, change nothing.
        max_reject_share: the import is refused when more than this share of the records is rejected (0 to 1).
        force: take the others however many are rejected.
    """

    country: str = "FR"
    zone: str = "Europe/Paris"
    delimiter: str = ""
    proofs: Path | None = None
    by: str = ""
    note: str = ""
    source: str = ""
    principal: str = ""
    bound_to: str = ""
    dry_run: bool = False
    max_reject_share: float = 0.10
    force: bool = False


class ConsentImport(NamedTuple):
    """What an import did. `read == taken + rejected`, always.

    Attributes:
        read: records of the file.
        taken: consents written down, those included that never count.
        void: those that lack something: an item, the hour, the proof.
        rejected: records that could not be read.
        samples: some of the rejects.
        void_samples: some of those that lack something.
        rejects_file: where the rejects are; None where there are none.
        void_file: where those are that lack something; None where there are none.
        sha256: of the file.
        seconds: how long it took.
    """

    read: int
    taken: int
    void: int
    rejected: int
    samples: tuple[ConsentSample, ...]
    void_samples: tuple[ConsentSample, ...]
    rejects_file: Path | None
    void_file: Path | None
    sha256: str
    seconds: float

    def as_fields(self) -> dict[str, object]:
        """The report for programs."""
        fields = self._asdict()
        for name in ("samples", "void_samples"):
            fields[name] = [sample._asdict() for sample in fields[name]]
        for name in ("rejects_file", "void_file"):
            fields[name] = str(fields[name]) if fields[name] else None
        return fields


def import_consents(
    store: ConsentStore, file: Path, options: ConsentImportOptions, tell: Tell = _nobody
) -> ConsentImport:
    """Add the consents of a file: all of it or nothing.

    Args:
        store: the ledger.
        file: CSV, JSON or a workbook.
        options: how to read it.
        tell: is told how far it is.

    Raises:
        ConsentError: nothing was changed; the text says why and what to do.
        ImportRefused: the same, of a file that can't be opened or unpacked.
        StoreError: the ledger or the disk failed; nothing was changed.
    """
    with translated(store.layout.segments):
        make_folder(store.layout.segments)
    lock = FileLock(store.layout.lock)
    if not lock.take(wait=False):
        raise ConsentError(phrase("another import of consents is running: wait for it to end"), passing=True)
    try:
        return _Import(store, file, options, tell).run()
    finally:
        lock.release()


class _Import:
    def __init__(self, store: ConsentStore, file: Path, options: ConsentImportOptions, tell: Tell) -> None:
        self._store = store
        self._tell = tell
        self._file = file
        self._options = options
        self._started = time.perf_counter()
        self._latest = now_micros()
        self._rejects = RejectFile(store.layout.rejects, file.name)
        self._void = RejectFile(store.layout.rejects, file.name + ".void")
        self._proofs = ProofCells(
            options.proofs or file.parent, None if options.dry_run else partial(place_proof, store.layout)
        )

    def run(self) -> ConsentImport:
        try:
            read = self._reader()
            sha256 = self._read(read)
            self._check(read)
            if not self._options.dry_run:
                self._sweep()
                self._put_in_force(read, sha256)
            return ConsentImport(
                read.read, read.taken, self._void.count, self._rejects.count, tuple(read.samples),
                tuple(read.void_samples), self._rejects.keep(), self._void.keep(), sha256,
                time.perf_counter() - self._started,
            )  # fmt: skip
        finally:
            self._rejects.drop()
            self._void.drop()

    def _reader(self) -> ReadConsents:
        options = self._options
        try:
            plan = DialPlan(
                home=options.country, prefixes=(), emergency=emergency_numbers(options.country), internal=()
            )
            normaliser = Normaliser(plan)
            ZoneInfo(options.zone)
        except (ValueError, KeyError, OSError) as error:
            raise ConsentError(
                phrase(
                    "there is no country {country!r} or zone {zone!r}: give two letters (ISO 3166), and a name such as "
                    "Europe/Paris",
                    country=options.country,
                    zone=options.zone,
                )
            ) from error
        texts = self._store.text_names(options.bound_to)
        cells = ListCellReader(normaliser, options.country)
        reader = ConsentReader(
            self._file.name, cells, self._proofs, options.zone, self._latest, texts, options.principal
        )
        return ReadConsents(reader, normaliser, self._rejects, self._void)

    def _read(self, read: ReadConsents) -> str:
        if _is_workbook(self._file):
            with self._file.open("rb") as workbook:
                read_sheet(read, workbook, self._file.name)
                workbook.seek(0)
                return hashlib.file_digest(workbook, "sha256").hexdigest()
        source, opened = open_source(self._file, max_bytes=_MOST_BYTES, max_ratio=_MOST_RATIO, member=None)
        with closing(opened):
            read.text(
                source,
                self._options.delimiter,
                self._latest + GRACE,
                lambda done: self._tell("reading", done, source.size),
            )
            source.check_sums()
            return source.sha256

    def _check(self, read: ReadConsents) -> None:
        if self._options.dry_run or self._options.force:
            return
        if not read.taken or self._rejects.count > read.read * self._options.max_reject_share:
            kept = self._rejects.keep()
            raise ConsentError(
                counted(
                    "in {name}, {count} record of {read} can't be read{look}; nothing was imported",
                    "in {name}, {count} records of {read} can't be read{look}; nothing was imported",
                    self._rejects.count,
                    read=read.read,
                    name=self._file.name,
                    look=phrase(": look at {kept}, and mend them, or force the import of the others", kept=kept)
                    if kept
                    else "",
                )
            )

    def _put_in_force(self, read: ReadConsents, sha256: str) -> None:
        rows = read.rows()
        keys, source, first = self._reserve(read, len(rows.subjects))
        for begin in range(0, len(rows.subjects), _AT_ONCE):
            records = rows.records[begin : begin + _AT_ONCE]
            records["terms"] = keys[records["terms"]]
            records["source"] = source
            records["id"] += first
        replaced, rows = self._with_recent(rows)
        name = f"{source:08}"
        build = build_segment(rows, self._store.layout.segment(name), partial(self._tell, "storing"))
        options = self._options
        with translated(self._store.layout.database), begin_immediate(self._store.engine) as connection:
            more = {"file": options.source or self._file.name, "sha256": sha256, "taken": read.taken, "id": source}
            counts = {"void": self._void.count, "rejected": self._rejects.count}
            written = WrittenBy(options.by, "import", options.note, options.bound_to)
            add_source(connection, written, **more, **counts)
            note_proofs(connection, self._proofs.kept, source)
            if not options.bound_to:
                for terms in read.terms:
                    give_text(connection, terms.text, terms.principal, source)
            count = {"name": name, "build": build, "count": len(rows.subjects), "made_at": now_micros(), "active": 1}
            connection.execute(insert(segments).values(count))
            connection.execute(update(segments).where(segments.c.name.in_(replaced)).values(active=0))

    def _reserve(self, read: ReadConsents, count: int) -> "tuple[np.ndarray[tuple[int], np.dtype[np.int32]], int, int]":
        """The keys of the terms, of the source, and the first of the ids: nobody else gets them."""
        with translated(self._store.layout.database), begin_immediate(self._store.engine) as connection:
            keys = [keep_terms(connection, terms) for terms in read.terms]
            return np.array(keys or [0], np.int32), take_ids(connection, 1, "source"), take_ids(connection, count)

    def _with_recent(self, rows: EntryRows) -> tuple[list[str], EntryRows]:
        """The rows with those of the segments before that are not much larger: so that there are never many."""
        with translated(self._store.layout.database), self._store.engine.begin() as connection:
            query = select(segments.c.name, segments.c.build, segments.c.count).where(segments.c.active == 1)
            there = list(connection.execute(query.order_by(segments.c.id.desc())))
        # Oldest first: the ids of a subject ascend.
        replaced, total, parts = [], len(rows.subjects), [rows]
        for row in there:
            if row[2] > _LARGER * total:
                break
            with (
                translated(self._store.layout.segments),
                closing(SegmentFile(self._store.layout.segment(row.name), row.build)) as segment,
            ):
                parts.insert(0, read_segment(segment))
            total += row[2]
            replaced.append(str(row.name))
        return replaced, joined(parts)

    def _sweep(self) -> None:
        """Remove what was put together with others by an import before, and what killed ones left behind."""
        with translated(self._store.layout.database), self._store.engine.begin() as connection:
            stored = set(connection.execute(select(segments.c.name).where(segments.c.active == 1)).scalars())
        with translated(self._store.layout.segments):
            for path in self._store.layout.segments.glob("*.sqlite3"):
                if path.stem not in stored:
                    path.unlink()
            for path in self._store.layout.segments.glob(".*.part"):
                path.unlink()


def _is_workbook(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return zip_kind(opened) is ZipKind.WORKBOOK
    except (OSError, zipfile.BadZipFile):
        return False
