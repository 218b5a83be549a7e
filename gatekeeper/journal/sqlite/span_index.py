"""Span index: a file beside the journal that has which values occur in which quarter of an hour, for who looks for few.

The journal itself has no index on what people filter by, for each would cost every call some microseconds. This one is
filled by its reader, behind the writer's back, part by part in short transactions. It may claim more than there is
(a row that was corrected, or is gone), never less:

- What was written after the last part that was taken is not known, and is looked through.
- The decision at which that part ended is kept: where the journal has another one there, it is another journal, say one
  out of a backup, and the index is begun anew.
- Decisions keep their times in archives. Of one whose rows were not all taken before, nothing is known until it was
  looked through for itself.

It can be removed at any time.
"""

import contextlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.errors import StoreError
from gatekeeper.journal.archive import ArchiveInfo
from gatekeeper.journal.span_values import SpanKind, SpanValues
from gatekeeper.journal.sqlite.reader import SqliteReader
from gatekeeper.ownership import make_database, make_folder
from gatekeeper.storage import translate
from gatekeeper.translation import phrase, trouble_of

_VERSION: Final = 1

_PART: Final = 20_000
"""Rows to a part: some hundredths of a second."""

_PAUSE_S: Final = 0.1
"""The longest pause between two parts of an archive."""

_MOST_AT_ONCE: Final = 500
"""So many values of a kind are taken of a quarter of an hour in one part; of one with more, any may be in it."""

_MOST_WORDS: Final = 20_000
"""So many values of a kind are told apart: what calls say of themselves must not fill the disk."""

_SCHEMA: Final = f"""
CREATE TABLE state (place INTEGER PRIMARY KEY, begun INTEGER NOT NULL, floor INTEGER NOT NULL, seq INTEGER NOT NULL,
  ident TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE word (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (kind, text));
CREATE TABLE seen (word INTEGER NOT NULL, span INTEGER NOT NULL, PRIMARY KEY (word, span)) WITHOUT ROWID;
CREATE TABLE unknown (kind INTEGER NOT NULL, span INTEGER NOT NULL, PRIMARY KEY (kind, span)) WITHOUT ROWID;
CREATE TABLE archive (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
"""


class IndexedUpTo(NamedTuple):
    """How far the journal is in the index.

    Attributes:
        begun: tells one index from another that was begun anew.
        floor: the `seq` behind which all was taken, from the journal's own file.
        seq: the `seq` up to which all was.
        ident: the id of the decision there; "" where nothing was taken yet.
        first: the first quarter of an hour of which something was taken.
        last: the last one.
    """

    begun: int
    floor: int
    seq: int
    ident: str
    first: int
    last: int


