"""The book of attempts: a look-up among many past attempts, and what a reservation adds to a decision's commit."""

import contextlib
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from originate import p50

from gatekeeper.attempts import AttemptBook, AttemptKey
from gatekeeper.attempts.key import name_key
from gatekeeper.clock import DAY_US
from gatekeeper.journal import AttemptRow, DecisionRow, JournalWriter, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.journal.sqlite.tables import INSERT_ATTEMPT

EACH = 5
"""Attempts to a consumer, in the last half year."""

LOOK_UPS = 20_000
COMMITS = 4_000
PRINCIPAL = "Assurances SA"
FIRST = 33_600_000_000
NOW = 1_795_000_000_000_000
MONTH = 32 * DAY_US


def measure(folder: Path, count: int, say: Callable[[str], None]) -> dict[str, float]:
    """p50 of looking up a consumer who was called before, and of what one attempt more adds to a decision's commit.

    The journal stays, as `attempts.sqlite3`.
    """
    path = folder / "attempts.sqlite3"
    backend = SqliteBackend(path)
    backend.open()
    backend.close()
    say(f"{count:,} past attempts")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as filling:
        filling.execute("PRAGMA synchronous=OFF")
        filling.execute("PRAGMA journal_mode=OFF")
        filling.execute("BEGIN")
        filling.executemany(INSERT_ATTEMPT, _past(count))
        filling.execute("COMMIT")
        filling.execute("PRAGMA journal_mode=WAL")
    backend.open()
    book = AttemptBook(JournalWriter(backend))
    book._committed = backend.attempts  # the writer's own look is this, with a loop around it
    looked = _look_ups(book, count)
    plain, reserved = _commits(backend, book, count)
    backend.close()
    return {"attempts_lookup_us": looked, "attempts_reserve_us": reserved - plain, "attempts_past": count}


def _past(count: int) -> Iterator[AttemptRow]:
    draw, principal = random.Random(12), name_key(PRINCIPAL)
    for consumer in range(count // EACH):
        for at in sorted(draw.randrange(NOW - 200 * DAY_US, NOW) for _ in range(EACH)):
            decision = (at // 1000).to_bytes(6, "big") + draw.randbytes(10)
            yield AttemptRow(FIRST + consumer, at, decision, 0, principal, 0, 0, 0)


def _anyone(draw: random.Random, count: int) -> AttemptKey:
    return AttemptKey(FIRST + draw.randrange(count // EACH), principal=PRINCIPAL)


def _look_ups(book: AttemptBook, count: int) -> float:
    draw, taken = random.Random(13), []
    for _ in range(LOOK_UPS):
        key = _anyone(draw, count)
        started = time.perf_counter_ns()
        book.times(key, NOW - MONTH, by_principal=True, by_subject=False)
        taken.append(time.perf_counter_ns() - started)
    return p50(taken) / 1000


def _commits(backend: SqliteBackend, book: AttemptBook, count: int) -> tuple[float, float]:
    """In microseconds: decisions alone, and decisions that reserve an attempt, in turns."""
    draw = random.Random(14)
    plain, reserved = [], []
    for place in range(COMMITS):
        at, key = NOW + place * 1000, _anyone(draw, count)
        one = _decision(at, key.number)
        started = time.perf_counter_ns()
        backend.write((one,))
        plain.append(time.perf_counter_ns() - started)
        one = _decision(at, key.number)
        started = time.perf_counter_ns()
        reservation = book.reserve(one.id, key, at)
        backend.write((one,), reservation.rows)
        reservation.settled()
        reserved.append(time.perf_counter_ns() - started)
    return p50(plain) / 1000, p50(reserved) / 1000


def _decision(at: int, number: int) -> DecisionRow:
    texts = dict.fromkeys(DecisionRow._fields, "-")
    numbers = {"id": new_ident(at), "at": at, "number": number, "micros": 12, "bypass": 0}
    return DecisionRow._make({**texts, **numbers}.values())
