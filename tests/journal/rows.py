"""Rows for the journal's tests, and what holds of all rows of every journal."""

import itertools
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from gatekeeper.journal import DecisionRow, MetRow, new_ident

_numbers = itertools.count(33_600_000_000)


def row(**changed: object) -> DecisionRow:
    """A decision, of now and of its own number."""
    number = next(_numbers)
    at = changed.get("at", time.time_ns() // 1000)
    assert isinstance(at, int)
    plain = DecisionRow(
        id=new_ident(at),
        at=at,
        dialled=f"0{number - 33_000_000_000}",
        number=number,
        verdict="ALLOW",
        reason="CLEAR",
        rule="default",
        list="",
        list_version="",
        facts="bloctel@12 red@3",
        campaign="default",
        principal="",
        caller_id="0123456789",
        channel="Local/s@out-00000001;2",
        uniqueid="1700000000.1",
        linkedid="1700000000.1",
        gate="GOSUB",
        micros=12,
    )
    return plain._replace(**changed)  # type: ignore[arg-type]  # any column


def met(decision: DecisionRow, gate: str = "WATCHDOG") -> MetRow:
    """Another gate that the call of a decision met."""
    return MetRow(decision.id, decision.at, gate, "c", "u", "l")


def sequences(path: Path) -> dict[str, list[int]]:
    """The numbers of the rows of both tables, by writer, in order."""
    found: dict[str, list[int]] = {}
    with closing(sqlite3.connect(path)) as connection:
        both = "SELECT node, sequence FROM decision UNION ALL SELECT node, sequence FROM met ORDER BY sequence"
        for node, sequence in connection.execute(both):
            found.setdefault(node, []).append(sequence)
    return found


def demand_sound(path: Path) -> None:
    """Each writer's numbers are 1, 2, 3 and so on, in both tables together; no two rows have one salt."""
    for node, numbers in sequences(path).items():
        assert node
        assert numbers == list(range(1, len(numbers) + 1)), f"{node} has gaps or doubles"
    with closing(sqlite3.connect(path)) as connection:
        salts = connection.execute("SELECT salt FROM decision UNION ALL SELECT salt FROM met").fetchall()
        assert all(len(salt) == 16 for (salt,) in salts)
        assert len(set(salts)) == len(salts)
