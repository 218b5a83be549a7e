"""Moves the rows of old months out of the journal's file into archives, beside a daemon that writes.

A month's archive is built and read again first. One commit then puts it on record: from then on its rows count in the
archive alone. Only then are they deleted from the journal's file, some at a time, so that no call waits. Killed in
between, the next run goes on: an archive that is not on record is made anew, rows that should be gone are deleted.

The newest decision stays, whatever its month, and so does the newest gate met: SQLite counts on from the highest `seq`.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from gatekeeper.clock import DAY_US, micros_of, moment_of
from gatekeeper.errors import JournalError
from gatekeeper.journal.archive import ARCHIVE_FOLDER, ArchiveInfo
from gatekeeper.journal.ident import first_ident
from gatekeeper.journal.sqlite.archive_file import MIGRATIONS, has_room, pack, remove_unpacked, sweep
from gatekeeper.journal.sqlite.errors import journal_error
from gatekeeper.journal.sqlite.tables import decision, met
from gatekeeper.ownership import FINISHED, make_folder, open_new
from gatekeeper.storage import FileLock, fsync_folder, migrate, open_engine, raw_connection
from gatekeeper.storage.sqlite.copying import problems_of
from gatekeeper.translation import phrase

_COPIED: Final = 20_000
"""Decisions copied within one read transaction."""

_DELETED: Final = 25
"""Decisions deleted within one transaction: the daemon's next commit waits for it, about a millisecond."""

_PAUSE_S: Final = 0.005


def _columns(table: object) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)  # type: ignore[attr-defined]  # a Table


_COPY_DECISIONS: Final = (
    f"INSERT INTO main.decision ({_columns(decision)}) "  # noqa: S608 - names of our own tables
    f"SELECT {_columns(decision)} FROM own.decision WHERE seq > ? AND seq <= ?"
)
_COPY_METS: Final = (
    f"INSERT INTO main.met ({_columns(met)}) SELECT {_columns(met)} FROM own.met "  # noqa: S608
    "WHERE decision IN (SELECT id FROM main.decision WHERE seq > ? AND seq <= ?)"
)
_COPY_CORRECTED: Final = """
INSERT OR IGNORE INTO main.elsewhere (id, correction)
SELECT later.supersedes, 1 FROM own.decision AS later CROSS JOIN main.decision AS here ON here.id = later.supersedes
WHERE later.correction = 1 AND later.seq > ?
"""
_COPY_REPLACED: Final = """
INSERT OR IGNORE INTO main.elsewhere (id, correction)
SELECT later.supersedes, 0 FROM own.decision AS later CROSS JOIN main.decision AS here ON here.id = later.supersedes
WHERE later.seq > ? AND later.seq <= ? AND later.correction = 0
"""
_BEFORE: Final = "SELECT max(seq + 0) FROM own.decision WHERE id < ?"
_ABOUT: Final = "SELECT min(seq), count(*), min(at), max(at), (SELECT count(*) FROM met) FROM decision"
_WRITERS: Final = """
SELECT node, max(sequence) FROM (SELECT node, sequence FROM decision UNION ALL SELECT node, sequence FROM met)
WHERE sequence IS NOT NULL GROUP BY node
"""
_NOTE_WRITER: Final = "UPDATE writer SET archived = max(archived, ?) WHERE node = ?"
_NOTE: Final = (
    f"INSERT INTO archive ({', '.join(ArchiveInfo._fields)}) "  # noqa: S608 - the same
    f"VALUES ({', '.join('?' * len(ArchiveInfo._fields))})"
)
_CHOSEN: Final = "SELECT seq FROM decision WHERE seq <= ? ORDER BY seq LIMIT ?"
_DELETE_METS: Final = f"""
DELETE FROM met WHERE decision IN (SELECT id FROM decision WHERE seq IN ({_CHOSEN}))
AND seq < (SELECT max(seq) FROM met)
"""  # noqa: S608 - the same
_DELETE_DECISIONS: Final = f"DELETE FROM decision WHERE seq IN ({_CHOSEN})"  # noqa: S608


class ArchivePlan(NamedTuple):
    """A month to be archived.

    Attributes:
        month: the month: `2026-08`.
        after: the `seq` that its rows lie behind.
        last: the `seq` of its last row.
    """

    month: str
    after: int
    last: int


