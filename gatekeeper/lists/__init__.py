"""The lists of people who must not be called: kept exactly, asked in a microsecond, replaced all or nothing.

Importing this package imports neither NumPy nor Alembic: the daemon starts without them.
"""

from gatekeeper.lists.ledger.changes import ListChange
from gatekeeper.lists.model import (
    RED_LIST,
    Activation,
    Listing,
    ListKind,
    ListState,
    ListStatus,
    Membership,
    OverlayChange,
    VersionDiff,
    VersionInfo,
    check_name,
)
from gatekeeper.lists.paths import LISTS_FILE
from gatekeeper.lists.serving.index import ListIndex
from gatekeeper.lists.store import ListStore
from gatekeeper.registries.reading.options import ImportOptions, ImportReport, Progress

__all__ = [
    "LISTS_FILE",
    "RED_LIST",
    "Activation",
    "ImportOptions",
    "ImportReport",
    "ListChange",
    "ListIndex",
    "ListKind",
    "ListState",
    "ListStatus",
    "ListStore",
    "Listing",
    "Membership",
    "OverlayChange",
    "Progress",
    "VersionDiff",
    "VersionInfo",
    "check_name",
]
