"""The importer: brings a delivery into a list, all of it or nothing.

The file is read, sorted and built into a new version aside, which is made the one in force by one small transaction in
the main database. Until then the old version answers; an import that fails or is killed leaves only files that nobody
refers to, and the next import removes them.

What a version is made of depends on the source: a full list is the version; a change list is laid over the version in
force; a wash return puts its answers in the place of older ones on the same numbers; a contract register is the
version.

What was changed by hand before an import:

- *additions stay*, in lists of every kind, until they are removed by hand: whoever objected to the company is not
  forgotten because a registry's file does not have them;
- *removals* stay in red lists (the company's own word stands over its own file), and end in other lists when the
  new version holds the number: the registry says again that this person objects. Each that ends is recorded as `lapse`.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Engine, Row, func, select

from gatekeeper.clock import DAY_US, now_micros
from gatekeeper.errors import ImportRefused
from gatekeeper.lists.importing.safeguards import CONTRACT, doubts, source_kind, strays
from gatekeeper.lists.importing.staging import Staged
from gatekeeper.lists.ledger.activation import Record, activate, keep_raw, retire
from gatekeeper.lists.ledger.orphans import sweep
from gatekeeper.lists.ledger.overlay import list_row
from gatekeeper.lists.model import ListKind
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.tables import versions
from gatekeeper.lists.version.build import Built, Extra, build_version
from gatekeeper.lists.version.file import VersionFile, open_version
from gatekeeper.lists.version.merge import Combined, Delta, Full, VersionDifference, Wash
from gatekeeper.ownership import make_folder
from gatekeeper.phone.countries import calling_code
from gatekeeper.registries.contract_row import OPEN_END
from gatekeeper.registries.dating import DatesSeen, EditionDate, check_options, dated, micros
from gatekeeper.registries.reading.contracts import ContractReader
from gatekeeper.registries.reading.numbers import NumberReader
from gatekeeper.registries.reading.options import ImportOptions, ImportReport, Progress
from gatekeeper.registries.reading.rejects import RejectFile
from gatekeeper.registries.reading.source import DeliveredFile, open_source
from gatekeeper.storage import FileLock, translated
from gatekeeper.translation import counted, joined, language, phrase, speak

Watcher = Callable[[Progress], None]


class Importer:
    """One import.

    Args:
        engine: of the main database.
        layout: where the lists lie.
        name: of the list, which exists.
        options: how to read the file.
        watcher: is told how far it is; may raise to stop it.
    """

    def __init__(
        self, engine: Engine, layout: Layout, name: str, options: ImportOptions, watcher: Watcher | None
    ) -> None:
        self._engine = engine
        self._layout = layout
        self._name = name
        self._options = options
        self._watch = watcher or (lambda _: None)
        self._kind = ""
        self._now = now_micros()
        self._before: Row[Any] | None = None
        self._before_date: int | None = None
        self._next = 1
        self._written = self._now
        self._raw: Path | None = None
        self._stray: tuple[str, ...] = ()
        self._dated = EditionDate(None)

    def run(self, given: Path | BinaryIO) -> ImportReport:
        """Import a file.

        Raises:
            ImportRefused: nothing was changed.
            StoreError: a database or the disk failed; nothing was changed.
        """
        started = time.monotonic()
        options = self._options
        check_options(options, self._now)
        if options.keep_raw and isinstance(given, Path) and given.is_fifo():
            raise ImportRefused(
                phrase(
                    "{given} is a pipe: it can't be kept as it was delivered (keep_raw), write it into a file first",
                    given=given,
                )
            )
        self._kind = self._importable()
        source, raw = open_source(
            given, max_bytes=options.max_bytes, max_ratio=options.max_ratio, member=options.member
        )
        if isinstance(given, Path):
            # A return that lay about holds from when it came, not from when it is imported.
            self._written = min(self._now, given.stat().st_mtime_ns // 1000)
        self._raw = given if isinstance(given, Path) and options.keep_raw and not options.dry_run else None
        with contextlib.closing(raw), self._locked(), translated(self._layout.data_dir):
            self._look_up()
            rejects = RejectFile(self._layout.rejects, source.name)
            try:
                return self._import(source, rejects, started)
            finally:
                rejects.drop()

    def _importable(self) -> str:
        with self._engine.connect() as connection:
            row = list_row(connection, self._name)
        return source_kind(ListKind(row.kind), self._name, self._options, row.version)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        folder = self._layout.folder(self._name)
        with translated(folder):
            make_folder(folder)
            lock = FileLock(self._layout.lock(self._name))
            taken = lock.take(wait=False)
        if not taken:
            raise ImportRefused(
                phrase("another import into the list {name} is running: wait for it to end", name=self._name),
                passing=True,
            )
        try:
            sweep(self._engine, self._layout, self._name)
            yield
        finally:
            lock.release()

    def _look_up(self) -> None:
        """The version in force, and the number of the next; the lock keeps both from changing."""
        with self._engine.connect() as connection:
            row = list_row(connection, self._name)
            own = versions.c.list_id == row.id
            newest = connection.execute(select(func.max(versions.c.version)).where(own)).scalar()
            in_force = select(versions).where(own, versions.c.version == row.version)
            self._before = connection.execute(in_force).one_or_none()
            self._before_date = self._before.source_date if self._before is not None else None
            if self._kind == "wash":
                # It gathers answers: one of an older return that was accepted does not make the others older.
                dates = select(func.max(versions.c.source_date)).where(own, versions.c.version <= row.version)
                self._before_date = connection.execute(dates).scalar()
        self._next = (newest or 0) + 1

    def _import(self, source: DeliveredFile, rejects: RejectFile, started: float) -> ImportReport:
        options, folder = self._options, self._layout.folder(self._name)
        with (
            ThreadPoolExecutor(2, "gatekeeper-import", speak, (language(),)) as workers,
            contextlib.ExitStack() as stack,
        ):
            collected = stack.enter_context(Staged(source, folder, workers, rejects, options, self._watch))
            if self._kind == CONTRACT:
                register = ContractReader(source, options)
                collected.register(register)
                self._dated = dated(options, DatesSeen(), self._now)
                how = (register.headers, register.delimiter, register.column, register.encoding)
                country, prefixes = register.country, ""
            else:
                reader = NumberReader(source, options, workers)
                collected.numbers(reader)
                self._stray = tuple(strays(reader.strays))
                if self._stray and not (options.accept or options.dry_run):
                    raise ImportRefused(
                        phrase("{stray}; or accept that they are left out; nothing was imported", stray=self._stray[0])
                    )
                self._dated = dated(options, reader.dates, self._now)
                dialect = reader.dialect
                delimiter, column = (dialect.delimiter.decode(), dialect.column + 1) if dialect else ("", 1)
                how = (reader.headers, delimiter, column, reader.encoding)
                country, prefixes = reader.country, " ".join(reader.prefixes)
            tally = VersionDifference()
            combined, extra = self._combine(collected, tally, stack)
            version, lapsed = 0, 0
            if options.dry_run:
                tally.after = sum(len(numbers) for numbers in combined.merge())
                warnings = self._doubts(tally.after)
            else:
                built = self._build(combined, extra)
                tally.after = built.count
                try:
                    warnings = self._accepted(built.count)
                    record = self._record(collected, combined, source, rejects.count, (country, prefixes))
                    lapsed = self._activate(built, record)
                except BaseException:
                    self._discard(built)
                    raise
                version = built.version
        imported = len(collected.contracts) or combined.taken
        usable = collected.read - rejects.count
        compared = combined if tally.before or self._compares() else None
        return ImportReport(
            list=self._name,
            version=version,
            read=collected.read,
            imported=imported,
            duplicates=usable - imported,
            rejected=rejects.count,
            blank=collected.blank,
            headers=how[0],
            delimiter=how[1],
            column=how[2],
            encoding=how[3],
            sha256=source.sha256,
            seconds=time.monotonic() - started,
            rejects_file=rejects.keep(),
            lapsed=lapsed,
            kind=self._kind,
            removed=combined.removed if isinstance(combined, Delta) else 0,
            cleared=combined.cleared_by_it if isinstance(combined, Wash) else 0,
            before=self._before_count,
            count=tally.after,
            added=tally.after - tally.common if compared else None,
            dropped=tally.before - tally.common if compared else None,
            unchanged=tally.common if compared else None,
            added_sample=tuple(tally.added),
            dropped_sample=tuple(tally.dropped),
            samples=tuple(collected.samples),
            warnings=warnings,
            source_date=self._dated.source_date,
            notes=self._dated.notes,
            passed_over=tuple(source.passed_over),
        )

    @property
    def _before_count(self) -> int:
        return int(self._before._mapping["count"]) if self._before is not None else 0  # noqa: SLF001 - public in spite of its name

    def _compares(self) -> bool:
        """Whether the new version is compared with the one before: reading that takes time."""
        return self._options.dry_run or self._kind in ("delta", "wash")

    def _base(self, stack: contextlib.ExitStack) -> VersionFile | None:
        before = self._before
        if before is None or not self._compares():
            return None
        file = open_version(self._layout.exact(self._name, before.version), self._name, before.version, before.build)
        stack.callback(file.close)
        return file

    def _combine(
        self, collected: Staged, tally: VersionDifference, stack: contextlib.ExitStack
    ) -> tuple[Combined, Extra | None]:
        """What the version is built from, and what its file has beside the numbers."""
        base = self._base(stack)
        ranges = base.ranges if base is not None else (lambda: iter(()))
        if self._kind == "delta":
            return Delta(ranges, self._before_count, collected.listed, collected.removed, tally), None
        if self._kind == "wash":
            cleared = base.cleared_ranges if base is not None else (lambda: iter(()))
            folder = self._layout.folder(self._name)
            runs = (collected.listed, collected.cleared)
            wash = Wash(folder, ranges, cleared, *runs, self._until(), self._now, tally)
            stack.callback(wash.close)
            return wash, lambda writer: writer.write_cleared(wash.cleared())
        full = Full(collected.listed, ranges if base is not None or self._compares() else None, tally)
        if self._kind == CONTRACT:
            return full, lambda writer: writer.write_contracts(collected.contract_rows())
        return full, None

    @property
    def _of_when(self) -> int | None:
        """Of when the delivery is. A wash return without a date is of when its file was written."""
        said = self._dated.source_date
        return self._written if said is None and self._kind == "wash" else said

    def _until(self) -> int:
        """Until when a wash return clears numbers.

        Raises:
            ImportRefused: that is past.
        """
        options = self._options
        own = options.format.max_age_days if options.format is not None else 0
        days = min(options.hold_days, own) if own else options.hold_days
        until = min((self._of_when or 0) + days * DAY_US, micros(options.valid_until) or OPEN_END)
        if until <= self._now:
            raise ImportRefused(
                counted(
                    "what comes back from the registry holds for {count} day, and that is over: have the numbers "
                    "washed again; nothing was imported",
                    "what comes back from the registry holds for {count} days, and these are over: have the numbers "
                    "washed again; nothing was imported",
                    days,
                )
            )
        return until

    def _build(self, combined: Combined, extra: Extra | None) -> Built:
        def stored(done: int) -> None:
            self._watch(Progress("storing", done, combined.total))

        return build_version(self._layout, self._name, self._next, combined, stored, extra)

    def _doubts(self, after: int) -> tuple[str, ...]:
        dates = (self._before_date, self._of_when)
        # A wash list gathers answers: it grows with every return.
        measured = 0 if self._kind == "wash" else self._before_count
        return (*self._stray, *doubts(self._options, measured, after, dates))

    def _accepted(self, after: int) -> tuple[str, ...]:
        found = self._doubts(after)
        if found and not self._options.accept:
            raise ImportRefused(
                phrase(
                    "{names}: look at what would change (a dry run shows it) and accept it; nothing was imported",
                    names=joined(found),
                )
            )
        return found

    def _discard(self, built: Built) -> None:
        """Remove a version that is not to be; one that is in force stays, whatever was raised."""
        with self._engine.connect() as connection:
            if list_row(connection, self._name).version == built.version:
                return
        for path in (self._layout.exact(self._name, built.version), self._layout.filter(self._name, built.version)):
            path.unlink(missing_ok=True)
        for path in self._layout.raw(self._name).glob(f"{built.version}-*"):
            path.unlink(missing_ok=True)

    def _record(
        self, collected: Staged, combined: Combined, source: DeliveredFile, rejected: int, reach: tuple[str, str]
    ) -> Record:
        options, before = self._options, self._before
        country, prefixes = reach
        if self._kind == "delta" and before is not None:
            # Changes do not widen what the list covers.
            prefixes = before.prefixes
        wash = combined if isinstance(combined, Wash) else None
        raw = keep_raw(self._layout, self._name, self._next, self._raw, source.sha256) if self._raw else ""
        return Record(
            kind=self._kind,
            read=collected.read,
            duplicates=collected.read - rejected - (len(collected.contracts) or combined.taken),
            rejected=rejected,
            source=options.source or source.name,
            source_date=self._of_when,
            # A return that clears nothing leaves nothing that ends.
            valid_until=(wash.latest or None) if wash is not None else micros(options.valid_until),
            sha256=source.sha256,
            country=country,
            prefixes=prefixes,
            territory=str(calling_code(country)) if prefixes else "",
            cleared=wash.cleared_count if wash is not None else 0,
            imported_by=options.by,
            raw=raw,
        )

    def _activate(self, built: Built, record: Record) -> int:
        """Put the version in force; returns how many removals by hand ended."""
        self._watch(Progress("activating", 0, 1))
        lapsed = activate(self._engine, self._layout, self._name, built, record, now_micros(), self._options.note)
        retire(self._engine, self._layout, self._name, self._options.keep_versions)
        self._watch(Progress("activating", 1, 1))
        return lapsed
