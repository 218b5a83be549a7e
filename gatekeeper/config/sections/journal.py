"""`[journal]`: the block log."""

from typing import Literal

from pydantic import Field

from gatekeeper.config.field_types import Section


class JournalSection(Section):
    """The block log: one row for every decision."""

    synchronous: Literal["normal", "full"] = Field(
        default="normal",
        description='"normal": a row outlives a crash of the program at once, and a power cut after about a second. '
        '"full": a power cut, too, at once; every answer then waits for the disk.',
    )
