"""The block log: one row for every decision, committed before anybody hears of it."""

from gatekeeper.journal.export import csv_safe, printable, record, write_csv, write_json
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
    "csv_safe",
    "first_ident",
    "ident_of",
    "new_ident",
    "printable",
    "record",
    "write_csv",
    "write_json",
]