class SpanIndex:
    """Keeps it. Safe from any thread, and beside another process that does the same.

    Args:
        path: its file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._words: dict[tuple[int, str], int] = {}
        self._words_of = 0
        """Of which index these are the numbers, by its `begun`: another process may have begun it anew."""

    def advance(self, reader: SqliteReader, seconds: float) -> bool:
        """Take what was written since; gives whether more is left.

        Args:
            reader: reads the journal's own file.
            seconds: for how long.

        Raises:
            StoreError: the journal can't be read, or the index not be written.
        """
        until = time.monotonic() + seconds
        with self._lock, self._writing() as store:
            archives = reader.archives()
            state = self._begun(store, reader, max((info.last for info in archives), default=0))
            last, width = reader.last_seq(), _PART
            while state.seq < last:
                part = reader.values_by_span(state.seq, min(state.seq + width, last))
                if reader.archives() != archives:
                    return True  # rows may have left the file before they were read
                if not part.seq:
                    if state.seq + width >= last:
                        return True  # the newest is always there: the file is another one by now
                    width *= 2
                    continue
                taken = self._take(store, state, state._replace(seq=part.seq, ident=part.ident), part.values)
                if taken is None or time.monotonic() >= until:
                    return True
                state = taken
            self._note_covered(store, archives)
            return False

    def add_archive(self, info: ArchiveInfo, reader: SqliteReader, ended: Callable[[], bool]) -> None:
        """Take all of an archive.

        Args:
            info: which.
            reader: reads it.
            ended: whether to let it be.

        Raises:
            StoreError: the archive can't be read, or the index not be written.
        """
        begun = None
        for after in range(info.first - 1, info.last, _PART):
            began = time.monotonic()
            part = reader.values_by_span(after, min(after + _PART, info.last))
            with self._lock, self._writing() as store:
                state = state_of(store)
                begun = state.begun if begun is None and state is not None else begun
                if state is None or state.begun != begun or ended():
                    return
                if self._take(store, state, state, part.values) is None:
                    return
            time.sleep(min(_PAUSE_S, time.monotonic() - began))
        with self._lock, self._writing() as store, _transaction(store):
            state = state_of(store)
            if state is not None and state.begun == begun:
                store.execute("INSERT OR REPLACE INTO archive VALUES (?, ?)", (info.name, info.sha256))

    def missing(self, archives: Iterable[ArchiveInfo]) -> list[ArchiveInfo]:
        """The archives that are not in the index, the newest first. Raises `StoreError`."""
        with self.reading() as store:
            known = set(store.execute("SELECT name, sha256 FROM archive")) if store is not None else set()
        return [info for info in reversed(list(archives)) if (info.name, info.sha256) not in known]

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """The index as it is now, and stays for as long as this is open; None where there is none yet.

        Raises:
            StoreError: it can't be read.
        """
        if not self._path.exists():
            yield None
            return
        try:
            store = _connected(self._path, "ro")
            with contextlib.closing(store):
                store.execute("BEGIN")
                yield store if store.execute("PRAGMA user_version").fetchone()[0] == _VERSION else None
        except sqlite3.Error as error:
            raise translate(error, self._path) from error

    def _begun(self, store: sqlite3.Connection, reader: SqliteReader, behind: int) -> IndexedUpTo:
        """How far it is; begun anew where it is of another journal."""
        state = state_of(store)
        if state is not None and state.ident and reader.ident_at(state.seq) == state.ident:
            if state.seq >= behind:
                return state
            # What was archived meanwhile is leaving the file; the archives are looked through for themselves.
            onwards = state._replace(floor=behind, seq=behind, ident="")
        else:
            self._words.clear()
            onwards = IndexedUpTo(secrets.randbits(62), behind, behind, "", 0, -1)
        with _transaction(store):
            if onwards.last < 0:
                for table in ("word", "seen", "unknown", "archive"):
                    store.execute(f"DELETE FROM {table}")  # noqa: S608 - of our own
            store.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?)", onwards)
        return onwards

    def _take(
        self, store: sqlite3.Connection, state: IndexedUpTo, following: IndexedUpTo, values: Iterable[SpanValues]
    ) -> IndexedUpTo | None:
        """Write a part; None where another process has written meanwhile."""
        found: dict[tuple[SpanKind, int], set[str]] = {}
        for one in values:
            for kind, text in one.known():
                found.setdefault((kind, one.span), set()).add(text)
        spans = {span for _, span in found}
        if spans:
            first = min(spans) if following.last < following.first else min(following.first, *spans)
            following = following._replace(first=first, last=max(following.last, *spans))
        try:
            with _transaction(store):
                if state_of(store) != state:
                    return None
                if self._words_of != state.begun:
                    self._words.clear()
                    self._words_of = state.begun
                for (kind, span), texts in found.items():
                    self._see(store, kind, span, texts)
                store.execute(
                    "UPDATE state SET begun = ?, floor = ?, seq = ?, ident = ?, first = ?, last = ?", following
                )
        except BaseException:
            self._words.clear()  # some of them were never written
            raise
        return following

    def _see(self, store: sqlite3.Connection, kind: SpanKind, span: int, texts: set[str]) -> None:
        words = [self._word(store, kind, text) for text in texts] if len(texts) <= _MOST_AT_ONCE else [None]
        if None in words:
            store.execute("INSERT OR IGNORE INTO unknown VALUES (?, ?)", (kind, span))
        else:
            store.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", [(word, span) for word in words])

    def _word(self, store: sqlite3.Connection, kind: SpanKind, text: str) -> int | None:
        """The number of a value; None where there are too many."""
        found = self._words.get((kind, text))
        if found is not None:
            return found
        row = store.execute("SELECT id FROM word WHERE kind = ? AND text = ?", (kind, text)).fetchone()
        if row is None:
            if store.execute("SELECT count(*) FROM word WHERE kind = ?", (kind,)).fetchone()[0] >= _MOST_WORDS:
                return None
            row = store.execute("INSERT INTO word (kind, text) VALUES (?, ?) RETURNING id", (kind, text)).fetchone()
        self._words[kind, text] = row[0]
        return int(row[0])

    @staticmethod
    def _note_covered(store: sqlite3.Connection, archives: Sequence[ArchiveInfo]) -> None:
        """Note the archives whose rows were all taken when they were in the journal's own file still."""
        with _transaction(store):
            state = state_of(store)
            for info in archives:
                if state is not None and state.ident and state.floor < info.first and info.last <= state.seq:
                    store.execute("INSERT OR REPLACE INTO archive VALUES (?, ?)", (info.name, info.sha256))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            make_folder(self._path.parent, 0o700)
            make_database(self._path)
            with contextlib.closing(_connected(self._path, "rw")) as store:
                if store.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                    self._make(store)
                yield store
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                self._remove()  # the next time makes it anew
            raise translate(error, self._path) from error
        except OSError as error:
            raise StoreError(
                phrase("{path} can't be written ({error})", path=self._path, error=trouble_of(error)),
                phrase("see who owns its folder"),
            ) from error

    def _make(self, store: sqlite3.Connection) -> None:
        self._words.clear()
        store.execute("PRAGMA journal_mode=WAL")
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        dropped = "".join(f"DROP TABLE {name};" for name in tables)
        store.executescript(f"BEGIN IMMEDIATE; {dropped} {_SCHEMA} COMMIT;")

    def _remove(self) -> None:
        self._words.clear()
        for beside in ("", "-wal", "-shm"):
            Path(f"{self._path}{beside}").unlink(missing_ok=True)


def state_of(store: sqlite3.Connection) -> IndexedUpTo | None:
    """How far the journal is in the index; None where it was not begun."""
    row = store.execute("SELECT begun, floor, seq, ident, first, last FROM state").fetchone()
    return None if row is None else IndexedUpTo._make(row)


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    store = sqlite3.connect(uri, uri=True, timeout=5, isolation_level=None)
    store.execute("PRAGMA synchronous=NORMAL")  # what is lost is taken again; the daemon's disk is not waited for
    return store


@contextlib.contextmanager
def _transaction(store: sqlite3.Connection) -> Iterator[None]:
    store.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        store.execute("ROLLBACK")
        raise
    store.execute("COMMIT")
