"""Idempotency keys (draft-ietf-httpapi-idempotency-key-header): what is asked twice is done once, and answered alike.

A key belongs to the API key that it comes with. The first request with it is done, whether or not its client still
waits; one that comes meanwhile waits for that; one that comes later, within a day, has the stored answer. What failed
for a reason that may pass (429, 5xx, a problem that says when to come again, a call on which nobody could decide) is
not stored: it may be tried again.
"""

import asyncio
import contextlib
import logging
import sqlite3
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Coroutine
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from gatekeeper.api.problem import INVALID, KEY_REUSED, FieldFault
from gatekeeper.errors import ProblemError, StoreError

log = logging.getLogger(__name__)

REPLIES_FILE: Final = "replies.sqlite3"
"""Its file in the data folder. Whoever removes it loses the answers of a day, and nothing else."""

KEPT_S: Final = 24 * 3600
MOST_KEPT: Final = 500_000
"""So many answers are kept; the oldest go first."""

LONGEST: Final = 255
_SWEEP_EVERY: Final = 256
_TOO_MANY: Final = 429
_PROBLEM: Final = 400
_FAILED: Final = 500

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS reply (
    seq INTEGER PRIMARY KEY,
    ident BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body BLOB NOT NULL
)
"""


class Reply(NamedTuple):
    """An answer that can be given again.

    Attributes:
        status: of HTTP.
        kind: its media type.
        body: what it says.
        headers: more headers; they are not stored.
        passing: whether what it says may pass, though its status does not say so.
    """

    status: int
    kind: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    passing: bool = False

    @property
    def passes(self) -> bool:
        """Whether the same again may be answered otherwise."""
        if self.passing or self.status == _TOO_MANY or self.status >= _FAILED:
            return True
        return self.status >= _PROBLEM and any(name == "retry-after" for name, _ in self.headers)


class _Running(NamedTuple):
    digest: bytes
    reply: "asyncio.Task[Reply]"


class ReplyStore:
    """The answers of a day, in a file. Any thread may use it.

    Args:
        path: the file.
        clock: seconds since the epoch.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._written = 0

    def find(self, ident: bytes) -> tuple[bytes, Reply] | None:
        """The request's digest and the answer; None where there is none of the last day.

        Raises:
            StoreError: the file can't be read.
        """
        with self._using() as connection:
            row = connection.execute(
                "SELECT digest, status, kind, body FROM reply WHERE ident = ? AND at > ?",
                (ident, int(self._clock()) - KEPT_S),
            ).fetchone()
        return None if row is None else (row[0], Reply(row[1], row[2], zlib.decompress(row[3])))

    def keep(self, ident: bytes, digest: bytes, reply: Reply) -> None:
        """Keep an answer for a day.

        Raises:
            StoreError: the file can't be written.
        """
        now = int(self._clock())
        body = zlib.compress(reply.body, 1)
        with self._using() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO reply (ident, digest, at, status, kind, body) VALUES (?, ?, ?, ?, ?, ?)",
                (ident, digest, now, reply.status, reply.kind, body),
            )
            self._written += 1
            if self._written % _SWEEP_EVERY == 1:
                connection.execute("DELETE FROM reply WHERE at <= ?", (now - KEPT_S,))
                connection.execute("DELETE FROM reply WHERE seq <= (SELECT max(seq) FROM reply) - ?", (MOST_KEPT,))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextlib.contextmanager
    def _using(self) -> Any:
        try:
            with self._lock:
                if self._connection is None:
                    self._connection = _opened(self._path)
                yield self._connection
        except sqlite3.Error as error:
            raise StoreError(f"{self._path} can't be used ({error})", "see its permissions, and the disk") from error


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=2, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(_TABLE)
    path.chmod(0o600)
    return connection


class Replies:
    """Has each request with an idempotency key done once.

    Args:
        store: has the answers.
        in_thread: does in a thread what uses the store.
    """

    def __init__(self, store: ReplyStore, in_thread: Callable[..., Awaitable[Any]]) -> None:
        self._store = store
        self._in_thread = in_thread
        self._running: dict[bytes, _Running] = {}

    async def once(self, owner: str, key: str, request: bytes, do: Callable[[], Coroutine[Any, Any, Reply]]) -> Reply:
        """The answer to a request.

        Args:
            owner: the id of the API key.
            key: the idempotency key.
            request: all that makes it another request.
            do: does it.

        Raises:
            ProblemError: the key was used for another request, or is none.
            StoreError: the store can't be used.
        """
        ident = sha256(f"{owner}\0{_plain(key)}".encode()).digest()
        digest = sha256(request).digest()
        running = self._running.get(ident)
        if running is None:
            running = _Running(digest, asyncio.create_task(self._do(ident, digest, do)))
            self._running[ident] = running
            running.reply.add_done_callback(lambda _: self._running.pop(ident, None))
        elif running.digest != digest:
            raise _reused()
        # Who asked may leave: what has begun is done all the same, and whoever asks again is told.
        return await asyncio.shield(running.reply)

    async def _do(self, ident: bytes, digest: bytes, do: Callable[[], Coroutine[Any, Any, Reply]]) -> Reply:
        found = await self._in_thread(self._store.find, ident)
        if found is not None:
            if found[0] != digest:
                raise _reused()
            return Reply(*found[1])
        reply = await do()
        if not reply.passes:
            try:
                await self._in_thread(self._store.keep, ident, digest, reply)
            except StoreError as error:
                # It is done: who was told that it was not would have it done once more.
                log.error("an answer can't be kept for who asks again with its key: %s", error)  # noqa: TRY400
        return reply


def _plain(key: str) -> str:
    """The key, with or without the quotes that the draft has."""
    plain = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
    if not plain or len(plain) > LONGEST or not plain.isascii() or not plain.isprintable():
        detail = f"Idempotency-Key is 1 to {LONGEST} printable ASCII characters; a UUID is best."
        raise INVALID.told(detail, [FieldFault("", detail)])
    return plain


def _reused() -> ProblemError:
    return KEY_REUSED.told("Take a new key for each request; repeat a request with its body as it was.")
