"""One statement that writes a decision with its attempt: most calls write these two rows, and nothing else.

SQLite makes a transaction of each statement that stands alone. So two rows take one statement, through a view with a
trigger that belongs to the writing connection alone; from BEGIN to COMMIT it would be four, and half as long again.
"""

import sqlite3
from typing import Final

from gatekeeper.journal.attempt import AttemptRow
from gatekeeper.journal.row import DecisionRow
from gatekeeper.journal.stamp import Stamp

_DECISION: Final = (*DecisionRow._fields, *Stamp._fields)
_OF_ATTEMPT: Final = tuple(f"of_{name}" for name in AttemptRow._fields)
_ALL: Final = (*_DECISION, *_OF_ATTEMPT)


def _new(names: tuple[str, ...]) -> str:
    return ", ".join(f"NEW.{name}" for name in names)


_VIEW: Final = f"CREATE TEMP VIEW counted_decision AS SELECT {', '.join(f'0 AS {name}' for name in _ALL)}"
_TRIGGER: Final = (
    "CREATE TEMP TRIGGER write_counted_decision INSTEAD OF INSERT ON counted_decision BEGIN "  # noqa: S608 - own names
    f"INSERT INTO attempt ({', '.join(AttemptRow._fields)}) VALUES ({_new(_OF_ATTEMPT)}) ON CONFLICT DO NOTHING; "
    f"INSERT INTO decision ({', '.join(_DECISION)}) VALUES ({_new(_DECISION)}); END"
)

INSERT_COUNTED: Final = f"INSERT INTO temp.counted_decision VALUES ({', '.join('?' * len(_ALL))})"  # noqa: S608 - own names
"""Writes a `DecisionRow`, and an `AttemptRow` unless it is there; the parameters are the row, its `Stamp` and the
attempt."""


def lay_out_counted(connection: sqlite3.Connection) -> None:
    """Make what `INSERT_COUNTED` needs. Nothing of it is in the file."""
    connection.execute(_VIEW)
    connection.execute(_TRIGGER)
