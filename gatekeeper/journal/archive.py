"""An archive of the journal: the rows of one month in a compressed file, as the journal has it on record."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from gatekeeper.clock import DAY_US, micros_of, moment_of
from gatekeeper.journal.filter import DecisionFilter

ARCHIVE_FOLDER: Final = "journal"
"""The archives' folder in the data folder."""


class ArchiveInfo(NamedTuple):
    """An archive; the attributes are the columns, in order.

    Attributes:
        name: of its file: `2026-08.sqlite3.zst`, or `2026-08.2.sqlite3.zst` where a clock had that month come twice.
        first: the `seq` of its first decision.
        last: the `seq` of its last decision: the journal's own rows lie behind it.
        decisions: how many decisions it has.
        mets: how many gates that calls met.
        begins: the earliest time of a decision in it, in microseconds since the epoch.
        ends: the latest.
        bytes: of its file.
        sha256: of its file.
        made_at: when it was made, in microseconds since the epoch.
        made_by: who made it.
    """

    name: str
    first: int
    last: int
    decisions: int
    mets: int
    begins: int
    ends: int
    bytes: int
    sha256: str
    made_at: int
    made_by: str

    @property
    def until(self) -> int:
        """Where its month ends (UTC), in microseconds since the epoch: no decision in it is younger.

        A decision that a clock had dated ahead lies in the archive of those that were written beside it: then it is the
        end of that decision's day.
        """
        year, month = map(int, self.month.split("-"))
        end = micros_of(datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC))
        return max(end, (self.ends // DAY_US + 1) * DAY_US)

    @property
    def month(self) -> str:
        """Its month: `2026-08`."""
        return self.name.partition(".")[0]

    def may_have(self, wanted: DecisionFilter, moment_of_id: int | None) -> bool:
        """Whether something that is wanted can be in it.

        Args:
            wanted: what is wanted.
            moment_of_id: of the id that is wanted, in milliseconds since the epoch; None without one.
        """
        if wanted.since is not None and moment_of(self.ends) < wanted.since:
            return False
        if wanted.until is not None and moment_of(self.begins) >= wanted.until:
            return False
        return moment_of_id is None or self.begins // 1000 <= moment_of_id <= self.ends // 1000
