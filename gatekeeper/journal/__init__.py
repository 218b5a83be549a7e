"""The journal: one row for every decision, committed before anybody hears of it.

What is here knows no database; `gatekeeper.journal.sqlite` is the one there is.
"""

from gatekeeper.journal.attempt import AttemptMark, AttemptRow, Reservation
from gatekeeper.journal.backend import Backend
from gatekeeper.journal.export import record, write_csv, write_json
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.ident import bytes_of_ident, first_ident, ident_of, new_ident
from gatekeeper.journal.page import JournalPage
from gatekeeper.journal.reader import JournalReader, StoredDecision
from gatekeeper.journal.row import JOURNAL_FILE, DecisionRow, MetRow
from gatekeeper.journal.writer import JournalWriter

__all__ = [
    "JOURNAL_FILE",
    "AttemptMark",
    "AttemptRow",
    "Backend",
    "DecisionFilter",
    "DecisionRow",
    "JournalPage",
    "JournalReader",
    "JournalWriter",
    "MetRow",
    "Reservation",
    "StoredDecision",
    "bytes_of_ident",
    "first_ident",
    "ident_of",
    "new_ident",
    "record",
    "write_csv",
    "write_json",
]
