"""The block log: one row for every decision, committed before anybody hears of it."""

from gatekeeper.journal.export import record, write_csv, write_json
from gatekeeper.journal.file import RowError
from gatekeeper.journal.ident import first_ident, ident_of, new_ident
from gatekeeper.journal.query import DecisionFilter, JournalReader, StoredDecision
from gatekeeper.journal.row import JOURNAL_FILE, DecisionRow, MetRow
from gatekeeper.journal.writer import JournalWriter

__all__ = [
    "JOURNAL_FILE",
    "DecisionFilter",
    "DecisionRow",
    "JournalReader",
    "JournalWriter",
    "MetRow",
    "RowError",
    "StoredDecision",
    "first_ident",
    "ident_of",
    "new_ident",
    "record",
    "write_csv",
    "write_json",
]