class Archiver:
    """Archives old months of one journal. One process at a time.

    Args:
        path: the journal's file.
        by: who does it.

    Raises:
        JournalError: the journal can't be used, or another process archives.
    """

    def __init__(self, path: Path, by: str) -> None:
        self._path = path
        self._by = by
        self._folder = path.parent / ARCHIVE_FOLDER
        if not path.exists():
            raise JournalError(
                phrase("{path} does not exist", path=path),
                phrase("is this the daemon's data folder? It makes the journal"),
            )
        try:
            make_folder(self._folder)
            self._lock = FileLock(self._folder / "archive.lock")
            if not self._lock.take(wait=False):
                raise JournalError(
                    phrase("{path} is being archived by another process", path=path), phrase("wait for it to end")
                )
            engine = open_engine(path, create=False)
            migrate(engine, MIGRATIONS)
            self._own = raw_connection(engine)
        except (OSError, sqlite3.Error) as error:
            raise journal_error(error, path) from error

    def close(self) -> None:
        """Let go of the journal."""
        self._own.close()
        self._lock.release()

    def plans(self, now: int, keep_months: int) -> Iterator[ArchivePlan]:
        """The months that are old enough, oldest first.

        A decision that is dated after the present month, by a clock that was wrong, begins and ends none: it goes with
        those that were written beside it.

        Args:
            now: in microseconds since the epoch.
            keep_months: how many months stay beside the present one.
        """
        after = self._last_archived()
        end = month_before(moment_of(now), keep_months)
        ahead = _ahead(now)
        while True:
            first = self._own.execute(
                "SELECT seq, at FROM decision WHERE seq > ? AND +id < ? ORDER BY seq", (after, ahead)
            ).fetchone()
            if first is None:
                return
            begin = moment_of(first[1])
            following = month_before(begin, -1)
            if following > end:
                return
            last = self._own.execute(
                "SELECT min(seq + 0) FROM decision WHERE id >= ? AND id < ?",
                (first_ident(micros_of(following)), ahead),
            ).fetchone()[0]
            if last is None or last - 1 <= after:
                return  # nothing newer was written, and the newest stays
            yield ArchivePlan(f"{begin:%Y-%m}", after, last - 1)
            after = last - 1

    def dated_ahead(self, now: int) -> int:
        """How many decisions of the journal's own file are dated after the present month."""
        found = self._own.execute("SELECT count(*) FROM decision WHERE id >= ?", (_ahead(now),)).fetchone()
        return int(found[0])

    def archive(self, now: int, keep_months: int) -> Iterator[ArchiveInfo]:
        """Archive the months that are old enough, one after the other; ends first what an earlier run began.

        Args:
            now: in microseconds since the epoch.
            keep_months: how many months stay beside the present one.

        Raises:
            JournalError: an archive can't be made, or is not sound. Then nothing of its month was deleted.
        """
        self._delete_archived()
        for plan in self.plans(now, keep_months):
            info = self._archive(plan, now)
            self._delete_archived()
            yield info

    def _archive(self, plan: ArchivePlan, now: int) -> ArchiveInfo:
        plain = self._folder / f".{plan.month}.sqlite3.part"
        packed = self._folder / f".{plan.month}.sqlite3.zst.part"
        try:
            sweep(self._folder)
            remove_unpacked(plain)
            info, writers = self._build(plan, plain, now)
            info = self._packed(info, plain, packed)
            self._note(info, writers)
        except (OSError, sqlite3.Error) as error:
            raise journal_error(error, self._path) from error
        finally:
            remove_unpacked(plain)
            packed.unlink(missing_ok=True)
        return info

    def _delete_archived(self) -> None:
        """Delete what counts in the archives alone."""
        last = self._last_archived()
        try:
            while True:
                with _transaction(self._own):
                    self._own.execute(_DELETE_METS, (last, _DELETED))
                    found = self._own.execute(_DELETE_DECISIONS, (last, _DELETED)).rowcount
                if found < _DELETED:
                    return
                time.sleep(_PAUSE_S)
        except sqlite3.Error as error:
            raise journal_error(error, self._path) from error

    def _last_archived(self) -> int:
        return int(self._own.execute("SELECT coalesce(max(last), 0) FROM archive").fetchone()[0])

    def _build(self, plan: ArchivePlan, plain: Path, now: int) -> tuple[ArchiveInfo, list[tuple[str, int]]]:
        migrate(open_engine(plain, page_bytes=16384), MIGRATIONS)
        with contextlib.closing(sqlite3.connect(plain, isolation_level=None, uri=True)) as made:
            made.execute("PRAGMA journal_mode=OFF")
            made.execute("PRAGMA synchronous=OFF")
            made.execute("ATTACH DATABASE ? AS own", (f"file:{quote(str(self._path))}?mode=ro",))
            for start in range(plan.after, plan.last, _COPIED):
                part = (start, min(start + _COPIED, plan.last))
                with _transaction(made, "BEGIN"):
                    made.execute(_COPY_DECISIONS, part)
                    made.execute(_COPY_METS, part)
                if not has_room(plain):
                    raise JournalError(
                        phrase("the disk has no room for the archive of {month}", month=plan.month),
                        phrase("make room: calls need what is left for the journal"),
                    )
            first, decisions, begins, ends, mets = made.execute(_ABOUT).fetchone()
            # A decision takes the place of one of the last hour, a correction of any.
            bound = made.execute(_BEFORE, (first_ident(ends + DAY_US),)).fetchone()[0]
            with _transaction(made, "BEGIN"):
                made.execute(_COPY_CORRECTED, (plan.last,))
                made.execute(_COPY_REPLACED, (plan.last, bound))
            made.execute("DETACH DATABASE own")
            writers = made.execute(_WRITERS).fetchall()
        info = ArchiveInfo(
            self._free_name(plan.month), first, plan.last, decisions, mets, begins, ends, 0, "", now, self._by
        )
        self._demand_whole(info, plan, plain)
        return info, writers

    def _free_name(self, month: str) -> str:
        """A name that no archive on record has: `2026-08.sqlite3.zst`, or `2026-08.2.sqlite3.zst`.

        A clock that was ahead, and then put back, has a month come twice: what is on record must not be written over.
        """
        taken = {name for (name,) in self._own.execute("SELECT name FROM archive")}
        parts = ("", *(f".{count}" for count in range(2, len(taken) + 2)))
        return next(name for part in parts if (name := f"{month}{part}.sqlite3.zst") not in taken)

    def _demand_whole(self, info: ArchiveInfo, plan: ArchivePlan, plain: Path) -> None:
        there = self._own.execute(
            "SELECT count(*) FROM decision WHERE seq > ? AND seq <= ?", (plan.after, plan.last)
        ).fetchone()[0]
        problems = problems_of(plain)
        if there != info.decisions or problems:
            raise JournalError(
                phrase(
                    "the archive of {month} is not whole, decisions in it: {decisions} of {there}; {names}",
                    month=plan.month,
                    decisions=info.decisions,
                    there=there,
                    names="; ".join(problems),
                ),
                phrase("check the disk; nothing was deleted"),
            )

    def _packed(self, info: ArchiveInfo, plain: Path, packed: Path) -> ArchiveInfo:
        digest = pack(plain, packed)
        target = self._folder / info.name
        with open_new(self._folder / f"{info.name}.sha256", FINISHED) as file:
            file.write(f"{digest}  {info.name}\n".encode())
        packed.rename(target)
        fsync_folder(self._folder)
        return info._replace(sha256=digest, bytes=target.stat().st_size)

    def _note(self, info: ArchiveInfo, writers: list[tuple[str, int]]) -> None:
        self._own.execute("PRAGMA synchronous=FULL")  # what is deleted next must not outlive the record
        with _transaction(self._own):
            self._own.execute(_NOTE, info)
            self._own.executemany(_NOTE_WRITER, [(sequence, node) for node, sequence in writers])
        self._own.execute("PRAGMA synchronous=NORMAL")


def _ahead(now: int) -> str:
    """The id from which on decisions are dated after the present month."""
    return first_ident(micros_of(month_before(moment_of(now), -1)))


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def month_before(moment: datetime, months: int) -> datetime:
    """The beginning of the month that many months before a moment's, in UTC."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)
