"""`[journal]`: the journal."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from gatekeeper.config.field_types import Says, Section, Whole
from gatekeeper.translation import marked

NodeName = Annotated[
    str,
    StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,62})?$"),
    Says(marked("a name of at most 63 letters, digits, `.`, `_` and `-`")),
]

if TYPE_CHECKING:
    from gatekeeper.storage.sqlite.engine import Synchronous


class JournalSection(Section):
    """The journal: one row for every decision."""

    synchronous: Literal["normal", "full"] = Field(
        default="normal",
        description='"normal": a row outlives a crash of the program at once, and a power cut after about a second. '
        '"full": a power cut, too, at once; every answer then waits for the disk.',
    )
    node: NodeName = Field(
        default="",
        description="The name under which this machine's rows are numbered, from 1 up, none left out. "
        "Give each machine its own, and keep it. Empty: the machine's host name.",
    )

    keep_months: Whole = Field(
        default=0,
        ge=0,
        le=1200,
        description="How many months stay in the journal's own file beside the present one. Older ones are moved into "
        "archives by `gatekeeper journal archive`, which a timer starts; every command reads them all the same. "
        "0: all.",
    )

    def as_synchronous(self) -> "Synchronous":
        """SQLite's word for it."""
        return "FULL" if self.synchronous == "full" else "NORMAL"
