"""`[inbox]`: a folder whose files are imported as they arrive."""

from pathlib import Path

from pydantic import Field

from gatekeeper.config.field_types import AbsolutePath, Flag, Section, Whole


class InboxSection(Section):
    """A folder whose files the daemon imports as they arrive, and then moves to `done` or `failed` within it."""

    enabled: Flag = Field(default=False, description="Whether the folder is watched.")
    folder: AbsolutePath = Field(
        default=Path("/var/lib/gatekeeper/inbox"),
        description="The folder. A file belongs to the list whose name the folder it lies in has "
        "(`inbox/bloctel/file.csv`), or to the list one of whose `inbox` patterns its name matches.",
    )
    settle_seconds: Whole = Field(
        default=10,
        ge=1,
        le=3600,
        description="For how many seconds a file must not have changed before it is taken.",
    )
    timeout_minutes: Whole = Field(
        default=240, ge=1, le=1440, description="After how many minutes an import that has not ended is given up."
    )
    memory_mb: Whole = Field(
        default=4096,
        ge=256,
        le=1048576,
        description="How many megabytes of memory an import may take, in its own process, of the inbox or of a person; "
        "a look at contacts in the desk may take as many. What needs more is refused, and nothing is changed.",
    )
