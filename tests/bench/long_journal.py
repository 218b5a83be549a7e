"""A long journal, made fast: some millions of decisions in the order of time, as a site has them after months.

Everything is computed by SQLite out of the row's place, so that two runs make the same journal; 4 to 5 µs a row.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.clock import DAY_US
from gatekeeper.journal import DecisionRow
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.journal.stamp import host_name

A_DAY: Final = 500_000
"""Decisions to a day."""

RARE_EVERY: Final = 1_000_003
"""One decision in so many rests on an objection: a filter that matches rarely."""

FIRST_NUMBER: Final = 33_600_000_000
NUMBERS: Final = 9_000_011
"""So many numbers are called, in turns."""

_PART: Final = 500_000
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Sort(NamedTuple):
    """A sort of decision, and how many of a thousand are of it."""

    of_thousand: int
    verdict: str
    reason: str
    rule: str
    list: str
    provision: str
    campaign: str
    principal: str
    asked_by: str
    gate: str
    bypass: int = 0


_SORTS: Final = (
    Sort(
        330, "ALLOW", "CONSENT", "consent", "", "FR-CONSENT", "autumn", "Assurances SA", "manager:dialer", "AMI_PROXY"
    ),
    Sort(
        210,
        "ALLOW",
        "CONTRACT",
        "contract",
        "",
        "FR-CONTRACT",
        "renewal",
        "Energie SARL",
        "manager:vicidial",
        "SIP_GATE",
    ),
    Sort(90, "ALLOW", "CALL_BACK", "request", "", "FR-CALLBACK", "autumn", "Assurances SA", "", "FASTAGI"),
    Sort(170, "BLOCK", "NO_BASIS", "basis", "", "FR-BASIS", "autumn", "Assurances SA", "manager:dialer", "AMI_PROXY"),
    Sort(80, "BLOCK", "CALL_HOURS", "hours", "", "FR-HOURS", "renewal", "Energie SARL", "manager:vicidial", "SIP_GATE"),
    Sort(60, "BLOCK", "LISTED", "opposition", "bloctel", "", "survey", "Sondages SAS", "manager:dialer", "FASTAGI"),
    Sort(40, "BLOCK", "RED_LIST", "red_list", "red", "", "autumn", "Assurances SA", "", "AGI_SCRIPT"),
    Sort(19, "BLOCK", "ATTEMPTS_CAP", "cap", "", "FR-CAP", "survey", "Sondages SAS", "manager:dialer", "AMI_PROXY"),
    Sort(1, "BLOCK", "NUMBER_INVALID", "validity", "", "", "survey", "Sondages SAS", "", "WATCHDOG", 1),
)


def make(path: Path, count: int, until: int, *, a_day: int = A_DAY) -> None:
    """Make a journal whose last decision is of just before a moment.

    Args:
        path: its file, which is not there yet.
        count: how many decisions.
        until: the moment, in microseconds since the epoch.
        a_day: how many decisions to a day.
    """
    backend = SqliteBackend(path)
    backend.open()
    backend.close()
    step = step_of(a_day)
    # Of this machine's daemon: it goes on from its last row, and would look for it among all those of another's.
    span = {"begin": until - count * step, "step": step, "node": host_name()}
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as made:
        for setting in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-200000"):
            made.execute(f"PRAGMA {setting}")
        made.execute(
            "CREATE TEMP TABLE sort (n INTEGER PRIMARY KEY, verdict, reason, rule, list, provision, "
            "campaign, principal, asked_by, gate, bypass)"
        )
        made.executemany("INSERT INTO sort VALUES (?,?,?,?,?,?,?,?,?,?,?)", _by_thousandth())
        made.execute("DROP INDEX decision_number")  # made at the end: its numbers come in no order
        for first in range(0, count, _PART):
            last = min(first + _PART, count)
            made.execute("BEGIN")
            made.execute(_INSERT, {**span, "first": first, "last": last})
            made.execute("COMMIT")
        made.execute("CREATE INDEX decision_number ON decision (number)")
        made.execute("PRAGMA journal_mode=WAL")
    # What is not on the disk yet would be waited for by the first commit of whoever uses the journal.
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def step_of(a_day: int = A_DAY) -> int:
    """How far two decisions are apart, in microseconds."""
    return DAY_US // a_day


def _by_thousandth() -> Iterator[tuple[object, ...]]:
    place = 0
    for one in _SORTS:
        for _ in range(one.of_thousand):
            yield place, *one[1:]
            place += 1


def _time_letters() -> str:
    """The first ten letters of a ULID, of `ms`."""
    return "||".join(f"substr('{_LETTERS}', ((ms >> {5 * place}) & 31) + 1, 1)" for place in range(9, -1, -1))


_RARE: Final = f"i % {RARE_EVERY} = {RARE_EVERY // 2}"

_VALUES: Final = {
    "id": f"{_time_letters()} || printf('%016X', (i * 2654435761) & 0xffffffffffff)",
    "at": "at",
    "dialled": f"'0' || ({FIRST_NUMBER} - 33000000000 + i * 48271 % {NUMBERS})",
    "number": f"iif(reason = 'NUMBER_INVALID', NULL, {FIRST_NUMBER} + i * 48271 % {NUMBERS})",
    "verdict": f"iif({_RARE}, 'BLOCK', verdict)",
    "reason": f"iif({_RARE}, 'OBJECTED', reason)",
    "rule": "rule",
    "list": "list",
    "list_version": "iif(list = '', '', '12')",
    "facts": "'bloctel@12 red@3'",
    "campaign": "campaign",
    "principal": "principal",
    "caller_id": "'0123456789'",
    "channel": "printf('PJSIP/trunk-%08x', i & 0xffffffff)",
    "uniqueid": "printf('%d.%d', ms / 1000, i % 100000)",
    "linkedid": "printf('%d.%d', ms / 1000, i % 100000)",
    "gate": "gate",
    "micros": "9 + i % 40",
    "bypass": "bypass",
    "provision": "provision",
    "basis": "iif(provision = '', '', 'Code de la consommation, art. L. 223-1')",
    "law": "'fr'",
    "rules": "'5f0c2c1e9a7b4d31'",
    "proof": "iif(reason = 'CONSENT', 1 + i % 4000000, 0)",
    "purpose": "'prospecting'",
    "goods": "'insurance'",
    "dial_mode": "'predictive'",
    "callee": "'consumer'",
    "asked_by": "asked_by",
    "node": ":node",
    "sequence": "i + 1",
    "salt": "zeroblob(16)",
}

_INSERT: Final = f"""
INSERT INTO decision ({", ".join(f'"{name}"' for name in _VALUES)})
WITH RECURSIVE place (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM place WHERE i + 1 < :last),
timed AS (SELECT i, :begin + i * :step AS at, (:begin + i * :step) / 1000 AS ms FROM place)
SELECT {", ".join(_VALUES.values())} FROM timed CROSS JOIN sort ON n = i * 7919 % 1000
"""  # noqa: S608 - all of it stands above

assert set(_VALUES) - {"node", "sequence", "salt"} <= set(DecisionRow._fields)
