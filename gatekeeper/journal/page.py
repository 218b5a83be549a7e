"""A page of the journal as people turn it: by the time of the decisions, the newest first, with where to go on.

Pages are turned by ids, which are times: what was written late stands where it belongs, and who may see few decisions
does not learn from a place in the journal how many there are.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from gatekeeper.journal.archive import ArchiveInfo
    from gatekeeper.journal.reader import StoredDecision

PAGE_ROWS: Final = 50
"""Decisions to a page."""

LOOK_S: Final = 0.04
"""For how many seconds a page looks through decisions that don't match."""


class JournalPage(NamedTuple):
    """A page.

    Attributes:
        rows: its decisions, the newest first.
        older: before which id the next page towards the past begins, or "" where nothing older matches.
        newer: after which id the next page towards the present begins, or "" where this is the newest.
        reached: up to which moment was looked, in microseconds since the epoch, where the time was over before the page
            was full: what lies beyond is found by going on; None where it was full, or all was looked through.
        archive: the archive that has to be unpacked before one can go on; None where none has to.
    """

    rows: "list[StoredDecision]"
    older: str = ""
    newer: str = ""
    reached: int | None = None
    archive: "ArchiveInfo | None" = None
