"""`[journal]`: the block log."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from gatekeeper.config.field_types import Section

if TYPE_CHECKING:
    from gatekeeper.storage.sqlite.engine import Synchronous


class JournalSection(Section):
    """The block log: one row for every decision."""

    synchronous: Literal["normal", "full"] = Field(
        default="normal",
        description='"normal": a row outlives a crash of the program at once, and a power cut after about a second. '
        '"full": a power cut, too, at once; every answer then waits for the disk.',
    )

    def as_synchronous(self) -> "Synchronous":
        """SQLite's word for it."""
        return "FULL" if self.synchronous == "full" else "NORMAL"
