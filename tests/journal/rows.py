"""Rows for the journal's tests."""

import itertools
import time

from gatekeeper.journal import DecisionRow, new_ident

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
